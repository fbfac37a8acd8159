import { seenBy } from '@app/access';
import {
  Account,
  BrandState,
  CloseVersions,
  FootfallRow,
  Overview,
  RankingRow,
  Report,
  ReportQuery,
  ShowroomRow,
  SignalReportRow,
  TierRow,
  ValueRow,
  businessMonth,
} from '@app/contracts';
import type { Brand, Close } from '@app/contracts';
import { findClose, listCloses, showsNeighbours } from '@app/database';
import { instantAsked } from './as-of';
import { monthsUntil, monthsWithFacts } from './brand-facts.reader';
import type { ReportAsk } from './opened-ask';
import { ReportAnswer, answerReport } from './report-answer';
import { ReportCache } from './report-cache';
import { assertKept, ifKept, isBeforeFloor } from './kept-facts';
import { ClosedMonths } from './closed/closed-months';
import { frozenBefore } from './closed/frozen-tiers';
import { MonthMark, factStoreNow, markOf, monthTouched } from './closed/month-touched';
import { stateVersions } from './closed/state-versions';
import { Readings } from './readings';
import { neighboursOf, neighboursQuestion } from './neighbours';
import { RankChanges, questionBefore } from './rank-changes';
import { LIVE, ReportPeriod, asksPeriod, monthSpan, monthsInto, newestCompleteMonth, periodOf } from './report-period';
import type { BrandScope, ReportStores } from './report-stores';
import { checkedScope, inScope, scopeKey } from './scope';
import { signalsReport } from './signals-report';
import { Snapshot, Snapshots } from './snapshots';
import { SeriesMonth, SeriesSubject, answerSeries, gap, shownMonths } from './series';

export type AnyReport =
  Report<ShowroomRow> | Report<ValueRow> | Report<TierRow> | Report<RankingRow> | Report<FootfallRow> | Report<SignalReportRow>;
/** A query, of one brand where there are several. */
export type BrandQuery = ReportQuery & { brand?: string };

/** A month of a brand at one moment. */
export interface MonthMoment extends MonthMark {
  brand: Brand;
  state: BrandState;
}

const CACHED_ANSWERS = 64;

/** Answers every report for the command line and the interface: the same numbers, because it is the same code. */
export class ReportService {
  private readonly snapshots: Snapshots;
  private readonly reports = new ReportCache<ReportAnswer>(CACHED_ANSWERS);
  private readonly seriesCache = new ReportCache<SeriesMonth[]>(CACHED_ANSWERS);
  private readonly readings: Readings;
  private readonly factMonths = new ReportCache<string[]>(CACHED_ANSWERS);
  private readonly changes = new RankChanges();
  private readonly touched = new ReportCache<boolean>(CACHED_ANSWERS);
  /** Reports of closed months. */
  readonly closed: ClosedMonths;

  constructor(private readonly stores: ReportStores) {
    this.snapshots = new Snapshots(stores);
    this.readings = new Readings(stores.warehouse);
    this.closed = new ClosedMonths(stores, {
      report: (query, scope) => this.liveReport(query, scope) as Promise<ReportAnswer>,
      mayDiffer: (close, brand) => this.mayDiffer(markOf(close), brand),
      stateOf: async ({ code }) => (await this.snapshots.take(code)).state,
      stateThen: ({ brandId }, instant) => this.snapshots.reader.state(brandId, instant),
    });
  }

  /**
   * A report; of a month that is closed (with `asOf`: by that instant) out of its close (docs/adr/0026), and the answer says whether figures are another
   * number now. Rankings tell what has changed since the period before. Throws as `liveReport` does, and `internal` for a close that is not as it was written.
   */
  async report({ neighbours, ...query }: BrandQuery, scope: BrandScope): Promise<AnyReport> {
    checkedScope(scope);
    if (query.name !== 'ranking') return this.answered(query, scope);
    const { zone } = await this.snapshots.reader.brand(query.brand);
    const period = await this.rankedPeriod(query, zone);
    const [answer, before] = (await Promise.all([
      this.answered(query, scope),
      // rows are chosen by this period: where they stood before goes with them. Of a part of the brand both are that part's
      ifKept(this.answered(questionBefore(query, period, zone), query.level === 'account' || query.level === 'dealer' ? 'all' : scope)),
    ])) as [Report<RankingRow>, Report<RankingRow> | null];
    // null: of that period nothing can be said any more
    const changed = before === null ? answer : this.changes.of(answer, before);
    return neighbours && scope !== 'all' ? this.withNeighbours(changed, query, scope) : changed;
  }

