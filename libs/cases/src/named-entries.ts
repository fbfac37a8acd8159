import type { BrandState, FusionContext, InorganicEntries, Period, Signal } from '@app/contracts';
import { listsTogether } from '@app/integrity';
import type { Warehouse } from '@app/warehouse';
import * as refuse from './case-errors';

/** So many lists one statement puts together; of more the span is cut. The store refuses texts of too many parts. */
const AT_ONCE = 60;
/** A span is not cut any shorter; so many lists may be about it. */
const LEAST_SPAN_MS = 3_600_000;
const MOST_LISTS = 200;

const STARTS = `SELECT
  session_id AS sessionId,
  toString(toUnixTimestamp64Milli(min(started_at))) AS startedAt
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32}
  AND account_key IN {accounts: Array(UInt64)}
  AND started_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
  AND started_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
GROUP BY session_id
ORDER BY
  startedAt,
  session_id`;

const counted = (entries: string): string => `SELECT
  lists,
  if(place = 0, '', {sessions: Array(String)}[place]) AS item,
  toString(count()) AS entries
FROM (
  SELECT
    lists,
    arrayLastIndex(start -> start <= toInt64(enteredAt), {starts: Array(Int64)}) AS place
  FROM (${entries})
  WHERE toInt64(enteredAt) >= {from: Int64} AND toInt64(enteredAt) < {to: Int64}
)
GROUP BY
  lists,
  item`;

interface Listed {
  signalId: string;
  list: InorganicEntries;
}
type Counted = NonNullable<FusionContext['namedEntries']>;
type Sessions = readonly { sessionId: string; startedAt: string }[];
interface Facts {
  warehouse: Warehouse;
  state: BrandState;
}

/**
 * Entries of a span that findings name, counted by the store: each once, by session and by the set of findings that name it. Undefined: no finding lists
 * entries. Throws unprocessable where too many lists are about one hour, and what the store throws: who decides must not take what is supposed for what was
 * counted (`countedOrSupposed`).
 */
export async function countNamed(
  { warehouse, state }: Facts,
  signals: readonly Signal[],
  span: Period,
): Promise<FusionContext['namedEntries']> {
  const lists = signals.flatMap(({ signalId, evidence }) =>
    (evidence.removes ?? []).flatMap((list): Listed[] => (list.kind === 'entries' ? [{ signalId, list }] : [])),
  );
  if (lists.length === 0) return undefined;
  const { brandId } = state.brand;
  const accounts = [...new Set(lists.flatMap(({ list }) => accountOf(list)))];
  const starts = await warehouse.query<{ sessionId: string; startedAt: string }>({
    ...{ name: 'cases.session-starts', sql: STARTS, params: { brandId, accounts: accounts.map(BigInt), ...span } },
  });
  return countWithin({ warehouse, state }, { lists, starts }, span);
}

/** Of more lists than one statement takes, the halves of the span are counted apart: an entry is in one of them, and few lists reach over both. */
async function countWithin(of: Facts, named: { lists: readonly Listed[]; starts: Sessions }, { from, to }: Period): Promise<Counted> {
  const lists = named.lists.filter(({ list: { parameters } }) => !(Number(parameters.loadFrom) >= to || Number(parameters.loadTo) <= from));
  if (lists.length === 0) return [];
  const isShort = to - from <= LEAST_SPAN_MS;
  if (isShort && lists.length > MOST_LISTS) throw refuse.tooManyLists(lists.length);
  if (isShort || lists.length <= AT_ONCE) return countTogether(of, { ...named, lists }, { from, to });
  const middle = Math.floor((from + to) / 2);
  const first = await countWithin(of, { ...named, lists }, { from, to: middle });
  return [...first, ...(await countWithin(of, { ...named, lists }, { from: middle, to }))];
}

async function countTogether(
  { warehouse, state }: Facts,
  { lists, starts }: { lists: readonly Listed[]; starts: Sessions },
  span: Period,
): Promise<Counted> {
  const { sql, params } = listsTogether(
    lists.map(({ list }) => list),
    state,
  );
  const sessions = starts.map(({ sessionId }) => sessionId);
  const rows = await warehouse.query<{ lists: number[]; item: string; entries: string }>({
    ...{ name: 'cases.named-entries', sql: counted(sql), maxSeconds: 300 },
    params: { ...params, sessions, starts: starts.map(({ startedAt }) => Number(startedAt)), ...span },
  });
  return rows.map(({ lists: of, item, entries }) => ({
    signalIds: of.map((at) => lists[Number(at)].signalId),
    ...{ item: item === '' ? null : item, entries: Number(entries) },
  }));
}

/** The same for whoever only opens or shows a case, which is not lost because the store could not be asked: what is supposed then stands instead, and `uncounted` hears why. */
export async function countedOrSupposed(
  of: Facts,
  signals: readonly Signal[],
  { span, uncounted }: { span: Period; uncounted: (error: unknown) => void },
): Promise<FusionContext['namedEntries']> {
  try {
    return await countNamed(of, signals, span);
  } catch (error) {
    uncounted(error);
    return undefined;
  }
}

/** The account whose entries a list names. */
const accountOf = ({ parameters: { account, accounts } }: InorganicEntries): string[] =>
  account !== undefined ? [String(account)] : Array.isArray(accounts) ? accounts.map(String) : [];
