import { businessMonth, monthNumber, monthPeriod, monthText } from '@app/contracts';
import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { PartMemory, partsOfAccounts } from '../../part-memory';
import { rowsByAccount } from '../rows-by-account';
import type { EntryCount, SessionFigures, ShowroomReadings, VisitorSums } from '../showroom-readings';
import { ShowroomScope, subjectAt } from '../showroom-scope';
import { ShowroomReader } from '../showroom.reader';
import { STORED_ROLLING } from './rolling.sql';
import { STORED_ACCOUNTS, STORED_FIRST, storedList, storedViewers } from './stored.sql';

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

/** Everything that a visitor's row of a group is made of. */
interface SubjectRows {
  sums: GroupSums | undefined;
  list: ListRow[];
}

/** The figures of whole months from the roll-ups: of groups with one account and month from account_month, of others from the rows per viewer. */
export class StoredReader implements ShowroomReadings {
  protected readonly demand: ShowroomReader;
  protected readonly months: number[];
  /** Changes of the viewer key between the months, which call viewers by the key of their own time. */
  protected readonly keyChanges: number[];
  protected rows: AccountMonth[] = [];

  constructor(
    private readonly warehouse: Warehouse,
    protected readonly scope: ShowroomScope,
    state: BrandState,
    protected readonly memory: PartMemory,
  ) {
    this.demand = new ShowroomReader(warehouse, scope, state);
    this.keyChanges = (state.viewerKeyChanges ?? []).filter((change) => change > scope.period.from && change < scope.period.to);
    this.months = scope.buckets.map((bucket) => monthNumber(businessMonth(bucket.from, scope.zone)));
  }

  async countsAndSessions(): Promise<{ entries: EntryCount[]; sessions: SessionFigures[] }> {
    const subject = subjectAt(this.scope);
    const starts = new Map(this.scope.buckets.map((bucket) => [monthNumber(businessMonth(bucket.from, this.scope.zone)), bucket.from]));
    const kept = await this.memory.recall<Omit<AccountMonth, 'subject'>[]>({
      name: 'showroom.accounts',
      decidedBy: [this.scope.brandId, this.months],
      from: ['showroom'],
      parts: partsOfAccounts(this.scope.accounts),
      read: async (accounts) => rowsByAccount(await this.ask('showroom.stored_accounts', STORED_ACCOUNTS, accounts)),
    });
    this.rows = [...kept.values()].flat().map((row) => ({ ...row, subject: subject(row.account, starts.get(row.month)!) }));
    return {
      entries: this.rows.filter((row) => row.entries !== '0'),
      sessions: sessionSums(this.rows.filter((row) => row.sessions !== '0')),
    };
  }

  async firstEntries(accounts: string[]): Promise<Map<string, number>> {
    const kept = await this.memory.recall<number>({
      name: 'showroom.first',
      decidedBy: [this.scope.brandId],
      from: ['showroom'],
      parts: partsOfAccounts(accounts),
      read: async (asked) => {
        const rows = await this.ask<{ account: string; month: number }>('showroom.stored_first', STORED_FIRST, asked);
        return new Map(rows.map((row) => [row.account, row.month]));
      },
    });
    return new Map([...kept].map(([account, month]) => [account, monthPeriod(monthText(month), this.scope.zone).from]));
  }

