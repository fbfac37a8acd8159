import { DataAnalysis, LocationInformation, Shop, User } from '@element-plus/icons-vue';
import type { Slice } from '@/components/frame/workspace';

/** What a brand manager works with. */
export const brandSlice: Slice = {
  workspace: 'brand',
  home: { route: 'overview', need: { action: 'what-if.ask' } },
  routes: [
    {
      path: '/overview/:month(\\d{4}-\\d{2})?',
      name: 'overview',
      component: () => import('./overview/OverviewPage.vue'),
      meta: { need: { action: 'report.read' } },
    },
    {
      path: '/ranking/:month(\\d{4}-\\d{2})?',
      name: 'ranking',
      component: () => import('../ranking/RankingPage.vue'),
      meta: { need: { action: 'report.read' } },
    },
  ],
  entries: [
    { word: 'brand.nav.overview', icon: DataAnalysis, route: 'overview', need: { action: 'what-if.ask' } },
    { word: 'nav.dealers', icon: Shop, route: 'ranking', also: ['dealer'], level: 'dealer', need: { action: 'dealer.read' } },
    { word: 'nav.accounts', icon: User, route: 'ranking', also: ['account'], level: 'account', need: { action: 'account.read' } },
    { word: 'nav.regions', icon: LocationInformation, route: 'ranking', level: 'region', need: { action: 'dealer.read' } },
  ],
};
