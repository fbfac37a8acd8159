import { businessMonth, monthNumber } from '@app/contracts';
import type { BrandState, Period } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { grabbersByGroup } from './grabbers.sql';
import { keyLinks } from './key-links.sql';
import { raffleColumns, staffColumns } from './left-out';
import { HAS_ENTRIES, sessionList } from './session-list.sql';
import { FIRST_ENTRIES, SESSION_REACH, consecutiveVisitors, entryCounts, sessionFigures } from './sessions.sql';
import type { EntryCount, SessionFigures, VisitorSums } from './showroom-readings';
import type { EntryPieces } from './showroom.sql';
import type { ShowroomScope } from './showroom-scope';
import type { ViewerShare } from './rollup/visit-chunks';
import { visitorSums } from './visitors.sql';

const DAY_MS = 86_400_000;
const SPAN_MS = 30 * DAY_MS;

export interface ConsecutiveVisitor {
  account: string;
  viewer: string;
  at: string;
  open: boolean;
}
/** A session as the store tells it: counts as text, null what nobody told. */
export interface ListedSession {
  sessionId: string;
  startedAt: string;
  endedAt: string | null;
  views: string | null;
  uniqueViewers: string | null;
  entries: string;
  usableEntries: string;
  identifiedViewers: string;
}
/** Accounts whose sessions are followed back to the same instant. */
export interface SessionWindow {
  accounts: string[];
  sessionsFrom: number;
}

/** A part of a larger reading: some of the viewers, and which place it has among the parts. */
export interface VisitorPart {
  share: ViewerShare | null;
  chunk?: number;
  chunks?: number;
}
const OF_SHARE = ' AND viewer_key % {shareOf: UInt64} = {shareAt: UInt64}';

