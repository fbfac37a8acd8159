import fc from 'fast-check';
import { ceilOfShare, exactRatio } from './exact-ratio';

describe('exactRatio', () => {
  it('rounds half away from zero and is null for a divisor of 0', () => {
    expect(exactRatio(1n, 3n, 4)).toBe(0.3333);
    expect(exactRatio(1n, 20_000n, 4)).toBe(0.0001);
    expect(exactRatio(0n, 7n, 4)).toBe(0);
    expect(exactRatio(7n, 0n, 4)).toBeNull();
  });
});

describe('ceilOfShare', () => {
  it('6 seen, 4,000 of 10,000 identified: at most 15', () => {
    expect(ceilOfShare(6n, 10_000n, 4_000n)).toBe(15n);
  });
  it('is the least whole number that is not below a × b ÷ c', () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(number, number, fc.bigInt({ min: 1n, max: 10n ** 12n }), (a, b, c) => {
        const high = ceilOfShare(a, b, c);
        expect(high * c >= a * b && (high - 1n) * c < a * b).toBe(true);
      }),
    );
  });
});
