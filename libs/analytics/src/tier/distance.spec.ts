import fc from 'fast-check';
import { DEFAULT_POLICY } from '@app/contracts';
import { ExactDecimal } from '../value/exact-decimal';
import { gapTo, medianCny, monthsToGo, nextTier, paceOf, sessionsToGo } from './distance';

const money = fc.bigInt({ min: 0n, max: 10n ** 13n }).map((units) => `${units / 10_000n}.${String(units % 10_000n).padStart(4, '0')}`);

describe('distance to the next tier', () => {
  it('climbs one step at a time', () => {
    expect(nextTier('incubating', DEFAULT_POLICY)).toEqual({ tier: 'base', boundCny: '1000000' });
    expect(nextTier('outer', DEFAULT_POLICY)).toEqual({ tier: 'base', boundCny: '1000000' });
    expect(nextTier('base', DEFAULT_POLICY)).toEqual({ tier: 'head', boundCny: '5000000' });
    expect(nextTier('head', DEFAULT_POLICY)).toBeNull();
    expect(nextTier(null, DEFAULT_POLICY)).toBeNull();
  });

  it('so many sessions reach the bound exactly, and one less does not', () => {
    fc.assert(
      fc.property(money, money, (value, session) => {
        fc.pre(Number(session) > 0 && Number(value) < 5_000_000);
        const gap = gapTo('5000000', value);
        const count = sessionsToGo(gap, session)!;
        const after = (sessions: number) => new ExactDecimal(value).plus(new ExactDecimal(session).mul(sessions));
        expect(after(count).gte('5000000')).toBe(true);
        expect(after(count - 1).lt('5000000')).toBe(true);
      }),
    );
    expect(sessionsToGo('320000', '53333.3333')).toBe(7);
    expect(sessionsToGo('320000', '53333.3334')).toBe(6);
    expect(sessionsToGo(gapTo('1000000', '999999.9999'), '10')).toBe(1);
    expect(sessionsToGo(gapTo('1000000', '1000000'), '10')).toBe(0);
  });

  it('a session that is worth nothing fills no gap', () => {
    expect([sessionsToGo('1', '0'), sessionsToGo('1', '-3')]).toEqual([null, null]);
  });

  it('the median is the middle one, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(money, { minLength: 1, maxLength: 20 }), (amounts) => {
        const median = new ExactDecimal(medianCny(amounts)!);
        expect(medianCny([...amounts].reverse())).toBe(medianCny(amounts));
        expect(amounts.filter((one) => median.gt(one)).length * 2).toBeLessThanOrEqual(amounts.length);
        expect(amounts.filter((one) => median.lt(one)).length * 2).toBeLessThanOrEqual(amounts.length);
      }),
    );
    expect(medianCny(['1', '4', '2', '3'])).toBe('2.5');
    expect(medianCny([])).toBeNull();
  });

  it('months at a pace: the first month in which the window reaches the bound, and none before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500_000), { minLength: 12, maxLength: 12 }), fc.nat(900_000), (window, pace) => {
        const found = monthsToGo({ monthsCny: window.map(String), monthlyCny: String(pace) }, '5000000');
        const after = (months: number) => window.slice(months).reduce((sum, value) => sum + value, 0) + pace * months;
        const reaching = Array.from({ length: 12 }, (_, at) => at + 1).filter((months) => after(months) >= 5_000_000);
        expect(found).toBe(reaching[0] ?? null);
      }),
    );
  });

  it('the twelfth month is the last that can reach a bound', () => {
    const pace = { monthsCny: Array<string>(12).fill('0'), monthlyCny: '500000' };
    expect([monthsToGo(pace, '6000000'), monthsToGo(pace, '6000000.0001')]).toEqual([12, null]);
  });

  it('the pace is the mean of the last three whole months', () => {
    expect(paceOf(['9', '1', '2', '3'])).toBe('2');
    expect(paceOf(['1', '2'])).toBe('1.5');
    expect(paceOf([])).toBeNull();
  });
});
