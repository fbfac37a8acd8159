import { ExportPreset, columnsFrom } from './export-preset';

const METRICS = [
  '主页访问',
  '主页访问量',
  '取关粉丝',
  '取关粉丝量',
  '净增粉丝',
  '粉丝净增',
  '封面点击率',
  '作品评论',
  '作品分享',
  '作品点赞',
];

/** The other daily trends (facts 9.2): an account's sum of a day, for which there is no figure; adding it to videos would count twice. */
export const DOUYIN_TREND: ExportPreset = {
  name: 'douyin-trend',
  label: { zh: '抖音创作者中心 数据趋势', en: 'Douyin creator centre, daily trend of one metric' },
  from: { zh: '抖音创作者中心的数据趋势', en: 'Douyin creator centre, daily trends' },
  platform: 'douyin',
  kind: 'followers',
  account: 'option',
  identity: 'column',
  columns: columnsFrom('day:day! 日期', `-:text! ${[...METRICS, '播放量', '粉丝增量'].join('|')}`),
  refused: {
    reason: {
      zh: '这是账号每日合计，不含作品；与作品数据相加会重复计算，因此不导入。',
      en: 'These are daily sums of the account without its works; added to the works they would count twice, so they are not taken.',
    },
    remedy: {
      zh: '请下载“作品列表”（播放、点赞、评论、分享），或“总粉丝量”趋势（粉丝）。',
      en: 'Download 作品列表 (plays, likes, comments, shares) or the trend of 总粉丝量 (followers).',
    },
  },
};
