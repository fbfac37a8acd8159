import fc from 'fast-check';
import { OwnerKind, Tier, addMonths } from '@app/contracts';
import { fraction } from '../score/fraction';
import { TierMonth, TierRules, effectiveTiers } from './hysteresis';

const HEIGHT: Record<Tier, number> = { head: 2, base: 1, outer: 0, incubating: 0 };
const OFF: TierRules = { headTierCny: '5000000', baseTierCny: '1000000', tierDownMonths: 1, tierDownMargin: 0 };

const month = (
  at: number,
  value: number | null,
  rules: TierRules,
  more: { projected?: boolean; ownerKind?: OwnerKind } = {},
): TierMonth => ({
  month: addMonths('2026-01', at),
  year: value === null ? null : { value: fraction(value), projected: more.projected ?? false, declared: false },
  ownerKind: more.ownerKind ?? 'dealer',
  rules,
});
const tiersOf = (values: (number | null)[], rules: TierRules): (Tier | null)[] =>
  effectiveTiers(values.map((value, at) => month(at, value, rules))).map(({ effective }) => effective);

const M = 1_000_000;
const values = fc.array(
  fc.oneof(
    fc.constantFrom(null, 999_999, M, 4_999_999, 5 * M),
    fc.integer({ min: 0, max: 8 * M }),
    fc.integer({ min: 900_000, max: M + 100_000 }),
  ),
  { minLength: 1, maxLength: 40 },
);
const rules = fc
  .record({ tierDownMonths: fc.integer({ min: 1, max: 6 }), tierDownMargin: fc.constantFrom(0, 0.05, 0.1, 0.3333) })
  .map((given) => ({ ...OFF, ...given }));
const history = fc
  .record({ given: values, rules, projected: fc.integer({ min: 0, max: 12 }), staffFrom: fc.integer({ min: 0, max: 40 }) })
  .map(({ given, rules: policy, projected, staffFrom }) =>
    given.map((value, at) => month(at, value, policy, { projected: at < projected, ownerKind: at >= staffFrom ? 'staff' : 'dealer' })),
  );

describe('the tier in force', () => {
  it('is the earned one, month by month, while the policy has no hysteresis', () => {
    fc.assert(
      fc.property(history, (months) => {
        for (const { earned, effective } of effectiveTiers(months.map((one) => ({ ...one, rules: OFF })))) expect(effective).toBe(earned);
      }),
    );
  });

  it('never lies below the earned one, and never rises but to it', () => {
    fc.assert(
      fc.property(history, (months) => {
        let before = -1;
        for (const { earned, effective } of effectiveTiers(months)) {
          if (earned === null || effective === null) {
            expect([earned, effective]).toEqual([null, null]);
            continue;
          }
          expect(HEIGHT[effective]).toBeGreaterThanOrEqual(HEIGHT[earned]);
          if (HEIGHT[effective] > before) expect(effective).toBe(earned);
          before = HEIGHT[effective];
        }
      }),
    );
  });

  it('is the earned one where the value never falls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 * M }), { minLength: 1, maxLength: 30 }), rules, (given, policy) => {
        const rising = [...given].sort((a, b) => a - b).map((value, at) => month(at, value, policy));
        for (const { earned, effective } of effectiveTiers(rising)) expect(effective).toBe(earned);
      }),
    );
  });

  it('of a month depends on the months up to it only', () => {
    fc.assert(
      fc.property(history, fc.nat(40), (months, cut) => {
        const some = months.slice(0, Math.max(1, cut));
        expect(effectiveTiers(months).slice(0, some.length)).toEqual(effectiveTiers(some));
      }),
    );
  });

  it('changes no more often than the earned one', () => {
    const changes = (tiers: (Tier | null)[]) => tiers.filter((tier, at) => at > 0 && HEIGHT[tier!] !== HEIGHT[tiers[at - 1]!]).length;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 900_000, max: 1_100_000 }), { minLength: 2, maxLength: 40 }), rules, (given, policy) => {
        expect(changes(tiersOf(given, policy))).toBeLessThanOrEqual(changes(tiersOf(given, OFF)));
      }),
    );
  });

  it('is lost in the last of the asked months in a row below the bound', () => {
    const below = { ...OFF, tierDownMonths: 3 };
    expect(tiersOf([M, 999_999, 999_999, 999_999, 999_999], below)).toEqual(['base', 'base', 'base', 'incubating', 'incubating']);
    expect(tiersOf([M, 999_999, 999_999, M, 999_999, 999_999], below)).toEqual(Array(6).fill('base'));
    expect(tiersOf([5 * M, 4_999_999, 0, 0, 0], below)).toEqual(['head', 'head', 'head', 'base', 'incubating']);
  });

  it('is held within the margin, which belongs to it, and falls below it', () => {
    const margin = { ...OFF, tierDownMargin: 0.05 };
    expect(tiersOf([M, 950_000, 950_000, 949_999, 950_000], margin)).toEqual(['base', 'base', 'base', 'incubating', 'incubating']);
  });

  it('a month without a known value neither loses nor gains', () => {
    const below = { ...OFF, tierDownMonths: 2 };
    expect(tiersOf([M, 0, null, 0, M], below)).toEqual(['base', 'base', null, 'incubating', 'base']);
  });

  it('what was only projected is not held', () => {
    const months = [month(0, 6 * M, { ...OFF, tierDownMonths: 6 }, { projected: true }), month(1, 2 * M, { ...OFF, tierDownMonths: 6 })];
    expect(effectiveTiers(months).map(({ effective }) => effective)).toEqual(['head', 'base']);
  });

  it('closed months say what their closes say: their own answers frozen change nothing, and later months go on from them', () => {
    fc.assert(
      fc.property(history, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (months, closed) => {
        const plain = effectiveTiers(months);
        const frozen = months.map((one, at) => {
          const { earned, effective } = plain[at];
          return closed[at] ? { ...one, frozen: { earned, effective } } : one;
        });
        expect(effectiveTiers(frozen)).toEqual(plain);
      }),
    );
    const slow = { ...OFF, tierDownMonths: 3 };
    const later = [0, 0, 0].map((value, at) => month(at, value, slow));
    const closedAsHead = [{ ...later[0], frozen: { earned: 'incubating' as const, effective: 'head' as const } }, ...later.slice(1)];
    expect(effectiveTiers(later).map(({ effective }) => effective)).toEqual(['incubating', 'incubating', 'incubating']);
    expect(effectiveTiers(closedAsHead).map(({ effective }) => effective)).toEqual(['head', 'head', 'incubating']);
  });
});
