import { businessMonth, monthNumber, monthPeriod, monthText } from '@app/contracts';
import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { PartMemory, partsOfAccounts } from '../../part-memory';
import { rowsByAccount } from '../rows-by-account';
import type { EntryCount, SessionFigures, ShowroomReadings } from '../showroom-readings';
import { ShowroomScope, subjectAt } from '../showroom-scope';
import { ShowroomReader } from '../showroom.reader';
import { keptMonth, plainMonth } from './kept-month';
import { STORED_ROLLING } from './rolling.sql';
import { AccountMonth, GroupSums, ListRow, NOTHING, groupedSums, listed, sessionSums, singleSums } from './stored-sums';
import { STORED_ACCOUNTS, STORED_FIRST, storedList, storedViewers } from './stored.sql';

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
      decidedBy: [this.scope.brandId, this.months, this.basis],
      from: ['showroom'],
      parts: partsOfAccounts(this.scope.accounts),
      read: async (accounts) => rowsByAccount(await this.accountMonths(accounts)),
    });
    this.rows = [...kept.values()].flat().map((row) => ({ ...row, subject: subject(row.account, starts.get(row.month)!) }));
    return {
      entries: this.rows.filter((row) => row.entries !== '0'),
      sessions: sessionSums(this.rows.filter((row) => row.sessions !== '0')),
    };
  }

  /** Each account from the rows of its basis. */
  private async accountMonths(accounts: string[]): Promise<Omit<AccountMonth, 'subject'>[]> {
    const touched = accounts.filter((account) => this.isAdjusted(account));
    const others = touched.length === 0 ? accounts : accounts.filter((account) => !this.isAdjusted(account));
    const read = (own: string[]) =>
      own.length === 0
        ? []
        : this.ask<Omit<AccountMonth, 'subject'>>('showroom.stored_accounts', STORED_ACCOUNTS, own, {
            months: this.months.map((month) => this.keptFor(own[0], month)),
          });
    const rows = await Promise.all([read(others), read(touched)]);
    return rows.flat().map((row) => ({ ...row, month: plainMonth(row.month) }));
  }

  /** Does a case remove entries of the account? */
  private isAdjusted(account: string): boolean {
    return this.scope.exclusions.has(account);
  }

  /** The month under which rows of an account are kept in the basis that is asked for. */
  protected keptFor(account: string, month: number): number {
    return keptMonth(month, this.isAdjusted(account));
  }

  /** Part of what decides a reading. */
  protected get basis(): 'raw' | 'adjusted' {
    return this.scope.exclusions.size > 0 ? 'adjusted' : 'raw';
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
      decidedBy: [brandId, month, rolling, policy.minVisits, this.basis],
      from: ['rolling'],
      parts: this.partsOf(accountsOf),
      read: async (groups) => {
        const asked = groups.map((group) => this.subjectOf(group));
        const members = asked.flatMap((place) => accountsOf.get(place)!);
        const rows = await this.ask<{ subject: number; rolling: string }>('showroom.stored_rolling', STORED_ROLLING, members, {
          windowFrom: rolling.from,
          windowTo: rolling.to,
          months: [...new Set(members.map((account) => this.keptFor(account, month)))],
          ownerAccounts: members.map(BigInt),
          ownerMonths: members.map((account) => this.keptFor(account, month)),
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
      decidedBy: [brandId, policy, period, this.basis],
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
      decidedBy: [brandId, this.months, policy.minVisits, this.basis],
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
    const months = rows.map((row) => this.keptFor(row.account, row.month));
    return {
      months: [...new Set(months)],
      ownerAccounts: rows.map((row) => BigInt(row.account)),
      ownerMonths: months,
      ownerSubjects: rows.map((row) => row.subject),
      keyChanges: this.keyChanges,
    };
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
