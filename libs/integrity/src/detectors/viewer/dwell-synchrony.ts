import type { Bilingual, Inorganic, SignalFigure, SignalParameters } from '@app/contracts';
import { explainedBy } from '../../calibration/declared';
import { judgeShares, shareReference, type ShareReference, type SharedPart } from '../../calibration/own-excess';
import { strengthOfLooks } from '../../calibration/tail';
import { SESSION_FLOOR } from '../../calibration/size-class';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { percent } from '../../facts/percent';
import { cellEvidence, evidenceRows, sessionHits, type SessionHits } from '../../facts/session-cells';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { around, entryParameters } from '../../facts/viewer-entries';
import { SYNCHRONY_LOOKS, type SynchronyLook } from './synchrony-looks.sql';

const NAME = 'dwellSynchrony';
const VIEWS = 30;
/** Share of views below which nothing is found, however rare. */
const SHARE = 0.03;
/** Where an account's usual stays already fall on so few values, its source rounds them. */
const ROUNDED = 0.4;

const TEXTS: Record<SynchronyLook['name'], { label: Bilingual; text(share: string, usual: string): Bilingual }> = {
  together: {
    label: { zh: '同进同出的观看占比', en: 'Share of views that come and leave together' },
    text: (share, usual) => ({
      zh: `${share} 的观看在同一个半分钟进房、又在同一个半分钟离开（两者相隔至少两分钟），平时为 ${usual}。`,
      en: `${share} of the views came in the same half minute and left in the same half minute, at least two minutes later; usually ${usual} do.`,
    }),
  },
  sameStay: {
    label: { zh: '停留时长雷同的观看占比', en: 'Share of views with the very same stay' },
    text: (share, usual) => ({
      zh: `${share} 的观看停留时长几乎一模一样，远多于略长和略短的；平时为 ${usual}。`,
      en: `${share} of the views stayed for the very same time, far more than a little shorter or longer; usually ${usual} do.`,
    }),
  },
  reentries: {
    label: { zh: '反复进出的观看占比', en: 'Share of views by viewers who come again and again' },
    text: (share, usual) => ({
      zh: `${share} 的观看来自在本场进出五次以上的观众，平时为 ${usual}。`,
      en: `${share} of the views are of viewers who entered this session five times or more; usually ${usual} are.`,
    }),
  },
};

/** Dwell uniformity, synchronous entries and exits, and churn: three looks at one session. */
export const dwellSynchrony: Detector = {
  name: NAME,
  version: 2,
  family: 'viewer',
  tier: 'T3',
  title: { zh: '停留雷同与同进同出', en: 'Equal stays, entries and exits together' },
  text: {
    zh: '看三件事：一批观众同时进、同时出；大量观看停留时长完全相同；同一批观众在一场里反复进出。都与本账号自己的平时水平比较，停到下播的观看不算。',
    en: 'Looks at three things: a group that comes and leaves together; many views of the very same length; the same viewers in and out again and again. Each is compared with what is usual in this room; views that last to the end do not count.',
  },
  weaknesses: {
    zh: '进出时间和停留时长都随机化的机器人看不出；线下活动现场用同一网络观看而未申报时可能误报。',
    en: 'Bots with random entries, exits and stays are not seen; an undeclared gathering that watches together may look alike.',
  },
  inputs: ['entries', 'sessions'],
  parameters: { share: { value: SHARE, unit: 'share', text: { zh: '最少的观看占比', en: 'least share of views' } } },
  minimumSample: { views: { value: VIEWS, unit: 'views', text: { zh: '已知停留的观看数', en: 'views with a known stay' } } },
  run,
};

async function run(scope: DetectorScope): Promise<Findings> {
  const all = await sessionShapes(scope);
  const rooms = all.filter(({ entries, unknown }) => entries - unknown >= VIEWS && unknown <= entries / 2);
  const looked: Awaited<ReturnType<typeof judged>>[] = [];
  for (const look of SYNCHRONY_LOOKS) looked.push(await judged(scope, look, rooms));
  const findings: Finding[] = [];
  rooms.forEach((room, at) => {
    if (room.from < scope.judgedFrom || room.from >= scope.window.to || !scope.accountOf(room.account)) return;
    const seen = looked.flatMap(({ look, hits, shares, results, rounded }) => {
      const strength = strengthOfLooks(results[at].strength, SYNCHRONY_LOOKS.length);
      const own = hits.get(keyOf(room));
      if (!own || strength < SESSION_FLOOR || shares[at].share < SHARE || rounded.has(room.account)) return [];
      return [{ look, hits: own, share: shares[at].share, usual: results[at].usual, strength }];
    });
    const found = findingOf(scope, room, seen);
    if (found) findings.push(found);
  });
  return { findings, notAssessable: all.flatMap((room) => gap(scope, room) ?? []) };
}

