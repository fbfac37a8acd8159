import { businessMonth, monthNumber, monthPeriod, monthText } from '@app/contracts';
import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { EntryCount, SessionFigures, ShowroomReadings, VisitorSums } from '../showroom-readings';
import { ShowroomScope, subjectAt } from '../showroom-scope';
import { ShowroomReader } from '../showroom.reader';
import { STORED_ACCOUNTS, STORED_FIRST, STORED_LIST, STORED_VIEWERS } from './stored.sql';

type Counts = Record<
  | 'entries'
  | 'usable'
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
type AccountMonth = Counts & { account: string; month: number; liveSource: number; subject: number };
type GroupSums = Omit<VisitorSums, 'rolling' | 'open' | 'showroomByAccount' | 'upperByAccount'>;
interface ListRow {
  subject: number;
  account: string;
  showroom: string;
  possible: string;
  consecutive: string;
}

/** The figures of whole months from the roll-ups. Grabbers, and the rolling number where it is asked for, still come from the entries. */
export class StoredReader implements ShowroomReadings {
  private readonly demand: ShowroomReader;
  private readonly months: number[];
  private rows: AccountMonth[] = [];

  constructor(
    private readonly warehouse: Warehouse,
    private readonly scope: ShowroomScope,
    state: BrandState,
  ) {
    this.demand = new ShowroomReader(warehouse, scope, state);
    this.months = scope.buckets.map((bucket) => monthNumber(businessMonth(bucket.from, scope.zone)));
  }

  async countsAndSessions(): Promise<{ entries: EntryCount[]; sessions: SessionFigures[] }> {
    const subject = subjectAt(this.scope);
    const starts = new Map(this.scope.buckets.map((bucket) => [monthNumber(businessMonth(bucket.from, this.scope.zone)), bucket.from]));
    const rows = await this.ask<Omit<AccountMonth, 'subject'>>('showroom.stored_accounts', STORED_ACCOUNTS, this.scope.accounts);
    this.rows = rows.map((row) => ({ ...row, subject: subject(row.account, starts.get(row.month)!) }));
    return {
      entries: this.rows.filter((row) => row.entries !== '0'),
      sessions: sessionSums(this.rows.filter((row) => row.sessions !== '0')),
    };
  }

  async firstEntries(accounts: string[]): Promise<Map<string, number>> {
    if (accounts.length === 0) return new Map();
    const rows = await this.ask<{ account: string; month: number }>('showroom.stored_first', STORED_FIRST, accounts);
    return new Map(rows.map((row) => [row.account, monthPeriod(monthText(row.month), this.scope.zone).from]));
  }

  async visitorsOf(accounts: string[]) {
    const known = new Set(accounts);
    const rows = new Map<number, AccountMonth[]>();
    for (const row of this.rows) if (known.has(row.account)) listed(rows, row.subject).push(row);
    const several = new Set([...rows].filter(([, own]) => own.length > 1).map(([subject]) => subject));
    const [groups, list, grabbers, rolling] = await Promise.all([
      several.size === 0 ? [] : this.ask<GroupSums>('showroom.stored_viewers', STORED_VIEWERS, accounts, this.owners(several, known)),
      several.size === 0 ? [] : this.ask<ListRow>('showroom.stored_list', STORED_LIST, accounts, this.owners(several, known)),
      this.demand.grabbers(accounts),
      this.scope.rankingOnly ? [] : this.demand.rollingSums(accounts),
    ]);
    const rollingOf = new Map(rolling.map((row) => [row.subject, row.rolling]));
    const single = [...rows].filter(([subject]) => !several.has(subject)).map(([subject, [row]]) => singleSums(subject, row));
    const visitors = [...single, ...groupedSums(groups, list)].map((sums) => ({
      ...sums,
      open: 0,
      rolling: rollingOf.get(sums.subject) ?? '0',
    }));
    const shown = new Set(visitors.map((sums) => sums.subject));
    for (const row of rolling)
      if (!shown.has(row.subject)) visitors.push({ ...NOTHING, subject: row.subject, open: 0, rolling: row.rolling });
    const consecutive = new Map<number, number>();
    for (const [subject, [row]] of rows) if (!several.has(subject)) consecutive.set(subject, Number(row.consecutive));
    for (const row of list) if (row.account === '0') consecutive.set(row.subject, Number(row.consecutive));
    return { visitors, grabbers, consecutive };
  }

  /** Accounts of some subjects with their months, as parallel columns. */
  private owners(subjects: ReadonlySet<number>, known: ReadonlySet<string>): Record<string, unknown> {
    const own = this.rows.filter((row) => subjects.has(row.subject) && known.has(row.account));
    return {
      ownerAccounts: own.map((row) => BigInt(row.account)),
      ownerMonths: own.map((row) => row.month),
      ownerSubjects: own.map((row) => row.subject),
      accounts: [...new Set(own.map((row) => row.account))].map(BigInt),
    };
  }

  private ask<Row>(name: string, sql: string, accounts: string[], more: Record<string, unknown> = {}): Promise<Row[]> {
    const { brandId, policy } = this.scope;
    const params = { brandId, months: this.months, accounts: accounts.map(BigInt), minVisits: policy.minVisits, ...more };
    return this.warehouse.query<Row>({ name, sql, params });
  }
}

const SESSION_COUNTS = ['sessions', 'skipped', 'platformViewers', 'identifiedViewers', 'seenEntries', 'views'] as const;

/** One row per account and subject: whether an account's entries are seen at all is asked of all its months together. */
function sessionSums(rows: AccountMonth[]): SessionFigures[] {
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

const NOTHING = {
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

function singleSums(subject: number, row: AccountMonth) {
  const { viewers, visits, showroom, showroomOn2Days, showroomVisits, showroomDwell, otherVisits, otherDwell } = row;
  return {
    subject,
    ...{ viewers, visits, showroom, showroomOn2Days, showroomVisits, showroomDwell, otherVisits, otherDwell },
    showroomByAccount: [[row.account], [showroom]] as [string[], string[]],
    upperByAccount: [[row.account], [row.possible]] as [string[], string[]],
  };
}

function groupedSums(groups: GroupSums[], list: ListRow[]) {
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

function listed<Row>(rows: Map<number, Row[]>, subject: number): Row[] {
  const own = rows.get(subject) ?? [];
  rows.set(subject, own);
  return own;
}
