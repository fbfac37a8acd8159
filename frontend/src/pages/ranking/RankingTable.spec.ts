import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import { SCORE_PARTS, type RankingRow } from '@app/contracts';
import { createWords } from '@/locales';
import { joinRows, visibleColumns } from './rankingColumns';
import RankingTable from './RankingTable.vue';

const noSource = { zh: '没有观众级数据来源', en: 'No viewer-level source' };
const rowOf = (index: number, change: Partial<RankingRow> = {}): RankingRow => ({
  level: 'dealer',
  dealerId: `D${index}`,
  name: `经销商 ${index}`,
  month: '2026-10',
  rank: index,
  score: 90 - index,
  weightKnown: 100,
  partial: false,
  parts: [],
  showroomVisitors: 14,
  showroomVisitorsLow: 12,
  showroomVisitorsHigh: 19,
  loyalShare: 0.1,
  valueCny: '123456.785',
  valueAtLeast: false,
  trailingValueCny: null,
  earnedTier: null,
  projected: false,
  accountsKnown: 1,
  accountsTotal: 3,
  coverage: 0.9,
  reasons: {},
  ...change,
});

beforeAll(() => {
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  globalThis.fetch = jest.fn(() => new Promise<Response>(() => undefined));
});

function table(ranking: RankingRow[], opened: string | null = null, locale = 'zh-CN') {
  const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity, retry: false } } });
  const wrapper = mount(RankingTable, {
    props: { rows: joinRows(ranking, []), columns: visibleColumns('dealer', []), level: 'dealer', sort: '', density: 'regular', opened },
    global: { plugins: [createWords(locale), [VueQueryPlugin, { queryClient }]] },
  });
  return { wrapper, done: () => (wrapper.unmount(), queryClient.clear()) };
}

describe('ranking table', () => {
  it('shows traffic with its bounds and money in 万, unknown as a dash with its reason', () => {
    const { wrapper, done } = table([rowOf(1), rowOf(2, { showroomVisitors: null, reasons: { showroomVisitors: noSource } })]);
    const [first, second] = wrapper.findAll('tr.row');
    expect(first.find('td.vst').text()).toContain('(12–19)');
    expect(first.find('td.value').text()).toBe('¥12.3万');
    expect(first.find('td.value [aria-description]').attributes('aria-description')).toContain('¥123,456.79');
    expect(second.find('td.vst').text()).toBe('—');
    expect(second.find('td.vst .unknown').attributes('aria-description')).toBe(noSource.zh);
    done();
  });
  it('speaks English when asked to', () => {
    const { wrapper, done } = table([rowOf(1, { valueAtLeast: true })], null, 'en');
    expect(wrapper.find('td.value').text()).toBe('at least ¥123.5K');
    done();
  });
  it('the totals row is exact, says of what it is, and says "at least" when a row does', () => {
    const { wrapper, done } = table([rowOf(1), rowOf(2), rowOf(3, { valueCny: '0.1', valueAtLeast: true })]);
    const foot = wrapper.find('tfoot');
    expect(foot.find('td.name').text()).toBe('合计：所示 3 行');
    expect(foot.find('td.value').text()).toBe('至少 ¥24.7万');
    expect(foot.find('td.vst').text()).toBe('42');
    done();
    const unknown = table([rowOf(1), rowOf(2), rowOf(3, { valueCny: null })]);
    expect(unknown.wrapper.find('tfoot td.value').text()).toBe('至少 ¥24.7万');
    unknown.done();
  });
  it('arrows move, Enter opens, Escape closes; with the drawer open it follows', async () => {
    const { wrapper, done } = table([rowOf(1), rowOf(2), rowOf(3)]);
    const box = wrapper.find('.table-box');
    await box.trigger('keydown', { key: 'ArrowDown' });
    await box.trigger('keydown', { key: 'ArrowDown' });
    await box.trigger('keydown', { key: 'Enter' });
    await wrapper.setProps({ opened: 'D2' });
    await box.trigger('keydown', { key: 'ArrowDown' });
    await box.trigger('keydown', { key: 'Escape' });
    expect(wrapper.emitted('open')?.map(([row]) => (row as { key: string } | null)?.key ?? null)).toEqual(['D2', 'D3', null]);
    done();
  });
  it('each league stands under its heading, which says what its members lack; sorted by a figure there is no heading', async () => {
    const part = (metric: 'value' | 'growth', percentile: number | null) =>
      ({ metric, weight: 5, value: null, percentile, peers: 0, peerGroup: null, smallGroup: false, reason: null }) as const;
    const full = { parts: SCORE_PARTS.map((metric) => ({ ...part('value', 0.5), metric })) };
    const partial = { partial: true, parts: full.parts.map((entry) => (entry.metric === 'growth' ? part('growth', null) : entry)) };
    const { wrapper, done } = table([
      rowOf(1, full),
      rowOf(2, full),
      rowOf(3, { ...partial, rank: 1 }),
      rowOf(4, { rank: null, score: null }),
    ]);
    const heads = wrapper.findAll('tr.league').map((row) => row.text());
    expect(heads).toHaveLength(3);
    expect(heads[0]).toContain('全部指标已知');
    expect(heads[0]).toContain('2 家');
    expect(heads[1]).toContain('缺：涨粉');
    expect(heads[2]).toContain('不参与排名');
    await wrapper.setProps({ sort: '-value' });
    expect(wrapper.findAll('tr.league')).toHaveLength(0);
    done();
  });
  it('a row is picked by touch alone, by its own box, and nothing opens', async () => {
    const { wrapper, done } = table([rowOf(1), rowOf(2)]);
    await wrapper.findAll('tr.row input[type="checkbox"]')[1].trigger('click');
    expect(wrapper.find('.picked').text()).toContain('1');
    expect(wrapper.findAll('tr.row').map((row) => row.classes('chosen'))).toEqual([false, true]);
    expect(wrapper.emitted('open')).toBeUndefined();
    done();
  });
  it('a header sorts falling, then rising, then not', async () => {
    const { wrapper, done } = table([rowOf(1)]);
    for (const sort of ['-value', 'value', '']) {
      await wrapper.find('th.value button').trigger('click');
      expect(wrapper.emitted('sort')?.at(-1)).toEqual([sort]);
      await wrapper.setProps({ sort });
    }
    done();
  });
  it('from 200 rows on it draws only what is in view', () => {
    const { wrapper, done } = table(Array.from({ length: 1000 }, (_, index) => rowOf(index + 1)));
    expect(wrapper.findAll('tr.row').length).toBeLessThan(80);
    done();
  });
});
