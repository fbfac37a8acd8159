import type { SignalRow } from '@app/contracts';
import { policyOf } from '@app/database';
import { honestTail, strengthOf, type HonestTail } from '../../calibration/tail';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { dayText } from '../../facts/drift-evidence';
import { type DealerLength, networkFinding } from './network-bunching';
import { type Pile, pileAt, type PileWidths } from './piles';
import { readSessionTotals, type SessionTotals } from '../../facts/session-totals.reader';

/** Minutes just above the threshold that count as bunched, and the minutes around that tell what would be there without it. */
const ABOVE = 3;
const AROUND = 12;
const LEAST_SESSIONS = 20;
const WIDTHS: PileWidths = { band: ABOVE, around: AROUND };

const SQL = `SELECT
  session_id AS sessionId,
  round((toUnixTimestamp64Milli(argMax(ended_at, indexOf({sourcesLastFirst: Array(String)}, source)))
    - toUnixTimestamp64Milli(argMax(started_at, indexOf({sourcesLastFirst: Array(String)}, source)))) / 60000, 1) AS minutes
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key IN (SELECT arrayJoin(arrayMap(key -> toUInt64(key), {accounts: Array(String)})))
GROUP BY
  account_key,
  session_id
HAVING minutes >= {threshold: Float64} AND minutes < {threshold: Float64} + ${ABOVE}
  AND argMax(started_at, indexOf({sourcesLastFirst: Array(String)}, source)) >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
  AND argMax(started_at, indexOf({sourcesLastFirst: Array(String)}, source)) < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
ORDER BY sessionId`;

const lengthOf = ({ from, to }: SessionTotals): number => Math.round((to! - from) / 6000) / 10;

/** A network is one subject: what one in a hundred is worth is not worth telling. */
const LEAST_OF_NETWORK = 0.99;

/** Of all dealers, from the beginning of the history on. */
const lengthsOf = (scope: DetectorScope, totals: ReadonlyMap<string, SessionTotals[]>): DealerLength[] =>
  [...totals].flatMap(([accountKey, sessions]) =>
    sessions.flatMap((session) => {
      const dealerId = session.to === null ? null : scope.dealerAt(accountKey, session.from);
      return dealerId === null ? [] : [{ dealerId, accountKey, from: session.from, minutes: lengthOf(session) }];
    }),
  );

interface DealerSessions {
  dealerId: string;
  accounts: Set<string>;
  sessions: SessionTotals[];
}

function byDealer(scope: DetectorScope, totals: ReadonlyMap<string, SessionTotals[]>): DealerSessions[] {
  const dealers = new Map<string, DealerSessions>();
  for (const [key, sessions] of totals)
    for (const session of sessions) {
      const dealerId = session.from >= scope.window.from && session.to !== null ? scope.dealerAt(key, session.from) : null;
      if (dealerId === null) continue;
      const known = dealers.get(dealerId) ?? { dealerId, accounts: new Set(), sessions: [] };
      known.accounts.add(key);
      known.sessions.push(session);
      dealers.set(dealerId, known);
    }
  return [...dealers.values()];
}

async function run(scope: DetectorScope): Promise<Findings> {
  const threshold = policyOf(
    scope.state.policies,
    dayText(Math.floor(scope.window.to / 86_400_000) - 1).slice(0, 7),
  ).cadenceMinSessionMinutes;
  const totals = await readSessionTotals(scope, scope.peers);
  const dealers = byDealer(scope, totals);
  const network = networkFinding(scope, lengthsOf(scope, totals), { threshold, widths: WIDTHS });
  const findings: Finding[] = network && network.strength >= LEAST_OF_NETWORK ? [network] : [];
  const notAssessable: Findings['notAssessable'] = [];
  const scored = dealers.map((dealer) => ({
    dealer,
    found: dealer.sessions.length < LEAST_SESSIONS ? null : pileAt(dealer.sessions.map(lengthOf), threshold, WIDTHS),
  }));
  const tail: HonestTail = honestTail(scored.flatMap(({ found }) => (found ? [found.score] : [])));
  for (const { dealer, found } of scored) {
    const subject = { kind: 'dealer' as const, dealerId: dealer.dealerId };
    if (!found) {
      const reason = { zh: '窗口内场次太少，无法判断是否卡线', en: 'Too few sessions around the threshold to tell' };
      notAssessable.push({ subject, reason });
    } else if (found.above >= 5) findings.push(findingOf(scope, { dealer, found, threshold }, strengthOf(tail, found.score)));
  }
  return { findings, notAssessable };
}

