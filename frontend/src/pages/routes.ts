import { createRouter, createWebHistory } from 'vue-router';
import { useSession } from '@/stores/session';

/** The pages and their addresses. The server answers every address that is not the api's with the page. All but the sign-in need somebody signed in. */
export function createPages() {
  const router = createRouter({
    history: createWebHistory(),
    scrollBehavior: (to, from, saved) => (to.path === from.path ? {} : (saved ?? { top: 0 })),
    routes: [
      { path: '/:month(\\d{4}-\\d{2})?', name: 'ranking', component: () => import('./ranking/RankingPage.vue') },
      { path: '/sign-in', name: 'sign-in', component: () => import('./sign-in/SignInPage.vue') },
      { path: '/dealers/:dealerId', name: 'dealer', component: () => import('./dealer/DealerPage.vue') },
      {
        path: '/accounts/:platform(douyin|kuaishou|channels)/:accountId',
        name: 'account',
        component: () => import('./account/AccountPage.vue'),
      },
      { path: '/:rest(.*)*', name: 'lost', component: () => import('./lost/LostPage.vue') },
    ],
  });
  router.beforeEach(async (to) => {
    const session = useSession();
    if (to.name === 'sign-in') return true;
    await session.restore();
    return session.user !== null || { name: 'sign-in', query: to.path === '/' ? {} : { to: to.fullPath } };
  });
  return router;
}
