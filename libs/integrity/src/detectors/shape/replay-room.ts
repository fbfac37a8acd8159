import { together } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { logOf, logRatio } from '../../calibration/logarithms';
import type { Detector } from '../../detector';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { withMinutes } from '../../facts/minute-evidence';
import { type MeasuredSession, readSessionSeries } from '../../facts/session-series';

const FEATURES = ['comments', 'likes', 'roughness', 'growth', 'follows', 'variation', 'coupling'] as const;
/** A replay is left running: shorter broadcasts are not asked. */
const LEAST_MINUTES = 40;

/** What an unattended room shows. Pure. */
export function replayValues({ shape, totals, minutes, organicViews }: MeasuredSession): (number | null)[] {
  if (!shape || (minutes ?? shape.minutes ?? 0) < LEAST_MINUTES) return FEATURES.map(() => null);
  return [
    logRatio(shape.commentsSum, shape.concurrencySum),
    logRatio(shape.likesSum, shape.concurrencySum),
    shape.roughness === null ? null : Math.log(0.02 + shape.roughness),
    logOf(organicViews),
    logRatio(totals.follows, totals.views),
    shape.variation === null ? null : Math.log(0.02 + shape.variation),
    shape.commentsWithConcurrency,
  ];
}

const DRIFT: DriftDetector = {
  name: 'replayRoom',
  features: FEATURES,
  weekly: FEATURES.map((feature) => feature === 'growth'),
  minHistory: 8,
  leastSpread: 0.08,
  units: ['session', 'week', 'weeks'],
  growth: FEATURES.indexOf('growth'),
  learn: () => null,
  claims: () => [
    together(
      'unattended',
      [
        [0, -1],
        [1, -1],
        [5, -1],
      ],
      0.3,
    ),
    together(
      'noHost',
      [
        [0, -1],
        [4, -1],
        [6, -1],
      ],
      0.3,
    ),
  ],
  read: (scope, accounts) => readSessionSeries(scope, accounts, replayValues, { withMinutes: true, longToo: true }),
};

const words = (zh: string, en: string): ClaimWords => ({
  label: { zh, en },
  text: { zh: '每人分钟评论变化 {share}', en: 'show comments per viewer and minute moving by {share}' },
  figure: 'commentsPerViewerMinute',
});
const WORDS: Record<string, ClaimWords> = {
  unattended: words('房间平直且互动减少', 'A flat room with few reactions'),
  noHost: words('无主持回应迹象', 'No sign of a host'),
};

/** Detector 17: replayed streams and unattended rooms. */
export const replayRoom: Detector = {
  name: 'replayRoom',
  version: 2,
  family: 'shape',
  tier: 'T2',
  title: { zh: '录播或无人直播间', en: 'Replay or unattended room' },
  text: {
    zh: '录播或无人值守的房间：在线平直，评论、点赞、关注相对在线都少，且评论不随人数起落。各项与账号自身过往比较，须同时成立；一向 24 小时直播的账号以自身为准。',
    en: 'A replayed or unattended room is flat and has few comments, likes and follows for its concurrency, and comments that do not go with the crowd. All against the account’s own past and at the same time: an account that always streams for 24 hours is its own measure.',
  },
  weaknesses: {
    zh: '录播期间由真人代为回复评论时不可见；首次开长播的诚实账号若无人互动也会相似。',
    en: 'Blind where somebody answers during the replay; an honest account’s first long broadcast that nobody reacts to looks alike.',
  },
  inputs: ['minutes', 'sessions', 'declarations'],
  parameters: { leastSpread: { value: DRIFT.leastSpread, unit: 'ln', text: { zh: '波动下限', en: 'Least spread' } } },
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
