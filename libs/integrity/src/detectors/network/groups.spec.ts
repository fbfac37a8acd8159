import fc from 'fast-check';
import { Groups, lockstepGroups, type Link } from './groups';

const SEED = 20261122;
const everyPair = (members: number[], places = 6): Link[] =>
  members.flatMap((a, at) => members.slice(at + 1).map((b) => ({ a, b, places, weight: 1 })));

it('members are in one group exactly when a chain of joins connects them', () => {
  const joins = fc.array(fc.tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 19 })), { maxLength: 30 });
  fc.assert(
    fc.property(joins, (pairs) => {
      const groups = new Groups(20);
      pairs.forEach(([a, b]) => groups.join(a, b));
      const reached = Array.from({ length: 20 }, (_, at) => new Set([at]));
      for (let round = 0; round < 20; round++)
        for (const [a, b] of pairs) {
          const both = new Set([...reached[a], ...reached[b]]);
          both.forEach((member) => both.forEach((other) => reached[member].add(other)));
        }
      for (let a = 0; a < 20; a++) for (let b = 0; b < 20; b++) expect(groups.find(a) === groups.find(b)).toBe(reached[a].has(b));
      expect(
        groups
          .atLeast(1)
          .flat()
          .sort((a, b) => a - b),
      ).toEqual([...Array(20).keys()]);
    }),
    { seed: SEED, numRuns: 40 },
  );
});

it('an army is found, those who met one of it by chance are not in it', () => {
  const army = [10, 11, 12, 13, 14, 15, 16, 17];
  const chance: Link[] = [
    { a: 10, b: 99, places: 5, weight: 1 },
    { a: 99, b: 98, places: 5, weight: 1 },
  ];
  expect(lockstepGroups([...everyPair(army), ...chance], { partners: 4, size: 6 })).toEqual([{ members: army, links: 28, places: 6 }]);
});

it('who has enough partners only through somebody who leaves, leaves as well', () => {
  const army = [1, 2, 3, 4, 5, 6];
  const hanger: Link[] = [1, 2, 3, 50].map((b) => ({ a: 40, b, places: 5, weight: 1 }));
  expect(lockstepGroups([...everyPair(army), ...hanger], { partners: 4, size: 6 })[0].members).toEqual(army);
});

it('two armies that share nobody are two groups, in whatever order their links come', () => {
  const links = [...everyPair([1, 2, 3, 4, 5, 6]), ...everyPair([21, 22, 23, 24, 25, 26, 27])];
  const found = lockstepGroups(links, { partners: 4, size: 6 }).map(({ members }) => members);
  expect(found).toEqual([
    [21, 22, 23, 24, 25, 26, 27],
    [1, 2, 3, 4, 5, 6],
  ]);
  const shuffled = [...links].reverse();
  expect(lockstepGroups(shuffled, { partners: 4, size: 6 }).map(({ members }) => members)).toEqual(found);
});

it('a chain of acquaintances, and nobody at all, are no group', () => {
  const chain = Array.from({ length: 50 }, (_, at) => ({ a: at, b: at + 1, places: 9, weight: 1 }));
  expect(lockstepGroups(chain, { partners: 4, size: 6 })).toEqual([]);
  expect(lockstepGroups([], { partners: 4, size: 6 })).toEqual([]);
});
