import fc from 'fast-check';
import { ExactDecimal, compare, fraction } from '@app/analytics';
import { PricedUnits, exactDecimal, priceId, pricesOf, trialsOf, unitWorth, valueUnder, worthsOf } from './price-moves';

const plan = { keys: ['douyin/live_view', 'kuaishou/live_view'], share: '0.1', draws: 8, seed: 3 };
const priced = fc.record({
  key: fc.constantFrom(...plan.keys, 'douyin/like'),
  unitPriceCny: fc.nat(9_999_999).map((micro) => (micro / 1_000_000).toFixed(6)),
  discount: fc.integer({ min: 1, max: 10_000 }).map((parts) => (parts / 10_000).toFixed(4)),
  units: fc.integer({ min: -1000, max: 1_000_000 }).map(BigInt),
});
const valueOf = (units: PricedUnits[], moves: Parameters<typeof worthsOf>[1]) =>
  valueUnder(
    units.map((own) => ({ id: priceId(own), units: own.units })),
    worthsOf(pricesOf(new Map([['', units]])), moves),
  );

describe('prices that move', () => {
  it('a plan gives the same trials again: both corners of each line, both of all, and the draws; another seed gives others', () => {
    const shown = (seed: number) => trialsOf({ ...plan, seed }).map(({ moves, prices }) => [moves, [...prices]]);
    const text = (value: unknown) => JSON.stringify(value, (_, own: unknown) => (typeof own === 'bigint' ? String(own) : own));
    expect(text(shown(3))).toBe(text(shown(3)));
    expect(text(shown(3))).not.toBe(text(shown(4)));
    expect(shown(3).map(([moves]) => moves)).toEqual([
      ...plan.keys.flatMap((key) => [key, key]),
      ...Array.from({ length: 2 + plan.draws }, () => 'all'),
    ]);
  });

  it('no factor leaves the share, half of the draws lie at corners', () => {
    const [low, high] = [fraction(9, 10), fraction(11, 10)];
    const trials = trialsOf({ ...plan, draws: 40 });
    const factors = trials.flatMap(({ prices }) => [...prices.values()].flatMap(({ price, discount }) => [price, discount]));
    for (const factor of factors) expect(compare(factor, low) >= 0 && compare(factor, high) <= 0).toBe(true);
    const between = factors.filter((factor) => compare(factor, low) !== 0 && compare(factor, high) !== 0);
    expect(between.length).toBeGreaterThan(40);
    expect(between.length).toBeLessThan(90); // twenty draws of two prices and two discounts
  });

  it('with nothing moved a value is the exact sum of units × price × discount', () => {
    fc.assert(
      fc.property(fc.array(priced, { maxLength: 8 }), (units) => {
        const sum = units.reduce(
          (total, own) => total.plus(new ExactDecimal(own.unitPriceCny).mul(own.discount).mul(own.units.toString())),
          new ExactDecimal(0),
        );
        expect(new ExactDecimal(exactDecimal(valueOf(units, new Map()))).eq(sum)).toBe(true);
      }),
    );
  });

  it('a trial moves a value by exactly the factors of its lines, and no discount rises above 1', () => {
    fc.assert(
      fc.property(priced, fc.nat(39), (own, at) => {
        const { prices } = trialsOf({ ...plan, draws: 40 }).filter(({ moves }) => moves === 'all')[at];
        const move = prices.get(own.key);
        const discount = move ? new ExactDecimal(own.discount).mul(exactDecimal(move.discount)) : new ExactDecimal(own.discount);
        const price = move ? new ExactDecimal(own.unitPriceCny).mul(exactDecimal(move.price)) : new ExactDecimal(own.unitPriceCny);
        const expected = price.mul(ExactDecimal.min(discount, 1)).mul(own.units.toString());
        expect(new ExactDecimal(exactDecimal(valueOf([own], prices))).eq(expected)).toBe(true);
        const dearest = unitWorth({ ...own, unitPriceCny: '1' }, new Map([[own.key, { price: fraction(1), discount: fraction(11, 10) }]]));
        expect(compare(dearest, fraction(1))).toBeLessThanOrEqual(0);
      }),
    );
  });
});
