import { capabilities } from '../capabilities';

const NO_VIDEOS = {
  zh: '视频号没有短视频数据接口；请导入视频号助手下载的视频数据表',
  en: 'Channels has no call for short videos: import the table that the Channels assistant downloads',
};

/** What api.weixin.qq.com gives with the account's own appid. It counts persons: views are in no call. */
export const CHANNELS_CAPABILITIES = capabilities(
  'channels-app',
  ['accounts', 'sessions', 'sessionList', 'sessionViewers', 'sessionDwell', 'sessionReactions', 'followers', 'leads'],
  {
    videos: NO_VIDEOS,
    videoDays: NO_VIDEOS,
    sessionViews: { zh: '视频号只统计观看人数，不统计人次', en: 'Channels counts persons, not views' },
  },
);
