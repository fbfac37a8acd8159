import fc from 'fast-check';
import type { TraitGroup } from '@app/contracts';
import { LEAST_VIEWERS, type ShownGroups, addedUp, seesSmallGroups, shownGroups } from './suppression';

const groups = (...sizes: number[]): TraitGroup[] => sizes.map((viewers, at) => ({ value: `v${at}`, viewers, entries: viewers * 2 }));
const sizes = (shown: ShownGroups): number[] => shown.groups.map(({ viewers }) => viewers);

/** What an answer says, as somebody with pencil and paper reads it. */
const said = ({ groups: shown, others, withheld }: ShownGroups, total: number): string =>
  JSON.stringify([shown.map(({ viewers }) => viewers), others?.viewers ?? null, withheld, total]);

/** Every way to split `total` into groups of at least one viewer, sorted. */
function* partitions(total: number, least = 1): Generator<number[]> {
  if (total === 0) yield [];
  for (let first = least; first <= total; first++) for (const rest of partitions(total - first, first)) yield [first, ...rest];
}

describe('groups of viewers as they are shown', () => {
  it('shows groups of five and more, the largest first, and hides nothing then', () => {
    expect(shownGroups(groups(5, 9, 0, 7))).toMatchObject({ others: null, withheld: false });
    expect(sizes(shownGroups(groups(5, 9, 0, 7)))).toEqual([9, 7, 5]);
  });

  it('one small group takes the next one with it: the total less the others would tell it', () => {
    const shown = shownGroups(groups(40, 3, 20));
    expect(sizes(shown)).toEqual([40]);
    expect(shown.others).toEqual({ viewers: 23, entries: 46 });
  });

  it('two small groups whose sum is under five take one more', () => {
    expect(shownGroups(groups(40, 1, 1, 20)).others).toMatchObject({ viewers: 22 });
    expect(shownGroups(groups(40, 2, 3, 20)).others).toMatchObject({ viewers: 5 });
  });

  it('shows no group at all when what is hidden cannot be hidden among others', () => {
    expect(shownGroups(groups(40, 3))).toEqual({ groups: [], others: null, withheld: true });
    expect(shownGroups(groups(2))).toEqual({ groups: [], others: null, withheld: true });
    expect(shownGroups([])).toEqual({ groups: [], others: null, withheld: false });
  });

  it('no total, however it falls apart, lets anybody compute the size of a hidden group out of one answer', () => {
    for (let total = 1; total <= 26; total++) {
      const told = new Map<string, { hidden: Set<string>; any: ShownGroups }>();
      for (const parts of partitions(total)) {
        const shown = shownGroups(groups(...parts));
        const left = [...parts];
        for (const size of sizes(shown)) left.splice(left.indexOf(size), 1);
        const known = told.get(said(shown, total)) ?? { hidden: new Set<string>(), any: shown };
        told.set(said(shown, total), { ...known, hidden: known.hidden.add(left.join()) });
      }
      // whoever knows the rule finds at least two worlds that give the same answer, and no size that all of them have
      for (const { hidden, any } of told.values()) {
        if (any.others === null && !any.withheld) continue;
        if (total < 2) continue; // one viewer: the total itself, which is never hidden, says so
        expect([total, [...hidden], hidden.size >= 2]).toEqual([total, [...hidden], true]);
        const worlds = [...hidden].map((world) => new Map(countsOf(world.split(',').map(Number))));
        for (const [size, times] of worlds[0])
          if (size < LEAST_VIEWERS) expect(worlds.every((world) => world.get(size) === times)).toBe(false);
      }
    }
  });

  it('never shows a group under five, hides at least two groups of five viewers together, and loses nobody', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 30 }), (parts) => {
        const shown = shownGroups(groups(...parts));
        const total = parts.reduce((sum, size) => sum + size, 0);
        const visible = sizes(shown).reduce((sum, size) => sum + size, 0);
        expect(shown.groups.every(({ viewers }) => viewers >= LEAST_VIEWERS)).toBe(true);
        if (shown.withheld) expect([shown.groups, shown.others]).toEqual([[], null]);
        else expect(visible + (shown.others?.viewers ?? 0)).toBe(total);
        if (shown.others) {
          expect(shown.others.viewers).toBeGreaterThanOrEqual(LEAST_VIEWERS);
          expect(parts.filter((size) => size > 0).length - shown.groups.length).toBeGreaterThanOrEqual(2);
        }
        if (parts.every((size) => size === 0 || size >= LEAST_VIEWERS)) expect(shown).toMatchObject({ others: null, withheld: false });
      }),
    );
  });

  /** Groups of several accounts, by account. */
  const accountsOf = fc.array(fc.array(fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 60 })), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 6,
  });
  /** A larger and a smaller question about the same accounts; and one that lies across. */
  const asked = fc.tuple(accountsOf, fc.array(fc.constantFrom('both', 'larger', 'other', 'none'), { minLength: 6, maxLength: 6 }));
  const figures = ({ groups: shown, others, total }: ReturnType<typeof addedUp>): Map<string, number> =>
    new Map([
      ...shown.map(({ value, viewers }): [string, number] => [value!, viewers]),
      [':hidden', others?.viewers ?? 0],
      [':total', total.viewers],
    ]);

  it('what two answers differ by is itself an answer: no choice of accounts isolates a group under five', () => {
    let differed = 0;
    fc.assert(
      fc.property(asked, ([accounts, places]) => {
        const of = (...kinds: string[]) =>
          addedUp(accounts.map((sizesOf) => groups(...sizesOf)).filter((_, at) => kinds.includes(places[at])));
        const [larger, smaller, across, rest] = [of('both', 'larger'), of('both'), of('both', 'other'), of('larger')].map(figures);
        for (const [value, viewers] of larger) {
          if (value.startsWith(':')) continue;
          const difference = viewers - (smaller.get(value) ?? 0);
          expect([value, difference === 0 || difference >= LEAST_VIEWERS]).toEqual([value, true]);
          expect(difference).toBe(rest.get(value) ?? 0);
          // and of two that overlap: the answers about what only one of them holds, one less the other
          const crossed = viewers - (across.get(value) ?? 0);
          expect(crossed).toBe((rest.get(value) ?? 0) - (figures(of('other')).get(value) ?? 0));
          if (difference > 0) differed += 1;
        }
        expect(larger.get(':total')! - smaller.get(':total')!).toBe(rest.get(':total'));
      }),
      { numRuns: 3_000 },
    );
    expect(differed).toBeGreaterThan(500);
  });

  it('adds up to the total, whoever asks; one account is shown as it is alone', () => {
    fc.assert(
      fc.property(accountsOf, (accounts) => {
        const parts = accounts.map((sizesOf) => groups(...sizesOf));
        for (const whole of [true, false]) {
          const { groups: shown, others, total, withheld } = addedUp(parts, whole);
          const visible = shown.reduce((sum, { viewers }) => sum + viewers, 0);
          expect(total.viewers).toBe(accounts.flat().reduce((sum, size) => sum + size, 0));
          if (withheld) expect([shown, others]).toEqual([[], null]);
          else expect(visible + (others?.viewers ?? 0)).toBe(total.viewers);
          if (whole) expect([others, withheld]).toEqual([null, false]);
        }
        const alone = shownGroups(parts[0]);
        expect(addedUp([parts[0]])).toMatchObject({ ...alone, groups: expect.arrayContaining(alone.groups) as unknown });
      }),
    );
  });

  it('whoever audits sees all', () => {
    expect(['auditor', 'senior-auditor', 'operator'].every((role) => seesSmallGroups(role as never))).toBe(true);
    expect(['brand-admin', 'dealer', 'host', 'read-only', 'api-key'].some((role) => seesSmallGroups(role as never))).toBe(false);
  });
});

function countsOf(sizesOf: readonly number[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const size of sizesOf) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts];
}
