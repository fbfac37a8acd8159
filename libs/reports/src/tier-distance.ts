import {
  ExactDecimal,
  SessionValues,
  effectiveTiers,
  exactText,
  gapTo,
  monthsToGo,
  nextTier,
  paceOf,
  readSessionValues,
  sessionsToGo,
  unitExclusions,
  yearValueText,
} from '@app/analytics';
import { Bilingual, PLATFORMS, Subject, TierDistance, addMonths } from '@app/contracts';
import { policyOf } from '@app/database';
import type { ReportContext } from './report-context';
import { AccountMonth, readTierMonths } from './tier-months';

const WHY_NOT = {
  top: { zh: '已是最高层级。', en: 'It is the highest tier.' },
  unknown: { zh: '层级未知，无法计算差距。', en: 'The tier is unknown, so there is no distance.' },
  noSession: {
    zh: '近 12 个月没有可计价的直播场次，无法换算成场次。',
    en: 'No session of the twelve months has a priced line: no count of sessions.',
  },
  worthless: { zh: '场次价值的中位数为 0，无法换算成场次。', en: 'The middle session is worth nothing: no count of sessions.' },
  noPace: { zh: '还没有完整观测的月份，速度未知。', en: 'No whole month is observed yet: the pace is unknown.' },
  never: { zh: '按最近三个月的速度，12 个月内达不到。', en: 'Not within twelve months at the pace of the last three.' },
} as const satisfies Record<string, Bilingual>;

/** How far accounts are from their next tier at the end of the context's last month. Subjects by account key. */
export async function readTierDistances(
  context: ReportContext,
  accountKeys: readonly string[],
  subjects: ReadonlyMap<string, Subject>,
): Promise<TierDistance[]> {
  const [months, sessions] = await Promise.all([
    readTierMonths(context, accountKeys, { lastToo: true }),
    readMedians(context, accountKeys),
  ]);
  return accountKeys.map((key) => distanceOf(subjects.get(key)!, months.get(key)!, sessions.get(key)));
}

/** Of each account, out of the facts of the trailing window, one reading per platform. */
async function readMedians(context: ReportContext, accountKeys: readonly string[]): Promise<Map<string, SessionValues>> {
  const { warehouse, state, zone, period } = context;
  const { sourceOrder } = policyOf(state.policies, period.lastMonth);
  const window = {
    brandId: state.brand.brandId,
    zone,
    fromDay: `${addMonths(period.lastMonth, -11)}-01`,
    toDay: `${addMonths(period.lastMonth, 1)}-01`,
    sourceOrder,
    exclusions: unitExclusions(state, context.basis),
  };
  const rows = await Promise.all(
    PLATFORMS.map((platform) => {
      const own = accountKeys.filter((key) => context.byKey.get(key)?.platform === platform);
      return readSessionValues(warehouse, { ...window, accountKeys: own }, platform, state.rateCards);
    }),
  );
  return new Map(rows.flat().map((row) => [row.accountKey, row]));
}

function distanceOf(subject: Subject, months: readonly AccountMonth[], sessions: SessionValues | undefined): TierDistance {
  const now = months[months.length - 1];
  const { earned, effective } = effectiveTiers(months)[months.length - 1];
  const shared = {
    ...subject,
    month: now.month,
    earnedTier: earned,
    effectiveTier: effective,
    projected: now.year?.projected ?? false,
    declared: now.year?.declared ?? false,
    trailingValueCny: now.trailingValueCny,
    medianSessionCny: sessions?.medianCny ?? null,
    sessionsKnown: sessions?.sessions ?? 0,
  };
  const paceCny = paceOf(months.filter(({ whole }) => whole).map(({ monthCny }) => monthCny));
  const next = nextTier(earned, now.rules);
  if (next === null) {
    const reasons = { nextTier: earned === null ? WHY_NOT.unknown : WHY_NOT.top };
    return { ...shared, nextTier: null, boundCny: null, gapCny: null, sessions: null, paceCny, months: null, reasons };
  }
  const window = windowOf(months);
  const { year } = now;
  const known =
    year && !year.projected ? yearValueText(year.value) : exactText(window.reduce((sum, value) => sum.plus(value), new ExactDecimal(0)));
  const gapCny = gapTo(next.boundCny, known);
  const [count, noCount] = countSessions(gapCny, sessions);
  const [span, noSpan] = countMonths(gapCny, window, paceCny, next.boundCny);
  const reasons = { ...(noCount ? { sessions: noCount } : {}), ...(noSpan ? { months: noSpan } : {}) };
  return { ...shared, nextTier: next.tier, boundCny: next.boundCny, gapCny, sessions: count, paceCny, months: span, reasons };
}

function countSessions(gapCny: string, sessions: SessionValues | undefined): [number | null, Bilingual | null] {
  if (!sessions) return [null, WHY_NOT.noSession];
  const count = sessionsToGo(gapCny, sessions.medianCny);
  return count === null ? [null, WHY_NOT.worthless] : [count, null];
}

function countMonths(gapCny: string, monthsCny: string[], monthlyCny: string | null, boundCny: string): [number | null, Bilingual | null] {
  if (gapCny === '0') return [0, null];
  if (monthlyCny === null) return [null, WHY_NOT.noPace];
  const count = monthsToGo({ monthsCny, monthlyCny }, boundCny);
  return count === null ? [null, WHY_NOT.never] : [count, null];
}

/** What each month of the trailing window is worth, ascending: as observed, or its declared part before that; '0' where neither is known. */
function windowOf(months: readonly AccountMonth[]): string[] {
  const last = months.slice(-12).map(({ monthCny }) => monthCny);
  return [...Array.from({ length: 12 - last.length }, () => '0'), ...last];
}
