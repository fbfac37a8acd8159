import { Aim, ChatDotSquare, Files, List, Tickets } from '@element-plus/icons-vue';
import type { Slice } from '@/components/frame/workspace';

/** Whoever reviews cases of the brand. */
const need = { action: 'case.work' } as const;

/** What an auditor works with. */
export const auditSlice: Slice = {
  workspace: 'audit',
  home: { route: 'case-queue', need },
  routes: [
    {
      path: '/cases',
      name: 'case-queue',
      component: () => import('./AuditQueuePage.vue'),
      meta: { need: { action: 'case.read', reach: 'brand' } },
    },
    {
      path: '/cases/:caseId',
      name: 'case',
      component: () => import('./CasePage.vue'),
      meta: { need: { action: 'case.read', reach: 'brand' } },
    },
    {
      path: '/appeals',
      name: 'appeals',
      component: () => import('./AppealsPage.vue'),
      meta: { need: { action: 'case.read', reach: 'brand' } },
    },
    {
      path: '/orders',
      name: 'orders',
      component: () => import('./RectificationsPage.vue'),
      meta: { need: { action: 'case.read', reach: 'brand' } },
    },
    {
      path: '/detectors',
      name: 'detectors',
      component: () => import('./DetectorsPage.vue'),
      meta: { need },
    },
    { path: '/inspection', name: 'inspection', component: () => import('./InspectionPage.vue'), meta: { need } },
    { path: '/sample', name: 'sample', component: () => import('./SamplePage.vue'), meta: { need } },
  ],
  entries: [
    { word: 'audit.nav.queue', icon: List, route: 'case-queue', also: ['case'], need: { action: 'case.read', reach: 'brand' } },
    { word: 'audit.nav.appeals', icon: ChatDotSquare, route: 'appeals', need: { action: 'case.read', reach: 'brand' } },
    { word: 'audit.nav.rectifications', icon: Tickets, route: 'orders', need: { action: 'case.read', reach: 'brand' } },
    { word: 'audit.nav.detectors', icon: Aim, route: 'detectors', need },
    { word: 'audit.nav.sample', icon: Files, route: 'sample', need },
  ],
};
