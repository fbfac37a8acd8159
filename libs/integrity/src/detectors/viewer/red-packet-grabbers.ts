import type { SignalFigure, SignalParameters } from '@app/contracts';
import { explainedBy } from '../../calibration/declared';
import { judgeShares, shareReference, type JudgedShare, type ShareReference } from '../../calibration/own-excess';
import { strengthOfLooks } from '../../calibration/tail';
import { SESSION_FLOOR } from '../../calibration/size-class';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { percent } from '../../facts/percent';
import { cellEvidence, evidenceRows, sessionHits, type CellLook, type SessionHits } from '../../facts/session-cells';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { entryParameters } from '../../facts/viewer-entries';
import { freshGrabs, grabbedEntries, briefGrabs } from './grabber-looks.sql';
import { grouped } from '../../grouped';

const NAME = 'redPacketGrabbers';
const ENTRIES = 50;
/** Share of a session's entries below which nothing is found. */
const SHARE = 0.04;
/** Share of entries with a usable id below which nobody can be told from anybody. */
const IDENTIFIED = 0.5;
const LOOKS = 2;

/** New accounts that enter in a wave or around a raffle, leave within minutes and never return. */
export const redPacketGrabbers: Detector = {
  name: NAME,
  version: 2,
  family: 'viewer',
  tier: 'T3',
  title: { zh: '红包党', en: 'Red-packet grabbers' },
  text: {
    zh: '找在福袋、红包前后或一阵涌入中进房、五分钟内离开的观众：其中新注册账号是否明显多于同场其他观众，很快离开的人是否明显多于平时。剔除时只列新账号，或没有再来过的人。已申报抽奖的场次只与其他抽奖场次比较。',
    en: 'Looks for viewers who enter around a raffle or in a wave and leave within five minutes: whether more of them are new accounts, or more leave at once, than in the rest of the session. Only new accounts, or viewers of no other session, are listed for removal. Sessions with a declared raffle are compared with each other only.',
  },
  weaknesses: {
    zh: '停留较久的抢包者看不出；来源不给出新账号标记时只看是否很快离开。',
    en: 'Grabbers who stay longer are not seen; where the source does not tell new accounts, only leaving at once counts.',
  },
  inputs: ['entries', 'sessions', 'declarations'],
  parameters: { share: { value: SHARE, unit: 'share', text: { zh: '最少的进房占比', en: 'least share of entries' } } },
  minimumSample: {
    entries: { value: ENTRIES, unit: 'entries', text: { zh: '进房数', en: 'entries' } },
    identified: { value: IDENTIFIED, unit: 'share', text: { zh: '可识别率', en: 'identifiability' } },
  },
  run,
};

interface Judged {
  look: CellLook;
  hits: Map<string, SessionHits>;
  results: Map<string, JudgedShare & { share: number }>;
}

async function run(scope: DetectorScope): Promise<Findings> {
  const all = await sessionShapes(scope);
  const rooms = all.filter((room) => room.entries >= ENTRIES && room.usable >= IDENTIFIED * room.entries);
  const raffled = (room: RoomShape): boolean => explainedBy(scope.declared(room.account), room).kinds.includes('raffle');
  const looked: Judged[] = [];
  for (const look of [freshGrabs, briefGrabs]) looked.push(await judged(scope, look, grouped(rooms, raffled)));
  const findings = rooms.flatMap((room) => {
    if (room.from < scope.judgedFrom || room.from >= scope.window.to) return [];
    const seen = looked.flatMap(({ look, hits, results }) => {
      const result = results.get(keyOf(room))!;
      const own = hits.get(keyOf(room));
      const strength = strengthOfLooks(result.strength, LOOKS);
      return own && strength >= SESSION_FLOOR && result.share >= SHARE ? [{ look, hits: own, ...result, strength }] : [];
    });
    return findingOf(scope, room, seen) ?? [];
  });
  return { findings, notAssessable: all.flatMap((room) => gap(scope, room) ?? []) };
}

const keyOf = ({ account, sessionId }: { account: string; sessionId: string }): string => `${account}/${sessionId}`;

