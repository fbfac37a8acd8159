import type { Period, Signal } from '@app/contracts';
import type { DetectorScope, ScannedAccount } from './detector';
import { asked, entryParameters } from './facts/viewer-entries';
import { ENTRY_SETTINGS, toldEntries } from './facts/viewer-entries.sql';

/** A room that shares viewers with the inspected one; `key`: of its account. */
export interface OverlapRoom {
  key: string;
  viewers: number;
  /** Viewers of the inspected room among them, and as many as sizes alone let expect. */
  shared: number;
  expected: number;
  /** Detectors whose findings name it together with the inspected room. */
  detectors: string[];
}

/** Who shares viewers with a room: counts alone, never a viewer. Null: nobody is known to have been there. */
export interface Overlaps {
  viewers: number;
  rooms: OverlapRoom[];
  /** Two others: the inspected room's viewers that both have. */
  between: { a: string; b: string; shared: number; detectors: string[] }[];
  /** Rooms that share a viewer, of which `rooms` are the most remarkable. */
  found: number;
}

/** Who was there is asked, not how often: an entry that two sources tell changes nothing. */
const TOLD = toldEntries({ mixed: false, given: true });
/** Rooms that are drawn, with the inspected one. */
const MOST_ROOMS = 50;
const MOST_BETWEEN = 300;
const LARGE = `${ENTRY_SETTINGS}, max_bytes_before_external_group_by = 1000000000`;

const PERSONS = `SELECT
    viewer,
    groupUniqArray(account_key) AS rooms
  FROM told
  WHERE NOT sentinel AND NOT staff
  GROUP BY viewer`;

/** `part`: persons, each divided among the rooms where it was: together as many as there are. */
const ROOMS = `WITH ${TOLD}
SELECT
  toString(room) AS key,
  count() AS viewers,
  countIf(has(rooms, {account: UInt64})) AS shared,
  sum(1 / length(rooms)) AS part
FROM (
  ${PERSONS}
)
ARRAY JOIN rooms AS room
GROUP BY room
${LARGE}`;

const BETWEEN = `WITH ${TOLD}
SELECT
  toString(pair.1) AS a,
  toString(pair.2) AS b,
  count() AS shared
FROM (
  SELECT arrayJoin(arrayFilter(one -> one.1 < one.2, arrayFlatten(arrayMap(x -> arrayMap(y -> (x, y), others), others)))) AS pair
  FROM (
    SELECT arrayFilter(room -> room != {account: UInt64}, rooms) AS others
    FROM (
      ${PERSONS}
    )
    WHERE has(rooms, {account: UInt64}) AND length(rooms) > 2
  )
)
GROUP BY pair
ORDER BY
  shared DESC,
  a,
  b
LIMIT ${MOST_BETWEEN}
${LARGE}`;

/** Rooms and rings that the findings name: by detector the keys of accounts. */
function named(scope: DetectorScope, signals: readonly Signal[], at: number): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add = (detector: string, keys: readonly string[]): void =>
    void found.set(detector, new Set([...(found.get(detector) ?? []), ...keys]));
  for (const { detector, evidence } of signals) {
    const { accounts, bucketAccounts } = evidence.parameters;
    if (bucketAccounts !== undefined && Array.isArray(accounts)) add(detector, accounts.map(String));
    const partners = new Set((evidence.rows ?? []).flatMap(({ partner }) => (typeof partner === 'string' ? [partner] : [])));
    if (partners.size > 0)
      add(
        detector,
        scope.peers.filter(({ key }) => partners.has(scope.dealerAt(key, at) ?? '')).map(({ key }) => key),
      );
  }
  return found;
}

/** Rooms that have viewers of an account's room in common with it over a period; those that findings name first, then the most remarkable by their sizes. */
export async function overlapsOf(
  scope: DetectorScope,
  { account, period, signals }: { account: ScannedAccount; period: Period; signals: readonly Signal[] },
): Promise<Overlaps | null> {
  const ask = (keys: readonly string[]) => ({ ...entryParameters(scope, keys, period), account: account.key });
  const rows = await scope.query<{ key: string; viewers: string; shared: string; part: number }>({
    ...{ name: 'integrity.overlaps', sql: ROOMS, params: asked(ROOMS, ask(scope.peers.map(({ key }) => key))), maxSeconds: 120 },
  });
  const own = rows.find(({ key }) => key === account.key);
  if (!own) return null;
  const persons = rows.reduce((sum, { part }) => sum + Number(part), 0);
  const rings = named(scope, signals, period.to - 1);
  const namedBy = (...keys: string[]): string[] =>
    [...rings].flatMap(([detector, of]) => (keys.every((key) => of.has(key)) ? [detector] : [])).sort();
  const all = rows
    .filter(({ key, shared }) => key !== account.key && Number(shared) > 0)
    .map(({ key, viewers, shared }): OverlapRoom => {
      const expected = (Number(own.viewers) * Number(viewers)) / Math.max(1, persons);
      const [seen, common] = [Number(viewers), Number(shared)];
      return { key, viewers: seen, shared: common, expected: Math.round(expected * 10) / 10, detectors: namedBy(key) };
    })
    .sort((a, b) => b.detectors.length - a.detectors.length || remarkable(b) - remarkable(a) || (a.key < b.key ? -1 : 1));
  const rooms = all.slice(0, MOST_ROOMS - 1);
  const drawn = [account.key, ...rooms.map(({ key }) => key)];
  const pairs =
    rooms.length < 2
      ? []
      : await scope.query<{ a: string; b: string; shared: string }>({
          ...{ name: 'integrity.overlaps-between', sql: BETWEEN, params: asked(BETWEEN, ask(drawn)), maxSeconds: 120 },
        });
  return {
    viewers: Number(own.viewers),
    rooms,
    between: pairs.map(({ a, b, shared }) => ({ a, b, shared: Number(shared), detectors: namedBy(a, b) })),
    found: all.length,
  };
}

/** Beyond what sizes let expect, in units of chance. */
const remarkable = ({ shared, expected }: OverlapRoom): number => (shared - expected) / Math.sqrt(expected + 1);
