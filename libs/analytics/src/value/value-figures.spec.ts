import fc from 'fast-check';
import type { RateCard } from '@app/contracts';
import { ExactDecimal, sumCny } from './exact-decimal';
import { priceSpans } from './price-spans';
import { activeCards } from './rate-cards';
import { foldValue } from './value-figures';
import type { ValueUnitRow } from './value.reader';

const unit = (more: Partial<ValueUnitRow> = {}): ValueUnitRow => ({
  accountKey: '1',
  platform: 'douyin',
  bucket: 1,
  line: 'live_view',
  origin: 'session',
  price: '0.3',
  discount: '0.5',
  used: true,
  gross: 100n,
  net: 100n,
  valueCny: '15',
  grossCny: '15',
  publicCny: '30',
  missingDays: [],
  paidUnknown: false,
  opening: 0n,
  counts: true,
  ...more,
});

describe('value of a subject', () => {
  it('is the sum of what is known, with the days that lack a price', () => {
    const folded = foldValue([
      unit(),
      unit({ price: null, discount: null, valueCny: '0', grossCny: '0', publicCny: '0', missingDays: ['2026-10-02'] }),
    ]);
    expect(folded).toMatchObject({ valueCny: '15', missing: [{ line: 'live_view', platform: 'douyin', days: ['2026-10-02'] }] });
    expect(folded.lines.map((line) => line.valueCny)).toEqual(['15', null]);
  });

  it('is null when nothing has a price; lines without a card are listed', () => {
    const folded = foldValue([unit({ used: false, price: null, discount: null, valueCny: '0' })]);
    expect(folded).toMatchObject({ valueCny: null, grossCny: null, unpricedLines: [{ line: 'live_view', units: 100 }] });
  });

  it('shows gross, excluded and net side by side', () => {
    expect(foldValue([unit({ net: 60n, valueCny: '9' })])).toMatchObject({ grossCny: '15', excludedCny: '6', valueCny: '9' });
  });

  it('says of each line gross, excluded and net, the versions that gave its price, and why a line has no value', () => {
    const [, first, second] = ['', 'douyin/live_view/2026-01-01#1', 'douyin/live_view/2026-06-01#1'];
    const { lines } = foldValue([
      unit({ card: second, net: 60n, valueCny: '9' }),
      unit({ card: first, sample: true }),
      unit({ line: 'like', price: null, discount: null, valueCny: '0', grossCny: '0', missingDays: ['2026-10-02', '2026-10-05'] }),
      unit({ line: 'share', used: false, price: null, discount: null, valueCny: '0', grossCny: '0' }),
    ]);
    expect(lines[1]).toMatchObject({
      valueCny: '24',
      grossCny: '30',
      excludedCny: '6',
      rateCards: [first, second],
      sample: true,
      reason: null,
    });
    expect(lines[0]).toMatchObject({ line: 'like', valueCny: null, grossCny: null, excludedCny: null, rateCards: [] });
    expect(lines[0].reason?.en).toMatch(/2 days have no price \(2026-10-02 – 2026-10-05\)/);
    expect(lines[2].reason?.en).toMatch(/no rate card/);
  });

  it('adds up exactly however the rows are split', () => {
    const amounts = fc.array(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(amounts, fc.nat(19), (tenths, at) => {
        const rows = tenths.map((n) => unit({ valueCny: new ExactDecimal(n.toString()).div('1e10').toFixed() }));
        const parts = [rows.slice(0, at), rows.slice(at)].map((part) => foldValue(part).valueCny ?? '0');
        expect(sumCny(parts)).toBe(foldValue(rows).valueCny);
      }),
    );
  });
});

describe('rate cards', () => {
  const card = (more: Partial<RateCard>): RateCard => ({
    platform: 'douyin',
    line: 'live_view',
    unitPriceCny: '1',
    discount: '1',
    validFrom: '2026-01-01',
    validTo: null,
    version: 1,
    sample: false,
    sourceNote: null,
    ...more,
  });

  it('only the highest version of a card is in force, and a later start comes first', () => {
    const active = activeCards([card({}), card({ version: 2, unitPriceCny: '2' }), card({ validFrom: '2026-05-01', unitPriceCny: '3' })]);
    expect(active.map((found) => found.unitPriceCny)).toEqual(['3', '2']);
  });

  it('a live_view price displaces live_viewer; spans are cut where cards and buckets begin', () => {
    const own = { platform: 'douyin', validTo: null } as const;
    const cards = [card({ ...own, validFrom: '2026-10-11' }), card({ ...own, validFrom: '2026-10-01', line: 'live_viewer' })];
    const spans = priceSpans(cards, '2026-10-01', '2026-11-01', ['2026-10-01', '2026-10-20']);
    expect(spans).toMatchObject({ starts: ['2026-10-01', '2026-10-11', '2026-10-20'], hasGaps: true });
    expect(spans.starts.map((start) => spans.priceOf('douyin', 'live_viewer', start).displaced)).toEqual([false, true, true]);
    expect(spans.starts.map((start) => spans.priceOf('douyin', 'live_view', start).price === null)).toEqual([true, false, false]);
  });
});
