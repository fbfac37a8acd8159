import { mount } from '@vue/test-utils';
import { createWords } from '@/locales';
import QueryState from './QueryState.vue';
import SideDrawer from './SideDrawer.vue';

const global = { plugins: [createWords('en')], stubs: { RouterLink: true } };

describe('what stands in place of an answer', () => {
  const shown = (props: { error: Error | null; has?: boolean; pending?: boolean }) =>
    mount(QueryState, { props: { pending: false, ...props }, slots: { default: '<b>42</b>' }, global });
  it('a refresh that fails leaves what was read on screen, says so, and can be tried again', async () => {
    const state = shown({ error: new Error('x'), has: true });
    expect([state.find('b').text(), state.find('[role=alert]').exists()]).toEqual(['42', false]);
    await state.get('[role=status] button').trigger('click');
    expect(state.emitted('retry')).toHaveLength(1);
  });
  it('a first reading that fails shows the error alone', () => {
    const state = shown({ error: new Error('x') });
    expect([state.find('b').exists(), state.find('[role=alert]').exists()]).toEqual([false, true]);
  });
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
