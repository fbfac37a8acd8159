import { type SeenRows, commonRows, isSeen, seenBy, toldActor } from '@app/access';
import {
  Bilingual,
  Brand,
  BrandState,
  Close,
  FROZEN_REPORTS,
  FootfallRow,
  Platform,
  PreviewWindow,
  RankingRow,
  Report,
  ReportMeta,
  ReportQuery,
  ShowroomRow,
  TierRow,
  ValueRow,
} from '@app/contracts';
import { findClose, listCloses, listExclusions, listPreviews } from '@app/database';
import { accountKey } from '@app/warehouse';
import { instantAsked } from '../as-of';
import { withCohorts } from '../rank-changes';
import { ReportCache } from '../report-cache';
import { monthSpan } from '../report-period';
import type { BrandScope, ReportStores } from '../report-stores';
import { SeriesMonth, SeriesSubject, isSubject, seriesMonthOf } from '../series';
import { asOfClose } from './as-of-close';
import { readReport } from './closed-rows.reader';
import { CLOSED_NOTES, closedNote, pendingNote, previewNote } from './closed-notes';
import { changesBetween, subjectKey } from './figure-changes';
import { chosenRows, frozenKey, seenRows } from './frozen-question';
import type { FrozenKey } from './kept-figure';
import { ReadFrozenTiers, heldCloses } from './frozen-tiers';
import { metaOfRows } from './shown-meta';
import { without } from './without';

type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;
type Answer = Report<AnyRow>;
/** A query, of one brand where there are several. */
type Query = ReportQuery & { brand?: string };

/** What closed months ask of the reports that are computed. */
export interface LiveReports {
  report(query: Query, scope: BrandScope): Promise<Answer>;
  /** May anything that came since have changed a figure of the month? Never a false no. */
  mayDiffer(close: Close, brand?: string): Promise<boolean>;
  /** Who owns what: decides what a scope shows. */
  stateOf(brand: Brand): Promise<BrandState>;
  /** The same as it was recorded by an instant (epoch ms). */
  stateThen(brand: Brand, instant: number): Promise<BrandState>;
}

const KEPT_ANSWERS = 32;

/** Answers reports of closed months out of their closes (docs/adr/0026). */
export class ClosedMonths {
  private readonly frozen = new ReportCache<Answer>(KEPT_ANSWERS);

  constructor(
    private readonly stores: ReportStores,
    private readonly live: LiveReports,
  ) {}

  /**
   * The answer of a question about exactly one month that was closed (with `asOf`: by that instant); null: it was not, or no close holds the report. What a close does not hold is
   * computed as of its data instant, and the answer says so. Throws `internal` for figures that are not as they were written.
   */
  async answer(query: Query, scope: BrandScope, brand: Brand, month: string): Promise<Answer | null> {
    if (!(FROZEN_REPORTS as readonly string[]).includes(query.name)) return null;
    const at = query.asOf === undefined ? undefined : instantAsked(query.asOf);
    const close = await findClose(this.stores.dataSource, brand.brandId, month, at);
    if (!close) return null;
    const key = frozenKey(query, scope);
    const seen = await this.seen(scope, brand, month, at);
    const answer = key ? await this.fromClose(close, key, query, seen) : await this.asOfClose(close, query, scope);
    const pending = at === undefined ? await this.pending(close, answer, query, scope) : 0;
    return withClose(answer, toldOf(close, scope), pending);
  }

  /** What a scope shows of a month; of a question about the past what it showed then and shows still. */
  private async seen(scope: BrandScope, brand: Brand, month: string, at: number | undefined): Promise<SeenRows> {
    const span = monthSpan(month, brand.zone);
    const now = seenBy(scope, await this.live.stateOf(brand), span);
    return at === undefined || scope === 'all' ? now : commonRows(now, seenBy(scope, await this.live.stateThen(brand, at), span));
  }

  /** A live answer with what is to be said of a month that dealers may look at already. */
  async withPreview(answer: Answer, brand: Brand, month: string): Promise<Answer> {
    const [preview] = await listPreviews(this.stores.dataSource, brand.brandId, month);
    if (!preview || Date.parse(preview.from) > this.stores.clock.now()) return answer;
    return { rows: answer.rows, meta: previewed(answer.meta, preview) };
  }

  /** A series in which every closed month is as its close says; of a subject that the close does not know, as it is now. */
  async series(months: readonly SeriesMonth[], subject: SeriesSubject, brandId: number): Promise<SeriesMonth[]> {
    const closes = await listCloses(this.stores.dataSource, brandId);
    const key: FrozenKey = { report: 'ranking', level: subject.level, regions: null, basis: 'adjusted' };
    return Promise.all(
      months.map(async (month) => {
        const close = closes.findLast((one) => one.month === month.month);
        if (!close) return month;
        const row = ((await this.whole(close, key)).rows as RankingRow[]).find((found) => isSubject(found, subject));
        return row ? seriesMonthOf(row) : month;
      }),
    );
  }

  /** Reads the tiers of accounts out of the closes that held at an instant (epoch ms; absent: that hold now). */
  frozenTiers(brandId: number, at?: number): ReadFrozenTiers {
    return async (months, basis) => {
      const held = heldCloses(await listCloses(this.stores.dataSource, brandId), at);
      const key: FrozenKey = { report: 'tiers', level: 'account', regions: null, basis };
      const closes = months.flatMap((month) => held.get(month) ?? []);
      const rows = await Promise.all(closes.map(async (close) => (await this.whole(close, key)).rows as TierRow[]));
      const byKey = (own: readonly TierRow[]) =>
        new Map(own.map((row) => [accountKey(brandId, row.platform!, row.accountId!).toString(), row]));
      return new Map(closes.map(({ month }, place) => [month, byKey(rows[place])]));
    };
  }

