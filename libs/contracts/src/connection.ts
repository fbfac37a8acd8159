import type { CapabilityName } from './capability';
import type { Bilingual } from './platform';
import type { GrantProduct } from './product';

/**
 * How a connection stands. `active` · `ending`: the owner must authorise again within two weeks · `incomplete`: permissions are missing ·
 * `expired`: tokens have run out · `revoked`: the owner, or the platform, has ended it; nothing is collected.
 */
export const CONNECTION_STATES = ['active', 'incomplete', 'ending', 'expired', 'revoked'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** One permission to collect, as people see it: never a token. Days are whole days that are left, null where the platform does not say. */
export interface Connection {
  product: GrantProduct;
  /** The platform's id of who authorised. */
  principalId: string;
  accounts: string[];
  state: ConnectionState;
  accessDaysLeft: number | null;
  refreshDaysLeft: number | null;
  /** How often the permission can still be renewed without its owner; null: without limit, or unknown. */
  renewalsLeft: number | null;
  /** Business day by which the owner must have authorised again; null: not known to end. */
  authoriseBy: string | null;
  missingScopes: { scope: string; serves: CapabilityName[] }[];
  revokedAt: string | null;
  /** Code of the platform or event that ended it. */
  revokedCode: string | null;
  termsAcknowledgedAt: string | null;
  termsAcknowledgedBy: string | null;
  /** How far our clock is ahead of the platform's, seconds; null: not seen yet. */
  clockAheadSeconds: number | null;
  /** What somebody has to do, the most urgent first; none when all is well. */
  todo: Bilingual[];
}

/** The terms of a platform that matter to a brand, as shown before a connection is begun. */
export interface ConnectTerms {
  product: GrantProduct;
  lines: Bilingual[];
}

/** An authorisation that was begun: where the owner of the account goes. */
export interface BegunConnection {
  product: GrantProduct;
  authorizeUrl: string;
  redirectUri: string;
  expiresAt: string;
}
