import { type SeenIds, isSeen } from '@app/access';
import {
  LEAD_WEEKS,
  ShowroomFigures,
  TRAILING_WEEKS,
  dealerWeeks,
  readFootfall,
  visitorsByWeek,
  weekEnd,
  weeksInside,
  weeksUntil,
  withWeeksBefore,
} from '@app/analytics';
import { Bilingual, FootfallRow, ReportQuery, Subject, UNASSIGNED, VitrineError } from '@app/contracts';
import { ComparedDealer, footfallRow } from './footfall-row';
import { ReportContext, contextOf, dealerGroups, groupedBy } from './report-context';
import { daySpan } from './report-period';

export interface FootfallAsk {
  context: ReportContext;
  /** Dealers that may take part: footfall is the shop's, so whoever sees only some of a dealer's accounts does not see it. */
  dealers: SeenIds;
  subjects: ReadonlyMap<string, Subject>;
  /** Showroom figures of one week: outside whole months the showroom visitors are the rolling number at its end (domain.md 3.9). */
  readWeek(week: ReportContext): Promise<ShowroomFigures[]>;
}

/** Weeks that are read at the same time: much of a small reading is not the store's work. */
const READ_TOGETHER = 3;

const SAID = {
  method: {
    zh: '每周客流为该周末的滚动 720 小时客流，相邻各周重叠；区间已按独立周数放宽。相关不等于因果。',
    en: 'Traffic of a week is the rolling number of the 720 hours before its end, so weeks overlap; intervals allow for it. Correlation is not cause.',
  },
  lags: {
    zh: '事先选定的滞后为 0 周；“最强滞后”是从 0–4 周中挑出的，其区间已按比较次数放宽。',
    en: 'The lag chosen beforehand is 0 weeks; the strongest is picked out of 0 to 4, and its interval is widened for that.',
  },
  byDealer: {
    zh: '到店客流以门店计，没有账号层级，以下为经销商。',
    en: 'Footfall belongs to shops, not to accounts: the rows are dealers.',
  },
} as const satisfies Record<string, Bilingual>;

/** The question as it is answered: no account has a door, so dealers stand for accounts; with what must be said beside the rows. */
export function footfallQuestion<Ask extends { query: ReportQuery; notes: readonly Bilingual[] }>(ask: Ask): Ask {
  const byAccount = ask.query.level === 'account';
  const query: ReportQuery = byAccount ? { ...ask.query, level: 'dealer' } : ask.query;
  return { ...ask, query, notes: [...ask.notes, ...(byAccount ? [SAID.byDealer] : []), SAID.method, SAID.lags] };
}

/**
 * Rows of the report `footfall`: of each dealer, or pooled over the dealers of a region or the brand (as they stand at the end of the period).
 * Throws bad_input for a span without a whole week.
 */
export async function footfallRows(ask: FootfallAsk): Promise<FootfallRow[]> {
  const { level, state, regions, period } = ask.context;
  const weeks = weeksOf(ask.context);
  const dealers = await comparedDealers(ask, weeks);
  const month = period.month ?? `${period.fromDay}/${period.toDay}`;
  const rowOf = (group: string, own: ComparedDealer[]) =>
    footfallRow({ subject: ask.subjects.get(group) ?? { level, dealerId: group, name: group }, month, weeks, dealers: own });
  if (level === 'dealer') return dealers.map((dealer) => rowOf(dealer.dealerId, [dealer]));
  const groups = dealerGroups(state, level, regions, period.to - 1);
  const members = groupedBy(dealers, ({ dealerId }) => groups.get(dealerId) ?? UNASSIGNED);
  return [...members].filter(([group]) => ask.subjects.has(group)).map(([group, own]) => rowOf(group, own));
}

/** Weeks of footfall: of a month the half year that ends with it, else the whole weeks of the span; none that is not over. */
function weeksOf({ period, dataDay }: ReportContext): string[] {
  const toDay = dataDay < period.toDay ? dataDay : period.toDay;
  const weeks = period.month === null ? weeksInside(period.fromDay, toDay) : weeksUntil(toDay, TRAILING_WEEKS);
  if (weeks.length > 0) return weeks;
  throw new VitrineError(
    'bad_input',
    { en: 'The period holds no whole week (Monday to Sunday) that is over.', zh: '该期间内没有已结束的完整周（周一至周日）。' },
    {
      remedy: { en: 'Give a month, or a span of at least eight weeks.', zh: '请给出月份，或至少八周的起止日期。' },
      details: [{ field: 'from', message: 'no whole week' }],
    },
  );
}

async function comparedDealers({ context, dealers, readWeek }: FootfallAsk, weeks: readonly string[]): Promise<ComparedDealer[]> {
  const { state, warehouse, policy } = context;
  const asked = withWeeksBefore(weeks, LEAD_WEEKS);
  const end = weekEnd(weeks[weeks.length - 1]);
  const told = { brandId: state.brand.brandId, fromDay: weeks[0], toDay: end, sourceOrder: policy.sourceOrder };
  const footfall = groupedBy(await readFootfall(warehouse, told), ({ dealerId }) => dealerId);
  const owned = dealersOver(context, asked[0], end, new Set(context.accounts.map(({ accountKey }) => accountKey))).groups;
  const dealerIds = [...owned.keys()].filter((dealerId) => dealerId !== UNASSIGNED && isSeen(dealers, dealerId)).sort();
  // without footfall there is nothing to compare: the accounts of such dealers need not be read
  const compared = new Set(dealerIds.filter((dealerId) => footfall.has(dealerId)).flatMap((dealerId) => [...owned.get(dealerId)!]));
  const read = async (week: string): Promise<Map<string, ShowroomFigures>> => {
    const figures = compared.size === 0 ? [] : await readWeek(dealersOver(context, week, weekEnd(week), compared));
    return new Map(figures.map((figure) => [figure.group, figure]));
  };
  const traffic: Map<string, ShowroomFigures>[] = [];
  for (let at = 0; at < asked.length; at += READ_TOGETHER)
    traffic.push(...(await Promise.all(asked.slice(at, at + READ_TOGETHER).map(read))));
  return dealerIds.map((dealerId) => {
    const rolling = traffic.map((week) => week.get(dealerId)?.showroomVisitors ?? null);
    const visitors = visitorsByWeek(footfall.get(dealerId) ?? [], weeks);
    return { dealerId, weeks: dealerWeeks(rolling, visitors), newest: traffic[traffic.length - 1].get(dealerId) };
  });
}

/** The dealers of some accounts over a span of days. */
const dealersOver = (context: ReportContext, fromDay: string, toDay: string, accounts: ReadonlySet<string>): ReportContext =>
  contextOf({
    ...context,
    level: 'dealer',
    period: daySpan(fromDay, toDay, context.zone),
    only: ({ accountKey }) => accounts.has(accountKey),
  });
