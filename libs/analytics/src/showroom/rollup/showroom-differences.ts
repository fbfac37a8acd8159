import { monthNumber, monthPeriod } from '@app/contracts';
import type { Basis, BrandState, Policy } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { leftOutEntries } from '../../exclusions/exclusions';
import type { KeptDifference } from '../../kept-difference';
import { DemandReader } from '../demand.reader';
import { showroom } from '../showroom';
import type { ShowroomFigures } from '../showroom-figures';
import { ShowroomInput, scopeOf } from '../showroom-scope';
import { keptMonth } from './kept-month';
import { STORED_ACCOUNTS } from './stored.sql';

const COLUMNS = [
  ...[
    'entries',
    'usable',
    'excluded',
    'excludedUsable',
    'liveSource',
    'viewers',
    'visits',
    'showroom',
    'possible',
    'showroomOn2Days',
    'consecutive',
  ],
  ...['showroomVisits', 'showroomDwell', 'otherVisits', 'otherDwell'],
  ...['sessions', 'skipped', 'platformViewers', 'identifiedViewers', 'seenEntries', 'views'],
];
/** What is kept per viewer shows in figures of several accounts only. */
const TOGETHER: (keyof ShowroomFigures)[] = [
  ...(['viewers', 'visits', 'showroomVisitors', 'showroomVisitorsOn2Days', 'consecutiveVisitors'] as const),
  ...(['meanDwellShowroom', 'meanDwellOthers', 'showroomVisitorsHigh'] as const),
];

type Counts = Record<string, string>;

interface ComparedKeys {
  state: BrandState;
  policy: Policy;
  month: string;
  accounts: readonly string[];
}

/**
 * The kept rows of some accounts and a month against what the entries say on demand, column by column; then the figures of these accounts together,
 * which come from the rows per viewer. Columns of the adjusted basis, of the accounts that cases touch, say so. Empty: they are the same.
 */
export async function showroomDifferences(warehouse: Warehouse, keys: ComparedKeys): Promise<KeptDifference[]> {
  const touched = leftOutEntries(keys.state, 'adjusted', keys.accounts);
  const raw = await differencesIn('raw', warehouse, keys);
  if (touched.size === 0) return raw;
  const adjusted = await differencesIn('adjusted', warehouse, { ...keys, accounts: [...touched.keys()] });
  return [...raw, ...adjusted.map((difference) => ({ ...difference, column: `adjusted ${difference.column}` }))];
}

async function differencesIn(
  basis: Basis,
  warehouse: Warehouse,
  { state, policy, month, accounts }: ComparedKeys,
): Promise<KeptDifference[]> {
  const { brandId, zone } = state.brand;
  const period = monthPeriod(month, zone);
  const input = (groupOf: (account: string) => string): ShowroomInput => ({
    ...{ brandId, zone, state, policy, basis, period: { month }, dataInstant: period.to },
    memberships: accounts.map((accountKey) => ({ accountKey, group: groupOf(accountKey), ...period })),
  });
  const kept = await warehouse.query<Counts>({
    name: 'verify.account_month',
    sql: STORED_ACCOUNTS,
    params: { brandId, months: [keptMonth(monthNumber(month), basis === 'adjusted')], accounts: accounts.map(BigInt) },
  });
  const stored = new Map(kept.map((row) => [row.account, row]));
  const recomputed = await countsOnDemand(
    warehouse,
    input((account) => account),
    state,
  );
  const differences = accounts.flatMap((accountKey) => unequal(accountKey, COLUMNS, stored.get(accountKey), recomputed.get(accountKey)));
  if (accounts.length === 1) return differences;
  const together = input(() => 'all');
  const [[ours], [theirs]] = await Promise.all([showroom(warehouse, { ...together, stored: true }), showroom(warehouse, together)]);
  return [...differences, ...unequal(null, TOGETHER, asCounts(ours), asCounts(theirs))];
}

/** The columns of account_month from the entries, by account. */
async function countsOnDemand(warehouse: Warehouse, input: ShowroomInput, state: BrandState): Promise<Map<string, Counts>> {
  const scope = scopeOf(input);
  const reader = new DemandReader(warehouse, scope, state);
  const { entries, sessions } = await reader.countsAndSessions();
  const { visitors, consecutive } = await reader.visitorsOf(scope.accounts);
  const counts = new Map<string, Counts>(scope.accounts.map((account) => [account, {}]));
  const add = (account: string, row: object) => Object.assign(counts.get(account)!, row);
  for (const row of entries) add(row.account, row);
  for (const row of sessions) if (row.subject > 0) add(row.account, row);
  for (const row of visitors) add(scope.groups[row.subject - 1].group, { ...row, possible: row.upperByAccount[1][0] ?? '0' });
  for (const [subject, viewers] of consecutive) add(scope.groups[subject - 1].group, { consecutive: String(viewers) });
  return counts;
}

function unequal(accountKey: string | null, columns: readonly string[], stored: Counts = {}, recomputed: Counts = {}): KeptDifference[] {
  return columns
    .map((column) => ({ accountKey, column, stored: asText(stored[column]), recomputed: asText(recomputed[column]) }))
    .filter((figure) => (figure.stored ?? '0') !== (figure.recomputed ?? '0'));
}

const asCounts = (figures: ShowroomFigures): Counts => Object.fromEntries(TOGETHER.map((column) => [column, String(figures[column])]));
const asText = (value: unknown): string | null => (value === undefined ? null : String(value));