  /** Beside the rows of a ranking of accounts or dealers the others as places, if the brand allows it. */
  private async withNeighbours(own: Report<RankingRow>, query: BrandQuery, scope: BrandScope): Promise<AnyReport> {
    const { brandId } = await this.snapshots.reader.brand(query.brand);
    const asked = neighboursQuestion(query);
    if (asked === null || !(await showsNeighbours(this.stores.dataSource, brandId))) return own;
    const [whole, mine] = (await Promise.all([this.answered(asked, 'all'), this.answered(asked, scope)])) as Report<RankingRow>[];
    return { rows: own.rows, meta: { ...own.meta, neighbours: neighboursOf(whole.rows, mine.rows) } };
  }

  /** Asks for the moment only where the query does not say its period. */
  private async rankedPeriod(query: BrandQuery, zone: string): Promise<ReportPeriod> {
    if (asksPeriod(query) && query.period !== LIVE) return periodOf(query, '', zone);
    return this.periodAsked(query, await this.takeFor(query));
  }

  private async answered(query: BrandQuery, scope: BrandScope): Promise<AnyReport> {
    checkedScope(scope);
    const asked = await this.askedMonth(query);
    if (asked === null) return this.liveReport(query, scope);
    const closed = await this.closed.answer(query, scope, asked.brand, asked.month);
    if (closed) return closed as AnyReport;
    const live = (await this.liveReport(query, scope)) as ReportAnswer;
    return (query.asOf === undefined ? await this.closed.withPreview(live, asked.brand, asked.month) : live) as AnyReport;
  }

  /** A report as if no month were closed: a report, with `asOf` out of what was known at that instant. Throws bad_input for a bad period or instant, not_found for an unknown brand, not_available for signals with asOf; fails closed without a scope. */
  async liveReport(query: BrandQuery, scope: BrandScope): Promise<AnyReport> {
    checkedScope(scope);
    const snapshot = await this.takeFor(query);
    const period = await this.periodAsked(query, snapshot);
    if (query.name === 'signals') return signalsReport(this.stores.dataSource, snapshot, { query, scope, period });
    await assertKept(this.stores.dataSource, { brandId: snapshot.brand.brandId, name: query.name }, period);
    const instant = Math.floor(Math.min(snapshot.dataInstant, period.to) / 60_000);
    const { brandId } = snapshot.brand;
    const frozenTiers = this.closed.frozenTiers(brandId, instantOf(query));
    const frozen = await this.frozenBefore(snapshot, period.lastMonth);
    const present = await this.presentOf(query, scope);
    const asked = [brandId, scopeKey(scope), present?.declared, { ...query }, period.fromDay, period.toDay, instant, frozen];
    const answer = await this.reports.get(JSON.stringify([...asked, snapshot.fingerprint]), async () => {
      const { moment, memory } = await this.readings.at(snapshot, await this.snapshots.refresh(snapshot, monthsInto(period)));
      // who asked before the last delivery, and waited for it to be taken in, is answered with it
      return this.reports.get(JSON.stringify([...asked, snapshot.declared, moment]), () =>
        answerReport({ ...snapshot, presentState: present?.state, memory, query, scope, period, frozenTiers }),
      );
    });
    return answer as AnyReport;
  }

