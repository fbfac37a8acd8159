import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { dropAccess } from '@/api/access';
import { createWords } from '@/locales';
import { useSession } from '@/stores/session';

export interface PageStage {
  /** By method and path below /api/v1, without its query: `GET cases`; what is not named is answered 404. A function is asked each time; what it throws is a line that broke. */
  answers?: Record<string, unknown>;
  /** What the person may do. */
  reaches?: Record<string, 'own' | 'brand'>;
  props?: Record<string, unknown>;
  address?: string;
  stubs?: Record<string, unknown>;
}

/** An answer that refuses. */
export class Refused {
  constructor(readonly status: number) {}
}

/** Mounts a page or a part of one for somebody who is signed in, on a server that answers by path, in Chinese. `sent` is what it was asked, in order. */
export async function mountPage(component: Component, stage: PageStage = {}) {
  const sent: { what: string; body: unknown }[] = [];
  globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  window.Element.prototype.scrollIntoView = () => undefined;
  window.matchMedia = jest.fn(() => ({ matches: false, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList);
  globalThis.fetch = jest.fn((path: string, { method = 'GET', body }: RequestInit = {}) => {
    const what = `${method} ${path.replace('/api/v1/', '').replace(/\?.*/, '')}`;
    sent.push({ what, body: typeof body === 'string' ? JSON.parse(body) : undefined });
    const given = stage.answers?.[what];
    const known: unknown = typeof given === 'function' ? (given as () => unknown)() : given;
    const status = known === undefined ? 404 : known instanceof Refused ? known.status : 200;
    const answer = status < 400 ? known : { code: 'refused', message: what };
    return Promise.resolve({
      ok: status < 400,
      status,
      headers: { get: () => null },
      json: () => Promise.resolve(answer),
    } as unknown as Response);
  }) as typeof fetch;
  const empty = { render: () => null };
  const named = [
    'case',
    'case-queue',
    'account',
    'dealer',
    'inspection',
    'live',
    'live-room',
    'import',
    'ranking',
    'map',
    'rates',
    'sign-in',
  ];
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...named.map((name) => ({ path: `/${name}/:caseId?/:platform?/:accountId?/:dealerId?/:month?`, name, component: empty })),
      { path: '/:rest(.*)*', name: 'elsewhere', component: empty },
    ],
  });
  await router.push(stage.address ?? '/');
  const pinia = createPinia();
  const user = { userId: 'u1', login: 'li', name: '李', role: 'auditor', brand: { code: 'one', name: 'One' }, secondFactor: true };
  useSession(pinia).begin({
    step: 'done',
    accessToken: 't',
    expiresInSeconds: 600,
    user: { ...user, reaches: stage.reaches ?? {} },
  } as never);
  const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity, retry: false } } });
  const wrapper = mount(component, {
    props: stage.props,
    attachTo: document.body,
    global: { plugins: [pinia, router, createWords('zh-CN'), [VueQueryPlugin, { queryClient }]], stubs: stage.stubs as never },
  });
  await flushPromises();
  const done = () => {
    wrapper.unmount();
    queryClient.clear();
    dropAccess();
    sessionStorage.clear();
    localStorage.clear();
  };
  return { wrapper, router, sent, queryClient, done };
}
