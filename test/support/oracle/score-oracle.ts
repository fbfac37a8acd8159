import type { Platform, Tier } from '@app/contracts';

/**
 * Percentiles, score and rank written straight from the definition, as the independent check of the product. Exact fractions of big integers; shares
 * no code with the product.
 */
export interface Ratio {
  n: bigint;
  d: bigint;
}
export const ratio = (n: bigint | number, d: bigint | number = 1n): Ratio => ({ n: BigInt(n), d: BigInt(d) });
export const sum = (parts: Ratio[]): Ratio => parts.reduce((a, b) => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d }), ratio(0));
export const over = (a: Ratio, by: number | bigint): Ratio => ({ n: a.n, d: a.d * BigInt(by) });
export const times = (a: Ratio, by: number | bigint): Ratio => ({ n: a.n * BigInt(by), d: a.d });
export const compare = (a: Ratio, b: Ratio): number => {
  const left = a.n * b.d - b.n * a.d;
  return left === 0n ? 0 : left > 0n ? 1 : -1;
};
/** Half away from zero, so many places. */
export function rounded(a: Ratio, places: number): number {
  const scale = 10n ** BigInt(places);
  const size = (a.n < 0n ? -a.n : a.n) * scale;
  const up = (size * 2n + a.d) / (a.d * 2n);
  return Number(a.n < 0n ? -up : up) / 10 ** places;
}

/** What is known of one account or dealer; null is unknown. */
export interface Parts {
  showroom: Ratio | null;
  value: Ratio | null;
  loyalShare: Ratio | null;
  dwellRatio: Ratio | null;
  engagement: Ratio | null;
  cadence: Ratio | null;
  growth: Ratio | null;
}
export interface Contestant {
  id: string;
  parts: Parts;
  /** Null for dealers: their one peer group is the brand. */
  platform: Platform | null;
  tier: Tier | null;
  /** Showroom visitors as reported beside the score: known also where the estimate is too wide to score. */
  showroomVisitors: Ratio | null;
}
export interface Standing {
  percentiles: Record<string, Ratio | null>;
  peers: Record<string, number>;
  weightKnown: number;
  score: Ratio | null;
  rank: number | null;
}

export const WEIGHTS = { showroom: 35, value: 25, loyalty: 15, engagement: 10, cadence: 10, growth: 5 } as const;

/** 6.2: p = (number below + half of the equal ones, itself among these) ÷ n. */
export function percentileOf(own: Ratio, group: Ratio[]): Ratio {
  const below = group.filter((each) => compare(each, own) < 0).length;
  const equal = group.filter((each) => compare(each, own) === 0).length;
  return ratio(2 * below + equal, 2 * group.length);
}

/** The ladder: platform and declared tier, platform, brand; the first with at least five that know the part, else the last. */
function placed(own: Contestant, all: Contestant[], part: keyof Parts): { percentile: Ratio; peers: number } | null {
  const value = own.parts[part];
  if (value === null) return null;
  const valueOf = (each: Contestant) => each.parts[part];
  const knowing = all.filter((each) => valueOf(each) !== null);
  const groups =
    own.platform === null
      ? [knowing]
      : [
          knowing.filter((each) => each.platform === own.platform && each.tier === own.tier),
          knowing.filter((each) => each.platform === own.platform),
          knowing,
        ];
  const group = groups.find((each) => each.length >= 5) ?? knowing;
  return {
    percentile: percentileOf(
      value,
      group.flatMap((each) => valueOf(each) ?? []),
    ),
    peers: group.length,
  };
}

export function standings(all: Contestant[]): Map<string, Standing> {
  const out = new Map<string, Standing & { known: string }>();
  for (const own of all) {
    const percentiles: Record<string, Ratio | null> = {};
    const peers: Record<string, number> = {};
    for (const part of ['showroom', 'value', 'engagement', 'cadence', 'growth'] as const) {
      const found = placed(own, all, part);
      percentiles[part] = found?.percentile ?? null;
      peers[part] = found?.peers ?? 0;
    }
    const loyal = (['loyalShare', 'dwellRatio'] as const).flatMap((part) => placed(own, all, part)?.percentile ?? []);
    percentiles.loyalty = loyal.length === 0 ? null : over(sum(loyal), loyal.length);
    const known = Object.entries(WEIGHTS).filter(([part]) => percentiles[part] !== null);
    const weightKnown = known.reduce((total, [, weight]) => total + weight, 0);
    const score = weightKnown < 50 ? null : over(sum(known.map(([part, weight]) => times(percentiles[part]!, 100 * weight))), weightKnown);
    out.set(own.id, { percentiles, peers, weightKnown, score, rank: null, known: known.map(([part]) => part).join() });
  }
  const order = (a: Ratio | null, b: Ratio | null) => (a === null || b === null ? Number(a !== null) - Number(b !== null) : compare(a, b));
  for (const own of all) {
    const mine = out.get(own.id)!;
    const { score } = mine;
    if (score === null) continue;
    const better = all.filter((other) => {
      const theirs = out.get(other.id)!;
      if (theirs.score === null || theirs.known !== mine.known) return false;
      const difference =
        compare(theirs.score, score) || order(other.showroomVisitors, own.showroomVisitors) || order(other.parts.value, own.parts.value);
      return difference > 0;
    });
    mine.rank = better.length + 1;
  }
  return out;
}