  /** What the live answer of a query is computed from, the roll-ups brought up to date: for whoever explains its figures. Throws as `report` does. */
  async askOf(query: BrandQuery, scope: BrandScope): Promise<ReportAsk & { fingerprint: string }> {
    checkedScope(scope);
    const snapshot = await this.takeFor(query);
    const period = await this.periodAsked(query, snapshot);
    await assertKept(this.stores.dataSource, { brandId: snapshot.brand.brandId, name: query.name }, period);
    const { memory } = await this.readings.at(snapshot, await this.snapshots.refresh(snapshot, monthsInto(period)));
    const presentState = (await this.presentOf(query, scope))?.state;
    const frozenTiers = this.closed.frozenTiers(snapshot.brand.brandId, instantOf(query));
    return { ...snapshot, presentState, memory, query, scope, period, frozenTiers };
  }

  /** What rows are the asker's now, where they ask about the past and see a part of the brand. */
  private async presentOf({ brand, asOf }: BrandQuery, scope: BrandScope): Promise<Snapshot | undefined> {
    return asOf === undefined || scope === 'all' ? undefined : this.snapshots.take(brand);
  }

  /** The close that holds a month (with `asOf`: that held it at that instant); null: it is not closed. */
  async closeOf(month: string, { brand: code, asOf }: Pick<BrandQuery, 'brand' | 'asOf'>): Promise<Close | null> {
    const { brandId } = await this.snapshots.reader.brand(code);
    return findClose(this.stores.dataSource, brandId, month, instantOf({ asOf }));
  }

  /** Key figures of one subject over `months` months that end with `to` (default: the newest month with facts). A gap is null, never 0. */
  async series(subject: SeriesSubject, to: string | undefined, months: number, scope: BrandScope, brand?: string): Promise<SeriesMonth[]> {
    checkedScope(scope);
    const snapshot = await this.snapshots.take(brand);
    const withFacts = await this.monthsOf(snapshot);
    const last = to ?? withFacts[0] ?? businessMonth(snapshot.dataInstant, snapshot.brand.zone);
    const instant = Math.floor(snapshot.dataInstant / 3_600_000);
    const asked = [snapshot.brand.brandId, scopeKey(scope), subject, last, months, instant];
    const live = await this.seriesCache.get(JSON.stringify([...asked, snapshot.fingerprint]), async () => {
      const { moment, memory } = await this.readings.at(snapshot, await this.snapshots.refresh(snapshot, monthsUntil(last, months)));
      return this.seriesCache.get(JSON.stringify([...asked, snapshot.declared, moment]), () =>
        answerSeries({ ...snapshot, memory, scope, subject, last, months, withFacts: new Set(withFacts) }),
      );
    });
    const isShown = shownMonths(snapshot.state, scope, subject);
    return (await this.closed.series(live, subject, snapshot.brand.brandId)).map((own) => (isShown(own.month) ? own : gap(own.month)));
  }

  /** What the figures of a month are made of at this moment, the roll-ups brought up to it. For whoever asks several reports that have to agree. */
  async momentOf(month: string, brand?: string): Promise<MonthMoment> {
    const dataInstant = await factStoreNow(this.stores.warehouse);
    const snapshot = await this.snapshots.take(brand);
    const covered = await this.snapshots.refresh(snapshot, monthsInto(monthSpan(month, snapshot.brand.zone)));
    return {
      brand: snapshot.brand,
      month,
      state: snapshot.state,
      deliveries: covered!.deliveries,
      versions: { ...stateVersions(snapshot.state, month), ...(await this.frozenBefore(snapshot, month)) },
      dataInstant,
    };
  }

  /** May anything that came since a moment (of a close, or `momentOf`) have changed a figure of its month? Never a false no. */
  async mayDiffer(since: MonthMark, brand?: string): Promise<boolean> {
    const snapshot = await this.snapshots.take(brand);
    if (await isBeforeFloor(this.stores.dataSource, snapshot.brand.brandId, since.month)) return false;
    const frozen = await this.frozenBefore(snapshot, since.month);
    return this.touched.get(JSON.stringify([since, snapshot.fingerprint, frozen]), async () => {
      const covered = await this.snapshots.refresh(snapshot, monthsInto(monthSpan(since.month, snapshot.brand.zone)));
      return monthTouched(snapshot, { deliveries: covered!.deliveries, frozen }, since);
    });
  }

