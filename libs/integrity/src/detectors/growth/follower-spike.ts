import { dayStart } from '@app/contracts';
import { moves, together } from '../../calibration/contrasts';
import { explainedBy } from '../../calibration/declared';
import type { Observation, Series } from '../../calibration/drift';
import { sizeClassOf } from '../../calibration/room-size';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { clamp, median } from '../../calibration/robust';
import type { Claim } from '../../calibration/units';
import type { Detector, DetectorScope, ScannedAccount } from '../../detector';
import { readContentDays } from '../../facts/content-days.reader';
import { type ClaimWords, type EvidenceSource, dayText, driftFindings } from '../../facts/drift-evidence';
import { type FollowerDay, followersSql, readFollowerDays } from '../../facts/followers.reader';
import { areasOf, crowdOf, ownDeclarations } from '../../facts/session-series';
import { readSessionTotals, type SessionTotals } from '../../facts/session-totals.reader';

const FEATURES = ['gain', 'gainPerContent', 'unexplained', 'lostLater', 'leaversLater'] as const;
const DAY_MS = 86_400_000;
/** In so many days bought followers leave again. */
const DECAY_DAYS = 14;

/** What an account showed on a day beside its followers: views of sessions and plays, and follows that these tell themselves. */
export interface ShownDay {
  views: number;
  follows: number;
}

/** Values of each day whose former day is known, too. `shown`: by day. Pure. */
export function followerValues(
  days: readonly FollowerDay[],
  shown: ReadonlyMap<number, ShownDay>,
): { day: number; values: (number | null)[] }[] {
  const leaving = new Map(
    days.flatMap(({ day, total }, at) => {
      const before = days[at - 1];
      // who was told to have come, and does not show in the total, has left
      return before?.day === day - 1 ? [[day, (shown.get(day)?.follows ?? 0) - (total - before.total)] as const] : [];
    }),
  );
  const usualViews = median([...shown.values()].map(({ views }) => views).concat(shown.size === 0 ? [0] : []));
  return days.flatMap(({ day, total }, at) => {
    const before = days[at - 1];
    if (!before || before.day !== day - 1) return [];
    const gain = Math.max(0, total - before.total);
    const { views, follows } = shown.get(day) ?? { views: 0, follows: 0 };
    const later = days.filter((other) => other.day > day && other.day <= day + DECAY_DAYS).map((other) => other.total);
    const lost = later.length < 3 ? null : clamp(total - Math.min(...later), 0, Infinity);
    return [
      {
        day,
        values: [
          Math.log(1 + gain),
          Math.log((1 + gain) / (1 + views + usualViews)),
          Math.log(1 + Math.max(0, gain - follows)),
          lost === null ? null : Math.log(1 + lost),
          leaversAfter(day, leaving),
        ],
      },
    ];
  });
}

/** Of fewer days no average is worth comparing. */
const LEAST_LATER = 10;

/** How many leave a day, on average of the two weeks after a day, whatever comes; null: too few of these days are known. */
function leaversAfter(day: number, leaving: ReadonlyMap<number, number>): number | null {
  const later = Array.from({ length: DECAY_DAYS }, (_, at) => leaving.get(day + 1 + at)).filter((one) => one !== undefined);
  if (later.length < LEAST_LATER) return null;
  return Math.log(1 + Math.max(0, later.reduce((sum, one) => sum + one, 0) / later.length));
}

