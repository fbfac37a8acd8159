import { moves, repeated, together } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { logOf } from '../../calibration/logarithms';
import type { Detector } from '../../detector';
import { contentEvidence, readContentSeries } from '../../facts/content-series';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { neitherAssessable } from '../../facts/neither-assessable';
import { type MeasuredSession, readSessionSeries } from '../../facts/session-series';
import type { SessionTotals } from '../../facts/session-totals.reader';

/** Views grow slower than the length of a broadcast: the share of a doubled length that honest rooms turn into views. */
const LENGTH_SHARE = 0.7;

const FEATURES = ['views', 'peak', 'watch', 'likes', 'comments', 'follows', 'leads'] as const;

/** Levels of sessions; the first is that of views. */
export const LEVEL_DRIFT: DriftDetector = {
  name: 'seasonLevel',
  features: FEATURES,
  weekly: FEATURES.map(() => true),
  minHistory: 10,
  leastSpread: 0.05,
  units: ['session', 'week', 'weeks'],
  learn: () => null,
  claims: () => [
    moves('views', 0, 1),
    repeated(moves('peak', 1, 1)),
    moves('watch', 2, 1),
    moves('likes', 3, 1),
    moves('comments', 4, 1),
    moves('follows', 5, 1),
    moves('leads', 6, 1),
    together(
      'all',
      [
        [0, 1],
        [1, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
      0.5,
    ),
  ],
  read: (scope, accounts) => readSessionSeries(scope, accounts, levelValues),
};

/** Levels of a session, on a scale on which shifts add up. Pure. */
export function levelValues({ totals, organicViews, minutes }: MeasuredSession): (number | null)[] {
  const length = minutes === null ? 0 : LENGTH_SHARE * Math.log(minutes / 60);
  const level = (value: number | null): number | null => {
    const known = logOf(value);
    return known === null ? null : known - length;
  };
  return [
    level(organicViews),
    logOf(totals.peak_concurrent),
    level(totals.watch_seconds),
    level(totals.likes),
    level(totals.comments),
    level(totals.follows),
    level(totals.leads),
  ];
}

/** The same of the days of videos. */
const VIDEO_FEATURES = ['plays', 'likes', 'comments', 'shares', 'follows'] as const;
const VIDEOS: DriftDetector = {
  ...LEVEL_DRIFT,
  name: 'seasonLevel.videos',
  features: VIDEO_FEATURES,
  weekly: VIDEO_FEATURES.map(() => true),
  minHistory: 14,
  claims: () => [
    moves('plays', 0, 1),
    moves('likes', 1, 1),
    moves('comments', 2, 1),
    moves('follows', 4, 1),
    together(
      'all',
      VIDEO_FEATURES.map((_, feature) => [feature, 1] as const),
      0.6,
    ),
  ],
  read: (scope, accounts) =>
    readContentSeries(scope, accounts, ({ likes, comments, shares, follows }, plays) =>
      [plays, likes, comments, shares, follows].map(logOf),
    ),
};

const level = (zh: string, en: string, figure: string, removes?: ClaimWords['removes']): ClaimWords => ({
  label: { zh: `${zh}高于自身同期`, en: `${en} above the own season` },
  text: { zh: '比自身同一星期几的水平变化 {share}', en: 'show {share} against the own level of the same weekdays' },
  figure,
  removes,
});
const excess = (effect: number): number => effect;
const of = (units: (session: SessionTotals) => number | null) => units;

const WORDS: Record<string, ClaimWords> = {
  views: level('观看', 'Views', 'viewsLevel', { line: 'live_view', units: of(({ views }) => views), excess }),
  peak: level('最高在线', 'Peak concurrency', 'peakConcurrent'),
  watch: level('观看时长', 'Watch time', 'watchSecondsLevel'),
  likes: level('点赞', 'Likes', 'likesLevel', { line: 'like', units: of(({ likes }) => likes), excess }),
  comments: level('评论', 'Comments', 'commentsLevel', { line: 'comment', units: of(({ comments }) => comments), excess }),
  follows: level('关注', 'Follows', 'followsLevel', { line: 'follow', units: of(({ follows }) => follows), excess }),
  leads: level('留资', 'Leads', 'leadsLevel', { line: 'lead', units: of(({ leads }) => leads), excess }),
  all: level('各项数据同时', 'All figures together', 'viewsLevel', { line: 'live_view', units: of(({ views }) => views), excess }),
};

const ofDay = (line: 'video_play' | 'like' | 'comment' | 'follow', feature: number): ClaimWords['removes'] => ({
  line,
  units: (_, { observation }) => (observation.values[feature] === null ? null : Math.expm1(observation.values[feature])),
  excess,
});
const VIDEO_WORDS: Record<string, ClaimWords> = {
  plays: level('视频播放', 'Plays of videos', 'playsLevel', ofDay('video_play', 0)),
  likes: level('视频点赞', 'Likes of videos', 'likesLevel', ofDay('like', 1)),
  comments: level('视频评论', 'Comments of videos', 'commentsLevel', ofDay('comment', 2)),
  follows: level('视频关注', 'Follows from videos', 'followsLevel', ofDay('follow', 4)),
  all: level('视频各项数据同时', 'All figures of videos together', 'playsLevel', ofDay('video_play', 0)),
};

/** Detector 4: figures against the account's own season. */
export const seasonLevel: Detector = {
  name: 'seasonLevel',
  version: 3,
  family: 'shape',
  tier: 'T1',
  title: { zh: '高于自身同期水平', en: 'Level above the own season' },
  text: {
    zh: '将观看、在线、互动按开播时长折算后，与账号自身同一星期几的中位数比较，以绝对中位差为单位；扣除同类账号当日的共同变化。判断单场、业务周，以及截至该周的四周。',
    en: 'Compares views, concurrency and reactions, scaled to the length of the broadcast, with the account’s own median of the same weekday in units of its median absolute deviation, less the movement that peers share on that day. Judges the session, the business week and the four weeks that end with it.',
  },
  weaknesses: {
    zh: '诚实的爆款与转发也会高于自身水平，因此单独不足以立案；每天增加几个百分点的缓慢注水难以分辨。',
    en: 'Honest hits and reposts rise above their level, too, so it opens no case alone; a drip of a few per cent a day is hardly seen.',
  },
  inputs: ['sessions', 'videos', 'video-days', 'declarations'],
  parameters: {
    lengthShare: { value: LENGTH_SHARE, unit: '', text: { zh: '观看随时长增长的指数', en: 'Exponent by which views grow with length' } },
    leastSpread: { value: LEVEL_DRIFT.leastSpread, unit: 'ln', text: { zh: '波动下限', en: 'Least spread' } },
  },
  minimumSample: {
    history: { value: LEVEL_DRIFT.minHistory, unit: 'sessions', text: { zh: '自身历史场次', en: 'Sessions of own history' } },
  },
  run: async (scope) => {
    const sessions = await judgeDrift(scope, LEVEL_DRIFT);
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
