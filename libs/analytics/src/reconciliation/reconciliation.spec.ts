import fc from 'fast-check';
import { DEFAULT_POLICY, SOURCES, Source, tolerancesOf } from '@app/contracts';
import { bySize, compareSources } from './reconciliation';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20_261_122);
const told = (figure: 'views' | 'followers' | 'feedEntries', values: Partial<Record<Source, number>>) => ({
  accountKey: '1',
  figure,
  subject: 's',
  day: '2026-10-18',
  values: Object.entries(values).map(([source, value]) => ({ source: source as Source, value: Number(value) })),
});
const tolerances = tolerancesOf(DEFAULT_POLICY);

describe('reconciliation', () => {
  it('the source that the policy prefers counts, in whatever order the values come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...SOURCES), { minLength: 2 }),
        fc.shuffledSubarray([...SOURCES], { minLength: SOURCES.length }),
        fc.array(fc.nat({ max: 500 }), { minLength: 6, maxLength: 6 }),
        (sources, order, values) => {
          const rows = compareSources(
            { ...told('views', {}), values: sources.map((source, at) => ({ source, value: values[at] })) },
            order,
            tolerances,
          );
          const [first, ...others] = [...sources].sort((a, b) => order.indexOf(a) - order.indexOf(b));
          const shown = others.filter((source) => source !== 'api-provisional' || !sources.includes('api-final'));
          expect(rows.map(({ otherSource }) => otherSource)).toEqual(shown);
          for (const row of rows) {
            const [counted, other] = [first, row.otherSource].map((source) => values[sources.indexOf(source)]);
            expect([row.countedSource, row.countedValue, row.otherValue, row.difference]).toEqual([first, counted, other, other - counted]);
            const off = Math.abs(other - counted);
            expect(row.beyond).toBe(first !== 'correction' && off > 1 && off * 50 > counted);
          }
        },
      ),
      { seed: SEED },
    );
  });

  it('followers may differ by three, a feed may see less than the platform and nothing more', () => {
    const beyond = (figure: Parameters<typeof compareSources>[0], order: Source[], by = tolerances) =>
      compareSources(figure, order, by).map((row) => row.beyond);
    const order: Source[] = ['api-final', 'file', 'feed'];
    expect(beyond(told('followers', { 'api-final': 10, file: 13 }), order)).toEqual([false]);
    expect(beyond(told('followers', { 'api-final': 10, file: 14 }), order)).toEqual([true]);
    expect(beyond(told('feedEntries', { 'api-final': 100, feed: 1 }), order)).toEqual([false]);
    expect(beyond(told('feedEntries', { 'api-final': 100, feed: 101 }), order)).toEqual([true]);
    expect(compareSources(told('views', { file: 5 }), order, tolerances)).toEqual([]);
    const strict = tolerancesOf({ toleranceShare: 0.5, toleranceCount: 0, toleranceFollowers: 4, toleranceLeads: 2 });
    expect(beyond(told('followers', { 'api-final': 10, file: 14 }), order, strict)).toEqual([false]);
    expect(beyond(told('views', { 'api-final': 10, file: 15 }), order, strict)).toEqual([false]);
    expect(beyond(told('views', { 'api-final': 10, file: 16 }), order, strict)).toEqual([true]);
    // a feed that sees more than the platform counts is never tolerable
    expect(beyond(told('feedEntries', { 'api-final': 100, feed: 101 }), order, strict)).toEqual([true]);
  });

  it('the largest difference stands first, what is within tolerance last', () => {
    const order: Source[] = ['api-final', 'file'];
    const rows = [101, 150, 0].flatMap((value) => compareSources(told('views', { 'api-final': 100, file: value }), order, tolerances));
    const sorted = [...rows].sort(bySize);
    expect(sorted.map(({ otherValue }) => otherValue)).toEqual([0, 150, 101]);
  });
});
