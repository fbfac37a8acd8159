import fc from 'fast-check';
import { DEFAULT_POLICY } from '@app/contracts';
import { earnedTier, tierAgreement, tierStructure, yearValue, yearValueText } from './tier';

const year = (valueCny: string | null) => ({ valueCny, daysObserved: 365, startsInside: false });
const part = (valueCny: string, daysObserved: number) => ({ valueCny, daysObserved, startsInside: true });

describe('earned tier', () => {
  it('both bounds belong to the higher tier, to the last decimal', () => {
    expect(earnedTier(year('5000000'), 'dealer', DEFAULT_POLICY).tier).toBe('head');
    expect(earnedTier(year('4999999.9999999999'), 'dealer', DEFAULT_POLICY).tier).toBe('base');
    expect(earnedTier(year('1000000'), 'dealer', DEFAULT_POLICY).tier).toBe('base');
    expect(earnedTier(year('999999.9999999999'), 'dealer', DEFAULT_POLICY).tier).toBe('incubating');
  });

  it('below the bounds, staff accounts are outer and the others incubating; unknown stays unknown', () => {
    expect(earnedTier(year('1'), 'staff', DEFAULT_POLICY).tier).toBe('outer');
    expect(earnedTier(year('1'), 'brand', DEFAULT_POLICY).tier).toBe('incubating');
    expect(earnedTier(year(null), 'staff', DEFAULT_POLICY)).toEqual({ tier: null, projected: false, declared: false });
  });

  it('projects exactly when observation began inside the window, and not under 28 days', () => {
    expect(earnedTier(part('410958.90410958', 30), 'dealer', DEFAULT_POLICY)).toEqual({ tier: 'base', projected: true, declared: false });
    expect(earnedTier(part('410958.90410959', 30), 'dealer', DEFAULT_POLICY)).toEqual({ tier: 'head', projected: true, declared: false });
    expect(earnedTier(part('9999999', 27), 'dealer', DEFAULT_POLICY)).toEqual({ tier: null, projected: false, declared: false });
  });

  it('never falls when value rises', () => {
    const order = ['incubating', 'base', 'head'];
    fc.assert(
      fc.property(
        fc.nat(9_000_000),
        fc.nat(1_000_000),
        fc.integer({ min: 28, max: 365 }),
        fc.boolean(),
        (value, more, days, startsInside) => {
          const tierOf = (amount: number) =>
            order.indexOf(earnedTier({ valueCny: String(amount), daysObserved: days, startsInside }, 'dealer', DEFAULT_POLICY).tier!);
          expect(tierOf(value + more)).toBeGreaterThanOrEqual(tierOf(value));
        },
      ),
    );
  });
});

describe('the exact boundary values', () => {
  it.each([
    ['999999.9999', 'incubating'],
    ['1000000', 'base'],
    ['4999999.9999', 'base'],
    ['5000000', 'head'],
  ])('a year worth %s earns %s', (value, tier) => expect(earnedTier(year(value), 'dealer', DEFAULT_POLICY).tier).toBe(tier));

  it('a projection reaches a bound exactly when value × 365 ≥ bound × days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 28, max: 364 }),
        fc.constantFrom(1_000_000n, 5_000_000n),
        fc.integer({ min: -1, max: 1 }),
        (days, bound, off) => {
          // the smallest amount of ten-thousandths that reaches the bound, and its neighbours
          const least = (bound * 10_000n * BigInt(days) + 364n) / 365n + BigInt(off);
          const value = `${least / 10_000n}.${String(least % 10_000n).padStart(4, '0')}`;
          const { tier, projected } = earnedTier(part(value, days), 'dealer', DEFAULT_POLICY);
          const above = bound === 1_000_000n ? 'base' : 'head';
          const below = bound === 1_000_000n ? 'incubating' : 'base';
          expect([tier, projected]).toEqual([least * 365n >= bound * 10_000n * BigInt(days) ? above : below, true]);
        },
      ),
    );
  });

  it('what is shown of a year never reaches a bound that the value misses', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 11n }), fc.integer({ min: 28, max: 364 }), (units, days) => {
        const found = yearValue(part(`${units / 10_000n}.${String(units % 10_000n).padStart(4, '0')}`, days))!;
        const shown = yearValueText(found.value);
        const [whole, places = ''] = shown.split('.');
        const scaled = BigInt(whole + places.padEnd(10, '0'));
        expect(scaled * found.value.d <= found.value.n * 10n ** 10n).toBe(true);
        expect((scaled + 1n) * found.value.d > found.value.n * 10n ** 10n).toBe(true);
      }),
    );
  });
});

describe('a year that corrections brought below nothing', () => {
  it('is cut off downwards too', () => {
    expect(yearValueText({ n: -1n, d: 3n })).toBe('-0.3333333334');
    expect(yearValueText({ n: -5n, d: 2n })).toBe('-2.5');
    expect(earnedTier(year('-0.5'), 'staff', DEFAULT_POLICY).tier).toBe('outer');
  });
});

describe('declared against earned', () => {
  it.each([
    ['head', 'head', 'same'],
    ['base', 'head', 'earnedHigher'],
    ['head', 'outer', 'earnedLower'],
    ['outer', 'incubating', 'otherKind'],
    [null, 'head', null],
    ['head', null, null],
  ] as const)('declared %s, earned %s: %s', (declared, earned, agreement) => expect(tierAgreement(declared, earned)).toBe(agreement));
});

describe('tier structure', () => {
  it('warns when outer accounts carry more than half and no account is head', () => {
    const outer = { tier: 'outer' as const, valueCny: '501' };
    const base = { tier: 'base' as const, valueCny: '500' };
    expect(tierStructure([outer, base])).toEqual({ tierCounts: { head: 0, base: 1, outer: 1, incubating: 0 }, structureWarning: true });
    expect(tierStructure([{ ...outer, valueCny: '500' }, base]).structureWarning).toBe(false);
    expect(tierStructure([outer, { tier: 'head', valueCny: '0' }]).structureWarning).toBe(false);
  });
});
