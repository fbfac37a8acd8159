import { moves, together } from '../../calibration/contrasts';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import type { Detector } from '../../detector';
import { type AroundSession, type AudienceMix, audienceEvidence, readAudienceSeries, RECENT_DAYS } from '../../facts/audience-mix.reader';
import { type ClaimWords, driftFindings } from '../../facts/drift-evidence';
import { logOdds, shareShown } from '../../facts/log-odds';
import { RATIO_SHIFT, SHARE_SHIFT } from '../../facts/mix-words';

const FEATURES = ['perPerson', 'perTalker', 'unseen', 'strangers', 'fresh', 'stay', 'rhythm', 'growth'] as const;
/** People who talk without whom a session has no mix of them. */
const TALKERS = 8;

/** Who talks and how much, on scales on which shifts add up. Pure. */
export function commenterValues(mix: AudienceMix, known: AroundSession): (number | null)[] {
  const { persons, talkers, toldTalkers, newTalkers, returningTalkers, stayedTalkers, talkerStay, stayMean } = mix;
  const { rhythm, rhythmic, allTalkers, allMessages } = mix;
  if (persons === 0 || allTalkers < TALKERS) return FEATURES.map(() => null);
  const seen = talkers >= TALKERS;
  return [
    Math.log((allMessages + 1) / (persons + 1)),
    Math.log(allMessages / allTalkers),
    logOdds(Math.max(0, allTalkers - talkers), allTalkers),
    seen && known.before ? logOdds(talkers - returningTalkers, talkers) : null,
    toldTalkers >= TALKERS ? logOdds(newTalkers, toldTalkers) : null,
    stayedTalkers >= TALKERS ? talkerStay - stayMean : null,
    rhythmic >= TALKERS / 2 ? Math.log(0.1 + rhythm) : null,
    Math.log(persons),
  ];
}

const DRIFT: DriftDetector = {
  name: 'commenterMix',
  features: FEATURES,
  weekly: FEATURES.map((feature) => feature === 'growth'),
  minHistory: 8,
  leastSpread: 0.06,
  units: ['session', 'week', 'weeks'],
  growth: FEATURES.indexOf('growth'),
  constantIsUsual: true,
  learn: () => null,
  claims: () => [
    moves('more', 0, 1),
    moves('talkative', 1, 1),
    moves('unseen', 2, 1),
    moves('strangers', 3, 1),
    moves('fresh', 4, 1),
    moves('gone', 5, -1),
    moves('rhythm', 6, -1),
    together(
      'moreStrangers',
      [
        [0, 1],
        [3, 1],
      ],
      0.2,
    ),
  ],
  read: (scope, accounts) => readAudienceSeries(scope, accounts, commenterValues),
};

const words = (zh: string, en: string, figure: string, shown: ClaimWords['shown'] = shareShown): ClaimWords => ({
  label: { zh, en },
  text: shown === shareShown ? SHARE_SHIFT : RATIO_SHIFT,
  figure,
  shown,
});
const comments: ClaimWords['removes'] = { line: 'comment', units: (session) => session.comments, excess: (effect) => effect };
const WORDS: Record<string, ClaimWords> = {
  more: { ...words('人均评论偏多', 'More comments per viewer', 'commentsPerViewer', Math.exp), removes: comments },
  talkative: { ...words('每名发言者的评论偏多', 'More comments per person who talks', 'commentsPerTalker', Math.exp), removes: comments },
  unseen: words('没有进房记录却在发言的人偏多', 'More people who talk without having entered', 'unseenTalkerShare'),
  strangers: words('发言者中生面孔偏多', 'More strangers among those who talk', 'strangerTalkerShare'),
  fresh: words('发言者中新注册账号偏多', 'More new accounts among those who talk', 'newTalkerShare'),
  gone: words('发言者停留偏短', 'People who talk stay shorter', 'talkerStayToAll', Math.exp),
  rhythm: words('发言间隔过于均匀', 'Pauses between messages too even', 'pauseUnevenness', (value) => Math.exp(value) - 0.1),
  moreStrangers: {
    ...words('评论增多且来自生面孔', 'More comments, and from strangers', 'commentsPerViewer', Math.exp),
    removes: comments,
  },
};

/** Who talks: SHERLOCK's rhythm (ASONAM'19), and people who only talk, against the room's own past. */
export const commenterMix: Detector = {
  name: 'commenterMix',
  version: 1,
  family: 'text',
  tier: 'T3',
  title: { zh: '发言者构成', en: 'Mix of those who talk' },
  text: {
    zh: `不看文字，只看谁在发言：人均评论、每名发言者的条数、没有进房记录的发言者、近 ${RECENT_DAYS} 天没来过的、新注册的、停留长短，以及同一人发言间隔是否过于均匀。与账号自身以往相比，扣除人数增长与同类账号的共同变化。`,
    en: `Looks not at texts but at who talks: comments per viewer and per person who talks, people who talk without having entered, who were not there in the last ${RECENT_DAYS} days, who are newly registered, how long they stay, and whether one person’s pauses are too even. Against the room’s own past, less growth and the common movement of peers.`,
  },
  weaknesses: {
    zh: '由常客代发、条数与平时相当的水军看不出；抽奖未申报时发言者也会变化。',
    en: 'Comments by regulars in usual numbers are not seen; an undeclared raffle changes who talks as well.',
  },
  inputs: ['comments', 'entries', 'sessions', 'declarations'],
  parameters: {
    talkers: { value: TALKERS, unit: 'viewers', text: { zh: '单场最少发言者', en: 'Least people who talk in a session' } },
    leastSpread: { value: DRIFT.leastSpread, unit: 'ln', text: { zh: '波动下限', en: 'Least spread' } },
  },
  minimumSample: {
    history: {
      value: DRIFT.minHistory,
      unit: 'sessions',
      text: { zh: '有评论的历史场次', en: 'Sessions with comments in the own history' },
    },
  },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: await driftFindings(scope, judged, WORDS, audienceEvidence), notAssessable };
  },
};
