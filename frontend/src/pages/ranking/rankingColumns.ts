import type { RankingRow, ShowroomRow } from '@app/contracts';
import { byLeague, type League } from '@/figures/leagues';
import { inOrder } from '@/figures/order';
import { subjectKey } from '@/figures/subject';
import type { RankingLevel } from '@/composables/useAddress';

/** A row of the table: the ranking with the same subject's showroom figures, where these have arrived. */
export interface TableRow {
  key: string;
  ranking: RankingRow;
  showroom: ShowroomRow | null;
}
export const COLUMN_IDS = [
  'rank',
  'name',
  'rankChange',
  'score',
  'tier',
  'vst',
  'value',
  'trailing',
  'loyalShare',
  'viewers',
  'on2Days',
  'accounts',
  'coverage',
  'peerGroup',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

/** Columns that only the showroom report fills. */
export const SHOWROOM_COLUMNS: readonly ColumnId[] = ['viewers', 'on2Days'];

interface Column {
  width: number;
  figure: boolean;
  /** What the column sorts on; exact decimals stay text. Null sorts last both ways. */
  sortBy(row: TableRow): number | string | null;
  /** Fields of the CSV, with the figure in full. */
  csv: { field: string; value(row: TableRow): number | string | null }[];
}

const TIER_ORDER = { head: 4, base: 3, outer: 2, incubating: 1 } as const;
const tierWeight = ({ ranking: r }: TableRow) => {
  if (r.earnedTier) return TIER_ORDER[r.earnedTier];
  // more accounts of a higher tier come first
  return r.tierCounts ? r.tierCounts.head * 1e9 + r.tierCounts.base * 1e6 + r.tierCounts.outer * 1e3 + r.tierCounts.incubating : null;
};
const counts = (tier: keyof typeof TIER_ORDER) => ({
  field: `${tier}Accounts`,
  value: ({ ranking }: TableRow) => ranking.tierCounts?.[tier] ?? null,
});
const plain = (field: string, value: (row: TableRow) => number | string | null) => ({ sortBy: value, csv: [{ field, value }] });

/** Whom a row is compared with: the group of its first known part (parts with few peers may have a wider one, which the row's details tell). */
export const peerGroupOf = ({ parts }: RankingRow): string | null => parts.find(({ peerGroup }) => peerGroup !== null)?.peerGroup ?? null;

/** What each column holds. Names of CSV fields are those of the reports. */
export const COLUMNS: Record<ColumnId, Column> = {
  rank: {
    width: 64,
    figure: true,
    sortBy: (row) => row.ranking.rank,
    csv: [
      { field: 'rank', value: (row) => row.ranking.rank },
      { field: 'rankLow', value: (row) => row.ranking.rankLow ?? null },
      { field: 'rankHigh', value: (row) => row.ranking.rankHigh ?? null },
    ],
  },
  name: {
    width: 200,
    figure: false,
    sortBy: (row) => row.ranking.name,
    csv: [
      { field: 'name', value: (row) => row.ranking.name },
      { field: 'subject', value: (row) => row.key },
    ],
  },
  rankChange: {
    width: 84,
    figure: true,
    sortBy: (row) => row.ranking.rankChange ?? null,
    csv: [
      { field: 'rankBefore', value: (row) => row.ranking.rankBefore ?? null },
      { field: 'rankChange', value: (row) => row.ranking.rankChange ?? null },
    ],
  },
  score: {
    width: 200,
    figure: true,
    sortBy: (row) => row.ranking.score,
    csv: [
      { field: 'score', value: (row) => row.ranking.score },
      { field: 'weightKnown', value: (row) => row.ranking.weightKnown },
    ],
  },
  tier: {
    width: 160,
    figure: true,
    sortBy: tierWeight,
    csv: [
      { field: 'earnedTier', value: (row) => row.ranking.earnedTier },
      { field: 'projected', value: (row) => (row.ranking.earnedTier ? String(row.ranking.projected) : null) },
      counts('head'),
      counts('base'),
      counts('outer'),
      counts('incubating'),
    ],
  },
  vst: {
    width: 140,
    figure: true,
    sortBy: (row) => row.ranking.showroomVisitors,
    csv: [
      { field: 'showroomVisitors', value: (row) => row.ranking.showroomVisitors },
      { field: 'showroomVisitorsLow', value: (row) => row.ranking.showroomVisitorsLow },
      { field: 'showroomVisitorsHigh', value: (row) => row.ranking.showroomVisitorsHigh },
    ],
  },
  value: {
    width: 124,
    figure: true,
    sortBy: (row) => row.ranking.valueCny,
    csv: [
      { field: 'valueCny', value: (row) => row.ranking.valueCny },
      { field: 'valueAtLeast', value: (row) => (row.ranking.valueCny === null ? null : String(row.ranking.valueAtLeast)) },
    ],
  },
  trailing: { width: 132, figure: true, ...plain('trailingValueCny', (row) => row.ranking.trailingValueCny) },
  loyalShare: { width: 88, figure: true, ...plain('loyalShare', (row) => row.ranking.loyalShare) },
  viewers: { width: 96, figure: true, ...plain('viewers', (row) => row.showroom?.viewers ?? null) },
  on2Days: { width: 112, figure: true, ...plain('showroomVisitorsOn2Days', (row) => row.showroom?.showroomVisitorsOn2Days ?? null) },
  accounts: {
    width: 92,
    figure: true,
    sortBy: (row) => row.ranking.accountsTotal,
    csv: [
      { field: 'accountsKnown', value: (row) => row.ranking.accountsKnown },
      { field: 'accountsTotal', value: (row) => row.ranking.accountsTotal },
    ],
  },
  coverage: { width: 96, figure: true, ...plain('coverage', (row) => row.ranking.coverage) },
  peerGroup: { width: 168, figure: false, ...plain('peerGroup', (row) => peerGroupOf(row.ranking)) },
};

/** Columns that a level has at all, in order; `hidden` are left out. Name and rank always stay. */
export function visibleColumns(level: RankingLevel, hidden: string[]): ColumnId[] {
  return COLUMN_IDS.filter(
    (id) =>
      (id === 'accounts' ? level !== 'account' : true) &&
      (id === 'peerGroup' ? level === 'account' : true) &&
      (id === 'rank' || id === 'name' || !hidden.includes(id)),
  );
}

/** Joins the two reports by subject. */
export function joinRows(ranking: RankingRow[], showroom: ShowroomRow[]): TableRow[] {
  const known = new Map(showroom.map((row) => [subjectKey(row), row]));
  return ranking.map((row) => {
    const key = subjectKey(row);
    return { key, ranking: row, showroom: known.get(key) ?? null };
  });
}

/** Rows in which every word of the filter occurs in name, dealer, id or place. */
export function filterRows(rows: TableRow[], text: string): TableRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return rows;
  return rows.filter(({ ranking }) => {
    const hay = searched(ranking);
    return words.every((word) => hay.includes(word));
  });
}

