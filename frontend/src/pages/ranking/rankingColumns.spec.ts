import type { RankingRow, ShowroomRow } from '@app/contracts';
import fc from 'fast-check';
import { toCsv } from '@/figures/csv';
import { sumKnown } from '@/figures/totals';
import { COLUMNS, filterRows, joinRows, peerGroupOf, sortRows, visibleColumns, type TableRow } from './rankingColumns';

const ranking = (change: Partial<RankingRow>): RankingRow => ({
  level: 'dealer',
  dealerId: 'D1',
  name: '上海星驰汽车店',
  month: '2026-10',
  rank: 1,
  score: 50,
  weightKnown: 100,
  partial: false,
  parts: [],
  showroomVisitors: 10,
  showroomVisitorsLow: 10,
  showroomVisitorsHigh: 12,
  loyalShare: 0.1,
  valueCny: '100.5',
  valueAtLeast: false,
  trailingValueCny: null,
  earnedTier: null,
  projected: false,
  accountsKnown: 1,
  accountsTotal: 3,
  coverage: 1,
  reasons: {},
  ...change,
});
const row = (change: Partial<RankingRow>): TableRow => ({ key: change.dealerId ?? 'D1', ranking: ranking(change), showroom: null });

describe('columns of the ranking', () => {
  it('money sorts exactly, beyond what a float can hold; unknown is last both ways', () => {
    const rows = [
      row({ dealerId: 'a', valueCny: '9007199254740993.1' }),
      row({ dealerId: 'b', valueCny: null }),
      row({ dealerId: 'c', valueCny: '9007199254740993.2' }),
    ];
    expect(sortRows(rows, '-value').map((r) => r.key)).toEqual(['c', 'a', 'b']);
    expect(sortRows(rows, 'value').map((r) => r.key)).toEqual(['a', 'c', 'b']);
  });
  it('without a sort, or with one that is none, the order of the ranking stays', () => {
    const rows = [row({ dealerId: 'z' }), row({ dealerId: 'a' })];
    expect(sortRows(rows, '')).toBe(rows);
    expect(sortRows(rows, '-nonsense')).toBe(rows);
  });
  it('sorting neither adds nor loses a row', () =>
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }))), (figures) => {
        const rows = figures.map((showroomVisitors, index) => row({ dealerId: String(index), showroomVisitors }));
        const sorted = sortRows(rows, '-vst').map((r) => r.ranking.showroomVisitors);
        const known = sorted.filter((v) => v !== null);
        expect(sorted).toHaveLength(rows.length);
        expect(known).toEqual([...known].sort((a, b) => b! - a!));
        expect(sorted.slice(known.length).every((v) => v === null)).toBe(true);
      }),
    ));
  it('every word of the filter must occur', () => {
    const rows = [row({ dealerId: 'D1', salesRegion: '华东/沪' }), row({ dealerId: 'D2', name: '广州店' })];
    expect(filterRows(rows, '星驰 华东').map((r) => r.key)).toEqual(['D1']);
    expect(filterRows(rows, 'd2').map((r) => r.key)).toEqual(['D2']);
    expect(filterRows(rows, ' ')).toBe(rows);
  });
  it('whom a row is compared with is the group of its first part that has one', () => {
    const part = (peerGroup: string | null) => ({ metric: 'value', peerGroup, percentile: null }) as RankingRow['parts'][number];
    expect(peerGroupOf(ranking({ parts: [part(null), part('douyin/base'), part('douyin')] }))).toBe('douyin/base');
    expect(peerGroupOf(ranking({}))).toBeNull();
  });
  it('joins showroom figures by subject', () => {
    const showroom = { level: 'dealer', dealerId: 'D2', loyalShare: 0.1 } as ShowroomRow;
    const joined = joinRows([ranking({ dealerId: 'D1' }), ranking({ dealerId: 'D2' })], [showroom]);
    expect(joined.map((r) => r.showroom?.loyalShare ?? null)).toEqual([null, 0.1]);
  });
  it('rank and name cannot be hidden; accounts have no number of accounts', () => {
    expect(visibleColumns('account', ['rank', 'name', 'score'])).toEqual([
      'rank',
      'name',
      'rankChange',
      'tier',
      'vst',
      'value',
      'trailing',
      'loyalShare',
      'viewers',
      'on2Days',
      'coverage',
      'peerGroup',
    ]);
    expect(visibleColumns('dealer', [])).toContain('accounts');
    expect(visibleColumns('dealer', [])).not.toContain('peerGroup');
  });
  it('the export holds the exact figures, and nothing where a figure is unknown', () => {
    const values = (['value', 'vst'] as const).flatMap((id) =>
      COLUMNS[id].csv.map((field) => field.value(row({ valueCny: '1.0000000001', showroomVisitors: null }))),
    );
    expect(values).toEqual(['1.0000000001', 'false', null, 10, 12]);
  });
});

describe('csv', () => {
  it('quotes, keeps null empty and never lets a text run as a formula', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,"y"', null],
          ['=1+1', '-5.2'],
          ['@x', '-a'],
        ],
      ),
    ).toBe('\uFEFFa,b\r\n"x,""y""",\r\n\'=1+1,-5.2\r\n\'@x,\'-a\r\n');
  });
});

describe('totals', () => {
  it('are exact and leave out what is unknown', () => {
    expect(sumKnown(['0.1', '0.2', null, '9007199254740993'])).toBe('9007199254740993.3');
    expect(sumKnown([null])).toBeNull();
    expect(sumKnown(['-0.05', '0.01'])).toBe('-0.04');
  });
});
