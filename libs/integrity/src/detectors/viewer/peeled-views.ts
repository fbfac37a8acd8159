import type { InorganicEntries, SignalParameters } from '@app/contracts';
import type { DetectorScope, ScannedAccount } from '../../detector';
import { CHANNELS, FEATURES, FEATURE_SIZES, VIEW_WEIGHT, viewFeatures } from '../../facts/view-features.sql';
import { asked, entryChunks, entryParameters } from '../../facts/viewer-entries';
import { ANY_READING, ENTRY_SETTINGS, type EntryReading, inorganicEntries } from '../../facts/viewer-entries.sql';
import { peel, type AlikeViews, type HonestShares, type Peel } from './peel';
import { START_BINS, STAY_BINS } from './stay-shape';
import { grouped } from '../../grouped';

/** A session whose views are to be split. `chances`: expected chance of each stay given the start bin. `suspect`: chance of a view in a cell to be of the other kind. */
export interface SuspectRoom {
  account: string;
  sessionId: string;
  chances: ArrayLike<number>;
  suspect: ArrayLike<number>;
  /** Share of views in cells above what is expected. */
  excess: number;
}

/** The other kind is at most so many times what the cells alone show: some of it hides in ordinary cells. */
const BEYOND = 1.3;
/** Accounts read by one statement. */
const ACCOUNTS = 10;

const TARGETED = `(account_key, session_id) IN (
    SELECT
      target.1,
      target.2
    FROM (SELECT arrayJoin(arrayZip({targetAccounts: Array(UInt64)}, {targetSessions: Array(String)})) AS target)
  )`;

/** Views per look: of each target session by cell, and of all sessions of its account's history together by start (in the first cell of the start). */
const LOOKS = (how: EntryReading): string => `WITH ${viewFeatures(how)}
SELECT
  account_key AS account,
  if(${TARGETED}, session_id, '') AS ofSession,
  if(ofSession = '', toUInt16(intDiv(cell, ${STAY_BINS}) * ${STAY_BINS}), cell) AS look,
  ${FEATURES.slice(1).join(',\n  ')},
  count() AS views
FROM viewed
WHERE ofSession != '' OR start_ms < {judgedFrom: Int64}
GROUP BY
  account,
  ofSession,
  look,
  ${FEATURES.slice(1).join(',\n  ')}
${ENTRY_SETTINGS}`;

const SOURCES = `SELECT
  toString(traffic_source) AS source,
  count() AS entries
FROM candidates(entries)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND month >= {loadFromMonth: UInt32} AND month <= {loadToMonth: UInt32}
GROUP BY source
ORDER BY
  entries DESC,
  source
LIMIT ${CHANNELS}`;

interface LookRow {
  account: string;
  ofSession: string;
  look: number;
  views: string;
}
type FeatureRow = LookRow & Record<(typeof FEATURES)[number], number>;

/** Splits the views of suspect sessions by everything that is known of a view; by account and session (`account/session`). */
export async function peelRooms(scope: DetectorScope, rooms: readonly SuspectRoom[]): Promise<Map<string, PeeledRoom>> {
  const peeled = new Map<string, PeeledRoom>();
  const accounts = [...new Set(rooms.map(({ account }) => account))].sort();
  const sql = LOOKS({ ...ANY_READING, staged: (await entryChunks(scope))[0]?.staged });
  for (let at = 0; at < accounts.length; at += ACCOUNTS) {
    const some = accounts.slice(at, at + ACCOUNTS);
    const parameters = entryParameters(scope, some, { from: scope.historyFrom, to: scope.window.to });
    const sources = await scope.query<{ source: string }>({
      ...{ name: 'integrity.view-sources', sql: SOURCES, params: asked(SOURCES, parameters) },
    });
    const targets = rooms.filter(({ account }) => some.includes(account));
    const all: SignalParameters = {
      ...parameters,
      sources: sources.map(({ source }) => source),
      targetAccounts: targets.map(({ account }) => account),
      targetSessions: targets.map(({ sessionId }) => sessionId),
    };
    const rows = await scope.query<FeatureRow>({ name: 'integrity.view-looks', sql, params: asked(sql, all), maxSeconds: 300 });
    const byRoom = grouped(rows, ({ account, ofSession }) => `${account}/${ofSession}`);
    for (const room of targets) {
      const name = `${room.account}/${room.sessionId}`;
      const split = splitRoom(room, byRoom.get(name) ?? [], byRoom.get(`${room.account}/`) ?? []);
      if (split) peeled.set(name, { ...split, sources: all.sources as string[] });
    }
  }
  return peeled;
}

export interface PeeledRoom {
  peel: Peel;
  sources: string[];
}

const groupOf = (row: FeatureRow): AlikeViews => ({
  features: FEATURES.map((feature) => (feature === 'cell' ? Number(row.look) : Number(row[feature]))),
  views: Number(row.views),
});

function splitRoom(room: SuspectRoom, own: readonly FeatureRow[], others: readonly FeatureRow[]): { peel: Peel } | null {
  const groups = own.map(groupOf);
  if (groups.length === 0) return null;
  const honest = honestShares(others.map(groupOf), room.chances);
  return {
    peel: peel(
      groups,
      honest,
      groups.map(({ features }) => room.suspect[features[0]]),
      Math.min(0.95, BEYOND * room.excess + 0.04),
    ),
  };
}

/** Shares of the room's other sessions; starts over the whole session are a fifth of the reference, since every evening has another course. */
function honestShares(others: readonly AlikeViews[], chances: ArrayLike<number>): HonestShares {
  const counts = FEATURE_SIZES.map((size) => new Array<number>(size).fill(0));
  let total = 0;
  for (const { features, views } of others) {
    total += views;
    features.forEach((value, feature) => (counts[feature][value] += views));
  }
  const [starts, ...rest] = counts;
  const cells = Array.from(chances, (chance, cell) => {
    const start = Math.floor(cell / STAY_BINS);
    const usual = total > 0 ? starts[start * STAY_BINS] / total : 1 / START_BINS;
    return (0.8 * usual + 0.2 / START_BINS) * chance;
  });
  return [cells, ...rest.map((shares) => shares.map((count) => (total > 0 ? count / total : 1 / shares.length)))];
}

/** The removal that a peel stands for: a query that weighs each view of the session, without a viewer's key in its parameters. */
export function peeledEntries(
  scope: DetectorScope,
  account: ScannedAccount,
  sessionId: string,
  { peel: { views, low, high, bias, weights }, sources }: PeeledRoom,
): InorganicEntries {
  const parameters: SignalParameters = {
    ...entryParameters(scope, [account.key], { from: scope.historyFrom, to: scope.window.to }),
    ...{ sources, session: sessionId, bias },
    ...Object.fromEntries(FEATURES.map((feature, at) => [`${feature}Weights`, weights[at]])),
  };
  const sql = inorganicEntries(viewFeatures(ANY_READING), `session_id = {session: String} AND ${VIEW_WEIGHT} > 0`, 'viewed');
  return { kind: 'entries', platform: account.platform, accountId: account.accountId, count: views, low, high, sql, parameters };
}
