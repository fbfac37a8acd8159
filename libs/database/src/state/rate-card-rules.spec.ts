import fc from 'fast-check';
import { addDays } from '@app/contracts';
import { closedWithin } from './closed-months';
import { MAX_UNIT_PRICE_CNY, changedDays, judgeRateCard, rateCardIdentity, type RateCardItem } from './rate-card-rules';
import type { RateCardRow } from './state-rows';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const row = (more: Partial<RateCardRow> = {}): RateCardRow => ({
  platform: 'douyin',
  line: 'live_view',
  unitPriceCny: '0.35',
  discount: '0.5',
  validFrom: '2026-01-01',
  ...more,
});
const judge = (more: Partial<RateCardRow> = {}, others: RateCardItem[] = []) =>
  judgeRateCard(row(more), new Map(others.map((other) => [rateCardIdentity(other), other])));
const card = (more: Partial<RateCardRow> = {}): RateCardItem => {
  const judged = judge(more);
  if ('refusal' in judged) throw new Error(judged.refusal.text.en);
  return judged.item;
};

describe('a rate card', () => {
  it.each<[what: string, row: Partial<RateCardRow>, field: string, says: RegExp]>([
    ['a negative price', { unitPriceCny: '-0.1' }, 'unitPriceCny', /-0\.1/],
    ['seven decimals', { unitPriceCny: '0.1234567' }, 'unitPriceCny', /six decimals/],
    ['a price that is no number', { unitPriceCny: '1e3' }, 'unitPriceCny', /1e3/],
    ['a price per thousand', { unitPriceCny: '10000.000001' }, 'unitPriceCny', /10000\.000001.*per thousand/],
    ['a discount of 0', { discount: '0' }, 'discount', /0 must be above 0/],
    ['a discount of 50', { discount: '50' }, 'discount', /write half price as 0\.5/],
    ['a discount with five decimals', { discount: '0.12345' }, 'discount', /four decimals/],
    ['a day that does not exist', { validFrom: '2026-02-30' }, 'validFrom', /2026-10-01/],
    ['an end before its start', { validTo: '2025-12-31' }, 'validTo', /before validFrom/],
  ])('is refused with %s: field, value and what to change', (_, wrong, field, says) => {
    const judged = judge(wrong);
    expect(judged).toMatchObject({ refusal: { field } });
    if ('refusal' in judged) expect(judged.refusal.text.en).toMatch(says);
  });

  it('takes the bounds themselves', () => {
    expect(card({ unitPriceCny: String(MAX_UNIT_PRICE_CNY) }).unitPriceCny).toBe('10000');
    expect(card({ unitPriceCny: '0', discount: '1.0000' })).toMatchObject({ unitPriceCny: '0', discount: '1' });
    expect(card({ discount: '0.0001' }).discount).toBe('0.0001');
  });

  it('that shares a day with another price of the line is refused, naming it; views and viewers are one line', () => {
    const open = card();
    const judged = judge({ validFrom: '2026-05-01' }, [open]);
    expect(judged).toMatchObject({ refusal: { field: 'validFrom' } });
    if ('refusal' in judged) expect(judged.refusal.text.en).toMatch(/live_view 2026-01-01 – ….*validTo/);
    expect(judge({ line: 'live_viewer', validFrom: '2026-05-01' }, [open])).toHaveProperty('refusal');
    expect(judge({ line: 'like', validFrom: '2026-05-01' }, [open])).toHaveProperty('item');
    expect(judge({ platform: 'kuaishou', validFrom: '2026-05-01' }, [open])).toHaveProperty('item');
    expect(judge({ validFrom: '2026-05-01' }, [card({ validTo: '2026-04-30' })])).toHaveProperty('item');
    expect(judge({ validFrom: '2026-04-30' }, [card({ validTo: '2026-04-30' })])).toHaveProperty('refusal');
  });
});

describe('the days whose price a changed card changes', () => {
  it('are those of which one card says something else than the other', () => {
    const length = fc.option(fc.integer({ min: 0, max: 40 }));
    const said = fc.record({
      unitPriceCny: fc.constantFrom('1', '2'),
      sample: fc.boolean(),
      sourceNote: fc.constantFrom(null, 'note'),
      length,
    });
    const days = Array.from({ length: 60 }, (_, at) => addDays('2026-01-01', at));
    fc.assert(
      fc.property(fc.option(said), said, (before, after) => {
        const made = ({ length: span, ...rest }: typeof after): RateCardItem => ({
          ...card(),
          ...rest,
          validTo: span === null ? null : addDays('2026-01-01', span),
        });
        const [old, fresh] = [before === null ? undefined : made(before), made(after)];
        const priceOn = (one: RateCardItem | undefined, day: string) =>
          one && day >= one.validFrom && (one.validTo === null || day <= one.validTo) ? `${one.unitPriceCny} ${one.sample}` : '';
        const span = changedDays(old, fresh);
        const named = days.filter((day) => span !== null && span.from <= day && (span.to === null || day <= span.to));
        expect(named).toEqual(days.filter((day) => priceOn(old, day) !== priceOn(fresh, day)));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('name the closed months that they reach into', () => {
    const closed = ['2025-12', '2026-01', '2026-03', '2026-05'];
    expect(closedWithin({ from: '2026-01-31', to: '2026-03-01' }, closed)).toEqual(['2026-01', '2026-03']);
    expect(closedWithin({ from: '2026-02-01', to: null }, closed)).toEqual(['2026-03', '2026-05']);
  });
});
