import {
  Connection,
  DataAnalysis,
  DataLine,
  Discount,
  Grid,
  LocationInformation,
  MagicStick,
  MapLocation,
  Money,
  Operation,
  Shop,
  Upload,
  User,
  WalletFilled,
} from '@element-plus/icons-vue';
import type { Slice } from '@/components/frame/workspace';
import { askForRanking } from '../ranking/rankingAsked';

const MONTH = '/:month(\\d{4}-\\d{2})?';

/** What a brand manager works with. */
export const brandSlice: Slice = {
  workspace: 'brand',
  home: { route: 'overview', need: { action: 'what-if.ask' } },
  routes: [
    {
      path: `/overview${MONTH}`,
      name: 'overview',
      component: () => import('./overview/OverviewPage.vue'),
      meta: { need: { action: 'report.read' } },
    },
    {
      path: `/ranking${MONTH}`,
      name: 'ranking',
      component: () => import('../ranking/RankingPage.vue'),
      meta: { need: { action: 'report.read' }, ask: askForRanking },
    },
    {
      path: `/map${MONTH}`,
      name: 'map',
      component: () => import('./map/MapPage.vue'),
      meta: { need: { action: 'report.read' } },
    },
    {
      path: `/structure${MONTH}`,
      name: 'structure',
      component: () => import('./structure/StructurePage.vue'),
      meta: { need: { action: 'tier.read' } },
    },
    {
      path: `/footfall${MONTH}`,
      name: 'footfall',
      component: () => import('./footfall/FootfallPage.vue'),
      meta: { need: { action: 'report.read' } },
    },
    {
      path: '/coverage',
      name: 'coverage',
      component: () => import('./coverage/CoveragePage.vue'),
      meta: { need: { action: 'coverage.read' } },
    },
    {
      path: '/import',
      name: 'import',
      component: () => import('./import/ImportPage.vue'),
      meta: { need: { action: 'import.write' } },
    },
    {
      path: '/policies',
      name: 'policies',
      component: () => import('./policy/PolicyPage.vue'),
      meta: { need: { action: 'proposal.read' } },
    },
    {
      path: '/rates',
      name: 'rates',
      component: () => import('./rates/RatesPage.vue'),
      meta: { need: { action: 'proposal.read' } },
    },
    {
      path: `/what-if${MONTH}`,
      name: 'what-if',
      component: () => import('./what-if/WhatIfPage.vue'),
      meta: { need: { action: 'what-if.ask' } },
    },
    {
      path: `/closes${MONTH}`,
      name: 'closes',
      component: () => import('./closes/ClosesPage.vue'),
      meta: { need: { action: 'close.read' } },
    },
    {
      path: `/settlements${MONTH}`,
      name: 'settlements',
      component: () => import('./settlements/SettlementsPage.vue'),
      meta: { need: { action: 'settlement.read' } },
    },
  ],
  entries: [
    { word: 'brand.nav.overview', icon: DataAnalysis, route: 'overview', need: { action: 'what-if.ask' } },
    { word: 'nav.dealers', icon: Shop, route: 'ranking', also: ['dealer'], level: 'dealer', need: { action: 'dealer.read' } },
    { word: 'nav.accounts', icon: User, route: 'ranking', also: ['account'], level: 'account', need: { action: 'account.read' } },
    { word: 'nav.regions', icon: LocationInformation, route: 'ranking', level: 'region', need: { action: 'dealer.read' } },
    { word: 'brand.nav.map', icon: MapLocation, route: 'map', need: { action: 'what-if.ask' } },
    { word: 'brand.nav.structure', icon: Grid, route: 'structure', need: { action: 'what-if.ask' } },
    { word: 'brand.nav.footfall', icon: DataLine, route: 'footfall', need: { action: 'what-if.ask' } },
    { word: 'data.nav.coverage', icon: Connection, route: 'coverage', need: { action: 'coverage.read', reach: 'brand' } },
    { word: 'data.nav.import', icon: Upload, route: 'import', need: { action: 'import.write' } },
    { word: 'policy.nav.policies', icon: Operation, route: 'policies', need: { action: 'proposal.read' } },
    { word: 'policy.nav.rates', icon: Discount, route: 'rates', need: { action: 'proposal.read' } },
    { word: 'policy.nav.whatIf', icon: MagicStick, route: 'what-if', need: { action: 'what-if.ask' } },
    { word: 'months.nav.closes', icon: WalletFilled, route: 'closes', need: { action: 'close.read' } },
    { word: 'months.nav.settlements', icon: Money, route: 'settlements', need: { action: 'settlement.read' } },
  ],
};
