/** a ÷ b with so many decimals, rounded half away from zero, computed exactly; null when b is 0. Both at least 0. */
export function exactRatio(a: bigint, b: bigint, places: number): number | null {
  if (b === 0n) return null;
  const scale = 10n ** BigInt(places);
  return Number((2n * a * scale + b) / (2n * b)) / Number(scale);
}

/** ceil(a × b ÷ c), exactly; c above 0. */
export function ceilOfShare(a: bigint, b: bigint, c: bigint): bigint {
  return (a * b + c - 1n) / c;
}
