import type { FootfallRow, RankingRow, ShowroomRow, TierRow, ValueRow } from '@app/contracts';

type CountedRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;

export interface AccountCounts {
  accountsKnown: number;
  accountsTotal: number;
}

/** Accounts that rows are made of, and those of which their figure is known: of the shown rows alone, so that no count tells of what is hidden. */
export function accountCounts(rows: readonly CountedRow[]): AccountCounts {
  const counts = rows.map(countsOf);
  const sum = (count: keyof AccountCounts) => counts.reduce((total, own) => total + own[count], 0);
  return { accountsKnown: sum('accountsKnown'), accountsTotal: sum('accountsTotal') };
}

/** Rows of tiers count their accounts in the structure, or are one account. */
function countsOf(row: CountedRow): AccountCounts {
  if ('accountsTotal' in row) return row;
  if (row.structure) return { accountsKnown: row.structure.accountsKnown, accountsTotal: row.structure.accounts };
  return { accountsKnown: row.trailingValueCny === null ? 0 : 1, accountsTotal: 1 };
}
