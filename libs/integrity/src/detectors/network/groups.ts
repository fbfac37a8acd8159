import { grouped } from '../../grouped';

/** Sets that grow together (union-find with path halving). Members are numbered from 0. */
export class Groups {
  private readonly parent: Int32Array;
  private readonly sizes: Int32Array;

  constructor(members: number) {
    this.parent = Int32Array.from({ length: members }, (_, at) => at);
    this.sizes = new Int32Array(members).fill(1);
  }

  find(member: number): number {
    let at = member;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at]];
      at = this.parent[at];
    }
    return at;
  }

  join(a: number, b: number): void {
    const [left, right] = [this.find(a), this.find(b)];
    if (left === right) return;
    const [large, small] = this.sizes[left] >= this.sizes[right] ? [left, right] : [right, left];
    this.parent[small] = large;
    this.sizes[large] += this.sizes[small];
  }

  /** Groups of at least so many, the largest first; members ascending. */
  atLeast(size: number): number[][] {
    const found = new Map<number, number[]>();
    for (let member = 0; member < this.parent.length; member++) {
      const root = this.find(member);
      if (this.sizes[root] < size) continue;
      const group = found.get(root);
      if (group) group.push(member);
      else found.set(root, [member]);
    }
    return [...found.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
  }
}

/** Two members that were at the same place at the same time; `places`: different ones, `weight`: less for crowded places. */
export interface Link {
  a: number;
  b: number;
  places: number;
  weight: number;
}

/** Members that move in lockstep: each is linked to at least `partners` others of the group. */
export interface LockstepGroup {
  members: number[];
  links: number;
  /** Median over the links. */
  places: number;
}

/**
 * Groups of linked members. Who has fewer than `partners` links is not in lockstep with a group but met somebody by chance: they are left out, and those who
 * then have too few, until nobody is (a k-core); what remains falls into its connected parts. The order of the links does not matter.
 */
export function lockstepGroups(links: readonly Link[], { partners, size }: { partners: number; size: number }): LockstepGroup[] {
  const numbers = new Map<number, number>();
  const numberOf = (member: number): number => {
    const known = numbers.get(member);
    if (known !== undefined) return known;
    numbers.set(member, numbers.size);
    return numbers.size - 1;
  };
  const ends = links.map(({ a, b }) => [numberOf(a), numberOf(b)] as const);
  const linked: number[][] = Array.from({ length: numbers.size }, () => []);
  ends.forEach(([a, b], at) => {
    linked[a].push(at);
    linked[b].push(at);
  });
  const degree = linked.map((own) => own.length);
  const gone = new Uint8Array(numbers.size);
  const leaving = [...degree.keys()].filter((member) => degree[member] < partners);
  for (let member = leaving.pop(); member !== undefined; member = leaving.pop()) {
    if (gone[member]) continue;
    gone[member] = 1;
    for (const at of linked[member]) {
      const [a, b] = ends[at];
      const other = a === member ? b : a;
      if (!gone[other] && --degree[other] < partners) leaving.push(other);
    }
  }
  const groups = new Groups(numbers.size);
  const kept = ends.flatMap(([a, b], at) => (gone[a] || gone[b] ? [] : [at]));
  for (const at of kept) groups.join(...ends[at]);
  const names = [...numbers.keys()];
  const placesOf = grouped(kept, (at) => groups.find(ends[at][0]));
  return groups.atLeast(Math.max(2, size)).flatMap((members) => {
    const own = placesOf.get(groups.find(members[0])) ?? [];
    if (own.length === 0) return [];
    const places = own.map((at) => links[at].places).sort((a, b) => a - b);
    return [
      { members: members.map((member) => names[member]).sort((a, b) => a - b), links: own.length, places: places[places.length >> 1] },
    ];
  });
}
