import { capabilities } from '../capabilities';

/** What 巨量引擎 gives about rooms of its advertisers, and about their leads. */
export const OCEANENGINE_CAPABILITIES = capabilities('oceanengine', [
  'sessions',
  'sessionList',
  'sessionViews',
  'sessionViewers',
  'sessionDwell',
  'sessionReactions',
  'gifts',
  'paidViews',
  'leads',
]);
