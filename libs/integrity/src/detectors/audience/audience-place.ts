import type { SignalParameters } from '@app/contracts';
import { explainedBy } from '../../calibration/declared';
import { judgeShares, shareReference, type JudgedShare, type ShareReference, type SharedPart } from '../../calibration/own-excess';
import { strengthOfLooks } from '../../calibration/tail';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { percent } from '../../facts/percent';
import { cellEvidence, evidenceRows, sessionHits, type CellLook, type SessionHits } from '../../facts/session-cells';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { entryParameters } from '../../facts/viewer-entries';
import { cityLook, farLook } from './place-looks.sql';

const NAME = 'audiencePlace';
const ENTRIES = 50;
const SHARE = 0.08;
/** Soft: a hit travels, so that a place alone never says more than this. */
const MOST = 0.98;
const LEAST = 0.95;
const LOOKS = [cityLook, farLook];

/** Regions of viewers against the room's own mix. */
export const audiencePlace: Detector = {
  name: NAME,
  version: 2,
  family: 'audience',
  tier: 'T3',
  title: { zh: '观众地域', en: 'Audience place' },
  text: {
    zh: '把一场观众的城市分布与本账号其他场次（最多 90 天）的分布相比：某个城市或省外观众突然远多于平时。只作旁证，强度封顶。',
    en: 'Compares where the viewers of a session are with the other sessions of the account (up to 90 days): one city, or all from outside the province, far beyond their usual share. Soft evidence, its strength is capped.',
  },
  weaknesses: {
    zh: '爆款、大号转发、异地活动同样会改变地域；与平时地域相同的流量看不出。',
    en: 'Hits, reposts and events elsewhere change the place as well; traffic from the usual places is not seen.',
  },
  inputs: ['entries', 'sessions'],
  parameters: {
    share: { value: SHARE, unit: 'share', text: { zh: '最少的超出占比', en: 'least share beyond the usual' } },
    most: { value: MOST, unit: 'strength', text: { zh: '强度上限', en: 'greatest strength' } },
  },
  minimumSample: { entries: { value: ENTRIES, unit: 'entries', text: { zh: '进房数', en: 'entries' } } },
  run,
};

async function run(scope: DetectorScope): Promise<Findings> {
  const all = await sessionShapes(scope);
  const rooms = all.filter(({ entries }) => entries >= ENTRIES);
  const looked: { look: CellLook; hits: Map<string, SessionHits>; shares: SharedPart[]; results: JudgedShare[] }[] = [];
  for (const look of LOOKS) {
    const hits = new Map((await sessionHits(scope, look)).map((one) => [keyOf(one), one]));
    const shares = rooms.map((room) => ({
      account: room.account,
      size: room.entries,
      share: Math.min(1, (hits.get(keyOf(room))?.hits ?? 0) / room.entries),
      past: room.from < scope.judgedFrom,
    }));
    const reference = await scope.reference<ShareReference>(`${NAME}.${look.name}`, () => Promise.resolve(shareReference(shares)));
    looked.push({ look, hits, shares, results: judgeShares(shares, reference) });
  }
  const findings = rooms.flatMap((room, at) => {
    if (room.from < scope.judgedFrom || room.from >= scope.window.to) return [];
    const seen = looked.flatMap(({ look, hits, shares, results }) => {
      const strength = Math.min(MOST, strengthOfLooks(results[at].strength, LOOKS.length));
      const own = hits.get(keyOf(room));
      return own && strength >= LEAST && shares[at].share >= SHARE
        ? [{ look, hits: own, share: shares[at].share, ...results[at], strength }]
        : [];
    });
    return findingOf(scope, room, seen) ?? [];
  });
  const notAssessable = all
    .filter((room) => room.entries < ENTRIES && room.from >= scope.judgedFrom)
    .flatMap((room): Findings['notAssessable'] => {
      const account = scope.accountOf(room.account);
      if (!account) return [];
      const subject = { kind: 'session' as const, platform: account.platform, accountId: account.accountId, sessionId: room.sessionId };
      return [{ subject, reason: { zh: `进房少于 ${ENTRIES} 次`, en: `Fewer than ${ENTRIES} entries` } }];
    });
  return { findings, notAssessable };
}

const keyOf = ({ account, sessionId }: { account: string; sessionId: string }): string => `${account}/${sessionId}`;

interface Seen extends JudgedShare {
  look: CellLook;
  hits: SessionHits;
  share: number;
}

function findingOf(scope: DetectorScope, room: RoomShape, seen: Seen[]): Finding | null {
  const declared = explainedBy(scope.declared(room.account), room);
  // a guest and an event bring people from elsewhere; how many, nobody declares
  if (seen.length === 0 || declared.outage || declared.kinds.includes('guest') || declared.kinds.includes('event')) return null;
  const [first] = seen.sort((a, b) => b.strength - a.strength);
  const account = scope.accountOf(room.account)!;
  const parameters: SignalParameters = {
    ...entryParameters(scope, [room.account], { from: scope.historyFrom, to: scope.window.to }),
    session: room.sessionId,
  };
  return {
    subject: { kind: 'session', platform: account.platform, accountId: account.accountId, sessionId: room.sessionId },
    window: { from: room.from, to: room.to },
    strength: first.strength,
    evidence: {
      text: {
        zh: `约 ${percent(first.share)} 的进房来自平时少见的${first.look === farLook ? '外省' : '城市'}。`,
        en: `About ${percent(first.share)} of the entries are from ${first.look === farLook ? 'other provinces' : 'cities'} beyond what is usual in this room.`,
      },
      figures: seen.map(({ look, share, usual, strength }) => ({
        name: `${look.name}Share`,
        label:
          look === farLook
            ? { zh: '超出平时的外省进房占比', en: 'Share of entries from other provinces beyond the usual' }
            : { zh: '超出平时的城市进房占比', en: 'Share of entries from cities beyond their usual' },
        ...{ value: Math.round(share * 1e4) / 1e4, ownReference: Math.round(usual * 1e4) / 1e4, peerReference: null },
        honestQuantile: Math.round(strength * 1e5) / 1e5,
      })),
      rows: evidenceRows(first.look, first.hits),
      ...{ sql: cellEvidence(first.look), parameters },
    },
  };
}
