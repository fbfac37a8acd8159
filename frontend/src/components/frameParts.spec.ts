import { mount } from '@vue/test-utils';
import { createWords } from '@/locales';
import QueryState from './QueryState.vue';
import SideDrawer from './SideDrawer.vue';

const global = { plugins: [createWords('en')], stubs: { RouterLink: true } };

describe('what stands in place of an answer', () => {
  const query = (error: Error | null, data: unknown, isPending = false) => ({
    ...{ error: { value: error }, data: { value: data }, isPending: { value: isPending } },
    refetch: jest.fn(),
  });
  const shown = (...of: ReturnType<typeof query>[]) => mount(QueryState, { props: { of }, slots: { default: '<b>42</b>' }, global });
  it('a refresh that fails leaves what was read on screen, says so, and can be tried again', async () => {
    const [failed, fine] = [query(new Error('x'), 1), query(null, 2)];
    const state = shown(fine, failed);
    expect([state.find('b').text(), state.find('[role=alert]').exists()]).toEqual(['42', false]);
    await state.get('[role=status] button').trigger('click');
    expect([failed, fine].map(({ refetch }) => refetch.mock.calls.length)).toEqual([1, 1]);
  });
  it('a first reading that fails shows the error alone', () => {
    const state = shown(query(new Error('x'), undefined), query(null, 2));
    expect([state.find('b').exists(), state.find('[role=alert]').exists()]).toEqual([false, true]);
  });
  it('nothing is shown until the last of several answers is there', () =>
    expect(
      shown(query(null, 2), query(null, undefined, true))
        .find('b')
        .exists(),
    ).toBe(false));
});

it('Esc closes the topmost drawer alone', () => {
  const [below, above] = ['below', 'above'].map((title) => mount(SideDrawer, { props: { title }, global }));
  const press = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  press();
  expect([below.emitted('close'), above.emitted('close')]).toEqual([undefined, [[]]]);
  above.unmount();
  press();
  expect(below.emitted('close')).toHaveLength(1);
  below.unmount();
});
