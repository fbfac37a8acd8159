import { flushPromises } from '@vue/test-utils';
import { mountPage } from '@/testing/mountPage';
import OutlineMap from './OutlineMap.vue';

const loadOutlines = jest.fn();
jest.mock('@/charts/outlines', () => ({ loadOutlines: (province: string | null) => loadOutlines(province) }));
const shape = (code: string, name: string | null) => ({ code, name, path: 'M0,0l9,0z', at: [5, 5], room: 400 });
const outlines = { width: 2000, height: 1500, shapes: [shape('44', null), shape('33', null)], lines: 'M0,0l1,1', sea: [0, 0, 10, 20] };
const props = {
  province: null,
  figures: { '44': { value: 12, text: '¥12' } },
  chosen: null,
  ...{ label: '各省', none: '没有经销商', fileName: 'map', format: String },
};

describe('the map', () => {
  it('places with a figure are buttons that say it; the others say that nobody is there and open nothing', async () => {
    loadOutlines.mockResolvedValue(outlines);
    const { wrapper, done } = await mountPage(OutlineMap, { props });
    const [guangdong, zhejiang] = wrapper.findAll('path.place');
    expect(guangdong.attributes()).toMatchObject({ role: 'button', tabindex: '0', 'aria-label': '广东 ¥12', 'aria-pressed': 'false' });
    expect(zhejiang.attributes('role')).toBeUndefined();
    expect(zhejiang.attributes('aria-description')).toBe('浙江\n没有经销商');
    await guangdong.trigger('keydown', { key: 'Enter' });
    await zhejiang.trigger('click');
    expect(wrapper.emitted('choose')).toEqual([['44']]);
    done();
  });
  it('the place that is chosen gives the choice back', async () => {
    loadOutlines.mockResolvedValue(outlines);
    const { wrapper, done } = await mountPage(OutlineMap, { props: { ...props, chosen: '44' } });
    await wrapper.get('path.chosen').trigger('click');
    expect(wrapper.emitted('choose')).toEqual([[null]]);
    done();
  });
  it('where outlines cannot be loaded tiles stand for the country, a word for a province', async () => {
    loadOutlines.mockRejectedValue(new Error('offline'));
    const country = await mountPage(OutlineMap, { props });
    await flushPromises();
    expect(country.wrapper.findAll('.tile')).toHaveLength(34);
    country.done();
    const { wrapper, done } = await mountPage(OutlineMap, { props: { ...props, province: '44' } });
    await flushPromises();
    expect(wrapper.text()).toContain('地图未能读取');
    done();
  });
});