/** Sessions with and without a declared raffle are two kinds of evening, each with its own honest reference. */
async function judged(scope: DetectorScope, look: CellLook, kinds: ReadonlyMap<boolean, RoomShape[]>): Promise<Judged> {
  const hits = new Map((await sessionHits(scope, look)).map((one) => [keyOf(one), one]));
  const results: Judged['results'] = new Map();
  for (const raffle of [true, false]) {
    const rooms = kinds.get(raffle) ?? [];
    const shares = rooms.map((room) => ({
      account: room.account,
      size: room.entries,
      share: Math.min(1, (hits.get(keyOf(room))?.hits ?? 0) / room.entries),
      past: room.from < scope.judgedFrom,
    }));
    const name = `${NAME}.${look.name}.${raffle ? 'raffle' : 'plain'}`;
    const reference = await scope.reference<ShareReference>(name, () => Promise.resolve(shareReference(shares)));
    judgeShares(shares, reference).forEach((result, at) => results.set(keyOf(rooms[at]), { ...result, share: shares[at].share }));
  }
  return { look, hits, results };
}

function gap(scope: DetectorScope, room: RoomShape): Findings['notAssessable'][number] | null {
  const account = scope.accountOf(room.account);
  if (!account || room.from < scope.judgedFrom) return null;
  const subject = { kind: 'session' as const, platform: account.platform, accountId: account.accountId, sessionId: room.sessionId };
  if (room.usable < IDENTIFIED * room.entries)
    return { subject, reason: { zh: '过半观众身份被平台隐藏', en: 'The platform hides who most of the viewers are' } };
  if (room.entries < ENTRIES) return { subject, reason: { zh: `进房少于 ${ENTRIES} 次`, en: `Fewer than ${ENTRIES} entries` } };
  return null;
}

interface Seen extends JudgedShare {
  look: CellLook;
  hits: SessionHits;
  share: number;
}

function findingOf(scope: DetectorScope, room: RoomShape, seen: Seen[]): Finding | null {
  const declared = explainedBy(scope.declared(room.account), room);
  if (seen.length === 0 || declared.outage) return null;
  const [first] = seen.sort((a, b) => b.strength - a.strength);
  const account = scope.accountOf(room.account)!;
  const place = { platform: account.platform, accountId: account.accountId };
  const span = { from: scope.historyFrom, to: scope.window.to };
  const parameters: SignalParameters = { ...entryParameters(scope, [room.account], span), session: room.sessionId };
  const fresh = first.look === freshGrabs;
  const [{ views, expected }] = first.hits.codes;
  const figures = seen.map(({ look, share, usual, strength }): SignalFigure => ({
    name: `${look.name}Share`,
    label:
      look === freshGrabs
        ? { zh: '新账号抢包进房占比', en: 'Share of grabs by new accounts' }
        : { zh: '涌入后即离开的进房占比', en: 'Share of entries that are gone at once' },
    ...{ value: Math.round(share * 1e4) / 1e4, ownReference: Math.round(usual * 1e4) / 1e4, peerReference: null },
    honestQuantile: Math.round(strength * 1e5) / 1e5,
  }));
  return {
    subject: { kind: 'session', ...place, sessionId: room.sessionId },
    window: { from: room.from, to: room.to },
    strength: first.strength,
    evidence: {
      text: {
        zh: `${views} 次进房是${fresh ? '新账号' : '观众'}在涌入时段进来、五分钟内离开（按同场其他观众推算应为约 ${Math.round(expected)} 次），超出部分占全场 ${percent(first.share)}。`,
        en: `${views} entries are of ${fresh ? 'new accounts' : 'viewers'} who came in a wave and left within five minutes; the rest of the session lets expect about ${Math.round(expected)}. What is beyond is ${percent(first.share)} of the session.`,
      },
      figures,
      rows: evidenceRows(first.look, first.hits),
      removes: [
        {
          ...{ kind: 'entries', ...place, count: views, low: Math.round(first.hits.hits), high: views },
          ...{ sql: grabbedEntries(fresh), parameters },
        },
      ],
      declared: declared.kinds.includes('raffle')
        ? declared.declarationIds.map((declarationId) => ({
            ...{ declarationId, kind: 'raffle' },
            text: { zh: '已申报抽奖：只与其他抽奖场次比较', en: 'Declared raffle: compared with other sessions that had one' },
          }))
        : undefined,
      ...{ sql: cellEvidence(first.look), parameters },
    },
  };
}
