import type { SignalFigure, SignalRow } from '@app/contracts';
import { dayStart, type Policy } from '@app/contracts';
import { strengthOf, strengthOfLooks } from '../../calibration/tail';
import type { DetectorScope, Finding } from '../../detector';
import { networkPile, pileAt, pileJump, type PileWidths } from './piles';

/** A broadcast of a dealer: when it began (epoch ms), and its length in minutes. */
export interface DealerLength {
  dealerId: string;
  accountKey: string;
  from: number;
  minutes: number;
}

/** Pile and jump. */
const LOOKS = 2;
const ROWS = 50;
/** A jump has no peers to be measured by: beyond chance it counts as a Student distribution of an unseen network. */
const UNSEEN = { n: 0, quantiles: [], scale: 1 };

const SQL = (widths: PileWidths): string => `SELECT
  toString(account_key) AS account,
  countIf(minutes >= {threshold: Float64} AND minutes < {threshold: Float64} + ${widths.band}) AS justAbove,
  countIf(minutes < {threshold: Float64} OR minutes >= {threshold: Float64} + ${widths.band}) AS around
FROM (
  SELECT
    account_key,
    session_id,
    argMax(started_at, indexOf({sourcesLastFirst: Array(String)}, source)) AS began,
    round((toUnixTimestamp64Milli(argMax(ended_at, indexOf({sourcesLastFirst: Array(String)}, source))) - toUnixTimestamp64Milli(began)) / 60000, 1) AS minutes
  FROM facts(sessions)
  WHERE brand_id = {brandId: UInt32}
  GROUP BY
    account_key,
    session_id
  HAVING began >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND began < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
    AND minutes >= {threshold: Float64} - ${widths.around} AND minutes < {threshold: Float64} + ${widths.band + widths.around}
)
GROUP BY account_key
HAVING justAbove > 0
ORDER BY
  justAbove DESC,
  account
LIMIT ${ROWS}`;

/** When the threshold in force began, where that lies within what is known of it; null: it was always so. Epoch ms. */
export function thresholdSince(policies: readonly Policy[], threshold: number, zone: string): number | null {
  const sorted = [...policies].sort((a, b) => (a.fromMonth < b.fromMonth ? -1 : 1));
  const at = sorted.findLastIndex(({ cadenceMinSessionMinutes: minutes }, place) => {
    const before = sorted[place - 1];
    return minutes === threshold && before !== undefined && before.cadenceMinSessionMinutes !== threshold;
  });
  return at < 0 ? null : dayStart(`${sorted[at].fromMonth}-01`, zone);
}

/**
 * Whether the whole network piles up above the threshold, by what it does at lengths that mean nothing; and whether the pile came with the policy. It is about
 * the brand: what a network does accuses no dealer.
 */
export function networkFinding(
  scope: DetectorScope,
  lengths: readonly DealerLength[],
  { threshold, widths }: { threshold: number; widths: PileWidths },
): Finding | null {
  const inWindow = lengths.filter(({ from }) => from >= scope.window.from);
  const minutesOf = (some: readonly DealerLength[]): number[] => some.map(({ minutes }) => minutes);
  const pile = networkPile(minutesOf(inWindow), threshold, widths);
  if (!pile) return null;
  const since = thresholdSince(scope.state.policies, threshold, scope.zone);
  const jump =
    since === null || since <= scope.historyFrom
      ? null
      : pileJump(
          pileAt(minutesOf(lengths.filter(({ from }) => from < since)), threshold, widths),
          pileAt(minutesOf(lengths.filter(({ from }) => from >= since)), threshold, widths),
        );
  const jumped = jump === null ? 0 : strengthOf(UNSEEN, jump);
  const strength = strengthOfLooks(Math.max(pile.strength, jumped), jump === null ? 1 : LOOKS);
  const expected = Math.round(pile.expected * 10) / 10;
  const figures: SignalFigure[] = [
    {
      ...{ name: 'networkJustAboveThreshold', label: { zh: '全网恰过门槛的场次', en: 'Sessions of the network just above the threshold' } },
      ...{ value: pile.above, ownReference: expected, peerReference: null, honestQuantile: pile.strength },
    },
    ...(jump === null
      ? []
      : [
          {
            ...{
              name: 'jumpWithPolicy',
              label: { zh: '政策生效后的堆积变化（标准差）', en: 'Change of the pile since the policy began, in spreads' },
            },
            ...{ value: Math.round(jump * 100) / 100, ownReference: 0, peerReference: null, honestQuantile: jumped },
          },
        ]),
  ];
  return {
    subject: { kind: 'brand' },
    window: scope.window,
    standing: true,
    strength,
    evidence: {
      text: {
        zh: `全网有 ${pile.above} 场的时长恰在 ${threshold} 分钟门槛之上 ${widths.band} 分钟内，按两侧分布应约 ${expected} 场${jump !== null && jumped >= pile.strength ? '；该门槛生效后才出现' : ''}。只说明全网现象，不指向任何门店。`,
        en: `${pile.above} sessions of the network end within ${widths.band} minutes above the threshold of ${threshold} minutes; what lies around it lets expect about ${expected}${jump !== null && jumped >= pile.strength ? '. The pile came when the threshold began' : ''}. It says something of the network, not of a dealer.`,
      },
      figures,
      rows: rowsOf(inWindow, threshold, widths),
      sql: SQL(widths),
      parameters: {
        ...{ brandId: scope.brandId, threshold, from: String(scope.window.from), to: String(scope.window.to) },
        sourcesLastFirst: [...scope.sourcesLastFirst],
      },
    },
  };
}

/** What the statement gives. */
function rowsOf(lengths: readonly DealerLength[], threshold: number, { band, around }: PileWidths): SignalRow[] {
  const rows = new Map<string, { account: string; justAbove: number; around: number }>();
  for (const { accountKey: account, minutes } of lengths) {
    if (minutes < threshold - around || minutes >= threshold + band + around) continue;
    const row = rows.get(account) ?? { account, justAbove: 0, around: 0 };
    rows.set(account, row);
    if (minutes >= threshold && minutes < threshold + band) row.justAbove++;
    else row.around++;
  }
  return [...rows.values()]
    .filter(({ justAbove }) => justAbove > 0)
    .sort((a, b) => b.justAbove - a.justAbove || (a.account < b.account ? -1 : 1))
    .slice(0, ROWS);
}
