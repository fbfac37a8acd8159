import { staffColumns } from '@app/analytics';
import { businessMonth, monthNumber, type BrandState, type Period, type SignalParameters } from '@app/contracts';
import type { DeclaredSpan, DetectorScope } from '../detector';
import { grouped } from '../grouped';
import type { EntryReading } from './viewer-entries.sql';

const DAY_MS = 86_400_000;
/** Of one statement: what is grouped stays far below the memory of a small machine. */
const CHUNK_ENTRIES = 6_000_000;
/** How long before and after the beginning or the end of something declared its comings and goings last. */
const AROUND: Partial<Record<DeclaredSpan['kind'], { before: number; after: number }>> = {
  raffle: { before: 90_000, after: 240_000 },
  guest: { before: 300_000, after: 600_000 },
  event: { before: 600_000, after: 600_000 },
  outage: { before: 120_000, after: 300_000 },
};
/** Declared for so long, it has no middle: a raffle or an outage explains all of its time, a guest and an event only their two ends. */
const WHOLE: readonly DeclaredSpan['kind'][] = ['raffle', 'outage'];

/** Accounts that one statement reads, all of one kind. Keys are decimal strings. */
export interface EntryChunk extends EntryReading {
  accounts: string[];
  entries: number;
}

/** What holds of all of them. */
export const readingOf = (chunks: readonly EntryReading[]): EntryReading => ({
  mixed: chunks.some(({ mixed }) => mixed),
  given: chunks.every(({ given }) => given),
  staged: chunks[0]?.staged,
  stagedRooms: chunks[0]?.stagedRooms,
});

/** The asked accounts that have any entry in the scope's window and history, in their order, in chunks that one statement can group; staged where the scope stages. */
export const entryChunks = (scope: DetectorScope): Promise<EntryChunk[]> =>
  scope.shared('viewers.chunks', async () => {
    const chunks = await readChunks(scope);
    return scope.staging ? scope.staging.fill(scope, chunks) : chunks;
  });

async function readChunks(scope: DetectorScope): Promise<EntryChunk[]> {
  const rows = await scope.query<{ account: string; entries: string; sources: string; sessionless: string }>({
    name: 'integrity.entry-sizes',
    sql: `SELECT
  account_key AS account,
  count() AS entries,
  uniqExact(source) AS sources,
  countIf(session_id = '') AS sessionless
FROM candidates(entries)
WHERE brand_id = {brandId: UInt32} AND month >= {loadFromMonth: UInt32} AND month <= {loadToMonth: UInt32} AND account_key IN {accounts: Array(UInt64)}
GROUP BY account
ORDER BY account_key`,
    params: { ...months(scope, scope.historyFrom, scope.window.to), accounts: scope.accounts.map(({ key }) => BigInt(key)) },
  });
  const chunks: EntryChunk[] = [];
  const kindOf = (row: (typeof rows)[number]): EntryReading => ({ mixed: Number(row.sources) > 1, given: Number(row.sessionless) === 0 });
  for (const [kind, own] of grouped(rows, (row) => JSON.stringify(kindOf(row)))) {
    let chunk: EntryChunk | undefined;
    for (const row of own) {
      const entries = Number(row.entries);
      if (!chunk || chunk.entries + entries > CHUNK_ENTRIES)
        chunks.push((chunk = { ...(JSON.parse(kind) as EntryReading), accounts: [], entries: 0 }));
      chunk.accounts.push(row.account);
      chunk.entries += entries;
    }
  }
  return chunks;
}

const months = (scope: DetectorScope, from: number, to: number) => ({
  loadFromMonth: monthNumber(businessMonth(from, scope.zone)),
  loadToMonth: monthNumber(businessMonth(to, scope.zone)),
});

/** What a query about one session has to read of what the scan has read: a session's entries may lie a little outside of it. */
export const around = (scope: DetectorScope, { from, to }: Period): Period => ({
  from: Math.max(scope.historyFrom, from - DAY_MS),
  to: Math.min(scope.window.to, to + DAY_MS),
});

