import { PLATFORMS, TIERS, type Platform, type Tier, type TierRow } from '@app/contracts';
import { sumKnown } from '@/figures/totals';

/** Accounts and value of one tier on one platform. `valueCny` exact; null when none is known. */
export interface HeatCell {
  accounts: number;
  valueCny: string | null;
}
/** `tier` null: accounts without an earned tier. */
export interface HeatRow {
  tier: Tier | null;
  cells: Record<Platform, HeatCell>;
  total: HeatCell;
}

/** Accounts of the month by earned tier and platform, and a totals row of all of them; tiers without any account stand with zeros, "no tier" only where there is one. */
export function tierHeat(rows: readonly TierRow[]): { rows: HeatRow[]; total: HeatRow; most: number } {
  const rowOf = (tier: Tier | null, of: readonly TierRow[]): HeatRow => ({
    tier,
    cells: Object.fromEntries(
      PLATFORMS.map((platform) => [platform, cellOf(of.filter((row) => row.platform === platform))]),
    ) as HeatRow['cells'],
    total: cellOf(of),
  });
  const without = rows.filter(({ earnedTier }) => earnedTier === null);
  const tiers = TIERS.map((tier) =>
    rowOf(
      tier,
      rows.filter(({ earnedTier }) => earnedTier === tier),
    ),
  );
  const all = without.length ? [...tiers, rowOf(null, without)] : tiers;
  const most = Math.max(0, ...all.flatMap(({ cells }) => PLATFORMS.map((platform) => Number(cells[platform].valueCny ?? 0))));
  return { rows: all, total: rowOf(null, rows), most };
}

const cellOf = (rows: readonly TierRow[]): HeatCell => ({
  accounts: rows.length,
  valueCny: sumKnown(rows.map(({ trailingValueCny }) => trailingValueCny)),
});