/** What the filter looks in, put together once for each row: it is looked at with every letter typed. */
const hays = new WeakMap<RankingRow, string>();
function searched(row: RankingRow): string {
  let hay = hays.get(row);
  if (hay === undefined) {
    hay = [row.name, row.dealerName, row.dealerId, row.accountId, row.adcode, row.salesRegion].join(' ').toLowerCase();
    hays.set(row, hay);
  }
  return hay;
}

/** Whether rows in this order stand league by league. */
const inLeagues = (sort: string) => sort === '' || sort === 'rank' || sort === '-rank';

/** What the list draws, top to bottom: rows, each league under its heading. `index` counts the rows alone. */
export type ListItem =
  { kind: 'league'; key: string; league: League; count: number } | { kind: 'row'; key: string; row: TableRow; index: number };

/** Rows in their order, with headings where they stand in more than one league. */
export function listItems(rows: TableRow[], sort: string): ListItem[] {
  const items: ListItem[] = [];
  const groups = inLeagues(sort) ? byLeague(rows, (row) => row.ranking) : [];
  const push = (row: TableRow, index: number) => items.push({ kind: 'row', key: row.key, row, index });
  if (groups.length < 2 && groups[0]?.league.kind !== 'partial') {
    rows.forEach(push);
    return items;
  }
  let index = 0;
  for (const { league, rows: members } of groups) {
    if (league.kind !== 'one') items.push({ kind: 'league', key: `league ${league.key}`, league, count: members.length });
    for (const row of members) push(row, index++);
  }
  return items;
}

/** `-value` sorts falling, `value` rising. Without a sort the order of the ranking stays. Unknown is last both ways; equals keep their order. */
export function sortRows(rows: TableRow[], sort: string): TableRow[] {
  const falling = sort.startsWith('-');
  const id = (falling ? sort.slice(1) : sort) as ColumnId;
  if (!COLUMN_IDS.includes(id)) return rows;
  const { sortBy } = COLUMNS[id];
  // a rank says nothing about who stands in another league
  return id === 'rank'
    ? byLeague(rows, (row) => row.ranking).flatMap((group) => inOrder(group.rows, sortBy, falling))
    : inOrder(rows, sortBy, falling);
}
