import type { Period } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { DemandReader } from './demand.reader';
import {
  PersonKind,
  entriesOfVisits,
  grabberList,
  ownEntriesOf,
  ownEntryPage,
  ownEntryTotals,
  ownSessions,
  personPage,
  personTotals,
} from './evidence.sql';
import { ShowroomInput, ShowroomScope, scopeOf, subjectAt } from './showroom-scope';
import { ConsecutiveVisitor, ShowroomReader } from './showroom.reader';

const DAY_MS = 86_400_000;

/** A page of keys: those after `after` (absent: from the first), at most `limit`. */
export interface KeyPage {
  after?: string;
  limit: number;
}

/** Persons behind a figure of one group, and their sums over all pages. Dwell in seconds. */
export interface PersonTotals {
  persons: number;
  visits: bigint;
  knownVisits: bigint;
  knownDwell: bigint;
}
/** One person of a group. `viewer` is the viewer key, decimal. */
export interface PersonRow {
  viewer: string;
  visits: string;
  knownVisits: string;
  knownDwell: string;
  isViewer: boolean;
  isShowroom: boolean;
  isShowroomOn2Days: boolean;
  isRolling: boolean;
}

/** An entry inside its visit. Instants epoch ms. `owned`: the visit began under the asked group. */
export interface VisitEntry {
  account: string;
  viewer: string;
  visitStart: number;
  enteredAt: number;
  dwellSeconds: number | null;
  givenSession: string;
  staff: boolean;
  grab: boolean;
  kept: boolean;
  visitCounts: boolean;
  visitDwell: string;
  visitUnknownDwells: number;
  owned: boolean;
}

export interface IdEntries {
  viewer: string;
  entries: string;
  usable: boolean;
}
export interface OwnEntry {
  account: string;
  viewer: string;
  enteredAt: number;
  dwellSeconds: number | null;
}

/** A session of the group. Null: no source tells it; entries and viewers are as the viewer-level sources saw them. */
export interface SessionEvidence {
  account: string;
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  views: string | null;
  uniqueViewers: string | null;
  entries: string;
  usableEntries: string;
  identifiedViewers: string;
  /** Shorter than the policy's minimum: in no run. */
  tooShort: boolean;
}

/**
 * The rows behind the showroom figures of one group, over the very pieces that the figures are computed with, from the entries (never from kept
 * rows). `input` as `showroom` takes it; it is cut to the accounts of the group.
 */
