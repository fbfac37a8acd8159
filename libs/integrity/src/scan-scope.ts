import { businessDay, dayStart, type BrandState, type IncentiveRules, type Period } from '@app/contracts';
import { policyOf } from '@app/database';
import type { NamedQuery, Warehouse } from '@app/warehouse';
import { declaredSpans } from './declared-spans';
import type { DetectorScope, ScannedAccount } from './detector';
import { grouped } from './grouped';
import { firstDayOf, weekOf } from './calibration/units';
import type { EntryStaging } from './facts/staged-entries';
import { ScanMeter } from './scan-cost';

const DAY_MS = 86_400_000;
/** Own history that is read before the window. */
const HISTORY_DAYS = 60;
/** So much history before a window is enough to judge all of it. */
const ENOUGH_DAYS = 28;

export interface ScopeAsk {
  warehouse: Warehouse;
  state: BrandState;
  /** Every version of the brand's incentive rules; absent: no detector may ask. */
  incentives?: readonly IncentiveRules[];
  window: Period;
  /** Keys of the accounts that are asked for; null: all. */
  accounts: readonly string[] | null;
  /** What the last full scan has learnt; empty: nothing is kept. */
  kept: ReadonlyMap<string, unknown>;
  /** Where entries are read once; absent: each look reads them where they lie. */
  staging?: EntryStaging;
  meter?: ScanMeter;
  signal?: AbortSignal;
}

const FIRST_FACT = `SELECT
  toString(min(first)) AS first,
  count() AS facts
FROM (
  SELECT toUnixTimestamp64Milli(min(started_at)) AS first
  FROM candidates(sessions)
  WHERE brand_id = {brandId: UInt32} AND started_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND started_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
  HAVING count() > 0
  UNION ALL
  SELECT toUnixTimestamp64Milli(toDateTime64(min(day), 3, 'UTC')) AS first
  FROM candidates(video_days)
  WHERE brand_id = {brandId: UInt32} AND day >= toDate(fromUnixTimestamp64Milli({from: Int64}, 'UTC')) AND day < toDate(fromUnixTimestamp64Milli({to: Int64}, 'UTC'))
  HAVING count() > 0
  UNION ALL
  SELECT toUnixTimestamp64Milli(min(read_at)) AS first
  FROM candidates(video_readings)
  WHERE brand_id = {brandId: UInt32} AND read_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND read_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
  HAVING count() > 0
)`;

/** What detectors ask of a scan, and what they made to be kept (`made`: by name, JSON). */
export async function openScope(ask: ScopeAsk): Promise<{ scope: DetectorScope; made: Map<string, unknown> }> {
  const { warehouse, state, window, staging, meter = new ScanMeter() } = ask;
  const { brandId, code, zone } = state.brand;
  const sourcesLastFirst = [...policyOf(state.policies, businessDay(window.to - 1, zone).slice(0, 7)).sourceOrder].reverse();
  const given = { brandId, zone, sourcesLastFirst };
  const query = <Row>(named: NamedQuery): Promise<Row[]> =>
    meter.statement(named.name, () => warehouse.query<Row>({ ...named, params: { ...given, ...named.params }, signal: ask.signal }));
  const made = new Map<string, unknown>();
  const reference = async <Value>(name: string, make: () => Promise<Value>): Promise<Value> => {
    if (ask.kept.has(name)) return ask.kept.get(name) as Value;
    if (made.has(name)) return made.get(name) as Value;
    // what is kept and what is used the first time are the same: both have been JSON
    const value = JSON.parse(JSON.stringify(await make())) as Value;
    made.set(name, value);
    return value;
  };
  const earliest = window.from - HISTORY_DAYS * DAY_MS;
  const { historyFrom, judgedFrom } = await reference('span', async () => {
    const [{ first, facts }] = await query<{ first: string; facts: string }>({
      name: 'integrity.first_fact',
      sql: FIRST_FACT,
      params: { from: earliest, to: window.to },
    });
    const begins = Number(facts) === 0 ? window.from : Number(first);
    return { historyFrom: Math.max(earliest, begins), judgedFrom: judgedFromOf({ window, historyFrom: earliest, zone, first: begins }) };
  });
  const peers = state.accounts.map(({ accountKey: key, platform, accountId }): ScannedAccount => ({ key, platform, accountId }));
  const asked = ask.accounts === null ? null : new Set(ask.accounts);
  const byKey = new Map(peers.map((account) => [account.key, account]));
  const owned = grouped(state.ownerships, ({ accountKey }) => accountKey);
  const shared = new Map<string, Promise<unknown>>();
  const scope: DetectorScope = {
    brandId,
    brand: code,
    zone,
    window,
    historyFrom,
    judgedFrom,
    sourcesLastFirst,
    accounts: asked === null ? peers : peers.filter(({ key }) => asked.has(key)),
    peers,
    incremental: asked !== null,
    state,
    ...(ask.incentives ? { incentives: ask.incentives } : {}),
    declared: declaredSpans(state),
    dealerAt: (key, instant) => owned.get(key)?.find(({ from, to }) => from <= instant && (to === null || instant < to))?.dealerId ?? null,
    accountOf: (key) => byKey.get(key),
    query,
    shared: <Value>(name: string, make: () => Promise<Value>) => {
      if (!shared.has(name)) shared.set(name, meter.fact(name, make));
      return shared.get(name) as Promise<Value>;
    },
    reference,
    ...(staging ? { staging } : {}),
    signal: ask.signal,
  };
  return { scope, made };
}

/**
 * From when a window is judged: the beginning of its first business week, or, where facts begin later than four weeks before, sixty days (or two thirds of
 * what is known) after their beginning. Pure.
 */
export function judgedFromOf({
  window,
  historyFrom,
  zone,
  first,
}: {
  window: Period;
  historyFrom: number;
  zone: string;
  first: number;
}): number {
  const begins = Math.max(first, historyFrom);
  const wanted =
    begins <= window.from - ENOUGH_DAYS * DAY_MS ? window.from : begins + Math.min(HISTORY_DAYS * DAY_MS, ((window.to - begins) * 2) / 3);
  const day = Math.floor(Date.parse(`${businessDay(wanted, zone)}T00:00:00Z`) / DAY_MS);
  return dayStart(new Date(firstDayOf(weekOf(day)) * DAY_MS).toISOString().slice(0, 10), zone);
}
