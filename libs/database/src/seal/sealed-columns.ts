import { INGEST_KEY_PURPOSE, ingestKeyPlace } from '../ingest-keys/ingest-key.repository';
import { VIEWER_KEY_PURPOSE, viewerKeyPlace } from '../viewer-keys/viewer-key.repository';
import type { SealPlace } from './seal-vault';

/** A column of sealed boxes. Everything that is sealed stands here: a rotation of the secret seals all of it anew, or nothing. */
export interface SealedColumn {
  table: string;
  column: string;
  /** Columns of the primary key, which find the row. */
  key: readonly string[];
  /** Purpose of the SealVault that seals it. */
  purpose: string;
  /** The place that the box is bound to, out of the key's values. */
  place: (key: Readonly<Record<string, string | number>>) => SealPlace;
}

const grantColumn = (column: string, field: string): SealedColumn => ({
  table: 'platform_grant',
  column,
  key: ['brand_id', 'product', 'principal_id'],
  purpose: 'grants',
  place: ({ brand_id, product, principal_id }) => [brand_id, product, principal_id, field],
});

export const SEALED_COLUMNS: readonly SealedColumn[] = [
  grantColumn('access_token', 'accessToken'),
  grantColumn('refresh_token', 'refreshToken'),
  grantColumn('app_secret', 'appSecret'),
  {
    table: 'app_token',
    column: 'token',
    key: ['product', 'app_id'],
    purpose: 'app-tokens',
    place: ({ product, app_id }) => ['app-token', product, app_id],
  },
  {
    table: 'viewer_key',
    column: 'sealed_key',
    key: ['brand_id', 'version'],
    purpose: VIEWER_KEY_PURPOSE,
    place: ({ brand_id, version }) => viewerKeyPlace(brand_id, version),
  },
  {
    table: 'ingest_key',
    column: 'sealed_secret',
    key: ['key_id'],
    purpose: INGEST_KEY_PURPOSE,
    place: ({ key_id }) => ingestKeyPlace(key_id),
  },
  {
    table: 'user_second_factor',
    column: 'sealed_secret',
    key: ['user_id'],
    purpose: 'second-factor',
    place: ({ user_id }) => ['second-factor', user_id],
  },
];
