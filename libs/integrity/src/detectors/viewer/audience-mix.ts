import { departs, moves, together } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import type { Detector } from '../../detector';
import {
  AGAIN_DAYS,
  type AroundSession,
  type AudienceMix,
  audienceEvidence,
  readAudienceSeries,
  RECENT_DAYS,
} from '../../facts/audience-mix.reader';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { logOdds, shareShown } from '../../facts/log-odds';
import { RATIO_SHIFT, SHARE_SHIFT } from '../../facts/mix-words';

const FEATURES = ['fresh', 'strangers', 'gone', 'stay', 'staySpread', 'again', 'silent', 'long', 'lost', 'growth'] as const;
/** Persons without whom a session has no mix. */
const PERSONS = 30;

/** The mix of an audience, on scales on which shifts add up. Pure. */
export function audienceValues(mix: AudienceMix, known: AroundSession): (number | null)[] {
  const { persons, entries, returning, keptStrangers, toldNew, newOnes, stayed, gone, long, stayMean, staySpread, talkers, allTalkers } =
    mix;
  if (persons < PERSONS) return FEATURES.map(() => null);
  const stays = stayed >= PERSONS;
  const strangers = persons - returning;
  return [
    toldNew >= PERSONS ? logOdds(newOnes, toldNew) : null,
    known.before ? logOdds(strangers, persons) : null,
    stays ? logOdds(gone, stayed) : null,
    stays ? stayMean : null,
    stays && staySpread > 0 ? Math.log(staySpread) : null,
    Math.log(entries / persons),
    // where nobody at all is known to have talked, nobody is known to have been silent
    allTalkers > 0 ? logOdds(persons - talkers, persons) : null,
    stays ? logOdds(long, stayed) : null,
    known.before && known.after && strangers >= PERSONS ? logOdds(strangers - keptStrangers, strangers) : null,
    Math.log(persons),
  ];
}

const DRIFT: DriftDetector = {
  name: 'audienceMix',
  features: FEATURES,
  weekly: FEATURES.map((feature) => feature === 'growth'),
  minHistory: 8,
  leastSpread: 0.06,
  units: ['session', 'week', 'weeks'],
  growth: FEATURES.indexOf('growth'),
  learn: () => null,
  claims: () => [
    moves('fresh', 0, 1),
    moves('strangers', 1, 1),
    moves('gone', 2, 1),
    departs('stay', 3),
    moves('alike', 4, -1),
    moves('again', 5, 1),
    moves('lost', 8, 1),
    together(
      'kit',
      [
        [1, 1],
        [0, 1],
      ],
      0.5,
    ),
    together(
      'passers',
      [
        [1, 1],
        [8, 1],
      ],
      0.3,
    ),
    together(
      'silentStrangers',
      [
        [1, 1],
        [6, 1],
      ],
      0.5,
    ),
  ],
  read: (scope, accounts) => readAudienceSeries(scope, accounts, audienceValues),
};

const words = (zh: string, en: string, figure: string, shown: ClaimWords['shown'] = shareShown): ClaimWords => ({
  label: { zh, en },
  text: shown === shareShown ? SHARE_SHIFT : RATIO_SHIFT,
  figure,
  shown,
});
const WORDS: Record<string, ClaimWords> = {
  fresh: words('新注册账号偏多', 'More newly registered accounts', 'newShare'),
  strangers: words(
    `近 ${RECENT_DAYS} 天没来过的观众偏多`,
    `More viewers who were not there in the last ${RECENT_DAYS} days`,
    'strangerShare',
  ),
  gone: words('一进即走的观众偏多', 'More viewers who are gone at once', 'goneShare'),
  stay: words('停留时长整体偏离', 'Stays depart as a whole', 'stayTypicalSeconds', Math.expm1),
  alike: words('停留时长过于一致', 'Stays too much alike', 'staySpread', Math.exp),
  again: words('重复进房偏多', 'More entries per person', 'entriesPerPerson', Math.exp),
  lost: words(`生面孔 ${AGAIN_DAYS} 天内不再来`, `Strangers who do not come again within ${AGAIN_DAYS} days`, 'lostStrangerShare'),
  passers: words('生面孔偏多且不再回来', 'More strangers, who never come again', 'strangerShare'),
  kit: words('生面孔与新账号同时偏多', 'Strangers and new accounts at once', 'strangerShare'),
  silentStrangers: words('不发言的生面孔偏多', 'Strangers who say nothing', 'strangerShare'),
};

/** The mix of an audience against the room's own past, by what growth does to honest rooms. */
export const audienceMix: Detector = {
  name: 'audienceMix',
  version: 1,
  family: 'viewer',
  tier: 'T3',
  title: { zh: '观众构成', en: 'Mix of the audience' },
  text: {
    zh: `每场看观众由谁组成：新注册、近 ${RECENT_DAYS} 天来过、${AGAIN_DAYS} 天内是否再来、一进即走、停留时长及其离散、重复进房、是否发言。与账号自身以往相比，先扣除同等人数增长给诚实房间带来的变化（爆款、转发本来就会带来生面孔），再扣除同类账号当日的共同变化。`,
    en: `Looks at who makes up a session: newly registered, here in the last ${RECENT_DAYS} days, coming again within ${AGAIN_DAYS}, gone at once, how long people stay and how alike, entering again, talking. Against the room’s own past, less what growth of that size brings to honest rooms (hits and reposts bring strangers), less the common movement of peers.`,
  },
  weaknesses: {
    zh: '与本房间平时构成完全相同的机器人看不出；首次向全新人群推广而未申报时可能相似。',
    en: 'Bots mixed exactly as the room’s own audience are not seen; a first undeclared campaign to quite another public may look alike.',
  },
  inputs: ['entries', 'comments', 'sessions', 'declarations'],
  parameters: {
    recent: { value: RECENT_DAYS, unit: 'days', text: { zh: '此期间来过即为回头客', en: 'who was there within these days returns' } },
    leastSpread: { value: DRIFT.leastSpread, unit: 'ln', text: { zh: '波动下限', en: 'Least spread' } },
  },
  minimumSample: {
    history: {
      value: DRIFT.minHistory,
      unit: 'sessions',
      text: { zh: '有观众记录的历史场次', en: 'Sessions with viewers in the own history' },
    },
    persons: { value: PERSONS, unit: 'viewers', text: { zh: '单场可识别观众', en: 'Viewers of a session who can be told apart' } },
  },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: await driftFindings(scope, judged, WORDS, audienceEvidence), notAssessable };
  },
};
