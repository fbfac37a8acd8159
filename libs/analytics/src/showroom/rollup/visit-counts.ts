/** Viewers of a group that have the same numbers of visits, as the store tells them: counts as text. */
export interface VisitCount {
  subject: number;
  /** Most counted visits of such a viewer to one account in one month. */
  most: number;
  /** The same over the accounts and months in which the visits lie on two days; 0: none. */
  mostOn2Days: number;
  persons: string;
  viewers: string;
  visits: string;
  knownVisits: string;
  knownDwell: string;
}

/** Viewers of one account of a group, by the most counted visits (`most`) and the most visits that may count (`possible`) of a month. */
export interface AccountVisitCount {
  subject: number;
  account: string;
  most: number;
  possible: number;
  persons: string;
}

/** Rows by the group that they are of. */
export function bySubject<Row extends { subject: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const own = groups.get(row.subject);
    if (own) own.push(row);
    else groups.set(row.subject, [row]);
  }
  return groups;
}

const total = <Row>(rows: readonly Row[], count: (row: Row) => string): string =>
  rows.reduce((sum, row) => sum + BigInt(count(row)), 0n).toString();

/** The sums of one group under a number of visits that makes a showroom visitor (domain.md 3.8, 3.9, 3.14). */
export function sumsUnder(minVisits: number, subject: number, counts: readonly VisitCount[], accounts: readonly AccountVisitCount[]) {
  const often = counts.filter((row) => row.most >= minVisits);
  const seldom = counts.filter((row) => row.most < minVisits);
  return {
    subject,
    open: 0,
    viewers: total(counts, (row) => row.viewers),
    visits: total(counts, (row) => row.visits),
    showroom: total(often, (row) => row.persons),
    showroomOn2Days: total(
      often.filter((row) => row.mostOn2Days > 0 && row.mostOn2Days >= minVisits),
      (row) => row.persons,
    ),
    rolling: '0',
    showroomVisits: total(often, (row) => row.knownVisits),
    showroomDwell: total(often, (row) => row.knownDwell),
    otherVisits: total(seldom, (row) => row.knownVisits),
    otherDwell: total(seldom, (row) => row.knownDwell),
    showroomByAccount: byAccount(accounts, (row) => row.most >= minVisits),
    upperByAccount: byAccount(accounts, (row) => row.possible >= minVisits),
  };
}

function byAccount(rows: readonly AccountVisitCount[], counts: (row: AccountVisitCount) => boolean): [string[], string[]] {
  const found = new Map<string, bigint>();
  for (const row of rows) if (counts(row)) found.set(row.account, (found.get(row.account) ?? 0n) + BigInt(row.persons));
  return [[...found.keys()], [...found.values()].map(String)];
}
