import { ExportPreset, columnsFrom } from './export-preset';

/** 作品列表明细 of 快手创作者服务平台 (facts 8): 涨粉量 tells it from the others; the order of columns is not confirmed. No video id. */
export const KUAISHOU_WORKS: ExportPreset = {
  name: 'kuaishou-works',
  label: { zh: '快手创作者服务平台 作品列表明细', en: 'Kuaishou creator platform, list of works' },
  from: { zh: '快手创作者服务平台 cp.kuaishou.com 的“作品列表明细”', en: 'cp.kuaishou.com, 作品列表明细' },
  platform: 'kuaishou',
  kind: 'videos',
  account: 'option',
  identity: 'title',
  columns: columnsFrom(
    'title:text! 作品|作品名称',
    'publishedAt:instant! 发布时间',
    'plays:count! 播放量',
    'completionRate:ratio 完播率',
    'averagePlaySeconds:seconds 平均观看时长',
    'likes:count 点赞量',
    'comments:count 评论量',
    'favorites:count 收藏量',
    'shares:count 分享量',
    'follows:net! 涨粉量|新增粉丝',
  ),
};
