import { createRouter, createWebHistory } from 'vue-router';

/** The pages and their addresses. The server answers every address that is not the api's with the page. */
export function createPages() {
  return createRouter({
    history: createWebHistory(),
    scrollBehavior: (to, from, saved) => (to.path === from.path ? {} : (saved ?? { top: 0 })),
    routes: [
      { path: '/:month(\\d{4}-\\d{2})?', name: 'ranking', component: () => import('./ranking/RankingPage.vue') },
      { path: '/dealers/:dealerId', name: 'dealer', component: () => import('./dealer/DealerPage.vue') },
      {
        path: '/accounts/:platform(douyin|kuaishou|channels)/:accountId',
        name: 'account',
        component: () => import('./account/AccountPage.vue'),
      },
      { path: '/:rest(.*)*', name: 'lost', component: () => import('./lost/LostPage.vue') },
    ],
  });
}
