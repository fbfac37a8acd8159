import { ChatLineSquare, CircleCheck, Medal, Star, VideoPlay } from '@element-plus/icons-vue';
import type { Slice } from '@/components/frame/workspace';

const MONTH = '/:month(\\d{4}-\\d{2})?';
/** Whoever sees dealers of their own: dealers, groups, regions. */
const need = { action: 'dealer.read', reach: 'own' } as const;
const cases = { action: 'case.read', reach: 'own' } as const;

/** What the people of a dealer work with. */
export const dealerSlice: Slice = {
  workspace: 'dealer',
  home: { route: 'my-score', need },
  routes: [
    { path: `/desk/score${MONTH}`, name: 'my-score', component: () => import('./MyScorePage.vue'), meta: { need } },
    { path: `/desk/sessions${MONTH}`, name: 'my-sessions', component: () => import('./MySessionsPage.vue'), meta: { need } },
    { path: `/desk/viewers${MONTH}`, name: 'my-viewers', component: () => import('./MyViewersPage.vue'), meta: { need } },
    { path: '/desk/data', name: 'my-data', component: () => import('./MyDataPage.vue'), meta: { need } },
    { path: '/desk/findings', name: 'my-findings', component: () => import('./MyFindingsPage.vue'), meta: { need: cases } },
    { path: '/desk/findings/:caseId', name: 'my-finding', component: () => import('./MyFindingPage.vue'), meta: { need: cases } },
  ],
  entries: [
    { word: 'desk.nav.score', icon: Medal, route: 'my-score', need },
    { word: 'desk.nav.sessions', icon: VideoPlay, route: 'my-sessions', need },
    { word: 'desk.nav.viewers', icon: Star, route: 'my-viewers', need },
    { word: 'desk.nav.data', icon: CircleCheck, route: 'my-data', need },
    { word: 'desk.nav.findings', icon: ChatLineSquare, route: 'my-findings', also: ['my-finding'], need: cases },
  ],
};
