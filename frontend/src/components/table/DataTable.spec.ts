import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { nextTick } from 'vue';
import { createWords } from '@/locales';
import DataTable from './DataTable.vue';
import { saveTable, type TableFile } from './saveTable';
import type { TableColumn } from './tableColumns';

jest.mock('./saveTable', () => ({ saveTable: jest.fn() }));

interface Row {
  id: string;
  value: string | null;
  share: number | null;
}
const columns: TableColumn<Row>[] = [
  { id: 'id', label: '编号', kind: 'text', value: ({ id }) => id },
  { id: 'value', label: '价值', kind: 'money', value: ({ value }) => value, total: true },
  { id: 'share', label: '占比', kind: 'share', value: ({ share }) => share },
];
const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({
    id: String(900000000000000000n + BigInt(at)),
    value: at % 10 ? `${at}.1` : null,
    share: at / count,
  }));
const exported = () => jest.mocked(saveTable).mock.calls.at(-1)![0] as unknown as TableFile<Row>;

beforeAll(() => {
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  globalThis.fetch = jest.fn(() => new Promise<Response>(() => undefined));
});
beforeEach(() => localStorage.clear());

function table(rows: Row[], more: object = {}) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity, retry: false } } });
  const wrapper = mount(DataTable<Row>, {
    props: { rows, columns, rowKey: ({ id }: Row) => id, label: '价值表', fileName: 'values', opens: true, ...more },
    global: {
      plugins: [createPinia(), createWords('zh-CN'), [VueQueryPlugin, { queryClient }]],
      stubs: { ElPopover: { template: '<div><slot name="reference" /><slot /></div>' } },
    },
  });
  return { wrapper, done: () => (wrapper.unmount(), queryClient.clear()) };
}

describe('a table', () => {
  it('from 200 rows on draws only what is in view, and says how many there are', () => {
    const { wrapper, done } = table(rowsOf(5_000));
    expect(wrapper.findAll('tbody tr.opens').length).toBeLessThan(80);
    expect(wrapper.find('table').attributes('aria-rowcount')).toBe('5001');
    done();
  });
  it('rows that come after the table, or again when a filter is cleared, are drawn where one scrolls to', async () => {
    const { wrapper, done } = table([]);
    for (const rows of [rowsOf(5_000), [], rowsOf(5_000)]) await wrapper.setProps({ rows });
    const box = wrapper.find('.box');
    box.element.scrollTop = 40_000;
    await box.trigger('scroll');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(wrapper.find('tbody tr.opens').attributes('aria-rowindex')).toBe('990');
    done();
  });
  it('the totals row adds exactly what is known of all rows, not of those in view, and says of how many rows', () => {
    const rows = rowsOf(5_000);
    const { wrapper, done } = table(rows);
    const foot = wrapper.findAll('tfoot td').map((cell) => cell.text());
    expect(foot[0]).toBe('合计：所示 5000 行');
    const whole = rows.reduce((sum, { value }) => sum + (value === null ? 0n : BigInt(value.replace('.', ''))), 0n);
    expect(wrapper.find('tfoot [aria-description]').attributes('aria-description')).toBe(
      `¥${(Number(whole) / 10).toLocaleString('en-US', { minimumFractionDigits: 2 })}`,
    );
    expect(foot[1]).toMatch(/^至少 ¥/); // a tenth of the values is unknown
    expect(foot[2]).toBe('');
    done();
  });
  it('a hidden column is gone from the page and the export, and stays hidden next time; the first one cannot be hidden', async () => {
    const first = table(rowsOf(10));
    const boxes = first.wrapper.findAll('.table-choices input[type="checkbox"]');
    expect(boxes[0].attributes('disabled')).toBeDefined();
    await boxes[1].setValue(false);
    expect(first.wrapper.findAll('thead th').map((head) => head.text())).toEqual(['编号', '占比']);
    first.done();
    const again = table(rowsOf(10));
    expect(again.wrapper.findAll('thead th').map((head) => head.text())).toEqual(['编号', '占比']);
    await again.wrapper.findAll('.tools .quiet-button').at(-1)!.trigger('click');
    expect(exported().columns.map(({ id }) => id)).toEqual(['id', 'share']);
    expect(Object.fromEntries(exported().notes)).toMatchObject({ 列数: '显示 2 列，共 3 列', 筛选: '无' });
    again.done();
  });
  it('the export is every row in the order that is shown, 18-digit ids as they are', async () => {
    const { wrapper, done } = table(rowsOf(300), { notes: [['筛选', '抖音']] });
    await wrapper.findAll('thead button')[1].trigger('click');
    await wrapper.findAll('.tools .quiet-button').at(-1)!.trigger('click');
    const { rows, notes } = exported();
    expect(rows).toHaveLength(300);
    expect(rows[0].value).toBe('299.1');
    expect(rows.slice(-30).every(({ value }) => value === null)).toBe(true);
    expect(rows.map(({ id }) => id)).toContain('900000000000000299');
    expect(notes.filter(([name]) => name === '筛选')).toEqual([['筛选', '抖音']]);
    expect(Object.fromEntries(notes)).toMatchObject({ 排序: '价值 ↓', 行数: '300' });
    done();
  });
  it('rows are walked, opened and picked by keyboard; picked ones are totalled and exported alone; Escape ends it', async () => {
    const { wrapper, done } = table(rowsOf(20));
    const box = wrapper.find('.box');
    expect(box.attributes('aria-activedescendant')).toBeUndefined();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter', ' ', 'ArrowDown', ' ']) await box.trigger('keydown', { key });
    // what a screen reader is told to read is the row that the keys are on
    const told = wrapper.find(`[id="${box.attributes('aria-activedescendant')}"]`);
    expect([told.classes('active'), told.text().includes('900000000000000002')]).toEqual([true, true]);
    expect((wrapper.emitted('open') as [Row][]).map(([row]) => row.id)).toEqual(['900000000000000001']);
    expect(wrapper.find('.picked').text()).toContain('已选 2 行');
    expect(wrapper.findAll('tfoot td').map((cell) => cell.text())).toEqual(['合计：所选 2 行', '¥3.20', '']);
    expect(wrapper.find('tfoot [aria-description]').attributes('aria-description')).toBe('¥3.20');
    await wrapper.find('.picked .quiet-button').trigger('click');
    expect(exported().rows.map(({ id }) => id)).toEqual(['900000000000000001', '900000000000000002']);
    expect(Object.fromEntries(exported().notes).行数).toBe('所选 2 行，共 20 行');
    await box.trigger('keydown', { key: 'Escape' });
    await nextTick();
    expect(wrapper.find('.picked').exists()).toBe(false);
    done();
  });
  it('rows from the one picked last to this one are picked with shift; what a filter takes away is picked no more', async () => {
    const { wrapper, done } = table(rowsOf(20));
    const picks = () => wrapper.findAll('tbody input.pick');
    await picks()[2].trigger('click');
    await picks()[5].trigger('click', { shiftKey: true });
    expect(wrapper.find('.picked').text()).toContain('已选 4 行');
    await wrapper.setProps({ rows: rowsOf(20).slice(0, 4) });
    expect(wrapper.find('.picked').text()).toContain('已选 2 行');
    done();
  });
});