/** Runs the named queries of virtual showroom traffic for one scope; widens what is loaded until the answer cannot depend on it. */
export class ShowroomReader {
  private readonly staff: ReturnType<typeof staffColumns>;
  /** By the instant that sessions are followed back to: the accounts of a later question are among those of the first. */
  private readonly reaches = new Map<string, Promise<Period>>();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly scope: ShowroomScope,
    private readonly state: BrandState,
  ) {
    this.staff = staffColumns(state);
  }

  /** Entries of the period per account and group. */
  countEntries(accounts: string[]): Promise<EntryCount[]> {
    const { period } = this.scope;
    return this.ask('showroom.entries', ({ excluded }) => entryCounts(this.scope.moved.length > 0, excluded), accounts, period);
  }

  /** Sessions of the period per account and group, with entries mapped to them. */
  async sessionFigures(window: SessionWindow): Promise<SessionFigures[]> {
    const load = await this.sessionReach(window);
    return this.ask('showroom.sessions', sessionFigures, window.accounts, load, { sessionsFrom: window.sessionsFrom });
  }

  /** Sessions of one account that start in the period, with what is known of who was in them. */
  async sessionList(account: string): Promise<ListedSession[]> {
    const load = await this.sessionReach({ accounts: [account], sessionsFrom: this.scope.period.from });
    return this.ask('showroom.session_list', sessionList, [account], load);
  }

  /** Whether any source has ever told who entered the account's rooms. */
  async hasEntries(account: string): Promise<boolean> {
    const rows = await this.ask('showroom.has_entries', () => HAS_ENTRIES, [account], this.scope.period);
    return rows.length > 0;
  }

  /** Of the given accounts, the instant of the first usable entry before the period's end. */
  async firstEntries(accounts: string[]): Promise<Map<string, number>> {
    if (accounts.length === 0) return new Map();
    const rows = await this.ask<{ account: string; first: string }>(
      'showroom.first-entries',
      () => FIRST_ENTRIES,
      accounts,
      this.scope.period,
    );
    return new Map(rows.map((row) => [row.account, Number(row.first)]));
  }

  /** May a viewer have two keys in what is loaded? Then all accounts have to be asked at once. */
  get changesKeys(): boolean {
    return (this.state.viewerKeyChanges ?? []).some((change) => change > this.scope.period.from - DAY_MS - this.scope.gapMs);
  }

  /** Viewers, visits, dwell and showroom visitors per group. Loads on until no visit that began in time may go on. `part`: of some viewers only. */
  async visitorSums(accounts: string[], { share, ...place }: VisitorPart = { share: null }): Promise<VisitorSums[]> {
    const { period, rolling, gapMs, rankingOnly, wholeMonths } = this.scope;
    const withRolling = !rankingOnly || !wholeMonths;
    const window = withRolling ? { from: Math.min(period.from, rolling.from), to: Math.max(period.to, rolling.to) } : period;
    for (let reach = DAY_MS + gapMs; ; reach *= 8) {
      const rows = await this.ask<VisitorSums>(
        'showroom.visitors',
        (pieces) =>
          visitorSums(share ? { ...pieces, only: OF_SHARE } : pieces, { rolling: withRolling, moved: this.scope.moved.length > 0 }),
        accounts,
        { from: window.from - DAY_MS - gapMs, to: window.to + reach },
        { windowFrom: window.from, windowTo: window.to, shareAt: share?.at, shareOf: share?.of, ...place },
      );
      if (!rows.some((row) => row.open)) return rows.filter((row) => row.subject > 0);
    }
  }

  /** Showroom visitors of the rolling window, where the period is whole months. */
  async rollingSums(accounts: string[]): Promise<VisitorSums[]> {
    const { scope } = this;
    const own = { ...scope, period: scope.rolling, buckets: [scope.rolling], wholeMonths: false, rankingOnly: false };
    return new ShowroomReader(this.warehouse, own, this.state).visitorSums(accounts);
  }

  /** Viewers with a run of adjacent sessions, each with the start of the session that completed the first run of the period. */
  async consecutiveVisitors(window: SessionWindow): Promise<ConsecutiveVisitor[]> {
    const { policy, gapMs } = this.scope;
    const byDwell = policy.minVisitDwellSeconds > 0;
    const reach = await this.sessionReach(window);
    for (let margin = byDwell ? DAY_MS + gapMs : 0; ; margin *= 8) {
      const rows = await this.ask<ConsecutiveVisitor>(
        'showroom.consecutive',
        (pieces) => consecutiveVisitors(pieces, byDwell),
        window.accounts,
        { from: reach.from - margin, to: reach.to + margin },
        { sessionsFrom: window.sessionsFrom, runLength: policy.consecutiveSessions },
      );
      if (!rows.some((row) => row.open)) return rows;
    }
  }

  /** Grabbers per group; asks nothing where no raffle touches the accounts. */
  grabbers(accounts: string[]): Promise<{ subject: number; grabbers: string }[]> {
    return this.nearRaffles<{ subject: number; grabbers: string; open: number | null }>('showroom.grabbers', grabbersByGroup, accounts);
  }

  /** A query over the viewers near raffles of the period, loaded far enough for every visit that it looks at. */
  async nearRaffles<Row extends { open: number | null }>(
    name: string,
    sql: (pieces: EntryPieces) => string,
    accounts: string[],
  ): Promise<Row[]> {
    const { period, gapMs } = this.scope;
    const raffles = raffleColumns(this.state, accounts.map(BigInt), period.from - DAY_MS, period.to + DAY_MS);
    if (raffles.raffleAccounts.length === 0) return [];
    const windowTo = period.to + SPAN_MS;
    const reaches = raffles.raffleFrom.map((from, place) => ({ from: from - 60_000, length: raffles.raffleTo[place] - from + 180_000 }));
    const near = {
      windowTo,
      movedAccounts: accounts.map(BigInt), // every instant matters here: which month, which owner
      grabFrom: [...new Set(reaches.map((reach) => reach.from))].sort((a, b) => a - b),
      grabLength: Math.max(...reaches.map((reach) => reach.length)),
    };
    for (let reach = DAY_MS + gapMs; ; reach *= 8) {
      const load = { from: period.from - SPAN_MS - DAY_MS - gapMs, to: windowTo + reach };
      const rows = await this.ask<Row>(name, sql, accounts, load, near);
      if (!rows.some((row) => row.open)) return rows;
    }
  }

  /** Where entries of the sessions in [sessionsFrom, period end) can lie. */
  sessionReach(window: SessionWindow): Promise<Period> {
    const key = `${window.sessionsFrom}`;
    const known = this.reaches.get(key) ?? this.readSessionReach(window);
    this.reaches.set(key, known);
    return known;
  }

  private async readSessionReach({ accounts, sessionsFrom }: SessionWindow): Promise<Period> {
    const { period } = this.scope;
    const [row] = await this.ask<{ entries: string; first: string; last: string; lastEnd: string | null }>(
      'showroom.session-reach',
      () => SESSION_REACH,
      accounts,
      period,
      { sessionsFrom },
    );
    const given = row && row.entries !== '0';
    return {
      from: Math.min(sessionsFrom, given ? Number(row.first) : sessionsFrom),
      to: Math.max(period.to + DAY_MS, Number(row?.lastEnd ?? 0), given ? Number(row.last) + 1 : 0),
    };
  }

  /** Runs one query of the pieces over entries of `load`, with all parameters of the scope. */
  ask<Row>(
    name: string,
    sql: (pieces: EntryPieces) => string,
    accounts: string[],
    load: Period,
    more: Record<string, unknown> = {},
  ): Promise<Row[]> {
    const keys = accounts.map(BigInt);
    const from = Math.max(0, load.from);
    const raffles = raffleColumns(this.state, keys, from, load.to);
    const { period, buckets } = this.scope;
    const naming = { named: period.to - 1, acrossAccounts: buckets.length > 1 };
    const linked = keyLinks(this.state.viewerKeyChanges, { from, to: load.to }, naming);
    const loaded = { ...this.loadParams(from, load.to), ...linked?.params };
    const exclusions = accounts.flatMap((account) => this.scope.exclusions.get(account) ?? []).map(BigInt);
    const params = { ...this.scopeParams(accounts), ...loaded, accounts: keys, exclusions, ...this.staff, ...raffles, ...more };
    const text = sql({
      staff: this.staff.staffViewers.length > 0,
      raffles: raffles.raffleAccounts.length > 0,
      excluded: exclusions.length > 0 ? 'left-out' : undefined,
      links: linked?.links,
    });
    return this.warehouse.query<Row>({ name, sql: text, params });
  }

  private loadParams(from: number, to: number): Record<string, number> {
    const month = (instant: number) => monthNumber(businessMonth(instant, this.scope.zone));
    return { loadFrom: from, loadTo: to, loadFromMonth: month(from), loadToMonth: month(to) };
  }

  private scopeParams(accounts: string[]): Record<string, unknown> {
    const { scope } = this;
    const asked = new Set(accounts);
    const owners = scope.owners.filter((owner) => asked.has(owner.account));
    return {
      brandId: scope.brandId,
      zone: scope.zone,
      sourceOrder: scope.policy.sourceOrder,
      sentinels: this.state.sentinelKeys.map(BigInt),
      gapMs: scope.gapMs,
      minVisits: scope.policy.minVisits,
      minVisitDwellSeconds: scope.policy.minVisitDwellSeconds,
      minSessionMs: scope.policy.minSessionMinutes * 60_000,
      periodFrom: scope.period.from,
      periodTo: scope.period.to,
      rollingFrom: scope.rolling.from,
      rollingTo: scope.rolling.to,
      rollingOnly: Number(!scope.wholeMonths),
      bucketFrom: scope.buckets.map((bucket) => bucket.from),
      bucketTo: scope.buckets.map((bucket) => bucket.to),
      movedAccounts: scope.moved.map(BigInt),
      ownerAccounts: owners.map((owner) => BigInt(owner.account)),
      ownerSubjects: owners.map((owner) => owner.subject),
      ownerFrom: owners.map((owner) => owner.from),
    };
  }
}
