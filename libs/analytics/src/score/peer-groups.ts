import type { Fraction } from './fraction';
import { exactOrder } from './exact-order';

/** Groups of peers by number: which ones each member may be measured in, narrowest first. */
export interface PeerGroups {
  names: readonly string[];
  /** Of member m: `ladder[from[m]]` … `ladder[from[m + 1] - 1]`, each group once. */
  ladder: Int32Array;
  from: Int32Array;
}

export function peerGroups(ladders: readonly (readonly string[])[]): PeerGroups {
  const numbers = new Map<string, number>();
  const ladder: number[] = [];
  const from = new Int32Array(ladders.length + 1);
  for (const [member, names] of ladders.entries()) {
    from[member] = ladder.length;
    for (const name of names) {
      const known = numbers.get(name);
      const number = known ?? numbers.size;
      if (known === undefined) numbers.set(name, number);
      if (!ladder.slice(from[member]).includes(number)) ladder.push(number);
    }
  }
  from[ladders.length] = ladder.length;
  return { names: [...numbers.keys()], ladder: Int32Array.from(ladder), from };
}

/** The group that each member is measured in, for one figure; -1: its value is unknown. */
export interface ChosenGroups {
  group: Int32Array;
  /** Members of each group with a known value. */
  sizes: Int32Array;
}

/** The first group of the ladder with at least `minPeers` known values, else the last (domain.md 6.2). */
export function chosenGroups(groups: PeerGroups, isKnown: (member: number) => boolean, minPeers: number): ChosenGroups {
  const { names, ladder, from } = groups;
  const members = from.length - 1;
  const sizes = new Int32Array(names.length);
  for (let member = 0; member < members; member++)
    if (isKnown(member)) for (let step = from[member]; step < from[member + 1]; step++) sizes[ladder[step]]++;
  const group = new Int32Array(members).fill(-1);
  for (let member = 0; member < members; member++) {
    if (!isKnown(member)) continue;
    let step = from[member];
    while (step < from[member + 1] - 1 && sizes[ladder[step]] < minPeers) step++;
    group[member] = ladder[step];
  }
  return { group, sizes };
}

/** Percentiles of one figure as small fractions: of member m `top[m]` ÷ `bottom[m]`; bottom 0: unknown. */
export interface Percentiles extends ChosenGroups {
  top: Int32Array;
  bottom: Int32Array;
}

/**
 * Percentiles of all known values (domain.md 6.2): p = (number below + half of the equal ones, itself among these) ÷ n, as twice that ÷ 2 n. Exact, in one
 * pass over the values in order. Permuting the members changes nothing.
 */
export function percentilesOf(groups: PeerGroups, values: readonly (Fraction | null)[], minPeers: number): Percentiles {
  const { ladder, from, names } = groups;
  const chosen = chosenGroups(groups, (member) => values[member] !== null, minPeers);
  const { places, runs } = exactOrder(values);
  const [top, bottom] = [new Int32Array(values.length), new Int32Array(values.length)];
  const [below, equal] = [new Int32Array(names.length), new Int32Array(names.length)];
  for (let run = 0; run + 1 < runs.length; run++) {
    const own = places.subarray(runs[run], runs[run + 1]);
    for (const member of own) for (let step = from[member]; step < from[member + 1]; step++) equal[ladder[step]]++;
    for (const member of own) {
      const group = chosen.group[member];
      top[member] = 2 * below[group] + equal[group];
      bottom[member] = 2 * chosen.sizes[group];
    }
    for (const member of own)
      for (let step = from[member]; step < from[member + 1]; step++) {
        below[ladder[step]] += 1;
        equal[ladder[step]] = 0;
      }
  }
  return { ...chosen, top, bottom };
}
