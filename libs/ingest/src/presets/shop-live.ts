import { ExportPreset, columnsFrom, notTaken } from './export-preset';

/** E-commerce live exports (facts 9.4, last paragraph). 观看人数 counts persons, 观看次数 counts views. */
export const SHOP_LIVE: ExportPreset = {
  name: 'douyin-shop-live',
  label: { zh: '抖音电商 直播场次', en: 'Douyin e-commerce, live sessions' },
  from: { zh: '抖音电商后台的直播导出', en: 'Douyin e-commerce back office, export of broadcasts' },
  platform: 'douyin',
  kind: 'sessions',
  account: 'column',
  identity: 'start',
  columns: [
    ...columnsFrom(
      'accountName:text! 主播昵称',
      'startedAt:instant! 直播开始时间',
      'endedAt:instant 直播结束时间',
      'impressionViewers:count 直播间曝光人数',
      'uniqueViewers:count 直播间观看人数',
      'views:count! 直播间观看次数',
    ),
    ...notTaken('直播间商品曝光人数', '直播间商品点击人数', '直播间成交人数'),
  ],
};