const keyOf = ({ account, sessionId }: { account: string; sessionId: string }): string => `${account}/${sessionId}`;

async function judged(scope: DetectorScope, look: SynchronyLook, rooms: readonly RoomShape[]) {
  const hits = new Map((await sessionHits(scope, look)).map((one) => [keyOf(one), one]));
  const shares: SharedPart[] = rooms.map((room) => ({
    account: room.account,
    size: room.entries,
    share: Math.min(1, (hits.get(keyOf(room))?.hits ?? 0) / room.entries),
    past: room.from < scope.judgedFrom,
  }));
  const reference = await scope.reference<ShareReference>(`${NAME}.${look.name}`, () => Promise.resolve(shareReference(shares)));
  const results = judgeShares(shares, reference);
  const rounded = new Set(
    look.name === 'sameStay' ? shares.flatMap(({ account }, at) => (results[at].usual > ROUNDED ? [account] : [])) : [],
  );
  return { look, hits, shares, results, rounded };
}

function gap(scope: DetectorScope, room: RoomShape): Findings['notAssessable'][number] | null {
  const account = scope.accountOf(room.account);
  if (!account || room.from < scope.judgedFrom) return null;
  const subject = { kind: 'session' as const, platform: account.platform, accountId: account.accountId, sessionId: room.sessionId };
  if (room.unknown > room.entries / 2)
    return { subject, reason: { zh: '过半观看没有停留时长', en: 'The stay of more than half of the views is unknown' } };
  if (room.entries - room.unknown < VIEWS)
    return { subject, reason: { zh: `已知停留的观看少于 ${VIEWS} 条`, en: `Fewer than ${VIEWS} views with a known stay` } };
  return null;
}

interface Seen {
  look: SynchronyLook;
  hits: SessionHits;
  share: number;
  usual: number;
  strength: number;
}

/** Codes of which most views are beyond what is expected: of the others more honest views than inorganic ones would be named. */
const mostlyBeyond = ({ codes }: SessionHits): SessionHits['codes'] => codes.filter(({ views, expected }) => views > 2 * expected);

/** The strongest look tells the finding; every look that is as sure removes its own entries. */
function findingOf(scope: DetectorScope, room: RoomShape, seen: Seen[]): Finding | null {
  const { outage, kinds } = explainedBy(scope.declared(room.account), room);
  // whoever gathers for a declared event comes and leaves together
  const left = kinds.includes('event') ? seen.filter(({ look }) => look.name === 'reentries') : seen;
  if (left.length === 0 || outage) return null;
  const [first] = left.sort((a, b) => b.strength - a.strength);
  const account = scope.accountOf(room.account)!;
  const parameters: SignalParameters = { ...entryParameters(scope, [room.account], around(scope, room)), session: room.sessionId };
  const figures = left.map(({ look, share, usual, strength }): SignalFigure => ({
    ...{ name: `${look.name}Share`, label: TEXTS[look.name].label, value: Math.round(share * 1e4) / 1e4 },
    ...{ ownReference: Math.round(usual * 1e4) / 1e4, peerReference: null, honestQuantile: Math.round(strength * 1e5) / 1e5 },
  }));
  const removes = left.flatMap(({ look, hits }): Inorganic[] => {
    const named = mostlyBeyond(hits);
    if (named.length === 0) return [];
    const count = named.reduce((sum, one) => sum + one.views, 0);
    const low = Math.round(named.reduce((sum, one) => sum + one.hits, 0));
    return [
      {
        ...{ kind: 'entries', platform: account.platform, accountId: account.accountId, count, low, high: count },
        ...{ sql: look.removal(), parameters: { ...parameters, codes: named.map(({ code }) => code) } },
      },
    ];
  });
  return {
    subject: { kind: 'session', platform: account.platform, accountId: account.accountId, sessionId: room.sessionId },
    window: { from: room.from, to: room.to },
    strength: first.strength,
    evidence: {
      text: TEXTS[first.look.name].text(percent(first.share), percent(first.usual)),
      ...{ figures, removes, rows: evidenceRows(first.look, first.hits), sql: cellEvidence(first.look), parameters },
    },
  };
}
