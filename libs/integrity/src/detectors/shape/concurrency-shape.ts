import { moves, repeated, together } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { logOf } from '../../calibration/logarithms';
import type { Detector } from '../../detector';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { withMinutes } from '../../facts/minute-evidence';
import { type MeasuredSession, readSessionSeries } from '../../facts/session-series';

const FEATURES = ['stepUp', 'stepDown', 'roughness', 'flatRun', 'variation', 'entriesWithSteps', 'growth'] as const;
/** Fewer minutes have no shape. */
const LEAST_MINUTES = 20;

/** The shape of a curve, on scales on which shifts add up. Pure. */
export function shapeValues({
  shape,
  organicViews = null,
}: Pick<MeasuredSession, 'shape'> & Partial<Pick<MeasuredSession, 'organicViews'>>): (number | null)[] {
  if (!shape || (shape.minutes ?? 0) < LEAST_MINUTES || shape.peak === null) return FEATURES.map(() => null);
  const log = (value: number | null, offset: number) => (value === null ? null : Math.log(offset + Math.max(0, value)));
  return [
    log(shape.stepUp, 0.2),
    log(shape.stepDown, 0.2),
    log(shape.roughness, 0.02),
    log(shape.flatRun, 1),
    log(shape.variation, 0.02),
    shape.viewsWithSteps,
    logOf(organicViews),
  ];
}

const DRIFT: DriftDetector = {
  name: 'concurrencyShape',
  features: FEATURES,
  weekly: FEATURES.map((feature) => feature === 'growth'),
  minHistory: 8,
  leastSpread: 0.1,
  units: ['session', 'week', 'weeks'],
  growth: FEATURES.indexOf('growth'),
  learn: () => null,
  claims: () => [
    repeated(moves('stepUp', 0, 1)),
    moves('stepDown', 1, 1),
    together(
      'steps',
      [
        [0, 1],
        [1, 1],
      ],
      0.3,
    ),
    moves('smooth', 2, -1),
    together(
      'flat',
      [
        [3, 1],
        [4, -1],
      ],
      0.3,
    ),
    moves('unentered', 5, -1),
  ],
  read: (scope, accounts) => readSessionSeries(scope, accounts, shapeValues, { withMinutes: true }),
};

const steps = {
  zh: '（1 = 同等规模诚实房间 20 分钟中 19 分钟不超过的一分钟变化）',
  en: ' (1: what honest rooms of that size stay under in 19 minutes of 20)',
};
const words = (zh: string, en: string, figure: string, offset: number | null): ClaimWords => ({
  label: { zh, en },
  text: {
    zh: `相对自身过往变化 {share}${offset === 0.2 ? steps.zh : ''}`,
    en: `show {share} against the own past${offset === 0.2 ? steps.en : ''}`,
  },
  figure,
  shown: offset === null ? (value) => value : (value) => Math.exp(value) - offset,
});

const WORDS: Record<string, ClaimWords> = {
  stepUp: words('在线人数陡升', 'A step up of concurrency', 'largestStepUp', 0.2),
  stepDown: words('在线人数陡降', 'A vertical exit', 'largestStepDown', 0.2),
  steps: words('在线人数陡升又陡降', 'A step up and a vertical exit', 'largestStepUp', 0.2),
  smooth: words('在线曲线过于平滑', 'A curve smoother than its size', 'roughness', 0.02),
  flat: words('在线曲线出现平台', 'A plateau', 'longestFlatRunMinutes', 1),
  unentered: words('在线上升却无人进房', 'Concurrency rises without entries', 'entriesWithSteps', null),
};

/** Detector 5: steps, plateaus and vertical exits of concurrency. */
export const concurrencyShape: Detector = {
  name: 'concurrencyShape',
  version: 3,
  family: 'shape',
  tier: 'T2',
  title: { zh: '在线曲线形态', en: 'Shape of concurrency' },
  text: {
    zh: '从分钟在线曲线中取最大的三分钟水平跃升与跌落（按在线规模折算：五十人以下的房间一分钟波动两三成很常见）、平滑程度、最长平台、进房与在线变化的一致性，与账号自身过往及同规模账号比较。',
    en: 'Takes from the minute curve the largest level shifts of three minutes up and down (scaled to the size of the room: under 50 viewers a fifth or a third within a minute is common), its roughness, the longest plateau, and how entries go with changes of concurrency; compares them with the account’s own past by the measure of rooms of its size.',
  },
  weaknesses: {
    zh: '缓慢爬升并正常流动的机器人没有台阶；五十人以下的房间噪声太大，只能看到很强的注入。',
    en: 'Bots that ramp up and churn leave no step; in rooms under 50 viewers only strong injections rise above the noise.',
  },
  inputs: ['minutes', 'sessions', 'declarations'],
  parameters: {
    honestStep: {
      value: 2.6,
      unit: '÷ √viewers, .033–.55',
      text: { zh: '诚实的一分钟水平变化（95 % 分位）', en: 'Honest level shift in a minute (95 % quantile)' },
    },
    leastSpread: { value: DRIFT.leastSpread, unit: 'ln', text: { zh: '波动下限', en: 'Least spread' } },
  },
  minimumSample: {
    history: {
      value: DRIFT.minHistory,
      unit: 'sessions',
      text: { zh: '有分钟数据的历史场次', en: 'Sessions with minutes in the own history' },
    },
    minutes: { value: LEAST_MINUTES, unit: 'minutes', text: { zh: '单场分钟数', en: 'Minutes of a session' } },
  },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: await withMinutes(scope, await driftFindings(scope, judged, WORDS)), notAssessable };
  },
};
