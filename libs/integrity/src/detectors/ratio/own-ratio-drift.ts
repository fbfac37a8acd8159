import { sharedShift } from '../../calibration/contrasts';
import type { Residual } from '../../calibration/drift';
import { type GrowthCurve, STEEPEST, dilutionAt, growthCurve } from '../../calibration/growth';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { clamp } from '../../calibration/robust';
import type { Claim } from '../../calibration/units';
import { logOf, logRatio } from '../../calibration/logarithms';
import type { Detector } from '../../detector';
import { contentEvidence, readContentSeries } from '../../facts/content-series';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { neitherAssessable } from '../../facts/neither-assessable';
import { type MeasuredSession, readSessionSeries } from '../../facts/session-series';

const RATIOS = ['likes', 'comments', 'shares', 'follows', 'leads'] as const;
const SHARED = [0, 1, 2, 3, 4];
/** After the ratios: how much the views themselves have grown. */
const GROWTH = RATIOS.length;

/** What growth does to the shift that ratios share. Pure. */
export const sharedCurve = (trial: readonly Residual[]): GrowthCurve =>
  growthCurve(
    trial.flatMap((residual) => {
      const shared = sharedShift(residual, SHARED);
      return shared && residual.shift[GROWTH] !== null ? [{ growth: residual.shift[GROWTH], ...shared }] : [];
    }),
  );

/** What trial observations teach: what growth does to all ratios, and how far each goes with the others. JSON. */
export interface RatioLessons extends GrowthCurve {
  /** By ratio: the part of the others' shift that it shares. Absent: all of it. */
  follows?: number[];
}

const LEAST_PAIRS = 50;
const FARTHEST = 4;

/** How much of the shift of the others a ratio takes part in (0–1): what it does not share would only add their noise. Pure. */
export const followsOthers = (trial: readonly Residual[]): number[] =>
  RATIOS.map((_, feature) => {
    const others = SHARED.filter((other) => other !== feature);
    let [pairs, both, square] = [0, 0, 0];
    for (const residual of trial) {
      const shared = sharedShift(residual, others, 1);
      const own = residual.shift[feature];
      if (own === null || !shared) continue;
      const x = clamp(shared.shift / residual.spread[feature], -FARTHEST, FARTHEST);
      pairs++;
      both += x * clamp(own / residual.spread[feature], -FARTHEST, FARTHEST);
      square += x * x;
    }
    return pairs < LEAST_PAIRS || square === 0 ? 1 : clamp(both / square, 0, 1);
  });

/** Shift that all ratios share, beyond what growth of that size does to honest accounts. */
function beyondGrowth(residual: Residual, curve: GrowthCurve): { shift: number; spread: number } | null {
  const shared = sharedShift(residual, SHARED);
  const growth = residual.shift[GROWTH];
  if (!shared || growth === null) return shared;
  const honest = dilutionAt(curve, growth);
  return { shift: shared.shift - honest.shift, spread: shared.spread * honest.noise };
}

/** What counts of the same mean spread by beside chance (a share, squared). */
const BESIDE_CHANCE = 0.03;

/**
 * How much noisier the ratios of a session are than those of the account's usual one: a count of ten spreads by a third, one of a thousand hardly. From
 * the counts that the usual ratios let expect of these views.
 */
function chance({ observation, expected }: Residual, features: readonly number[]): number {
  const usual = expected[GROWTH];
  const own = observation.values[GROWTH];
  if (usual === null || own === null) return 1;
  const spreadAt = (views: number): number => {
    const count = features.reduce((sum, feature) => sum + (expected[feature] === null ? 0 : Math.exp(expected[feature] + views)), 0);
    return BESIDE_CHANCE + 1 / (1 + count);
  };
  return Math.sqrt(spreadAt(own) / spreadAt(usual));
}

/** The claims: views that nobody reacts to; all reactions above what views bring; one reaction apart from the others. Pure. */
export function ratioClaims(curve: RatioLessons): Claim[] {
  const all = (name: string, sign: 1 | -1): Claim => ({
    name,
    feature: 0,
    score: (residual) => {
      const rest = beyondGrowth(residual, curve);
      return rest && (sign * rest.shift) / (rest.spread * chance(residual, SHARED));
    },
    weight: (residual) => 1 / chance(residual, SHARED),
    effect: (residual) => beyondGrowth(residual, curve)?.shift ?? null,
  });
  const one = (name: string, feature: number): Claim => {
    const others = SHARED.filter((other) => other !== feature);
    const apart = (residual: Residual) => {
      const shared = sharedShift(residual, others, 1);
      const own = residual.shift[feature];
      if (own === null || !shared) return null;
      const part = curve.follows?.[feature] ?? 1;
      return { shift: own - part * shared.shift, spread: Math.hypot(residual.spread[feature], part * shared.spread) };
    };
    return {
      name,
      feature,
      score: (residual) => {
        const rest = apart(residual);
        return rest && rest.shift / (rest.spread * chance(residual, [feature]));
      },
      weight: (residual) => 1 / chance(residual, [feature]),
      effect: (residual) => apart(residual)?.shift ?? null,
    };
  };
  return [all('views', -1), all('reactions', 1), ...RATIOS.map((ratio, feature) => one(ratio, feature))];
}

const measure = ({ totals, organicViews: views }: MeasuredSession): (number | null)[] => [
  ...RATIOS.map((ratio) => (totals[ratio] === 0 && (views ?? 0) < 30 ? null : logRatio(totals[ratio], views))),
  logOf(views),
];

