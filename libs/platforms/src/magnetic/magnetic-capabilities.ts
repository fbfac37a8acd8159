import { capabilities } from '../capabilities';

const ADS_ONLY = {
  zh: '磁力引擎只报告广告带来的部分，不是整场直播；请导入创作者服务平台导出的直播文件',
  en: 'Magnetic Engine reports what advertising led to, not the whole room: import the live export of the creator centre',
};

/** What 磁力引擎 gives: which broadcasts had paid viewers, and how many. */
export const MAGNETIC_CAPABILITIES = capabilities('magnetic', ['sessions', 'paidViews'], {
  sessionList: ADS_ONLY,
  sessionViews: ADS_ONLY,
  sessionViewers: ADS_ONLY,
  sessionDwell: ADS_ONLY,
  sessionReactions: ADS_ONLY,
});
