import { type IncentiveFigure, type RankingRow, type SettlementHold, type ShowroomRow, type TierRow, type ValueRow } from '@app/contracts';
import type { DealerMonth } from './settle';

/** Frozen rows of a closed month, adjusted: of the dealers, and the tiers of the accounts. */
export interface FrozenMonth {
  ranking: readonly RankingRow[];
  value: readonly ValueRow[];
  showroom: readonly ShowroomRow[];
  tiers: readonly TierRow[];
  accountTiers: readonly TierRow[];
}

export interface DealerFacts {
  dealerId: string;
  dealerName: string;
  month: DealerMonth;
  /** Sample price cards took part: then nothing is paid. */
  sample: boolean;
}

/** What each dealer's month is settled by, in the order of the dealers' ids. What nobody owns is settled with nobody. */
export function dealerFacts(frozen: FrozenMonth): DealerFacts[] {
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
        figures: figuresOf(row, { value: value.get(dealerId), showroom: showroom.get(dealerId), tier: tiers.get(dealerId) }),
        accounts: (accounts.get(dealerId) ?? []).map(({ platform, effectiveTier }) => ({ platform: platform!, tier: effectiveTier })),
      },
      sample: value.get(dealerId)?.sample ?? false,
    }));
}

const byDealer = <Row extends { dealerId?: string | null }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.flatMap((row) => (row.dealerId ? [[row.dealerId, row]] : [])));

function figuresOf(
  ranking: RankingRow,
  { value, showroom, tier }: { value?: ValueRow; showroom?: ShowroomRow; tier?: TierRow },
): Record<IncentiveFigure, string | null> {
  const text = (figure: number | boolean | string | null | undefined) => (figure === null || figure === undefined ? null : String(figure));
  return {
    rank: text(ranking.rank),
    score: text(ranking.score),
    showroomVisitors: text(showroom?.showroomVisitors),
    loyalShare: text(showroom?.loyalShare),
    // "at least" is not what it was worth: with a price missing the value is not settled
    valueCny: value && value.missing.length > 0 ? null : text(value?.valueCny),
    trailingValueCny: text(tier?.trailingValueCny),
    roiValue: text(value?.roiValue),
    coverage: text(ranking.coverage),
    passLine: text(value?.passLine),
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

export const unknownHold = (ruleId: string): SettlementHold => ({
  cause: 'unknown',
  about: ruleId,
  reason: { zh: `规则 ${ruleId} 所需的指标未知`, en: `A figure that rule ${ruleId} asks about is unknown` },
});
