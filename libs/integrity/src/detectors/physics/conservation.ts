import type { Bilingual } from '@app/contracts';
import { departs, moves, repeated } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { type Prevalence, prevalenceOf, strengthOfBreach } from '../../calibration/prevalence';
import { logOf } from '../../calibration/logarithms';
import type { Detector, DetectorScope, Finding } from '../../detector';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { type MeasuredSession, readSessionSeries } from '../../facts/session-series';
import { readSessionTotals, type SessionTotals } from '../../facts/session-totals.reader';
import { sessionFinding } from '../../facts/session-finding';

const FEATURES = [
  'stay',
  'peakPerView',
  'viewersPerView',
  'watchIdentity',
  'dwellIdentity',
  'curveIdentity',
  'averageToPeak',
  'overMinute',
  'growth',
] as const;
/** What rounding and the edges of a broadcast may take two official numbers apart. */
const ROUNDING = 0.03;
/** Beyond this, one number above one that must not be smaller is no rounding. */
const IMPOSSIBLE = 0.02;

const ratio = (a: number | null, b: number | null): number | null =>
  a === null || b === null || a <= 0 || b <= 0 ? null : Math.log(a / b);
const times = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a * b);

/**
 * What is left of a relation beyond what it may lie off by itself: an average is told as a whole number, and a curve is the people of one instant of each minute. An
 * evening of twenty views proves nothing.
 */
const beyond = (shift: number | null, leeway: number): number | null =>
  shift === null ? null : Math.sign(shift) * Math.max(0, Math.abs(shift) - leeway);

/** Laws of conservation of one session as logarithms that should stay what they are. Pure. */
export function conservationValues({ totals, shape, minutes, organicViews }: MeasuredSession): (number | null)[] {
  const { views, unique_viewers: viewers, peak_concurrent: peak, average_concurrent: average, watch_seconds: watch } = totals;
  const whole = shape !== null && minutes !== null && (shape.minutes ?? 0) >= 0.9 * minutes ? shape.concurrencySum : null;
  // minutes that a collector has missed are as full as the others
  const curve = whole === null ? null : whole * 60 * Math.max(1, minutes! / shape!.minutes!);
  return [
    ratio(curve ?? watch ?? times(average, minutes === null ? null : minutes * 60), organicViews),
    ratio(peak ?? shape?.peak ?? null, organicViews),
    ratio(viewers, views),
    beyond(
      ratio(watch, times(average, minutes === null ? null : minutes * 60)),
      average === null ? 0 : Math.log1p(0.5 / Math.max(1, average)),
    ),
    ratio(times(totals.average_dwell_seconds, viewers), watch),
    beyond(ratio(curve, watch), curve === null ? 0 : Math.sqrt(60 / Math.max(60, curve))),
    ratio(average, peak),
    ratio(totals.views_over_1_min, views),
    logOf(organicViews),
  ];
}

const DRIFT: DriftDetector = {
  name: 'conservation',
  features: FEATURES,
  weekly: FEATURES.map((feature) => feature === 'growth'),
  minHistory: 8,
  leastSpread: ROUNDING,
  units: ['session', 'week', 'weeks'],
  growth: FEATURES.indexOf('growth'),
  learn: () => null,
  claims: () => [
    moves('stayLonger', 0, 1),
    moves('stayShorter', 0, -1),
    repeated(moves('peakHigher', 1, 1)),
    moves('peakLower', 1, -1),
    moves('fewerViewers', 2, -1),
    departs('watchIdentity', 3),
    departs('dwellIdentity', 4),
    departs('curveIdentity', 5),
    moves('flatter', 6, 1),
    moves('overMinute', 7, -1),
  ],
  read: (scope, accounts) => readSessionSeries(scope, accounts, conservationValues, { withMinutes: true }),
};

const words = (zh: string, en: string, figure: string, shown?: (value: number) => number): ClaimWords => ({
  label: { zh, en },
  text: { zh: `相对自身过往变化 {share}`, en: `show {share} against the own past` },
  figure,
  shown,
});
const WORDS: Record<string, ClaimWords> = {
  stayLonger: words('人均停留（在线积分÷观看）变长', 'Longer stays (integral of concurrency per view)', 'secondsPerView'),
  stayShorter: words('人均停留（在线积分÷观看）变短', 'Shorter stays (integral of concurrency per view)', 'secondsPerView'),
  peakHigher: words('峰值在线相对观看偏高', 'Peak high for its views', 'peakPerView'),
  peakLower: words('峰值在线相对观看偏低', 'Peak low for its views', 'peakPerView'),
  fewerViewers: words('观看人数相对人次偏低', 'Few viewers for so many views', 'viewersPerView'),
  watchIdentity: words('观看时长与平均在线×时长不符', 'Watch time against average concurrency × length', 'watchToConcurrency'),
  dwellIdentity: words('人均停留×人数与观看时长不符', 'Average dwell × viewers against watch time', 'dwellToWatch'),
  curveIdentity: words('分钟在线之和与观看时长不符', 'Sum of the minute curve against watch time', 'curveToWatch'),
  flatter: words('平均在线相对峰值偏高', 'Average high for its peak', 'averageToPeak'),
  overMinute: words('停留超过一分钟的观看占比下降', 'Fewer views over a minute', 'viewsOverOneMinuteShare'),
};

interface Law {
  name: string;
  text: Bilingual;
  /** How far the smaller number stands above the larger, as a share; null: unknown. */
  breach(session: SessionTotals): number | null;
}
const above = (small: number | null, large: number | null): number | null =>
  small === null || large === null || small < 20 ? null : small / Math.max(1, large) - 1;

