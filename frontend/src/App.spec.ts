import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { createMemoryHistory, createRouter } from 'vue-router';
import { dropAccess } from '@/api/access';
import { getJson } from '@/api/client';
import { createWords } from '@/locales';
import { useSession } from '@/stores/session';
import App from './App.vue';

// the words of the widgets are files of a bundler
jest.mock('element-plus/es/locale/lang/en.mjs', () => ({ default: {} }), { virtual: true });
jest.mock('element-plus/es/locale/lang/zh-cn.mjs', () => ({ default: {} }), { virtual: true });

const user = { userId: 'u', login: 'li', name: 'Li', role: 'dealer', brand: { code: 'one', name: 'One' }, secondFactor: true, reaches: {} };
const FIGURE = 'showroom visitors of D01: 4711';

/** The page of somebody who is signed in and has looked at a figure. */
async function opened() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/sign-in', name: 'sign-in', component: { template: '<p>sign in</p>' } },
      { path: '/:rest(.*)*', name: 'page', component: { template: `<p>${FIGURE}</p>` } },
    ],
  });
  await router.push('/dealers/D01');
  const queryClient = new QueryClient();
  const pinia = createPinia();
  useSession(pinia).begin({ step: 'done', accessToken: 'token', expiresInSeconds: 600, user } as never);
  const wrapper = mount(App, {
    global: {
      plugins: [pinia, router, createWords('en'), [VueQueryPlugin, { queryClient }]],
      stubs: { FrameRail: true, FrameTopBar: true, HintLayer: true },
    },
  });
  queryClient.setQueryData(['overview'], { brand: { name: 'brand 4711' } });
  queryClient.setQueryData(['reports', 'showroom'], { rows: [{ showroomVisitors: 4711 }] });
  await flushPromises();
  expect(wrapper.html()).toContain(FIGURE);
  return { wrapper, router, queryClient, session: useSession(pinia) };
}

describe('the end of a session', () => {
  beforeAll(() => (window.matchMedia = jest.fn(() => ({ matches: false }) as MediaQueryList)));
  afterEach(() => dropAccess());

  const answers = (status: number) => {
    globalThis.fetch = jest.fn(() =>
      Promise.resolve({ ok: status < 400, status, headers: { get: () => null }, json: () => Promise.resolve({}) } as unknown as Response),
    ) as typeof fetch;
  };

  it.each<[string, number, (session: ReturnType<typeof useSession>) => Promise<unknown>]>([
    ['signing out', 204, (session) => session.end()],
    ['a session that the server has ended', 401, () => getJson('overview').catch(() => undefined)],
  ])('%s leaves nothing of what was loaded: not in memory, not in the document', async (_, status, end) => {
    answers(status);
    const { wrapper, router, queryClient, session } = await opened();
    await end(session);
    await flushPromises();
    expect([session.user, queryClient.getQueryCache().getAll()]).toEqual([null, []]);
    expect(router.currentRoute.value.name).toBe('sign-in');
    expect(wrapper.html()).not.toContain('4711');
    expect(document.body.innerHTML + JSON.stringify({ ...sessionStorage, ...localStorage })).not.toMatch(/4711|token/);
    wrapper.unmount();
  });
});
