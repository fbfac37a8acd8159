import { withoutHysteresis } from '@app/analytics';
import type { Basis, BrandState, Close, CloseVersions, TierRow } from '@app/contracts';
import { canonicalJson, policyOf, sha256Hex } from '@app/database';

/** Tiers of closed months as their closes hold them: month, account key. An account that a close does not know is computed. */
export type FrozenTiers = ReadonlyMap<string, ReadonlyMap<string, TierRow>>;

/** Reads them of some months; those that are not closed are absent. */
export type ReadFrozenTiers = (months: readonly string[], basis: Basis) => Promise<FrozenTiers>;

/** The close of each month that held at an instant (epoch ms; absent: that holds now). Closes come in the order of their chain. */
export function heldCloses(closes: readonly Close[], at?: number): Map<string, Close> {
  return new Map(closes.filter(({ closedAt }) => at === undefined || Date.parse(closedAt) <= at).map((close) => [close.month, close]));
}

/**
 * What the figures of a month are made of beside facts and state: under hysteresis the tiers that were frozen before it. Nothing without hysteresis.
 */
export async function frozenBefore(
  { policies }: Pick<BrandState, 'policies'>,
  month: string,
  closes: () => Promise<readonly Close[]>,
): Promise<CloseVersions> {
  if (withoutHysteresis(policyOf(policies, month))) return {};
  const before = [...heldCloses(await closes())].filter(([closed]) => closed < month).sort(([a], [b]) => (a < b ? -1 : 1));
  return { frozenTiers: sha256Hex(canonicalJson(before.map(([closed, { figuresHash }]) => [closed, figuresHash]))) };
}