  async visitorsOf(accounts: string[]) {
    const known = new Set(accounts);
    const rows = new Map<number, AccountMonth[]>();
    for (const row of this.rows) if (known.has(row.account)) listed(rows, row.subject).push(row);
    const several = new Map([...rows].filter(([, own]) => own.length > 1));
    const [grouped, grabbers, rolling] = await Promise.all([
      this.subjects(several),
      this.grabbers(accounts),
      this.scope.rankingOnly ? [] : this.rolling(accounts),
    ]);
    const list = [...grouped.values()].flatMap((subject) => subject.list);
    const groups = [...grouped.values()].flatMap((subject) => subject.sums ?? []);
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

  /** Rolling showroom visitors per subject, from the kept month in which the window ends; from the entries when it ends in none of the asked months. */
  async rolling(accounts: string[]): Promise<{ subject: number; rolling: string }[]> {
    const { brandId, rolling, zone, policy } = this.scope;
    const month = monthNumber(businessMonth(rolling.to - 1, zone));
    if (!this.months.includes(month)) return this.demand.rollingSums(accounts);
    const subject = subjectAt(this.scope);
    const accountsOf = new Map<number, string[]>();
    for (const account of accounts) listed(accountsOf, subject(account, rolling.to - 1)).push(account);
    const kept = await this.memory.recall<string>({
      name: 'showroom.rolling',
      decidedBy: [brandId, month, rolling, policy.minVisits],
      from: ['rolling'],
      parts: this.partsOf(accountsOf),
      read: async (groups) => {
        const asked = groups.map((group) => this.subjectOf(group));
        const members = asked.flatMap((place) => accountsOf.get(place)!);
        const rows = await this.ask<{ subject: number; rolling: string }>('showroom.stored_rolling', STORED_ROLLING, members, {
          month,
          windowFrom: rolling.from,
          windowTo: rolling.to,
          ownerAccounts: members.map(BigInt),
          ownerSubjects: asked.flatMap((place) => accountsOf.get(place)!.map(() => place)),
        });
        return new Map(rows.map((row) => [this.groupOf(row.subject), row.rolling]));
      },
    });
    return [...kept].map(([group, count]) => ({ subject: this.subjectOf(group), rolling: count }));
  }

  /** From the entries of those who came near a raffle: no roll-up knows 30 days around a month. */
  protected async grabbers(accounts: string[]): Promise<{ subject: number; grabbers: string }[]> {
    const { brandId, policy, period, owners } = this.scope;
    const known = new Set(accounts);
    const accountsOf = new Map<number, string[]>();
    for (const { account, subject } of owners) if (known.has(account)) listed(accountsOf, subject).push(account);
    const kept = await this.memory.recall<string>({
      name: 'showroom.grabbers',
      decidedBy: [brandId, policy, period],
      from: ['entries'],
      parts: this.partsOf(accountsOf),
      read: async (groups) => {
        const asked = new Set(groups.map((group) => this.subjectOf(group)));
        const members = new Set([...asked].flatMap((subject) => accountsOf.get(subject)!));
        const rows = await this.demand.grabbers([...members]);
        return new Map(rows.filter((row) => asked.has(row.subject)).map((row) => [this.groupOf(row.subject), row.grabbers]));
      },
    });
    return [...kept].map(([group, count]) => ({ subject: this.subjectOf(group), grabbers: count }));
  }

  /** Sums and lists of subjects with several rows; what is kept of a subject knows it by its group, since its number is another one in another answer. */
  private async subjects(several: ReadonlyMap<number, AccountMonth[]>): Promise<Map<number, SubjectRows>> {
    if (several.size === 0) return new Map();
    const { brandId, policy } = this.scope;
    const accountsOf = new Map([...several].map(([subject, rows]) => [subject, [...new Set(rows.map((row) => row.account))]]));
    const kept = await this.memory.recall<SubjectRows>({
      name: 'showroom.groups',
      decidedBy: [brandId, this.months, policy.minVisits],
      from: ['showroom'],
      parts: this.partsOf(accountsOf),
      read: async (groups) => {
        const subjects = groups.map((group) => this.subjectOf(group));
        const rows = subjects.flatMap((subject) => several.get(subject)!);
        const members = [...new Set(rows.map((row) => row.account))];
        const owners = this.ownersOf(rows);
        const [sums, list] = await Promise.all([
          this.ask<GroupSums>('showroom.stored_viewers', storedViewers(this.keyChanges.length), members, owners),
          this.ask<ListRow>('showroom.stored_list', storedList(this.keyChanges.length), members, owners),
        ]);
        const sumsOf = new Map(sums.map((row) => [row.subject, row]));
        const lists = new Map<number, ListRow[]>();
        for (const row of list) listed(lists, row.subject).push(row);
        return new Map(subjects.map((subject) => [this.groupOf(subject), { sums: sumsOf.get(subject), list: lists.get(subject) ?? [] }]));
      },
    });
    return new Map(
      [...kept].map(([group, { sums, list }]) => {
        const subject = this.subjectOf(group);
        return [subject, { sums: sums && { ...sums, subject }, list: list.map((row) => ({ ...row, subject })) }];
      }),
    );
  }

  /** What decides which rows of viewers belong to which subject. */
  protected ownersOf(rows: readonly AccountMonth[]): Record<string, unknown> {
    return {
      ownerAccounts: rows.map((row) => BigInt(row.account)),
      ownerMonths: rows.map((row) => row.month),
      ownerSubjects: rows.map((row) => row.subject),
      keyChanges: this.keyChanges,
    };
  }

  /** Part of what decides a reading. */
  protected get basis(): 'raw' | 'adjusted' {
    return 'raw';
  }

  protected partsOf(accountsOf: ReadonlyMap<number, string[]>): Map<string, string[]> {
    return new Map([...accountsOf].map(([subject, accounts]) => [this.groupOf(subject), accounts]));
  }

  /** A subject by what it is in every answer: its months and its group. */
  protected groupOf(subject: number): string {
    const { answer, group } = this.scope.groups[subject - 1];
    return `${this.scope.answers[answer].from} ${group}`;
  }

  protected subjectOf(name: string): number {
    this.places ??= new Map(this.scope.groups.map((_, place) => [this.groupOf(place + 1), place + 1]));
    return this.places.get(name)!;
  }
  private places: Map<string, number> | undefined;

  protected ask<Row>(name: string, sql: string, accounts: string[], more: Record<string, unknown> = {}): Promise<Row[]> {
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
