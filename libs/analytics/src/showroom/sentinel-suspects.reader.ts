import { businessMonth, monthNumber, type BrandState, type Period } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { staffColumns } from './left-out';
import { SESSIONS, SESSION_SPANS, assigned } from './sessions.sql';
import { SCAN_SETTINGS } from '../statement-settings';
import { entryPieces } from './showroom.sql';

/** From when on an id is no person: more entries than this into one session, and more than this share of all of its entries … */
const SESSION_ENTRIES = 20;
const SESSION_SHARE = 0.05;
/** … or rooms of so many accounts entered within one minute. */
const ROOMS_AT_ONCE = 10;
/** Sessions without an end last 24 h at most. */
const DAY_MS = 86_400_000;
const MOST = 500;

/** A viewer key with its evidence; instants epoch ms. */
export interface SuspectRow {
  viewer: bigint;
  platform: string;
  entries: number;
  sessionEntries: number;
  largestShare: number;
  roomsAtOnce: number;
  rooms: number;
  firstSeenAt: number;
  lastSeenAt: number;
}

/** In a session: what share of its entries is of one id. */
const CROWDING = `audience AS (
  SELECT
    account_key,
    session_id,
    count() AS all_entries
  FROM (${assigned('noted', 'e.account_key AS account_key')})
  WHERE session_id != ''
  GROUP BY
    account_key,
    session_id
),
attendance AS (
  SELECT
    account_key,
    viewer_key,
    session_id,
    count() AS own_entries
  FROM (${assigned('entry', 'e.account_key AS account_key, e.viewer_key AS viewer_key, e.unseen AS unseen')})
  WHERE session_id != '' AND unseen = 0
  GROUP BY
    account_key,
    viewer_key,
    session_id
  HAVING own_entries > ${SESSION_ENTRIES}
),
crowding AS (
  SELECT
    viewer_key,
    argMax(own_entries, (own_entries / all_entries, own_entries)) AS session_entries,
    max(own_entries / all_entries) AS largest_share
  FROM attendance
  INNER JOIN audience ON audience.account_key = attendance.account_key AND audience.session_id = attendance.session_id
  WHERE own_entries > ${SESSION_SHARE} * all_entries
  GROUP BY viewer_key
)`;

/** In a minute: rooms of how many accounts one id has entered. */
const EVERYWHERE = `everywhere AS (
  SELECT
    viewer_key,
    max(minute_rooms) AS rooms_at_once
  FROM (
    SELECT
      viewer_key,
      intDiv(entered_ms, 60000) AS minute,
      uniqExact(account_key) AS minute_rooms
    FROM entry
    WHERE unseen = 0
    GROUP BY
      viewer_key,
      minute
    HAVING minute_rooms >= ${ROOMS_AT_ONCE}
  )
  GROUP BY viewer_key
)`;

/** Sentinels and staff that are declared are left out; all other ids are judged by what they do in one session and in one minute. */
const suspects = (staff: boolean): string => `WITH ${entryPieces({ staff, raffles: false })},
${SESSIONS},
${SESSION_SPANS},
${CROWDING},
${EVERYWHERE},
suspect AS (
  SELECT viewer_key FROM crowding
  UNION DISTINCT
  SELECT viewer_key FROM everywhere
)
SELECT
  toString(entry.viewer_key) AS viewer,
  any(dictionary.platform) AS platform,
  count() AS entries,
  any(crowding.session_entries) AS sessionEntries,
  round(any(crowding.largest_share), 4) AS largestShare,
  any(everywhere.rooms_at_once) AS roomsAtOnce,
  uniqExact(entry.account_key) AS rooms,
  min(entered_ms) AS firstSeenAt,
  max(entered_ms) AS lastSeenAt
FROM entry
INNER JOIN (
  SELECT
    account_key,
    any(platform) AS platform
  FROM account_keys
  WHERE brand_id = {brandId: UInt32}
  GROUP BY account_key
) AS dictionary ON dictionary.account_key = entry.account_key
LEFT JOIN crowding ON crowding.viewer_key = entry.viewer_key
LEFT JOIN everywhere ON everywhere.viewer_key = entry.viewer_key
WHERE entry.viewer_key IN (SELECT viewer_key FROM suspect)
GROUP BY entry.viewer_key
ORDER BY
  largestShare DESC,
  entries DESC
LIMIT ${MOST}
${SCAN_SETTINGS}`;

/** Ids that behave like no person in the sessions and minutes of a period. Only ever proposals: a person decides (domain.md 3.5). */
export async function sentinelSuspects(warehouse: Warehouse, state: BrandState, period: Period): Promise<SuspectRow[]> {
  const { brandId, zone } = state.brand;
  const staff = staffColumns(state);
  const month = (instant: number) => monthNumber(businessMonth(instant, zone));
  const rows = await warehouse.query<Record<keyof SuspectRow, string>>({
    name: 'showroom.suspects',
    sql: suspects(staff.staffViewers.length > 0),
    params: {
      brandId,
      accounts: state.accounts.map(({ accountKey }) => BigInt(accountKey)),
      sourceOrder: [],
      sentinels: state.sentinelKeys.map(BigInt),
      minSessionMs: 0,
      ...{ loadFrom: Math.max(0, period.from - DAY_MS), loadTo: period.to + DAY_MS },
      ...{ loadFromMonth: month(Math.max(0, period.from - DAY_MS)), loadToMonth: month(period.to + DAY_MS) },
      ...staff,
    },
    maxSeconds: 600,
  });
  return rows.map((row) => ({
    viewer: BigInt(row.viewer),
    platform: row.platform,
    entries: Number(row.entries),
    sessionEntries: Number(row.sessionEntries),
    largestShare: Number(row.largestShare),
    roomsAtOnce: Number(row.roomsAtOnce),
    rooms: Number(row.rooms),
    firstSeenAt: Number(row.firstSeenAt),
    lastSeenAt: Number(row.lastSeenAt),
  }));
}

/** The keys that entries carry together with one: what the same viewer is called before and after a change. With an instant of an entry under it. */
export async function keysBeside(
  warehouse: Warehouse,
  brandId: number,
  viewer: bigint,
): Promise<{ former: bigint; next: bigint; at: number }[]> {
  const rows = await warehouse.query<{ former: string; next: string; at: string }>({
    name: 'showroom.keys_beside',
    sql: `SELECT
  toString(viewer_key) AS former,
  toString(next_viewer_key) AS next,
  min(toUnixTimestamp64Milli(entered_at)) AS at
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND next_viewer_key != 0 AND (viewer_key = {viewer: UInt64} OR next_viewer_key = {viewer: UInt64})
GROUP BY
  former,
  next
${SCAN_SETTINGS}`,
    params: { brandId, viewer },
    maxSeconds: 600,
  });
  return rows.map(({ former, next, at }) => ({ former: BigInt(former), next: BigInt(next), at: Number(at) }));
}
