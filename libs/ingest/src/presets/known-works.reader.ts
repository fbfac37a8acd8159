import type { Platform } from '@app/contracts';
import { accountKey, type Warehouse } from '@app/warehouse';
import type { KnownSession, KnownVideo } from './match-works';

export interface AccountName {
  brandId: number;
  platform: Platform;
  accountId: string;
}

const keyOf = ({ brandId, platform, accountId }: AccountName) => ({ brandId, account: accountKey(brandId, platform, accountId) });

/** Videos of an account that anything has told so far. */
export async function knownVideos(warehouse: Warehouse, account: AccountName): Promise<KnownVideo[]> {
  const rows = await warehouse.query<{ id: string; title: string; at: string }>({
    name: 'ingest.known_videos',
    maxRows: 0,
    params: keyOf(account),
    sql: `
SELECT
  video_id AS id,
  argMaxIf(video_readings.title, read_at, video_readings.title != '') AS title,
  toUnixTimestamp64Milli(argMax(published_at, read_at)) AS at
FROM facts(video_readings)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64}
GROUP BY video_id
ORDER BY video_id`,
  });
  return rows.map(({ id, title, at }) => ({ id, title, at: Number(at) }));
}

/** Broadcasts of an account that anything has told so far. */
export async function knownSessions(warehouse: Warehouse, account: AccountName): Promise<KnownSession[]> {
  const rows = await warehouse.query<{ id: string; start: string; finish: string | null }>({
    name: 'ingest.known_sessions',
    maxRows: 0,
    params: keyOf(account),
    sql: `
SELECT
  session_id AS id,
  toUnixTimestamp64Milli(argMin(started_at, source = 'file')) AS start,
  toUnixTimestamp64Milli(argMinIf(ended_at, source = 'file', ended_at IS NOT NULL)) AS finish
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64}
GROUP BY session_id
ORDER BY session_id`,
  });
  return rows.map(({ id, start, finish }) => ({ id, from: Number(start), to: finish === null ? null : Number(finish) }));
}
