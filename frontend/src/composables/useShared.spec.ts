import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import { onScopeDispose, ref, type Ref } from 'vue';
import { forgetShared, useShared } from './useShared';

const seen: Ref<number>[] = [];
const over = jest.fn();
const part = {
  setup() {
    seen.push(
      useShared('count', () => {
        onScopeDispose(over);
        return ref(4711);
      }),
    );
    return () => null;
  },
};

it('is made once for all, outlives whoever asked first, and is another one after it was forgotten', () => {
  const queryClient = new QueryClient();
  const show = () => mount(part, { global: { plugins: [[VueQueryPlugin, { queryClient }]] } });
  show().unmount();
  show().unmount();
  expect(seen[1]).toBe(seen[0]);
  expect(over).not.toHaveBeenCalled();
  forgetShared(queryClient);
  expect(over).toHaveBeenCalledTimes(1);
  show().unmount();
  expect(seen[2]).not.toBe(seen[0]);
  const another = new QueryClient();
  mount(part, { global: { plugins: [[VueQueryPlugin, { queryClient: another }]] } }).unmount();
  expect(seen[3]).not.toBe(seen[2]);
});
