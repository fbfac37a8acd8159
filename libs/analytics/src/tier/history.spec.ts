import fc from 'fast-check';
import { OwnerKind, Tier, addMonths } from '@app/contracts';
import { fraction } from '../score/fraction';
import { HistoryMonth, tierHistory } from './history';
import { TierRules } from './hysteresis';

const RULES: TierRules = { headTierCny: '5000000', baseTierCny: '1000000', tierDownMonths: 1, tierDownMargin: 0 };
const M = 1_000_000;

interface Given {
  value: number | null;
  projected?: boolean;
  declared?: boolean;
  ownerKind?: OwnerKind;
  declaredTier?: Tier | null;
  rules?: TierRules;
}

const month = (given: Given, at: number): HistoryMonth => ({
  month: addMonths('2025-11', at),
  year:
    given.value === null ? null : { value: fraction(given.value), projected: given.projected ?? false, declared: given.declared ?? false },
  ownerKind: given.ownerKind ?? 'dealer',
  declaredTier: given.declaredTier ?? null,
  rules: given.rules ?? RULES,
  trailingValueCny: given.value === null ? null : String(given.value),
  daysObserved: 300,
});
const spansOf = (...given: Given[]) => tierHistory(given.map(month));
const codes = (...given: Given[]) => spansOf(...given).map(({ from, to, tier, reason }) => `${from}..${to} ${tier} ${reason.code}`);

const anyMonths = fc
  .array(
    fc.record({
      value: fc.option(fc.constantFrom(0, 999_999, M, 2 * M, 4_999_999, 5 * M, 9 * M), { freq: 6 }),
      projected: fc.boolean(),
      declared: fc.boolean(),
      ownerKind: fc.constantFrom<OwnerKind>('dealer', 'staff', 'brand'),
      declaredTier: fc.constantFrom<Tier | null>(null, 'head', 'base'),
      rules: fc.record({
        headTierCny: fc.constantFrom('5000000', '3000000'),
        baseTierCny: fc.constant('1000000'),
        tierDownMonths: fc.integer({ min: 1, max: 4 }),
        tierDownMargin: fc.constantFrom(0, 0.1),
      }),
    }),
    { minLength: 1, maxLength: 36 },
  )
  .map((given) => given.map(month));

describe('a tier history', () => {
  it('is a partition of the months, with spans that differ from their neighbours', () => {
    fc.assert(
      fc.property(anyMonths, (months) => {
        const spans = tierHistory(months);
        let next = months[0].month;
        for (const { from, to } of spans) {
          expect(from).toBe(next);
          expect(to >= from).toBe(true);
          next = addMonths(to, 1);
        }
        expect(next).toBe(addMonths(months[months.length - 1].month, 1));
        spans.slice(1).forEach((span, at) => {
          const kind = ({ tier, earnedTier, declaredTier, projected, declared }: typeof span) =>
            JSON.stringify([tier, earnedTier, declaredTier, projected, declared]);
          expect(kind(span)).not.toBe(kind(spans[at]));
        });
      }),
    );
  });

  it('per month has a row for each, which agrees with the span that holds it', () => {
    fc.assert(
      fc.property(anyMonths, (months) => {
        const spans = tierHistory(months);
        const rows = tierHistory(months, 'month');
        expect(rows.map(({ from, to }) => [from, to])).toEqual(months.map((one) => [one.month, one.month]));
        for (const row of rows) {
          const span = spans.find(({ from, to }) => from <= row.from && row.to <= to)!;
          expect([row.tier, row.earnedTier]).toEqual([span.tier, span.earnedTier]);
          expect(row.reason.code === 'unchanged').toBe(row.from !== span.from && row.tier !== null);
        }
      }),
    );
  });

  it('of the first months does not change when later ones come', () => {
    fc.assert(
      fc.property(anyMonths, fc.nat(36), (months, cut) => {
        const some = months.slice(0, Math.max(1, cut));
        expect(tierHistory(months, 'month').slice(0, some.length)).toEqual(tierHistory(some, 'month'));
      }),
    );
  });

  it('every reason is in both languages', () => {
    fc.assert(
      fc.property(anyMonths, (months) => {
        for (const { reason } of tierHistory(months))
          expect([/\p{Script=Han}/u.test(reason.zh), /[a-z]{3}/.test(reason.en)]).toEqual([true, true]);
      }),
    );
  });

  it('names the crossing of a bound, up and down', () => {
    expect(codes({ value: 0 }, { value: 999_999 }, { value: M }, { value: 5 * M }, { value: 4_999_999 })).toEqual([
      '2025-11..2025-12 incubating firstKnown',
      '2026-01..2026-01 base valueRose',
      '2026-02..2026-02 head valueRose',
      '2026-03..2026-03 base valueFell',
    ]);
    expect(spansOf({ value: 999_999 }, { value: M })[1].reason.zh).toContain('1000000 元（上月 999999 元），达到基部');
  });

  it('names a new owner, moved bounds, and a new declaration', () => {
    expect(codes({ value: 1 }, { value: 2, ownerKind: 'staff' })[1]).toBe('2025-12..2025-12 outer ownerChanged');
    expect(codes({ value: 4 * M }, { value: 4 * M, rules: { ...RULES, headTierCny: '3000000' } })[1]).toBe(
      '2025-12..2025-12 head boundsChanged',
    );
    expect(codes({ value: M }, { value: M, declaredTier: 'head' })[1]).toBe('2025-12..2025-12 base declaredTierChanged');
  });

  it('names projection and opening value, and their end', () => {
    expect(codes({ value: null }, { value: 6 * M, projected: true }, { value: 2 * M })).toEqual([
      '2025-11..2025-11 null noValue',
      '2025-12..2025-12 head projected',
      '2026-01..2026-01 base projectionEnded',
    ]);
    expect(codes({ value: 2 * M, declared: true }, { value: 2 * M })).toEqual([
      '2025-11..2025-11 base openingValue',
      '2025-12..2025-12 base openingEnded',
    ]);
  });

  it('names a hold, and its end', () => {
    const rules = { ...RULES, tierDownMonths: 2 };
    expect(codes({ value: 5 * M, rules }, { value: 2 * M, rules }, { value: 2 * M, rules })).toEqual([
      '2025-11..2025-11 head firstKnown',
      '2025-12..2025-12 head held',
      '2026-01..2026-01 base holdEnded',
    ]);
  });
});