  private frozenBefore({ brand, state }: Snapshot, month: string): Promise<CloseVersions> {
    return frozenBefore(state, month, () => listCloses(this.stores.dataSource, brand.brandId));
  }

  /** Brings the roll-ups of every brand up to the deliveries that are closed now; asks little when nothing has changed. */
  async refreshRollups(): Promise<void> {
    for (const { code } of await this.snapshots.reader.listBrands()) await this.snapshots.refresh(await this.snapshots.take(code), []);
  }

  /** Months that hold facts, newest first. */
  async months(scope: BrandScope, brand?: string): Promise<string[]> {
    return (await this.overview(scope, brand)).months;
  }

  /** The brand, its months with facts (newest first) and the month to open: the newest complete one. */
  async overview(scope: BrandScope, brandCode?: string): Promise<Overview> {
    checkedScope(scope);
    const snapshot = await this.snapshots.take(brandCode);
    const { brand, state, dataInstant: instant } = snapshot;
    const months = await this.monthsOf(snapshot);
    const seen = seenBy(scope, state, { from: instant, to: instant + 1 });
    const visible = (account: Account) => inScope(seen.accounts, account.accountKey);
    return {
      brand: { code: brand.code, name: brand.name, zone: brand.zone },
      months,
      defaultMonth: newestOf(months, newestCompleteMonth(instant, brand.zone)),
      dataInstant: new Date(instant).toISOString(),
      accounts: state.accounts.filter(visible).length,
      dealers: seen.dealers === 'all' ? dealersOf(state) : seen.dealers.size,
      demo: brand.code.startsWith('demo'),
    };
  }

  /** The month that a query asks for, in whatever way; null for another span. */
  private async askedMonth(query: BrandQuery): Promise<{ brand: Brand; month: string } | null> {
    if (query.name === 'signals' || query.period === 'live') return null;
    const brand = await this.snapshots.reader.brand(query.brand);
    const named = [query.period, query.month, query.from, query.to].some((given) => given !== undefined);
    const { month } = periodOf(query, named ? '' : await this.defaultMonth(await this.takeFor(query)), brand.zone);
    return month === null ? null : { brand, month };
  }

  private takeFor({ brand, asOf }: BrandQuery): Promise<Snapshot> {
    return asOf === undefined ? this.snapshots.take(brand) : this.snapshots.asOf(brand, asOf);
  }

  private async periodAsked(query: BrandQuery, snapshot: Snapshot): Promise<ReportPeriod> {
    const { brand, dataInstant: instant } = snapshot;
    return periodOf({ ...query, dataInstant: instant }, asksPeriod(query) ? '' : await this.defaultMonth(snapshot), brand.zone);
  }

  private async defaultMonth(snapshot: Snapshot): Promise<string> {
    const complete = newestCompleteMonth(snapshot.dataInstant, snapshot.brand.zone);
    return newestOf(await this.monthsOf(snapshot), complete) ?? complete;
  }

  private monthsOf({ brand, fingerprint, warehouse }: Snapshot): Promise<string[]> {
    return this.factMonths.get(`${brand.brandId} ${fingerprint}`, () => monthsWithFacts(warehouse, brand.brandId, brand.zone));
  }
}

const instantOf = ({ asOf }: Pick<BrandQuery, 'asOf'>): number | undefined => (asOf === undefined ? undefined : instantAsked(asOf));

/** The newest month that is complete and has facts; while none is, the newest with facts. */
const newestOf = (months: string[], complete: string): string | null => months.find((month) => month <= complete) ?? months[0] ?? null;

const dealersOf = ({ placements, ownerships }: BrandState): number =>
  new Set([...placements, ...ownerships].map(({ dealerId }) => dealerId).filter((dealerId) => dealerId !== null)).size;
