import type { SignalRow } from '@app/contracts';
import { policyOf } from '@app/database';
import { honestTail, strengthOf, type HonestTail } from '../../calibration/tail';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { dayText } from '../../facts/drift-evidence';
import { readSessionTotals, type SessionTotals } from '../../facts/session-totals.reader';

/** Minutes just above the threshold that count as bunched, and the minutes around that tell what would be there without it. */
const ABOVE = 3;
const AROUND = 12;
const LEAST_SESSIONS = 20;
/** Below so many sessions above and around nobody is judged. */
const LEAST_AROUND = 8;

/** Sessions whose length lies just above a threshold, and what their neighbours let expect. Lengths and threshold in minutes. Pure. */
export function bunching(lengths: readonly number[], threshold: number): { above: number; expected: number; score: number } | null {
  const inside = (from: number, to: number) => lengths.filter((length) => length >= from && length < to).length;
  const above = inside(threshold, threshold + ABOVE);
  const around = inside(threshold - AROUND, threshold) + inside(threshold + ABOVE, threshold + ABOVE + AROUND);
  if (above + around < LEAST_AROUND) return null;
  const expected = ((around + 1) * ABOVE) / (2 * AROUND);
  return { above, expected, score: (above - expected) / Math.sqrt(expected + 0.5) };
}

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
  const dealers = byDealer(scope, await readSessionTotals(scope, scope.peers));
  const findings: Finding[] = [];
  const notAssessable: Findings['notAssessable'] = [];
  const scored = dealers.map((dealer) => ({
    dealer,
    found: dealer.sessions.length < LEAST_SESSIONS ? null : bunching(dealer.sessions.map(lengthOf), threshold),
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
  { dealer, found, threshold }: { dealer: DealerSessions; found: NonNullable<ReturnType<typeof bunching>>; threshold: number },
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
  version: 1,
  family: 'policy',
  tier: 'T1',
  wholeBrand: true,
  title: { zh: '门槛处堆积', en: 'Bunching at a threshold' },
  text: {
    zh: '政策对开播时长设有门槛（开播率只计达到该时长的场次）。统计每家门店恰过门槛的场次，与门槛两侧的分布推出的数量比较，再与全网门店的常见程度比较。',
    en: 'The policy has a threshold for the length of a broadcast (cadence counts only those that reach it). Counts the sessions of each dealer just above it, compares them with what the lengths around let expect, and that with how common it is among all dealers.',
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
