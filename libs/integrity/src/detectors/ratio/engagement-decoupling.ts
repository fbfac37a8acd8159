import { clamp } from '../../calibration/robust';
import { moves, repeated, together } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import type { Claim } from '../../calibration/units';
import { logOf, logRatio } from '../../calibration/logarithms';
import type { Detector } from '../../detector';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { withMinutes } from '../../facts/minute-evidence';
import { type MeasuredSession, readSessionSeries } from '../../facts/session-series';

const FEATURES = [
  'reaction',
  'likesFollow',
  'commentsFollow',
  'likesPerMinute',
  'commentsPerMinute',
  'likesBurst',
  'commentsBurst',
  'commentsDispersion',
  'likesDispersion',
  'viewsBurst',
  'growth',
  'stepDown',
] as const;

/** Correlations on a scale on which shifts add up (Fisher). */
const fisher = (correlation: number | null): number | null => (correlation === null ? null : Math.atanh(clamp(correlation, -0.98, 0.98)));
const log = (value: number | null): number | null => (value === null || value <= 0 ? null : Math.log(value));

/** How reactions go with the people in the room, minute by minute. Pure. */
export function couplingValues({
  shape,
  organicViews = null,
}: Pick<MeasuredSession, 'shape'> & Partial<Pick<MeasuredSession, 'organicViews'>>): (number | null)[] {
  if (!shape) return FEATURES.map(() => null);
  const { reactionHigh, reactionLow } = shape;
  return [
    reactionHigh === null || reactionLow === null ? null : Math.log(reactionHigh / reactionLow),
    fisher(shape.likesWithViews),
    fisher(shape.commentsWithConcurrency),
    logRatio(shape.likesSum, shape.concurrencySum),
    logRatio(shape.commentsSum, shape.concurrencySum),
    log(shape.likesBurst),
    log(shape.commentsBurst),
    log(shape.commentsDispersion),
    log(shape.likesDispersion),
    log(shape.viewsBurst),
    logOf(organicViews),
    shape.stepDown === null ? null : Math.log(0.2 + Math.max(0, shape.stepDown)),
  ];
}

/** Who comes at once, and leaves at once: a public that a repost brings comes in one minute, too, and leaves one by one. Both have to be seen. */
export const atOnce: Claim = {
  name: 'atOnce',
  feature: 9,
  score: ({ shift, spread }) => {
    const [came, left] = [shift[9], shift[11]];
    if (came === null || left === null) return null;
    return Math.sqrt(Math.max(0, came / spread[9]) * Math.max(0, left / spread[11]));
  },
  effect: ({ shift }) => shift[9],
};

const DRIFT: DriftDetector = {
  name: 'engagementDecoupling',
  features: FEATURES,
  weekly: FEATURES.map((feature) => feature === 'growth'),
  minHistory: 8,
  leastSpread: 0.06,
  units: ['session', 'week', 'weeks'],
  growth: FEATURES.indexOf('growth'),
  learn: () => null,
  claims: () => [
    moves('reaction', 0, -1),
    together(
      'decoupled',
      [
        [1, -1],
        [2, -1],
      ],
      0.4,
    ),
    together(
      'silent',
      [
        [3, -1],
        [4, -1],
      ],
      0.5,
    ),
    together(
      'likes',
      [
        [3, 1],
        [4, -1],
      ],
      -0.4,
    ),
    together(
      'comments',
      [
        [4, 1],
        [3, -1],
      ],
      -0.4,
    ),
    moves('likesBurst', 5, 1),
    moves('commentsBurst', 6, 1),
    together(
      'even',
      [
        [7, -1],
        [8, -1],
      ],
      0.3,
    ),
    repeated(moves('viewsBurst', 9, 1)),
    atOnce,
  ],
  read: (scope, accounts) => readSessionSeries(scope, accounts, couplingValues, { withMinutes: true }),
};

const words = (label: { zh: string; en: string }, figure: string, removes?: ClaimWords['removes']): ClaimWords => ({
  label,
  text: { zh: '相对自身过往变化 {share}', en: 'show {share} against the own past' },
  figure,
  removes,
});
const excess = (effect: number): number => effect;

const WORDS: Record<string, ClaimWords> = {
  reaction: words({ zh: '人多时互动不增', en: 'A fuller room that reacts less' }, 'reactionFullerToEmptier'),
  decoupled: {
    ...words({ zh: '点赞、评论不随进房变化', en: 'Reactions that do not follow entries' }, 'likesWithEntries'),
    shown: Math.tanh,
  },
  // who stays long counts many minutes: it says nothing of the number of views
  silent: words({ zh: '每人分钟互动下降', en: 'Fewer reactions per viewer and minute' }, 'likesPerViewerMinute'),
  likes: words({ zh: '点赞偏离评论', en: 'Likes apart from comments' }, 'likesPerViewerMinute', {
    line: 'like',
    units: ({ likes }) => likes,
    excess,
  }),
  comments: words({ zh: '评论偏离点赞', en: 'Comments apart from likes' }, 'commentsPerViewerMinute', {
    line: 'comment',
    units: ({ comments }) => comments,
    excess,
  }),
  likesBurst: words({ zh: '点赞集中于一分钟', en: 'Likes in one minute' }, 'likesShareOfBusiestMinute'),
  commentsBurst: words({ zh: '评论集中于一分钟', en: 'Comments in one minute' }, 'commentsShareOfBusiestMinute'),
  even: words({ zh: '互动过于均匀', en: 'Reactions too even' }, 'commentsVarianceToMean'),
  viewsBurst: words({ zh: '进房一再集中于一分钟', en: 'Entries in one minute, again and again' }, 'viewsShareOfBusiestMinute'),
  atOnce: words({ zh: '同一分钟进房又同时离开', en: 'Entries in one minute that leave at once' }, 'viewsShareOfBusiestMinute'),
};

/** Detector 6: comments and likes that do not follow entries. */
export const engagementDecoupling: Detector = {
  name: 'engagementDecoupling',
  version: 3,
  family: 'ratio',
  tier: 'T2',
  title: { zh: '互动与进房脱节', en: 'Reactions decoupled from entries' },
  text: {
    zh: '逐分钟比较点赞、评论与进房、在线：人多时每人互动是否同样多，互动是否随进房起落，是否集中在一分钟或均匀得不自然；均与账号自身过往比较，扣除同类账号的共同变化。',
    en: 'Compares likes and comments with entries and concurrency minute by minute: whether a fuller room reacts as much per person, whether reactions rise and fall with entries, whether they pile up in one minute or come unnaturally even; each against the account’s own past, less the common movement of peers.',
  },
  weaknesses: {
    zh: '机器人同时按比例点赞、评论时看不出；互动很少的房间只能看单场之外的累计。',
    en: 'Blind to bots that like and comment in proportion; in rooms with few reactions only weeks tell.',
  },
  inputs: ['minutes', 'sessions', 'declarations'],
  parameters: { leastSpread: { value: DRIFT.leastSpread, unit: 'ln', text: { zh: '波动下限', en: 'Least spread' } } },
  minimumSample: {
    history: {
      value: DRIFT.minHistory,
      unit: 'sessions',
      text: { zh: '有分钟数据的历史场次', en: 'Sessions with minutes in the own history' },
    },
    minutes: { value: 15, unit: 'minutes', text: { zh: '单场分钟数', en: 'Minutes of a session' } },
    reactions: { value: 20, unit: 'per session', text: { zh: '评价集中与均匀所需互动数', en: 'Reactions for bursts and evenness' } },
  },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: await withMinutes(scope, await driftFindings(scope, judged, WORDS)), notAssessable };
  },
};
