import { Brand, ImportKind, Platform, businessDay, dayStart, findImportKind } from '@app/contracts';
import { brandOf } from '../delivery';
import { exportedFacts } from '../export-facts';
import { importRows } from '../import-rows';
import type { IngestStores } from '../import-request';
import { knownSessions, knownVideos } from './known-works.reader';
import { FILE_SESSION, FILE_VIDEO, Match, matchSession, matchVideo, publishSlack } from './match-works';

export interface Relinked {
  /** Works and broadcasts that got their platform's id. */
  relinked: number;
  /** Of which several could be meant: nothing was changed. */
  ambiguous: number;
  /** Only files tell them. */
  fileOnly: number;
}

interface OwnKind {
  kind: 'videos' | 'sessions';
  table: 'video_readings' | 'sessions';
  field: 'videoId' | 'sessionId';
  column: 'video_id' | 'session_id';
  prefix: string;
}
const OWN: readonly OwnKind[] = [
  { kind: 'videos', table: 'video_readings', field: 'videoId', column: 'video_id', prefix: FILE_VIDEO },
  { kind: 'sessions', table: 'sessions', field: 'sessionId', column: 'session_id', prefix: FILE_SESSION },
];

type Fact = Record<string, unknown>;

/**
 * Gives what files told under an id of ours the platform's id, now that the platform has told it: the rows of our id are retracted and delivered again
 * under the other in one batch, so that nothing counts twice. Doing it again changes nothing.
 */
export async function relinkExports(stores: IngestStores, request: { brandId: number }): Promise<Relinked> {
  const brand = await brandOf(stores.dataSource, request.brandId);
  const sum: Relinked = { relinked: 0, ambiguous: 0, fileOnly: 0 };
  for (const own of OWN) {
    for (const account of await accountsWith(stores, brand.brandId, own)) {
      const rows = await relinkAccount(stores, brand, own, account, sum);
      if (rows.length > 0) await importRows(stores, { kind: own.kind, brandId: brand.brandId, rows });
    }
  }
  return sum;
}

async function accountsWith({ warehouse }: IngestStores, brandId: number, { table, column, prefix }: OwnKind) {
  return warehouse.query<{ platform: Platform; accountId: string }>({
    name: 'ingest.file_only_accounts',
    maxRows: 0,
    params: { brandId, prefix },
    sql: `
SELECT DISTINCT
  platform,
  account_id AS accountId
FROM account_keys
WHERE brand_id = {brandId: UInt32} AND account_key IN (
    SELECT account_key
    FROM candidates(${table})
    WHERE brand_id = {brandId: UInt32} AND startsWith(${column}, {prefix: String})
  )
ORDER BY
  platform,
  accountId`,
  });
}

async function relinkAccount(
  stores: IngestStores,
  brand: Brand,
  own: OwnKind,
  account: { platform: Platform; accountId: string },
  sum: Relinked,
): Promise<Fact[]> {
  const find = await finder(stores, { own, zone: brand.zone }, { brandId: brand.brandId, ...account });
  const works = new Map<string, Fact[]>();
  const request = {
    kind: own.kind,
    brandId: brand.brandId,
    account: `${account.platform}/${account.accountId}`,
    format: 'ndjson',
    out: '',
  } as const;
  for await (const row of exportedFacts(stores, brand, findImportKind(own.kind) as ImportKind, request)) {
    const id = String(row[own.field]);
    if (id.startsWith(own.prefix)) works.set(id, [...(works.get(id) ?? []), row]);
  }
  const moved: Fact[] = [];
  for (const rows of works.values()) {
    const match = find(rows[0]);
    if (match === null) sum.fileOnly++;
    else if ('candidates' in match) sum.ambiguous++;
    else {
      sum.relinked++;
      for (const row of rows) moved.push({ ...row, retracted: true }, { ...row, [own.field]: match.id });
    }
  }
  return moved;
}

/** Matches against what the platform told, not against ids of ours. */
async function finder(
  { warehouse }: IngestStores,
  { own, zone }: { own: OwnKind; zone: string },
  account: { brandId: number; platform: Platform; accountId: string },
) {
  const instant = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null);
  if (own.kind === 'videos') {
    const known = (await knownVideos(warehouse, account)).filter(({ id }) => !id.startsWith(own.prefix));
    return (row: Fact): Match => {
      const at = instant(row.publishedAt) ?? NaN;
      const dateOnly = at === dayStart(businessDay(at, zone), zone);
      return matchVideo({ title: String(row.title ?? ''), at, slackMs: publishSlack(dateOnly) }, known);
    };
  }
  const known = (await knownSessions(warehouse, account)).filter(({ id }) => !id.startsWith(own.prefix));
  return (row: Fact): Match => matchSession({ from: instant(row.startedAt) ?? NaN, to: instant(row.endedAt) }, known);
}
