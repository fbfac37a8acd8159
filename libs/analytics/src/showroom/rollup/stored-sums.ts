import type { SessionFigures, VisitorSums } from '../showroom-readings';

type Counts = Record<
  | 'entries'
  | 'usable'
  | 'excluded'
  | 'excludedUsable'
  | 'viewers'
  | 'visits'
  | 'showroom'
  | 'possible'
  | 'showroomOn2Days'
  | 'consecutive'
  | 'showroomVisits'
  | 'showroomDwell',
  string
> &
  Record<'otherVisits' | 'otherDwell' | 'sessions' | 'skipped' | 'platformViewers' | 'identifiedViewers' | 'seenEntries' | 'views', string>;
/** A row of account_month, with the subject that it belongs to; counts as text. */
export type AccountMonth = Counts & { account: string; month: number; liveSource: number; subject: number };
export type GroupSums = Omit<VisitorSums, 'rolling' | 'open' | 'showroomByAccount' | 'upperByAccount'>;
/** How many viewers of one account of a subject are of the short list; account 0: the subject's consecutive visitors. */
export interface ListRow {
  subject: number;
  account: string;
  showroom: string;
  possible: string;
  consecutive: string;
}

const SESSION_COUNTS = ['sessions', 'skipped', 'platformViewers', 'identifiedViewers', 'seenEntries', 'views'] as const;

/** One row per account and subject: whether an account's entries are seen at all is asked of all its months together. */
export function sessionSums(rows: AccountMonth[]): SessionFigures[] {
  const sums = new Map<string, SessionFigures>();
  for (const row of rows) {
    const key = `${row.account} ${row.subject}`;
    const sum = sums.get(key) ?? { ...NO_SESSIONS, account: row.account, subject: row.subject };
    for (const count of SESSION_COUNTS) sum[count] = String(BigInt(sum[count]) + BigInt(row[count]));
    sums.set(key, sum);
  }
  return [...sums.values()];
}
const NO_SESSIONS = {
  sessions: '0',
  skipped: '0',
  platformViewers: '0',
  identifiedViewers: '0',
  seenEntries: '0',
  views: '0',
  eligibleBefore: '0',
  earlier: '0',
};

/** Sums of a subject without any visit in its months. */
export const NOTHING = {
  viewers: '0',
  visits: '0',
  showroom: '0',
  showroomOn2Days: '0',
  showroomVisits: '0',
  showroomDwell: '0',
  otherVisits: '0',
  otherDwell: '0',
  showroomByAccount: [[], []] as [string[], string[]],
  upperByAccount: [[], []] as [string[], string[]],
};

/** Sums of a subject that one row says it all of. */
export function singleSums(subject: number, row: AccountMonth) {
  const { viewers, visits, showroom, showroomOn2Days, showroomVisits, showroomDwell, otherVisits, otherDwell } = row;
  return {
    subject,
    ...{ viewers, visits, showroom, showroomOn2Days, showroomVisits, showroomDwell, otherVisits, otherDwell },
    showroomByAccount: [[row.account], [showroom]] as [string[], string[]],
    upperByAccount: [[row.account], [row.possible]] as [string[], string[]],
  };
}

/** Sums of subjects with several rows. */
export function groupedSums(groups: GroupSums[], list: ListRow[]) {
  const bySubject = new Map<number, ListRow[]>();
  for (const row of list) if (row.account !== '0') listed(bySubject, row.subject).push(row);
  return groups.map((group) => {
    const own = bySubject.get(group.subject) ?? [];
    const accounts = own.map((row) => row.account);
    return {
      ...group,
      showroomByAccount: [accounts, own.map((row) => row.showroom)] as [string[], string[]],
      upperByAccount: [accounts, own.map((row) => row.possible)] as [string[], string[]],
    };
  });
}

/** The rows of a subject, to be added to. */
export function listed<Row>(rows: Map<number, Row[]>, subject: number): Row[] {
  const own = rows.get(subject) ?? [];
  rows.set(subject, own);
  return own;
}
