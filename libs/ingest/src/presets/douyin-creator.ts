import { ExportPreset, columnsFrom, notTaken } from './export-preset';

/** 16 columns, no video id (shared facts 9.1). 粉丝增量 is a net gain: below 0 the follows are unknown. */
export const DOUYIN_CREATOR: ExportPreset = {
  name: 'douyin-creator',
  label: { zh: '抖音创作者中心 作品列表', en: 'Douyin creator centre, list of works' },
  from: { zh: '抖音创作者中心的“作品列表”，导出 XLSX', en: 'Douyin creator centre, 作品列表, export as XLSX' },
  platform: 'douyin',
  kind: 'videos',
  account: 'option',
  identity: 'title',
  columns: [
    ...columnsFrom(
      'title:text! 作品名称',
      'publishedAt:instant! 发布时间',
      'plays:count! 播放量',
      'completionRate:ratio 完播率',
      'averagePlaySeconds:seconds 平均播放时长',
      'likes:count! 点赞量',
      'shares:count 分享量',
      'comments:count 评论量',
      'favorites:count 收藏量',
      'follows:net! 粉丝增量',
    ),
    ...notTaken('体裁', '审核状态', '5s完播率', '封面点击率', '2s跳出率', '主页访问量'),
  ],
};
