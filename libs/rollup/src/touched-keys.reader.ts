import { addMonths, businessMonth, monthNumber } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { Progress } from './progress';
import type { Rollup } from './rollup';

/** Months as YYYYMM numbers, with their accounts. */
export type TouchedKeys = Map<number, Set<string>>;

/** A delivery that the watermark does not cover and that is closed now. Without a watermark also what came without any delivery (0). */
export const PENDING = `(((delivery_id > {horizon: UInt64} OR {version: UInt64} = 0) AND delivery_id <= {newHorizon: UInt64}) OR delivery_id IN {open: Array(UInt64)})
    AND delivery_id NOT IN {newOpen: Array(UInt64)}`;

const MARKS = `SELECT
  fact,
  toString(account_key) AS account,
  bucket,
  toUnixTimestamp64Milli(min(first_at)) AS first,
  toUnixTimestamp64Milli(max(last_at)) AS last,
  max(notEmpty(names)) AS named
FROM dirty_keys
WHERE brand_id = {brandId: UInt32} AND fact IN {facts: Array(String)} AND ${PENDING}
GROUP BY
  fact,
  account,
  bucket`;

const NAMED = `SELECT
    account_key,
    arrayJoin(names) AS name
  FROM dirty_keys
  WHERE brand_id = {brandId: UInt32} AND fact IN {facts: Array(String)} AND ${PENDING}`;

/**
 * A session or lead is marked wherever any source has put it: what one source says now may be that another one is right again. Without FINAL, so
 * that what was replaced is seen as long as it is there; what a key knows by name is found anyway.
 */
const PLACED: Readonly<Record<string, string>> = {
  sessions: `SELECT
  toString(account_key) AS account,
  toUnixTimestamp64Milli(started_at) AS first,
  greatest(first, max(toUnixTimestamp64Milli(ifNull(ended_at, started_at + INTERVAL 24 HOUR))) OVER (PARTITION BY account_key, session_id)) AS last
FROM sessions
WHERE brand_id = {brandId: UInt32} AND (account_key, session_id) IN (${NAMED})`,
  leads: `SELECT
  toString(account_key) AS account,
  toUnixTimestamp64Milli(toDateTime64(day, 3, 'UTC')) AS first,
  first AS last
FROM leads
WHERE brand_id = {brandId: UInt32} AND (account_key, toString(lead_key)) IN (${NAMED})`,
};

const KNOWN = `SELECT
  toString(account_key) AS account,
  month,
  reach_from AS reachFrom,
  reach_to AS reachTo
FROM rollup(rollup_key)
WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String} AND account_key IN {accounts: Array(UInt64)}`;

const KNOWN_BY_NAME = `SELECT DISTINCT
  toString(account_key) AS account,
  month
FROM (
  SELECT
    account_key,
    month,
    arrayJoin(names) AS name
  FROM rollup(rollup_key)
  WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String} AND account_key IN {accounts: Array(UInt64)}
)
WHERE (account_key, name) IN (${NAMED})`;

interface Mark {
  account: string;
  /** Entries know their business month. */
  bucket: number | null;
  first: number;
  last: number;
  reaches: boolean;
}

/**
 * What the deliveries between two watermarks have touched: the months in which the facts lie (those that are not entries are widened to the months
 * of both clocks), the keys into whose reach they fall, and those that know a named session or lead. Several plain queries: pieces that several
 * others read would be analysed, and run, once for each of them.
 */
export async function readTouchedKeys(
  warehouse: Warehouse,
  rollup: Rollup,
  span: { brandId: number; zone: string; from: Progress; to: Pick<Progress, 'horizon' | 'open'> },
): Promise<TouchedKeys> {
  const { brandId, from, to } = span;
  const given = {
    brandId,
    rollup: rollup.name,
    version: from.version,
    horizon: BigInt(from.horizon),
    open: from.open.map(BigInt),
    newHorizon: BigInt(to.horizon),
    newOpen: to.open.map(BigInt),
  };
  const ask = <Row>(name: string, sql: string, facts: string[], accounts: string[] = []) => {
    const params = { ...given, facts, accounts: accounts.map(BigInt) };
    return warehouse.query<Row>({ name: `rollup.${name}`, sql, params, maxSeconds: 600, maxRows: 50_000_000 });
  };
  const { marks, named } = await readMarks(rollup, ask);
  const touched: TouchedKeys = new Map();
  const add = (month: number, account: string) => touched.set(month, (touched.get(month) ?? new Set()).add(account));
  for (const mark of marks) for (const month of monthsOf(mark, span.zone, rollup.lastsMs)) add(month, mark.account);
  const accounts = [...new Set(marks.map((mark) => mark.account))];
  if (accounts.length === 0) return touched;
  const [known, byName] = await Promise.all([
    ask<{ account: string; month: number; reachFrom: string; reachTo: string }>('known_keys', KNOWN, [], accounts),
    named ? ask<{ account: string; month: number }>('named_keys', KNOWN_BY_NAME, Object.keys(rollup.facts), accounts) : [],
  ]);
  const byAccount = new Map<string, Mark[]>();
  for (const mark of marks) {
    if (!mark.reaches) continue;
    const own = byAccount.get(mark.account);
    if (own) own.push(mark);
    else byAccount.set(mark.account, [mark]);
  }
  for (const key of known) {
    const [reachFrom, reachTo] = [Number(key.reachFrom), Number(key.reachTo)];
    if (byAccount.get(key.account)?.some((mark) => mark.first < reachTo && mark.last >= reachFrom)) add(key.month, key.account);
  }
  for (const key of byName) add(key.month, key.account);
  return touched;
}

type Ask = <Row>(name: string, sql: string, facts: string[]) => Promise<Row[]>;

async function readMarks(rollup: Rollup, ask: Ask): Promise<{ marks: Mark[]; named: boolean }> {
  const facts = Object.keys(rollup.facts);
  const rows = await ask<{ fact: string; account: string; bucket: number; first: string; last: string; named: number }>(
    'marks',
    MARKS,
    facts,
  );
  const marks = rows.map(({ fact, account, bucket, first, last }): Mark => ({
    account,
    bucket: fact === 'entries' ? bucket : null,
    first: Number(first),
    last: Number(last),
    reaches: rollup.facts[fact] === 'reach',
  }));
  for (const fact of new Set(rows.map((row) => row.fact))) {
    if (!(fact in PLACED)) continue;
    for (const { account, first, last } of await ask<{ account: string; first: string; last: string }>(`placed_${fact}`, PLACED[fact], [
      fact,
    ]))
      marks.push({ account, bucket: null, first: Number(first), last: Number(last), reaches: rollup.facts[fact] === 'reach' });
  }
  return { marks, named: rows.some((row) => row.named) };
}

function monthsOf({ bucket, first, last }: Mark, zone: string, lastsMs = 0): Set<number> {
  const instants = [first, last];
  const months =
    bucket !== null
      ? [bucket]
      : [...instants.map((at) => businessMonth(at, zone)), ...instants.map((at) => new Date(at).toISOString().slice(0, 7))].map(
          monthNumber,
        );
  const after: number[] = [];
  if (lastsMs > 0)
    for (let month = businessMonth(first, zone); month < businessMonth(last + lastsMs, zone);)
      after.push(monthNumber((month = addMonths(month, 1))));
  return new Set([...months, ...after]);
}
