import fc from 'fast-check';
import { ExactDecimal, exactText, multiplier, sumCny } from './exact-decimal';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);

describe('sums of money', () => {
  const amount = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.oneof(fc.nat({ max: 9 }), fc.maxSafeNat()),
      fc.option(fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 12 }))),
    )
    .map(([sign, whole, part]) => `${sign}${whole}${part ? `.${String(part[0]).padStart(part[1], '0').slice(0, part[1])}` : ''}`);

  it('are exact, however large the amounts and however many places they have', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 12 }), (amounts) => {
        expect(sumCny(amounts)).toBe(exactText(amounts.reduce((sum, each) => sum.plus(each), new ExactDecimal(0))));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('have no trailing zeros, no exponent and no negative zero', () => {
    expect([sumCny([]), sumCny(['0.50', '-0.5']), sumCny(['1.10']), sumCny(['-0']), sumCny(['1e3', '0.05'])]).toEqual([
      '0',
      '0',
      '1.1',
      '0',
      '1000.05',
    ]);
    expect(sumCny(['0.0000000001', '999999.9999999999'])).toBe('1000000');
  });
});

describe('units × price × discount', () => {
  const decimal = (places: number) =>
    fc
      .tuple(fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 10_000_000 })), fc.nat({ max: 10 ** places - 1 }))
      .map(([whole, part]) => `${whole}.${String(part).padStart(places, '0')}`);
  const units = fc.oneof(
    fc.bigInt({ min: -9n, max: 9n }),
    fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  );

  it('is exact, however large, and reads as every exact amount does', () => {
    fc.assert(
      fc.property(units, decimal(6), fc.option(decimal(4)), (count, price, discount) => {
        const factors = discount === null ? [price] : [price, discount];
        const product = factors.reduce((sum, factor) => sum.times(factor), new ExactDecimal(String(count)));
        expect(multiplier(...factors)(count)).toBe(exactText(product));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