async function read(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Series[]> {
  const [followers, sessions, content] = [
    await readFollowerDays(scope, accounts),
    await readSessionTotals(scope, accounts),
    await readContentDays(scope, accounts),
  ];
  const areasIn = areasOf(scope);
  return accounts.flatMap(({ key, platform }) => {
    const days = followers.get(key);
    if (!days || days.length < 2) return [];
    const shown = new Map<number, ShownDay>();
    const add = (day: number, views: number, follows: number) => {
      const known = shown.get(day) ?? { views: 0, follows: 0 };
      shown.set(day, { views: known.views + views, follows: known.follows + follows });
    };
    for (const one of sessions.get(key) ?? []) add(one.day, one.views ?? 0, one.follows ?? 0);
    for (const one of content.get(key)?.days ?? []) add(one.day, one.plays ?? 0, one.follows ?? 0);
    const declared = ownDeclarations(scope, key);
    const publics = publicOfDays(scope, sessions.get(key) ?? []);
    const observations = followerValues(days, shown).flatMap(({ day, values }): Observation[] => {
      const from = dayStart(dayText(day), scope.zone);
      const explained = explainedBy(declared, { from, to: from + DAY_MS });
      if (explained.outage) return [];
      const { kinds, declarationIds } = explained;
      const bought = Math.max(publics.get(day) ?? 0, publics.get(day - 1) ?? 0);
      return [{ item: dayText(day), from, to: from + DAY_MS, day, values, kinds, declarationIds, bought }];
    });
    return [{ accountKey: key, platform, size: sizeClassOf(median(days.map(({ total }) => total))), areas: areasIn(key), observations }];
  });
}

/** A public that reacts follows, too, on its evening and on the next day: what it explains of a session it explains of the day. */
function publicOfDays(scope: DetectorScope, sessions: readonly SessionTotals[]): Map<number, number> {
  const leeway = crowdOf(scope, sessions);
  const days = new Map<number, number>();
  for (const { sessionId, day } of sessions) days.set(day, Math.max(days.get(day) ?? 0, leeway.get(sessionId) ?? 0));
  return days;
}

/** Followers that leave are a finding only of those who came in a jump: a purge of old ones is not. */
const JUMP = 2;
const both = together(
  'decay',
  [
    [0, 1],
    [3, 1],
  ],
  0.2,
);
const jumpAndDecay: Claim = {
  ...both,
  score: (residual) => {
    const { shift, spread } = residual;
    return shift[0] !== null && shift[0] / spread[0] < JUMP ? 0 : both.score(residual);
  },
};

/** More come than sessions and videos tell, and more than usual leave in the two weeks after: week after week, also where no day stands out. */
const comeAndGo = together(
  'comeAndGo',
  [
    [2, 1],
    [4, 1],
  ],
  0.1,
);

const DRIFT: DriftDetector = {
  name: 'followerSpike',
  features: FEATURES,
  weekly: [true, true, true, false, false],
  minHistory: 14,
  leastSpread: 0.15,
  units: ['session', 'week', 'weeks'],
  learn: () => null,
  claims: () => [
    moves('jump', 0, 1),
    together(
      'spike',
      [
        [1, 1],
        [2, 1],
      ],
      0.7,
    ),
    jumpAndDecay,
    comeAndGo,
  ],
  read,
};

const gainOf: ClaimWords['removes'] = {
  line: 'follow',
  units: (_, { observation }) => Math.expm1(observation.values[0] ?? 0),
  excess: (effect) => effect,
};
const words = (zh: string, en: string, removes: ClaimWords['removes'] = gainOf): ClaimWords => ({
  label: { zh, en },
  text: { zh: '比自身同期变化 {share}', en: 'show {share} against the own season' },
  figure: 'newFollowers',
  shown: (value) => Math.expm1(value),
  removes,
});
const WORDS: Record<string, ClaimWords> = {
  jump: words('粉丝陡增', 'A jump of followers'),
  spike: { ...words('无内容对应的粉丝陡增', 'A jump of followers without content'), figure: 'newFollowersPerView', shown: Math.exp },
  decay: words('粉丝陡增后回落', 'A jump of followers that leave again'),
  comeAndGo: words('来历不明的粉丝增多且随后取关增多', 'Followers that nobody tells of, and more that leave again'),
};

const evidence: EvidenceSource = async (scope) => {
  const followers = await readFollowerDays(scope, scope.accounts);
  return ({ unit }, account) => {
    const days = unit.residuals.map(({ observation }) => observation.day);
    const [first, last] = [Math.min(...days) - 1, Math.max(...days)];
    return {
      rows: (followers.get(account) ?? [])
        .filter(({ day }) => day >= first && day <= last)
        .map(({ day, total }) => ({ account, date: dayText(day), dayNumber: day, followers: total })),
      sql: followersSql(' AND account_key = {account: UInt64}'),
      parameters: {
        brandId: scope.brandId,
        account,
        fromDay: dayText(first),
        toDay: dayText(last + 1),
        sourcesLastFirst: [...scope.sourcesLastFirst],
      },
      removable: (item) => ({ origin: null, item: null, day: item, session: null }),
    };
  };
};

/** Detector 15: followers that jump without content, and leave again. */
export const followerSpike: Detector = {
  name: 'followerSpike',
  version: 3,
  family: 'growth',
  tier: 'T1',
  title: { zh: '粉丝异常增长', en: 'Follower spikes' },
  text: {
    zh: '将每日新增粉丝与账号自身同期、当日的直播观看与视频播放，以及直播间与视频自报的新增关注相比；再看十四天内是否回落。平台统一清理由同类账号的共同变化扣除。',
    en: 'Compares the followers gained on a day with the account’s own season, with the views and plays of that day and the follows that sessions and videos tell themselves; then looks whether they leave within fourteen days. A purge by the platform is taken out as the common movement of peers.',
  },
  weaknesses: {
    zh: '每天少量购买、不集中于几天的粉丝看不出；回落需要之后几天的数据。',
    en: 'Blind to a few followers bought every day; the decay needs the days after.',
  },
  inputs: ['followers', 'sessions', 'videos', 'video-days', 'declarations'],
  parameters: { decayDays: { value: DECAY_DAYS, unit: 'days', text: { zh: '观察回落的天数', en: 'Days in which they may leave' } } },
  minimumSample: {
    history: {
      value: DRIFT.minHistory,
      unit: 'days',
      text: { zh: '连续有读数的历史天数', en: 'Days of history with a reading of the day before' },
    },
  },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: await driftFindings(scope, judged, WORDS, evidence), notAssessable };
  },
};