  /** One report of a close, whole. */
  async whole(close: Close, key: FrozenKey): Promise<Answer> {
    return this.frozen.get(JSON.stringify([close.closeId, key.report, key.level, key.regions, key.basis]), async () => {
      const { head, rows } = await readReport<AnyRow>(this.stores.warehouse, close, key);
      const meta = without(head as Omit<ReportMeta, 'policyVersion' | 'dataInstant'> & { rows: number }, 'rows');
      const { policyVersion, dataInstant } = close;
      return { rows, meta: { ...meta, policyVersion, dataInstant } };
    });
  }

  private async fromClose(close: Close, key: FrozenKey, query: Query, seen: SeenRows): Promise<Answer> {
    const { rows, meta } = await this.whole(close, key);
    const chosen = withCohorts(rows.filter(await chosenRows(this.stores.warehouse, close, query)), query);
    const shown = chosen.filter(seenRows(close.brandId, query.level, seen));
    const isPart = seen.accounts !== 'all';
    if (!isPart && (shown.length === rows.length || query.level !== 'account')) return { rows: shown, meta };
    const cases = await this.caseAccounts(close, meta);
    const told = isPart ? shown.map((row) => withoutRaw(row, cases)) : shown;
    return { rows: told, meta: metaOfRows(meta, told, query.level === 'account' ? cases : ofDealers(cases, close, { seen, shown })) };
  }

  /** Accounts (as their rows are named) of each case that a report names, lifted ones included. */
  private async caseAccounts({ brandId }: Close, { exclusions = [] }: ReportMeta): Promise<Map<string, Set<string>>> {
    const accounts = new Map(exclusions.map((caseId) => [caseId, new Set<string>()]));
    if (accounts.size > 0)
      for (const { caseId, platform, accountId } of await listExclusions(this.stores.dataSource, brandId, { held: false }))
        accounts.get(caseId)?.add(`${platform}/${accountId}`);
    return accounts;
  }

  /** Where the landing logs do not reach back any more, what is known now has to do. */
  private async asOfClose(close: Close, query: Query, scope: BrandScope): Promise<Answer> {
    const { found, isThen } = await asOfClose(close.dataInstant, (asOf) => this.live.report({ ...query, asOf }, scope));
    return noted(found, isThen ? CLOSED_NOTES.asOfClose : CLOSED_NOTES.asOfNow);
  }

  private async pending(close: Close, answer: Answer, query: Query, scope: BrandScope): Promise<number> {
    if (!(await this.live.mayDiffer(close, query.brand))) return 0;
    const now = await this.live.report(query, scope);
    const { name: report, level, basis } = query;
    const key = { report, level, regions: null, basis } as FrozenKey;
    return changesBetween(key, answer.rows, JSON.parse(JSON.stringify(now.rows)) as AnyRow[]).length;
  }
}

/** The same cases by dealers: of rows of dealers those count that touch an account which the asker may see. */
function ofDealers(
  cases: ReadonlyMap<string, ReadonlySet<string>>,
  { brandId }: Close,
  { seen, shown }: { seen: SeenRows; shown: readonly AnyRow[] },
): Map<string, Set<string>> {
  const isOwn = (account: string): boolean => {
    const [platform, ...id] = account.split('/');
    return isSeen(seen.accounts, accountKey(brandId, platform as Platform, id.join('/')).toString());
  };
  const dealers = new Set(shown.map(subjectKey));
  return new Map([...cases].map(([caseId, accounts]) => [caseId, [...accounts].some(isOwn) ? dealers : new Set()]));
}

/** Where a row stood with nothing left out tells that there is a case: that is told of one's own only. */
function withoutRaw(row: AnyRow, cases: ReadonlyMap<string, ReadonlySet<string>>): AnyRow {
  const isOwn = row.level === 'account' && [...cases.values()].some((accounts) => accounts.has(`${row.platform}/${row.accountId}`));
  return isOwn ? row : (without(row as RankingRow, 'rawRank', 'rawScore') as AnyRow);
}

const noted = (answer: Answer, ...notes: Bilingual[]): Answer => ({
  rows: answer.rows,
  meta: { ...answer.meta, notes: [...answer.meta.notes, ...notes] },
});

/** Why a month was restated may speak of others: that is told to whoever sees the whole brand. So is who did it. */
export const toldOf = (close: Close, scope: BrandScope): Close =>
  scope === 'all'
    ? close
    : {
        ...close,
        reason: null,
        closedBy: toldActor(close.closedBy, scope),
        requestedBy: close.requestedBy && toldActor(close.requestedBy, scope),
      };

function withClose(answer: Answer, close: Close, pendingFigures: number): Answer {
  const { closeId, closedAt, hash, restatement } = close;
  const notes = [closedNote(close), ...(pendingFigures > 0 ? [pendingNote(close, pendingFigures)] : [])];
  const { rows, meta } = noted(answer, ...notes);
  return { rows, meta: { ...meta, closed: { closeId, closedAt, hash, restatement, pendingFigures } } };
}

const previewed = (meta: ReportMeta, preview: PreviewWindow): ReportMeta => ({
  ...meta,
  preview: { from: preview.from, until: preview.until },
  notes: [...meta.notes, previewNote(preview)],
});
