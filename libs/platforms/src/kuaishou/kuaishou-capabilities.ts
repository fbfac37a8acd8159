import { capabilities } from '../capabilities';

const NO_LIVE = {
  zh: '快手开放平台没有直播数据接口；请导入创作者服务平台导出的直播文件',
  en: "Kuaishou's open platform has no call for live figures: import the live export of the creator centre",
};

/** What open.kuaishou.com gives. */
export const KUAISHOU_CAPABILITIES = capabilities('kuaishou-open', ['accounts', 'videos', 'followers'], {
  sessions: NO_LIVE,
  sessionList: NO_LIVE,
  videoDays: { zh: '快手只给累计值，没有每日序列', en: 'Kuaishou gives running totals only, no daily series' },
});
