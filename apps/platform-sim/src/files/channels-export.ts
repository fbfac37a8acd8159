import iconv from 'iconv-lite';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayText } from '../world/calendar';
import { videoFigures } from '../world/videos';
import type { SimVideo } from '../world/videos';
import type { World } from '../world/world';

/** The exact headers of the assistant's 视频数据 export; older files end after the fifteenth. */
export const CHANNELS_EXPORT_HEADERS = [
  '视频描述',
  '视频ID',
  '发布时间',
  '完播率',
  '平均播放时长',
  '播放量',
  '推荐',
  '喜欢',
  '评论量',
  '分享量',
  '关注量',
  '转发聊天和朋友圈',
  '设为铃声',
  '设为状态',
  '设为朋友圈封面',
  '企微链接点击次数',
  '企微链接点击人数',
  '添加到通讯录次数',
  '添加到通讯录人数',
] as const;
const OLDER_COLUMNS = 15;
/** The date range that people choose on the page. */
const RANGE_DAYS = 90;

/** An account's export as downloaded at `at`: videos of the last ninety days with their totals. Encoding and generation vary by account. */
export function channelsExport(world: World, account: SimAccount, at: number): Buffer {
  const columns = account.index % 4 === 1 ? OLDER_COLUMNS : CHANNELS_EXPORT_HEADERS.length;
  const videos = world.videos(account, at).filter((video) => at - video.publishedAt < RANGE_DAYS * DAY);
  const rows = [[...CHANNELS_EXPORT_HEADERS], ...videos.map((video) => cells(video, at))];
  const text = rows.map((row) => row.slice(0, columns).map(quoted).join(',')).join('\r\n') + '\r\n';
  if (account.index % 3 === 0) return iconv.encode(text, 'gb18030');
  return Buffer.from((account.index % 3 === 1 ? '\ufeff' : '') + text, 'utf8');
}

function cells(video: SimVideo, at: number): string[] {
  const figures = videoFigures(video, at);
  const blank = video.account.index % 2 === 0 ? '' : '-';
  return [
    video.title,
    video.itemId,
    dayText(dayOf(video.publishedAt)).replaceAll('-', '/'),
    `${(video.completionRate * 100).toFixed(2)}%`,
    `${video.averagePlaySeconds.toFixed(2)}秒`,
    String(figures.plays),
    String(figures.likes),
    String(figures.favorites),
    String(figures.comments),
    String(figures.shares),
    String(figures.follows),
    String(Math.floor(figures.shares * 0.8)),
    '0',
    '0',
    '0',
    blank,
    blank,
    '',
    '',
  ];
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
