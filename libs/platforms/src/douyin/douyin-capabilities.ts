import { capabilities } from '../capabilities';

/** What open.douyin.com gives with the scopes that Vitrine asks for. */
export const DOUYIN_CAPABILITIES = capabilities(
  'douyin-open',
  [
    'accounts',
    'sessions',
    'sessionList',
    'sessionViews',
    'sessionViewers',
    'sessionDwell',
    'sessionReactions',
    'videos',
    'videoDays',
    'videoShares',
    'followers',
  ],
  {
    viewerEvents: {
      zh: '抖音开放平台不提供逐观众的进房记录，只有汇总人数；需要直播间插件或授权数据合作',
      en: "Douyin's open platform tells totals, not who entered: that takes a plugin in the room or an authorised feed",
    },
  },
);

/** The longest follower series: 30 days is documented in conflict. */
export const DOUYIN_FOLLOWER_DAYS = 15;
