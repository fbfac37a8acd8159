import { ExportPreset, columnsFrom } from './export-preset';

/** Daily trend of the creator centre, one metric a file (facts 9.2): the total of followers. */
export const DOUYIN_FOLLOWERS: ExportPreset = {
  name: 'douyin-followers',
  label: { zh: '抖音创作者中心 总粉丝量趋势', en: 'Douyin creator centre, trend of followers' },
  from: { zh: '抖音创作者中心的数据趋势，指标“总粉丝量”', en: 'Douyin creator centre, daily trend of 总粉丝量' },
  platform: 'douyin',
  kind: 'followers',
  account: 'option',
  identity: 'column',
  columns: columnsFrom('day:day! 日期', 'total:count! 总粉丝量|粉丝总量'),
};
