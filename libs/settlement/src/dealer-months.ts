import {
  type IncentiveFigure,
  type IncentiveRule,
  type RankingRow,
  type SettlementHold,
  type ShowroomRow,
  type TierRow,
  type ValueRow,
} from '@app/contracts';
import type { DealerMonth } from './settle';

/** Frozen rows of a closed month, adjusted: of the dealers, and the tiers of the accounts. */
export interface FrozenMonth {
  ranking: readonly RankingRow[];
  value: readonly ValueRow[];
  showroom: readonly ShowroomRow[];
  tiers: readonly TierRow[];
  accountTiers: readonly TierRow[];
  samples: SampleSpans;
}

/** Whether sample price cards were in force on a platform of the brand: in the month, and in the twelve months that tiers look at. */
export interface SampleSpans {
  month: boolean;
  year: boolean;
}

export interface DealerFacts {
  dealerId: string;
  dealerName: string;
  month: DealerMonth;
  /** Sample price cards took part: then nothing is paid. */
  sample: boolean;
}

/** What each dealer's month is settled by, in the order of the dealers' ids. What nobody owns is settled with nobody. */
export function dealerFacts(frozen: FrozenMonth, penalties: ReadonlyMap<string, number> = new Map()): DealerFacts[] {
  const [value, showroom, tiers] = [byDealer(frozen.value), byDealer(frozen.showroom), byDealer(frozen.tiers)];
  const accounts = new Map<string, TierRow[]>();
  for (const row of frozen.accountTiers) if (row.dealerId) accounts.set(row.dealerId, [...(accounts.get(row.dealerId) ?? []), row]);
  return frozen.ranking
    .flatMap((row) => (row.dealerId ? [{ row, dealerId: row.dealerId }] : []))
    .sort((a, b) => (a.dealerId < b.dealerId ? -1 : 1))
    .map(({ row, dealerId }) => ({
      dealerId,
      dealerName: row.name,
      month: {
        figures: figuresOf(row, {
          value: value.get(dealerId),
          showroom: showroom.get(dealerId),
          tier: tiers.get(dealerId),
          penalties: penalties.get(dealerId) ?? 0,
        }),
        accounts: (accounts.get(dealerId) ?? []).map(({ platform, effectiveTier, trailingAtLeast }) => ({
          platform: platform!,
          // a tier that stands on "at least" may be a higher one
          tier: trailingAtLeast ? null : effectiveTier,
        })),
      },
      sample: value.get(dealerId)?.sample ?? false,
    }));
}

const byDealer = <Row extends { dealerId?: string | null }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.flatMap((row) => (row.dealerId ? [[row.dealerId, row]] : [])));

function figuresOf(
  ranking: RankingRow,
  { value, showroom, tier, penalties }: { value?: ValueRow; showroom?: ShowroomRow; tier?: TierRow; penalties: number },
): Record<IncentiveFigure, string | null> {
  const text = (figure: number | boolean | string | null | undefined) => (figure === null || figure === undefined ? null : String(figure));
  // "at least" is not what it was worth: with a price missing the value is not settled
  const whole = value !== undefined && value.missing.length === 0;
  return {
    rank: text(ranking.rank),
    score: text(ranking.score),
    showroomVisitors: text(showroom?.showroomVisitors),
    loyalShare: text(showroom?.loyalShare),
    valueCny: whole ? text(value?.valueCny) : null,
    trailingValueCny: tier?.trailingAtLeast ? null : text(tier?.trailingValueCny),
    roiValue: whole && value?.costComplete ? text(value.roiValue) : null,
    coverage: text(ranking.coverage),
    // what is not in the ledger yet can only make it miss the line
    passLine: value?.passLine && !value.costComplete ? null : text(value?.passLine),
    penalties: text(penalties),
  };
}

export const sampleHold = (): SettlementHold => ({
  cause: 'sample',
  about: null,
  reason: {
    zh: '价值按示例刊例价计算，不能结算：请启用真实刊例价并重述该月',
    en: 'The value stands on sample price cards, which never settle: activate real ones and restate the month',
  },
});

const OF_PEERS: readonly IncentiveFigure[] = ['rank', 'score'];

/**
 * What sample prices of other months or of peers hold: the year's value and tiers stand on the prices of twelve months, rank and score on the values of all
 * dealers. A dealer's own month is told by its value row.
 */
export function sampleHolds(rules: readonly IncentiveRule[], samples: SampleSpans): SettlementHold[] {
  const asks = ({ when = [] }: IncentiveRule, figures: readonly IncentiveFigure[]) => when.some(({ figure }) => figures.includes(figure));
  const touched = (rule: IncentiveRule) =>
    (samples.year && (rule.kind === 'tier' || asks(rule, ['trailingValueCny']))) || (samples.month && asks(rule, OF_PEERS));
  return rules.filter(touched).map(({ ruleId }) => ({
    cause: 'sample',
    about: ruleId,
    reason: {
      zh: `规则 ${ruleId} 所用的层级、年度价值或排名含示例刊例价，不能结算：请启用真实刊例价并重述该月`,
      en: `Tiers, a year's value or ranks that rule ${ruleId} asks about stand on sample price cards, which never settle: activate real ones and restate the month`,
    },
  }));
}

export const unknownHold = (ruleId: string): SettlementHold => ({
  cause: 'unknown',
  about: ruleId,
  reason: { zh: `规则 ${ruleId} 所需的指标未知`, en: `A figure that rule ${ruleId} asks about is unknown` },
});