export class ShowroomEvidence {
  private readonly scope: ShowroomScope;
  private readonly reader: ShowroomReader;
  private readonly subject: number;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly input: ShowroomInput,
    group: string,
  ) {
    const accountKeys = [...new Set(input.memberships.filter((member) => member.group === group).map((member) => member.accountKey))];
    this.scope = scopeOf({ ...input, accountKeys });
    this.reader = new ShowroomReader(warehouse, this.scope, input.state);
    this.subject = this.scope.groups.findIndex((found) => found.group === group) + 1;
  }

  /** Persons behind a figure: one page of them by key, and the sums of all; with a limit of 0 the sums alone. */
  async persons(kind: PersonKind, page: KeyPage): Promise<{ totals: PersonTotals; rows: PersonRow[] }> {
    const { period, rolling, wholeMonths, gapMs, moved } = this.scope;
    const withRolling = kind === 'rolling' || !wholeMonths;
    const asked = { rolling: withRolling, moved: moved.length > 0, kind };
    const window = withRolling ? { from: Math.min(period.from, rolling.from), to: Math.max(period.to, rolling.to) } : period;
    for (let reach = DAY_MS + gapMs; ; reach *= 8) {
      const load = { from: window.from - DAY_MS - gapMs, to: window.to + reach };
      const more = { windowFrom: window.from, windowTo: window.to, subject: this.subject };
      const [sums] = await this.ask<Record<string, string> & { is_open: number }>(
        'explain.persons',
        (pieces) => personTotals(pieces, asked),
        load,
        more,
      );
      if (sums.is_open) continue;
      if (page.limit === 0) return { totals: totalsOf(sums), rows: [] };
      const rows = await this.ask<Record<string, string>>('explain.person_page', (pieces) => personPage(pieces, asked), load, {
        ...more,
        after: page.after ?? '0',
        most: page.limit,
      });
      return { totals: totalsOf(sums), rows: rows.map(personOf) };
    }
  }

  /** Grabbers of the group, all of them, by key. */
  async grabbers(): Promise<string[]> {
    const rows = await this.reader.nearRaffles<{ viewer: string; subject: number; grabber: number; open: number }>(
      'explain.grabbers',
      grabberList,
      this.scope.accounts,
    );
    const own = rows.filter((row) => row.grabber && row.subject === this.subject).map((row) => BigInt(row.viewer));
    return own.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(String);
  }

  /** Who completed a run of adjacent sessions in the period, account by account; `at`: start of the session that completed it. */
  async consecutive(): Promise<ConsecutiveVisitor[]> {
    const own = { ...this.scope, rankingOnly: false };
    const demand = new DemandReader(this.warehouse, own, this.input.state);
    await demand.countsAndSessions();
    const owner = subjectAt(this.scope);
    const runs = await demand.consecutiveRuns(this.scope.accounts);
    return runs.filter((run) => owner(run.account, Number(run.at)) === this.subject);
  }

  /** Entries of these viewers in the visits that begin in the period (`rolling`: in the rolling window), at most `limit` of each viewer. */
  async visits(viewers: readonly string[], limit: number, rolling = false): Promise<VisitEntry[]> {
    if (viewers.length === 0) return [];
    const { gapMs, wholeMonths } = this.scope;
    const shown: Period = rolling || !wholeMonths ? this.scope.rolling : this.scope.period;
    const span = { windowFrom: shown.from, windowTo: shown.to, shownFrom: shown.from, shownTo: shown.to };
    const owner = subjectAt(this.scope);
    for (let reach = DAY_MS + gapMs; ; reach *= 8) {
      const load = { from: shown.from - DAY_MS - gapMs, to: shown.to + reach };
      const more = { ...span, viewers: viewers.map(BigInt), most: limit };
      const rows = await this.ask<Record<keyof VisitEntry | 'isOpen' | 'unseen', string>>('explain.visits', entriesOfVisits, load, more);
      if (Number(rows[0]?.isOpen ?? 0)) continue;
      return rows.map((row) => ({ ...visitEntryOf(row), owned: owner(row.account, Number(row.visitStart)) === this.subject }));
    }
  }

  /** Entries of the group that no source retracted, id by id; sentinels too. */
  async entries(page: KeyPage): Promise<{ entries: bigint; usable: bigint; viewers: number; rows: IdEntries[] }> {
    const { period } = this.scope;
    const subject = { subject: this.subject };
    const place = { after: page.after ?? '0', fromStart: Number(page.after === undefined), most: page.limit };
    const [[sums], rows] = await Promise.all([
      this.ask<Record<'entries' | 'usable' | 'viewers', string>>('explain.entries', ownEntryTotals, period, subject),
      this.ask<{ viewer: string; entries: string; usable: number }>('explain.entry_page', ownEntryPage, period, { ...subject, ...place }),
    ]);
    return {
      entries: BigInt(sums.entries),
      usable: BigInt(sums.usable),
      viewers: Number(sums.viewers),
      rows: rows.map((row) => ({ ...row, usable: Boolean(row.usable) })),
    };
  }

  /** Entries of these ids, at most `limit` of each. */
  async entriesOf(viewers: readonly string[], limit: number): Promise<OwnEntry[]> {
    if (viewers.length === 0) return [];
    const more = { subject: this.subject, viewers: viewers.map(BigInt), most: limit };
    const rows = await this.ask<Record<keyof OwnEntry, string> & { dwellSeconds: string | null }>(
      'explain.entries_of',
      ownEntriesOf,
      this.scope.period,
      more,
    );
    return rows.map((row) => ({
      ...row,
      enteredAt: Number(row.enteredAt),
      dwellSeconds: row.dwellSeconds === null ? null : Number(row.dwellSeconds),
    }));
  }

  /** Sessions of the group that start in the period, all of them, in their order. */
  async sessions(): Promise<SessionEvidence[]> {
    const load = await this.reader.sessionReach({ accounts: this.scope.accounts, sessionsFrom: this.scope.period.from });
    const rows = await this.ask<
      Omit<SessionEvidence, 'startedAt' | 'endedAt' | 'tooShort'> & { startedAt: string; endedAt: string | null; tooShort: number }
    >('explain.sessions', ownSessions, load, { subject: this.subject });
    return rows.map((row) => ({
      ...row,
      startedAt: Number(row.startedAt),
      endedAt: row.endedAt === null ? null : Number(row.endedAt),
      tooShort: Boolean(row.tooShort),
    }));
  }

  private ask<Row>(name: string, sql: Parameters<ShowroomReader['ask']>[1], load: Period, more: Record<string, unknown>): Promise<Row[]> {
    return this.reader.ask<Row>(name, sql, this.scope.accounts, load, more);
  }
}

const totalsOf = (sums: Record<string, unknown>): PersonTotals => ({
  persons: Number(sums.persons),
  visits: BigInt(String(sums.all_visits)),
  knownVisits: BigInt(String(sums.all_known_visits)),
  knownDwell: BigInt(String(sums.all_known_dwell)),
});

const personOf = (row: Record<string, string>): PersonRow => ({
  viewer: row.viewer,
  visits: row.counted_visits,
  knownVisits: row.dwell_visits,
  knownDwell: row.dwell_seconds,
  isViewer: Boolean(Number(row.is_viewer)),
  isShowroom: Boolean(Number(row.is_visitor)),
  isShowroomOn2Days: Boolean(Number(row.is_visitor_on_2_days)),
  isRolling: Boolean(Number(row.is_rolling_visitor)),
});

const visitEntryOf = (row: Record<keyof VisitEntry | 'unseen', string>): VisitEntry => ({
  account: row.account,
  viewer: row.viewer,
  visitStart: Number(row.visitStart),
  enteredAt: Number(row.enteredAt),
  dwellSeconds: row.dwellSeconds === null ? null : Number(row.dwellSeconds),
  givenSession: row.givenSession,
  staff: Number(row.unseen) === 1,
  grab: Boolean(Number(row.grab)),
  kept: Boolean(Number(row.kept)),
  visitCounts: Boolean(Number(row.visitCounts)),
  visitDwell: row.visitDwell,
  visitUnknownDwells: Number(row.visitUnknownDwells),
  owned: false,
});
