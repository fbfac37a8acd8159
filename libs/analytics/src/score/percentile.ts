import { Fraction, compare, fraction } from './fraction';

/** One value of one member, with the peer groups it may be measured in, narrowest first. */
export interface PeerValue {
  id: string;
  ladder: readonly string[];
  value: Fraction | null;
}

export interface Percentile {
  percentile: Fraction;
  /** Members of the group with a known value, itself included. */
  peers: number;
  peerGroup: string;
  smallGroup: boolean;
}

/**
 * Percentiles of all known values (domain.md 6.2): p = (number below + half of the equal ones, itself among these) ÷ n, in the first group of the
 * ladder with at least `minPeers` known values, else in the last, marked. Exact. Permuting the members changes nothing.
 */
export function percentiles(members: readonly PeerValue[], minPeers: number): Map<string, Percentile> {
  const groups = new Map<string, Fraction[]>();
  for (const { ladder, value } of members) {
    if (!value) continue;
    for (const group of new Set(ladder)) {
      const known = groups.get(group);
      if (known) known.push(value);
      else groups.set(group, [value]);
    }
  }
  const positions = new Map([...groups].map(([group, values]) => [group, positionsOf(values)]));
  const result = new Map<string, Percentile>();
  for (const { id, ladder, value } of members) {
    if (!value) continue;
    const sizes = ladder.map((group) => groups.get(group)?.length ?? 0);
    const found = sizes.findIndex((size) => size >= minPeers);
    const step = found === -1 ? ladder.length - 1 : found;
    const position = positions.get(ladder[step])?.get(keyOf(value));
    if (!position) continue;
    const percentile = fraction(2 * position.below + position.equal, 2 * sizes[step]);
    result.set(id, { percentile, peers: sizes[step], peerGroup: ladder[step], smallGroup: sizes[step] < minPeers });
  }
  return result;
}

const keyOf = (value: Fraction): string => `${value.n}/${value.d}`;

function positionsOf(values: readonly Fraction[]): Map<string, { below: number; equal: number }> {
  const positions = new Map<string, { below: number; equal: number }>();
  [...values].sort(compare).forEach((value, index) => {
    const known = positions.get(keyOf(value));
    if (known) known.equal += 1;
    else positions.set(keyOf(value), { below: index, equal: 1 });
  });
  return positions;
}
