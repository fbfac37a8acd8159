import { flushPromises } from '@vue/test-utils';
import { usePreferences } from '@/stores/preferences';
import { mountPage } from '@/testing/mountPage';
import SubjectSearch from '../SubjectSearch.vue';
import BrandMenu from './BrandMenu.vue';
import JobNotices from './JobNotices.vue';
import ViewsMenu from './ViewsMenu.vue';
import type { Slice } from './workspace';

const stubs = { ElPopover: { template: '<div><slot name="reference" /><slot /></div>' } };
const overview = { brand: { code: 'one', name: 'One', zone: 'Asia/Shanghai' }, months: ['2026-10'], defaultMonth: '2026-10' };
const answers = { 'GET overview': overview };

describe('the frame', () => {
  it('what is looked at is kept as a link with a name, and one that was removed by mistake comes back', async () => {
    const { wrapper, done } = await mountPage(ViewsMenu, { answers, stubs, address: '/ranking?level=account&q=gz' });
    await wrapper.get('form input').setValue('广州的账号');
    await wrapper.get('form').trigger('submit');
    const link = () => wrapper.find('li a');
    expect([link().text(), link().attributes('href')]).toEqual(['广州的账号', '/ranking?level=account&q=gz']);
    await wrapper.get('li button').trigger('click');
    expect(link().exists()).toBe(false);
    await wrapper.get('[role="status"] button').trigger('click');
    expect(link().text()).toBe('广州的账号');
    expect(wrapper.text()).toContain('Asia/Shanghai');
    done();
  });
  it('work under way is told with how far it has come, and can be cancelled', async () => {
    const upload = { uploadId: 'u7', name: '九月.csv', bytes: 200, progress: { bytes: 50, rows: 3 }, state: 'importing' };
    const { wrapper, sent, done } = await mountPage(JobNotices, {
      answers: { 'GET imports': { rows: [upload] }, 'DELETE imports/u7': {} },
      reaches: { 'import.write': 'brand' },
      stubs,
    });
    expect(wrapper.get('[role="progressbar"]').attributes('aria-valuenow')).toBe('25');
    await wrapper.get('li button').trigger('click');
    await flushPromises();
    expect(sent.map(({ what }) => what)).toContain('DELETE imports/u7');
    done();
  });
  it('whoever may not import is told of no imports, and asks for none', async () => {
    const { sent, done } = await mountPage(JobNotices, { stubs });
    expect(sent).toEqual([]);
    done();
  });
  it('another brand is another sign-in: of this one nothing is left', async () => {
    const { wrapper, router, sent, done } = await mountPage(BrandMenu, { answers: { ...answers, 'POST auth/sign-out': {} }, stubs });
    sessionStorage.setItem('vitrine.draft.u1.policy', '{"reason":"x"}');
    usePreferences().brands = [{ code: 'two', name: '二号品牌', login: 'li.two' }];
    await flushPromises();
    await wrapper.get('li button').trigger('click');
    await flushPromises();
    expect(sent.some(({ what }) => what.startsWith('POST auth/'))).toBe(true);
    expect(Object.keys(sessionStorage).filter((key) => key.startsWith('vitrine.'))).toEqual([]);
    expect(router.currentRoute.value).toMatchObject({ name: 'sign-in', query: { brand: 'two', login: 'li.two' } });
    done();
  });
  it('the search finds dealers, accounts, pages and views, and leads there by keyboard', async () => {
    const icon = { render: () => null };
    const slices: Slice[] = [
      { workspace: 'brand', routes: [], entries: [{ word: 'brand.nav.map', icon, route: 'map', need: { action: 'report.read' } }] },
    ];
    const dealer = { dealerId: 'D1', name: '地图旁的店', adcode: '330100', place: '浙江省 杭州市' };
    const found = { ...answers, 'GET dealers': { rows: [dealer] }, 'GET accounts': { rows: [] } };
    const stage = { answers: found, props: { slices }, reaches: { 'report.read': 'brand' as const } };
    const { wrapper, router, done } = await mountPage(SubjectSearch, stage);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '/' }));
    const field = wrapper.get('input');
    expect(document.activeElement).toBe(field.element);
    await field.setValue('地图');
    await new Promise((resolve) => setTimeout(resolve, 220));
    await flushPromises();
    expect(wrapper.findAll('.found li span').map((one) => one.text())).toEqual(['地图与大区', '地图旁的店']);
    await field.trigger('keydown', { key: 'ArrowDown' });
    await field.trigger('keydown', { key: 'Enter' });
    await flushPromises();
    expect(router.currentRoute.value).toMatchObject({ name: 'dealer', params: { dealerId: 'D1' } });
    done();
  });
});