function findingOf(
  scope: DetectorScope,
  { dealer, found, threshold }: { dealer: DealerSessions; found: Pile; threshold: number },
  strength: number,
): Finding {
  const rows: SignalRow[] = dealer.sessions
    .map((session) => ({ sessionId: session.sessionId, minutes: lengthOf(session) }))
    .filter(({ minutes }) => minutes >= threshold && minutes < threshold + ABOVE)
    .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  const expected = Math.round(found.expected * 10) / 10;
  return {
    subject: { kind: 'dealer', dealerId: dealer.dealerId },
    window: scope.window,
    standing: true,
    strength,
    evidence: {
      text: {
        zh: `有 ${found.above} 场的时长恰在 ${threshold} 分钟门槛之上 ${ABOVE} 分钟内；按门槛两侧的分布应约 ${expected} 场。`,
        en: `${found.above} sessions end within ${ABOVE} minutes above the threshold of ${threshold} minutes; what lies around it lets expect about ${expected}.`,
      },
      figures: [
        {
          name: 'sessionsJustAboveThreshold',
          label: { zh: '恰过门槛的场次', en: 'Sessions just above the threshold' },
          value: found.above,
          ownReference: expected,
          peerReference: null,
          honestQuantile: strength,
        },
      ],
      rows,
      sql: SQL,
      parameters: {
        brandId: scope.brandId,
        accounts: [...dealer.accounts].sort(),
        threshold,
        from: String(scope.window.from),
        to: String(scope.window.to),
        sourcesLastFirst: [...scope.sourcesLastFirst],
      },
    },
  };
}

/** Detector 19: dealers whose sessions pile up just above a threshold of the policy. */
export const thresholdBunching: Detector = {
  name: 'thresholdBunching',
  version: 2,
  family: 'policy',
  tier: 'T1',
  wholeBrand: true,
  title: { zh: '门槛处堆积', en: 'Bunching at a threshold' },
  text: {
    zh: '政策对开播时长设有门槛（开播率只计达到该时长的场次）。统计每家门店恰过门槛的场次，与门槛两侧的分布推出的数量比较，再与全网门店的常见程度比较。另看全网合计是否在门槛之上堆积（以无意义的时长为对照），以及堆积是否随政策生效才出现；全网现象不指向任何门店。',
    en: 'The policy has a threshold for the length of a broadcast (cadence counts only those that reach it). Counts the sessions of each dealer just above it, compares them with what the lengths around let expect, and that with how common it is among all dealers. Looks at the whole network as well: whether it piles up above the threshold, measured at lengths that mean nothing, and whether the pile came when the policy began; that accuses no dealer.',
  },
  weaknesses: {
    zh: '按门槛安排直播本身并不违规，属弱信号；全网都卡线时以全网为常态。',
    en: 'To plan broadcasts by the threshold breaks no rule: a weak signal. Where the whole network does it, that is the norm.',
  },
  inputs: ['sessions', 'policies'],
  parameters: {
    above: {
      value: ABOVE,
      unit: 'minutes',
      text: { zh: '门槛之上算作堆积的分钟', en: 'Minutes above the threshold that count as bunched' },
    },
    around: { value: AROUND, unit: 'minutes', text: { zh: '两侧用于推算的分钟', en: 'Minutes on either side that tell what to expect' } },
  },
  minimumSample: { sessions: { value: LEAST_SESSIONS, unit: 'sessions', text: { zh: '窗口内场次', en: 'Sessions in the window' } } },
  run,
};
