import { ExportPreset, columnsFrom, notTaken } from './export-preset';

/**
 * 视频号助手 video figures, both generations: 15 and 19 columns (facts 6.1). 推荐 (thumb) is `likes` and 喜欢 (heart) is `favorites`: for one video seen
 * on both sides they were likeCount and favCount of the back office. 转发聊天和朋友圈 counts destinations of 分享量 and would count twice.
 */
export const CHANNELS_ASSISTANT: ExportPreset = {
  name: 'channels-assistant',
  label: { zh: '视频号助手 视频数据', en: 'Channels assistant, video figures' },
  from: { zh: '视频号助手“数据中心—视频数据”，下载表格', en: 'Channels assistant, 数据中心 / 视频数据, 下载表格' },
  platform: 'channels',
  kind: 'videos',
  account: 'option',
  identity: 'column',
  columns: [
    ...columnsFrom(
      'title:text 视频描述',
      'videoId:id! 视频ID',
      'publishedAt:instant! 发布时间',
      'completionRate:ratio 完播率',
      'averagePlaySeconds:seconds 平均播放时长',
      'plays:count! 播放量',
      'likes:count 推荐',
      'favorites:count 喜欢',
      'comments:count 评论量',
      'shares:count 分享量',
      'follows:count 关注量',
    ),
    ...notTaken('转发聊天和朋友圈', '设为铃声', '设为状态', '设为朋友圈封面'),
    ...notTaken('企微链接点击次数', '企微链接点击人数', '添加到通讯录次数', '添加到通讯录人数'),
  ],
};
