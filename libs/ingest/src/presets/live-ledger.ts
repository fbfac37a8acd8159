import { ExportPreset, columnsFrom, notTaken } from './export-preset';

/** 直播进度表 and the brand ledger of a car brand (facts 9.4): many accounts, by name; a start may be a time of the row's day. */
export const LIVE_LEDGER: ExportPreset = {
  name: 'live-ledger',
  label: { zh: '直播进度表 / 品牌直播台账', en: "Ledger of a brand's broadcasts" },
  from: { zh: '品牌自己维护的直播台账（XLSX）', en: "The brand's own ledger of broadcasts (XLSX)" },
  platform: null,
  kind: 'sessions',
  account: 'column',
  identity: 'start',
  columns: [
    ...columnsFrom(
      'dayOfStart:day 日期',
      'accountName:text! 开播账号',
      'platformText:text 平台&挂载组建|平台&挂载组件|直播平台',
      'startedAt:instant! 开播时间',
      'endedAt:instant 下播时间',
      'host:text 本场主播',
      'impressionViewers:count 曝光人数',
      'leads:count 全场景线索人数|直播全场景商机量',
    ),
    ...notTaken('创建时间', '车型', '消耗', 'A3人群增长', 'A3 人群增长'),
  ],
};
