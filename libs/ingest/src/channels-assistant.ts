import { unreadable } from './file-errors';

/**
 * Columns of the 视频号助手 video export (both generations: 15 and 19 columns). 推荐 (thumb) is `likes` and 喜欢 (heart) is `favorites`: for one video
 * seen on both sides they were likeCount and favCount of the back office. Ringtone, status, cover and contact columns have no field and are not
 * taken; 转发聊天和朋友圈 counts destinations of 分享量 and would count twice.
 */
const COLUMNS: Record<string, string | null> = {
  视频描述: 'title',
  视频ID: 'videoId',
  发布时间: 'publishedAt',
  完播率: 'completionRate',
  平均播放时长: 'averagePlaySeconds',
  播放量: 'plays',
  推荐: 'likes',
  喜欢: 'favorites',
  评论量: 'comments',
  分享量: 'shares',
  关注量: 'follows',
  转发聊天和朋友圈: null,
  设为铃声: null,
  设为状态: null,
  设为朋友圈封面: null,
  企微链接点击次数: null,
  企微链接点击人数: null,
  添加到通讯录次数: null,
  添加到通讯录人数: null,
};
const NEEDED = ['视频ID', '发布时间', '播放量'];

/** Field of `videos` per column. Throws bad_input when the header is not that of the export. */
export function channelsAssistantColumns(file: string): (cells: string[]) => (string | null)[] {
  return (cells) => {
    const heads = cells.map((cell) => cell.replace(/^\uFEFF/, '').trim());
    const missing = NEEDED.filter((name) => !heads.includes(name));
    if (missing.length > 0)
      throw unreadable(
        file,
        `不是视频号助手的视频数据表：缺少列 ${missing.join('、')}。`,
        `Not the video export of 视频号助手: columns ${missing.join(', ')} are missing.`,
        {
          zh: '在视频号助手“数据中心—视频数据”下载表格，不要改动表头。',
          en: 'Download the table under 数据中心 / 视频数据 and leave its header as it is.',
        },
      );
    return heads.map((head) => (head === '' ? null : head in COLUMNS ? COLUMNS[head] : head));
  };
}

/** `14.73秒` and `1分2秒` as seconds; `-` as unknown. Everything else as it is. */
export function channelsAssistantValues(values: Record<string, unknown>): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const text = typeof value === 'string' ? value.trim() : value;
    if (text === '-' || text === '--' || text === '') continue;
    read[name] = name === 'averagePlaySeconds' && typeof text === 'string' ? secondsOf(text) : text;
  }
  return read;
}

function secondsOf(text: string): string {
  const match = /^(?:(\d+)分)?(?:(\d+(?:\.\d+)?)秒?)?$/.exec(text);
  if (!match || (match[1] === undefined && match[2] === undefined)) return text;
  const [whole, places = ''] = (match[2] ?? '0').split('.');
  return `${Number(match[1] ?? 0) * 60 + Number(whole)}${places ? `.${places}` : ''}`;
}
