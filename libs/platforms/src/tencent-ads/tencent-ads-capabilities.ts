import { capabilities } from '../capabilities';

/** What Tencent Ads gives about a brand's and its dealers' channels. It counts persons: views are in no call. */
export const TENCENT_ADS_CAPABILITIES = capabilities(
  'tencent-ads',
  ['sessions', 'sessionList', 'sessionViewers', 'sessionDwell', 'sessionReactions', 'followers', 'leads'],
  { sessionViews: { zh: '腾讯广告只统计观看人数，不统计人次', en: 'Tencent Ads counts persons, not views' } },
);

/** The follower table answers a month at once. */
export const TENCENT_ADS_FOLLOWER_DAYS = 31;
