import fc from 'fast-check';
import { cellText, nextSort, sortTable, totalText, type TableColumn } from './tableColumns';

interface Row {
  name: string;
  value: string | null;
}
const columns: TableColumn<Row>[] = [
  { id: 'name', label: '名称', kind: 'text', value: ({ name }) => name },
  { id: 'value', label: '价值', kind: 'money', value: ({ value }) => value },
];
const rows: Row[] = [
  { name: '乙', value: '9007199254740993.1' },
  { name: '甲', value: null },
  { name: '丙', value: '9007199254740993.2' },
];

it('a total is whole where all values are known, and none is the sum of a part', () => {
  const known = rows.filter(({ value }) => value !== null);
  const isWhole = (of: Row[], isPart?: (row: Row) => boolean) => totalText({ ...columns[1], isPart }, of, 'zh-CN')?.isWhole;
  expect([isWhole(known), isWhole(rows), isWhole(known, ({ name }) => name === '乙')]).toEqual([true, false, false]);
});
describe('sorting a table', () => {
  it('money sorts exactly, unknown is last both ways', () => {
    expect(sortTable(rows, columns, '-value').map(({ name }) => name)).toEqual(['丙', '乙', '甲']);
    expect(sortTable(rows, columns, 'value').map(({ name }) => name)).toEqual(['乙', '丙', '甲']);
  });
  it('neither adds nor loses a row; a sort that is none keeps the order', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.string(), value: fc.option(fc.integer().map(String)) })),
        fc.constantFrom('', 'name', '-name', 'value', '-value', '-nothing'),
        (given, sort) => {
          const sorted = sortTable(given, columns, sort);
          expect(sorted).toHaveLength(given.length);
          expect(new Set(sorted)).toEqual(new Set(given));
          if (sort === '' || sort === '-nothing') expect(sorted).toEqual(given);
        },
      ),
    ));
  it('figures fall first, texts rise first, the third press ends it', () => {
    expect([nextSort(columns[1], ''), nextSort(columns[1], '-value'), nextSort(columns[1], 'value')]).toEqual(['-value', 'value', '']);
    expect([nextSort(columns[0], ''), nextSort(columns[0], 'name'), nextSort(columns[0], '-name')]).toEqual(['name', '-name', '']);
  });
});

it('a cell is short on screen and full on hover', () =>
  expect(cellText(columns[1], { name: '', value: '1234567.891' }, 'zh-CN')).toEqual({ text: '¥123.5万', full: '¥1,234,567.89' }));
