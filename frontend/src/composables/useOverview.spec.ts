import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { mount } from '@vue/test-utils';
import { useOverview } from './useOverview';

const part = {
  setup() {
    const { data } = useOverview();
    return () => data.value?.defaultMonth ?? 'none';
  },
};

it('what could not be read is read again for whoever comes next, and is kept then', async () => {
  let status = 401;
  const asked = jest.fn(() =>
    Promise.resolve({
      ...{ ok: status < 400, status, headers: { get: () => null } },
      json: () => Promise.resolve(status < 400 ? { defaultMonth: '2026-10' } : {}),
    } as unknown as Response),
  );
  globalThis.fetch = asked as typeof fetch;
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = async () => {
    const wrapper = mount(part, { global: { plugins: [[VueQueryPlugin, { queryClient }]] } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = wrapper.text();
    wrapper.unmount();
    return text;
  };
  expect(await shown()).toBe('none');
  status = 200;
  expect([await shown(), await shown()]).toEqual(['2026-10', '2026-10']);
  expect(asked).toHaveBeenCalledTimes(2);
  queryClient.clear();
});
