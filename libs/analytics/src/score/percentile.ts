import { Fraction, fraction } from './fraction';
import { peerGroups, percentilesOf } from './peer-groups';

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

/** Percentiles of all known values (domain.md 6.2), in the first group of the ladder with at least `minPeers` known values, else in the last, marked. */
export function percentiles(members: readonly PeerValue[], minPeers: number): Map<string, Percentile> {
  const groups = peerGroups(members.map(({ ladder }) => ladder));
  const { top, bottom, group, sizes } = percentilesOf(
    groups,
    members.map(({ value }) => value),
    minPeers,
  );
  const result = new Map<string, Percentile>();
  for (const [place, { id }] of members.entries()) {
    if (bottom[place] === 0) continue;
    const peers = sizes[group[place]];
    const percentile = fraction(top[place], bottom[place]);
    result.set(id, { percentile, peers, peerGroup: groups.names[group[place]], smallGroup: peers < minPeers });
  }
  return result;
}