/** Numbers of one session that no crowd can produce. */
export const LAWS: readonly Law[] = [
  {
    name: 'peakAboveViewers',
    text: { zh: '最高在线高于观看人数', en: 'Peak concurrency above the number of viewers' },
    breach: ({ peak_concurrent: peak, unique_viewers: viewers }) => above(peak, viewers),
  },
  {
    name: 'peakAboveViews',
    text: { zh: '最高在线高于观看人次', en: 'Peak concurrency above the number of views' },
    breach: ({ peak_concurrent: peak, views }) => above(peak, views),
  },
  {
    name: 'viewersAboveViews',
    text: { zh: '观看人数高于观看人次', en: 'More viewers than views' },
    breach: ({ unique_viewers: viewers, views }) => above(viewers, views),
  },
  {
    name: 'averageAbovePeak',
    text: { zh: '平均在线高于最高在线', en: 'Average above peak concurrency' },
    breach: ({ average_concurrent: average, peak_concurrent: peak }) => above(average, peak),
  },
  {
    name: 'overMinuteAboveViews',
    text: { zh: '超过一分钟的观看多于全部观看', en: 'More views over a minute than views' },
    breach: ({ views_over_1_min: over, views }) => above(over, views),
  },
  {
    name: 'watchAbovePeak',
    text: { zh: '观看时长高于最高在线×开播时长', en: 'More watch time than the peak over the whole broadcast' },
    breach: ({ watch_seconds: watch, peak_concurrent: peak, from, to }) =>
      to === null || peak === null || to <= from ? null : above(watch, ((to - from) / 1000) * peak),
  },
  {
    name: 'paidAboveViews',
    text: { zh: '付费观看多于全部观看', en: 'More paid views than views' },
    breach: ({ paid_views: paid, views }) => above(paid, views),
  },
];

async function impossible(scope: DetectorScope): Promise<Finding[]> {
  const reference = await scope.reference<Record<string, Prevalence>>('conservation.laws', async () => {
    const all = await readSessionTotals(scope, scope.peers);
    return Object.fromEntries(LAWS.map((law) => [law.name, prevalenceOfLaw(law, all.values(), scope.judgedFrom)]));
  });
  const totals = await readSessionTotals(scope, scope.accounts);
  return [...totals].flatMap(([key, sessions]) =>
    sessions
      .filter(({ from }) => from >= Math.min(scope.window.from, scope.judgedFrom))
      .flatMap((session) => {
        const broken = LAWS.map((law) => ({ law, breach: law.breach(session) ?? 0 })).filter(({ breach }) => breach > IMPOSSIBLE);
        if (broken.length === 0) return [];
        const [worst] = broken
          .map((one) => ({ ...one, strength: strengthOfBreach(reference[one.law.name], one.breach) }))
          .sort((a, b) => b.strength - a.strength);
        return sessionFinding(scope, key, session, {
          strength: worst.strength,
          text: worst.law.text,
          figures: broken.map(({ law, breach }) => ({ name: law.name, label: law.text, value: 1 + breach })),
        });
      }),
  );
}

function prevalenceOfLaw(law: Law, all: Iterable<SessionTotals[]>, before: number): Prevalence {
  const worst: number[] = [];
  let assessed = 0;
  for (const sessions of all) {
    const breaches = sessions.filter(({ from }) => from < before).flatMap((session) => law.breach(session) ?? []);
    if (breaches.length === 0) continue;
    assessed++;
    const most = breaches.reduce((max, one) => Math.max(max, one), -1);
    if (most > IMPOSSIBLE) worst.push(most);
  }
  return prevalenceOf(assessed, worst);
}

/** Detector 1: three official numbers that must agree, and how long people stay. */
export const conservation: Detector = {
  name: 'conservation',
  version: 3,
  family: 'physics',
  tier: 'T1',
  title: { zh: '守恒关系', en: 'Conservation' },
  text: {
    zh: '人均停留×人数必须等于在线对时间的积分；最高在线 ≤ 人数 ≤ 人次；三个官方数字须互相吻合。不可能的数字直接提示；关系相对自身过往的移动（例如每次观看的停留突然变长或变短）按同类账号的波动评分。',
    en: 'Mean dwell × viewers must equal the integral of concurrency over time; peak ≤ viewers ≤ views; three official numbers have to agree. Impossible numbers are told as such; relations that move against the own past (seconds per view that grow or shrink) are scored by the noise of peers.',
  },
  weaknesses: {
    zh: '观看、在线与停留按真实比例一起抬高时守恒仍成立；缺少分钟数据或观看时长时只能检查部分关系。',
    en: 'Holds where views, concurrency and stays are raised together; without minutes or watch time only some relations can be asked.',
  },
  inputs: ['sessions', 'minutes', 'declarations'],
  parameters: {
    rounding: { value: ROUNDING, unit: 'ln', text: { zh: '关系的波动下限', en: 'Least spread of a relation' } },
    impossible: { value: IMPOSSIBLE, unit: 'share', text: { zh: '超过多少不算四舍五入', en: 'Beyond this it is no rounding' } },
  },
  minimumSample: { history: { value: DRIFT.minHistory, unit: 'sessions', text: { zh: '自身历史场次', en: 'Sessions of own history' } } },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: [...(await impossible(scope)), ...(await driftFindings(scope, judged, WORDS))], notAssessable };
  },
};
