import type { QueryClient } from '@tanstack/vue-query';
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw } from 'vue-router';
import { useSession } from '@/stores/session';
import { SLICES } from './slices';

/** The pages and their addresses. The server answers every address that is not the api's with the page. All but the sign-in need somebody signed in. */
export function createPages(client: QueryClient) {
  const router = createRouter({
    history: createWebHistory(),
    // where only the query changes nothing is scrolled, and nothing measured for it
    scrollBehavior: (to, from, saved) => (to.path === from.path ? false : (saved ?? { top: 0 })),
    routes: [
      { path: '/', name: 'home', component: () => import('./lost/LostPage.vue'), beforeEnter: () => home() },
      // addresses of the first release
      {
        path: '/:month(\\d{4}-\\d{2})',
        redirect: ({ params, query, hash }) => ({ name: 'ranking', params: { month: String(params.month) }, query, hash }),
      },
      { path: '/sign-in', name: 'sign-in', component: () => import('./sign-in/SignInPage.vue') },
      {
        path: '/dealers/:dealerId',
        name: 'dealer',
        component: () => import('./dealer/DealerPage.vue'),
        meta: { need: { action: 'dealer.read' } },
      },
      {
        path: '/accounts/:platform(douyin|kuaishou|channels)/:accountId',
        name: 'account',
        component: () => import('./account/AccountPage.vue'),
        meta: { need: { action: 'account.read' } },
      },
      ...SLICES.flatMap(({ routes }) => routes),
      { path: '/:rest(.*)*', name: 'lost', component: () => import('./lost/LostPage.vue') },
    ],
  });
  router.beforeEach(async (to, from) => {
    const session = useSession();
    if (to.name === 'sign-in') return true;
    const { need, ask } = to.meta;
    const asked = () => (!need || session.may(need)) && ask?.(to, client);
    if (session.user === null) {
      fetchCode(to);
      await session.restore(asked);
    } else if (to.path !== from.path) asked();
    return session.user !== null || { name: 'sign-in', query: to.path === '/' ? {} : { to: to.fullPath } };
  });
  return router;
}

/** The code of a page comes while the server is asked who is there: the router itself asks for it only afterwards. */
function fetchCode({ matched }: RouteLocationNormalized): void {
  for (const component of matched.flatMap(({ components }) => Object.values(components ?? {})))
    if (typeof component === 'function') void (component as () => Promise<unknown>)().catch(() => undefined); // the router tells of it
}

/** Where a person begins: the most particular slice whose work is theirs (auditors see all of a brand, too), else the ranking, which leaves out what they may not see. */
function home(): RouteLocationRaw {
  const session = useSession();
  const found = [...SLICES].reverse().find(({ home }) => home && session.may(home.need));
  return { name: found?.home?.route ?? 'ranking' };
}
