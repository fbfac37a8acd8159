import { ExportPreset, columnsFrom, notTaken } from './export-preset';

/** Live history of 视频号助手 (facts 6.2). The columns of the list are known, those of the downloaded file's start are not: several names are taken. */
export const CHANNELS_LIVE: ExportPreset = {
  name: 'channels-live',
  label: { zh: '视频号助手 直播数据', en: 'Channels assistant, live history' },
  from: { zh: '视频号助手“直播数据”列表', en: 'Channels assistant, 直播数据' },
  platform: 'channels',
  kind: 'sessions',
  account: 'option',
  identity: 'start',
  columns: [
    ...columnsFrom(
      'startedAt:instant! 开播时间|直播开始时间|直播时间|开始时间',
      'endedAt:instant 下播时间|直播结束时间|结束时间',
      'duration:seconds! 直播时长',
      'uniqueViewers:count! 观看人数',
      'peakConcurrent:count! 最高在线|最高在线人数',
      'averageDwellSeconds:seconds 平均观看时长',
      'follows:count 新增关注',
      'comments:count 评论',
    ),
    ...notTaken('总热度', '成交金额', '喝彩'),
  ],
};
