import { VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import type { RankingRow } from '@app/contracts';
import { createWords } from '@/locales';
import { joinRows } from './rankingColumns';
import RankingCards from './RankingCards.vue';

const rows = Array.from({ length: 250 }, (_, at) => ({
  ...{ level: 'account', platform: 'douyin', accountId: `a${at}`, name: `账号 ${at}`, parts: [], reasons: {} },
  ...{
    rank: at + 1,
    score: 50,
    weightKnown: 100,
    partial: false,
    valueCny: '1',
    showroomVisitors: 4,
    showroomVisitorsLow: 4,
    showroomVisitorsHigh: 4,
    loyalShare: null,
  },
})) as unknown as RankingRow[];

it('on a phone some of thousands of rows are drawn, how many is said, and the others come when asked for', async () => {
  const wrapper = mount(RankingCards, {
    props: { rows: joinRows(rows, []), sort: '', level: 'account' },
    global: { plugins: [createWords('zh-CN'), VueQueryPlugin] },
  });
  expect(wrapper.findAll('.card')).toHaveLength(100);
  expect(wrapper.find('.more').text()).toBe('再显示一些（已显示 100，共 250）');
  for (const count of [200, 250]) {
    await wrapper.find('.more button').trigger('click');
    expect(wrapper.findAll('.card')).toHaveLength(count);
  }
  expect(wrapper.find('.more').exists()).toBe(false);
  wrapper.unmount();
});