/** Ratios of sessions; what it learns is how growth dilutes them. */
export const RATIO_DRIFT: DriftDetector<RatioLessons> = {
  name: 'ownRatioDrift',
  features: [...RATIOS, 'growth'],
  weekly: [...RATIOS.map(() => false), true],
  minHistory: 8,
  leastSpread: 0.03,
  units: ['session', 'week', 'weeks'],
  learn: (trial) => ({ ...sharedCurve(trial), follows: followsOthers(trial) }),
  claims: ratioClaims,
  read: (scope, accounts) => readSessionSeries(scope, accounts, measure),
};

/** The same of the days of videos. */
const VIDEOS: DriftDetector<RatioLessons> = {
  ...RATIO_DRIFT,
  name: 'ownRatioDrift.videos',
  minHistory: 10,
  read: (scope, accounts) =>
    readContentSeries(scope, accounts, ({ likes, comments, shares, follows, favorites }, plays) => [
      ...[likes, comments, shares, follows, favorites].map((count) => logRatio(count, plays)),
      logOf(plays),
    ]),
};

const perView = (zh: string, en: string, figure: string, line: 'like' | 'comment' | 'share' | 'follow' | 'lead'): ClaimWords => ({
  label: { zh: `${zh}/观看比`, en: `${en} per view` },
  text: { zh: `比其他互动的变化多出 {share}`, en: `show {share} beyond what the other reactions did` },
  figure,
  removes: {
    line,
    units: (session) => session[`${line}s` as 'likes'],
    excess: (effect) => effect,
  },
});

const WORDS: Record<string, ClaimWords> = {
  views: {
    label: { zh: '互动未随观看增长', en: 'Views without reactions' },
    text: {
      zh: '各项互动/观看比共同变化 {share}，超出同等增幅下的正常稀释',
      en: 'show all reactions per view moving by {share}, beyond what such growth dilutes',
    },
    figure: 'likesPerView',
    removes: { line: 'live_view', units: ({ views }) => views, excess: (effect) => -effect },
  },
  reactions: {
    label: { zh: '互动整体偏高', en: 'Reactions beyond views' },
    text: { zh: '各项互动/观看比共同变化 {share}', en: 'show all reactions per view moving by {share}' },
    figure: 'likesPerView',
    removes: { line: 'like', units: ({ likes }) => likes, excess: (effect) => effect },
  },
  likes: perView('点赞', 'Likes', 'likesPerView', 'like'),
  comments: perView('评论', 'Comments', 'commentsPerView', 'comment'),
  shares: perView('分享', 'Shares', 'sharesPerView', 'share'),
  follows: perView('关注', 'Follows', 'followsPerView', 'follow'),
  leads: perView('留资', 'Leads', 'leadsPerView', 'lead'),
};

/** Of videos: the fifth ratio is that of favorites, and units are those of the days. */
const VIDEO_WORDS: Record<string, ClaimWords> = {
  ...Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, { ...words, removes: undefined }])),
  leads: { ...WORDS.leads, label: { zh: '收藏/播放比', en: 'Favorites per play' }, figure: 'favoritesPerPlay', removes: undefined },
  views: {
    ...WORDS.views,
    removes: {
      line: 'video_play',
      units: (_, { observation }) => (observation.values[GROWTH] === null ? null : Math.expm1(observation.values[GROWTH])),
      excess: (effect) => -effect,
    },
  },
};

/** Detector 3: reactions per view against the account's own past. */
export const ownRatioDrift: Detector = {
  name: 'ownRatioDrift',
  version: 2,
  family: 'ratio',
  tier: 'T1',
  title: { zh: '自身比率漂移', en: 'Drift of own ratios' },
  text: {
    zh: '将点赞、评论、分享、关注、留资与（自然）观看之比同账号自身的历史比较，扣除同类账号当日的共同变化，以及同等增幅对诚实账号的正常稀释。所有比率同时下降，说明观看里有人不作反应；单一比率上升，说明该互动本身被抬高。',
    en: 'Compares likes, comments, shares, follows and leads per (organic) view with the account’s own past, less the movement that peers share on that day and the dilution that growth of that size brings to honest accounts. All ratios falling together: views of nobody who reacts. One ratio rising: that reaction is inflated.',
  },
  weaknesses: {
    zh: '按真实比例同时抬高观看与全部互动时不可见；自身历史期内已在作弊的账号看不出变化。',
    en: 'Blind where views and all reactions are raised in honest proportion, and to whoever has inflated all along.',
  },
  inputs: ['sessions', 'videos', 'video-days', 'declarations'],
  parameters: {
    steepest: { value: STEEPEST, unit: '', text: { zh: '超出已知增幅时的最大稀释斜率', en: 'Steepest dilution beyond known growth' } },
    leastSpread: { value: RATIO_DRIFT.leastSpread, unit: 'ln', text: { zh: '比率波动下限', en: 'Least spread of a ratio' } },
  },
  minimumSample: {
    history: { value: RATIO_DRIFT.minHistory, unit: 'sessions', text: { zh: '自身历史场次', en: 'Sessions of own history' } },
  },
  run: async (scope) => {
    const sessions = await judgeDrift(scope, RATIO_DRIFT);
    const videos = await judgeDrift(scope, VIDEOS);
    return {
      findings: [
        ...(await driftFindings(scope, sessions.judged, WORDS)),
        ...(await driftFindings(scope, videos.judged, VIDEO_WORDS, contentEvidence)),
      ],
      notAssessable: neitherAssessable(sessions.notAssessable, videos.notAssessable),
    };
  },
};