/** Parameters of `seenEntries` and `toldEntries` for accounts and a span of instants, 64-bit numbers as text; kept without the staff (`withoutStaff`). */
export function entryParameters(scope: DetectorScope, accounts: readonly string[], { from, to }: Period): SignalParameters {
  const load = { from: from - DAY_MS, to: to + DAY_MS };
  const quiet = accounts.flatMap((account) => quietSpans(scope.declared(account), load).map((span) => ({ account, ...span })));
  return {
    brandId: scope.brandId,
    accounts: [...accounts],
    ...{ loadFrom: from, loadTo: to, judgedFrom: scope.judgedFrom },
    ...months(scope, from, to),
    sentinels: [...scope.state.sentinelKeys],
    sourceOrder: [...scope.sourcesLastFirst].reverse(),
    minSessionMs: 0,
    ...staffParameters(scope.state, accounts),
    quietAccounts: quiet.map(({ account }) => account),
    quietFrom: quiet.map(({ from: since }) => since),
    quietTo: quiet.map(({ to: until }) => until),
  };
}

/** Who is declared as staff of accounts, as the state says now. */
function staffParameters(state: BrandState, accounts: readonly string[]) {
  const { staff, places } = staffOf(state);
  // of the whole brand as well, in the order of the declarations
  const kept = ['0', ...new Set(accounts)].flatMap((account) => places.get(account) ?? []).sort((a, b) => a - b);
  return {
    staffViewers: kept.map((at) => String(staff.staffViewers[at])),
    staffAccounts: kept.map((at) => String(staff.staffAccounts[at])),
    staffFrom: kept.map((at) => staff.staffFrom[at]),
    staffTo: kept.map((at) => staff.staffTo[at]),
  };
}

type Staff = { staff: ReturnType<typeof staffColumns>; places: Map<string, number[]> };
// asked for once per finding: a network has thousands of both
const knownStaff = new WeakMap<BrandState, Staff>();

function staffOf(state: BrandState): Staff {
  const known = knownStaff.get(state);
  if (known) return known;
  const staff = staffColumns(state);
  const places = grouped(staff.staffAccounts.keys(), (at) => String(staff.staffAccounts[at]));
  knownStaff.set(state, { staff, places });
  return { staff, places };
}

/** Parameters as they are kept: keys of persons stay with their declaration, so that they go with it. */
export const withoutStaff = (parameters: SignalParameters): SignalParameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !OF_STAFF.includes(name)));
const OF_STAFF = ['staffViewers', 'staffAccounts', 'staffFrom', 'staffTo'];

/** Kept parameters as the client takes them, with the staff of their accounts as the state declares it now. */
export function boundParameters(sql: string, parameters: SignalParameters, state: BrandState): Record<string, unknown> {
  if (!sql.includes('{staffViewers:')) return asked(sql, parameters);
  const { accounts } = parameters;
  return asked(sql, { ...parameters, ...staffParameters(state, Array.isArray(accounts) ? accounts.map(String) : []) });
}

/** Spans in which comings and goings are explained, overlapping ones as one. */
export function quietSpans(declared: readonly DeclaredSpan[], load: Period): Period[] {
  const spans = declared
    .flatMap(({ kind, from, to }) => {
      const around = AROUND[kind];
      if (!around) return [];
      if (WHOLE.includes(kind)) return [{ from: from - around.before, to: to + around.after }];
      return [from, to].map((edge) => ({ from: edge - around.before, to: edge + around.after }));
    })
    .filter(({ from, to }) => from < load.to && to > load.from)
    .sort((a, b) => a.from - b.from);
  const joined: Period[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ ...span });
  }
  return joined;
}

/** Parameters as the client takes them: what the statement wants as a list of 64-bit numbers is kept as text. */
export const asked = (sql: string, parameters: SignalParameters): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      Array.isArray(value) && sql.includes(`{${name}: Array(UInt64)}`) ? value.map((one: string | number) => BigInt(one)) : value,
    ]),
  );
