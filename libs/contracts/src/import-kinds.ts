import type { ImportField, ImportKind } from './import-field';
import { counts, optional, required } from './import-field';
import { STATE_KINDS } from './import-kinds-state';
import { PLATFORMS, SOURCES } from './platform';

const platform = required('platform', '平台', 'Platform', 'enum', 'douyin', {
  values: PLATFORMS,
  note: { zh: 'douyin 抖音、kuaishou 快手、channels 视频号', en: 'douyin, kuaishou or channels' },
});
const accountId = required('accountId', '账号ID', 'Account id', 'id', '0012345678', {
  note: { zh: '按文本保存，保留前导零', en: 'Kept as text; leading zeros stay' },
});
const sessionId = required('sessionId', '场次ID', 'Session id', 'id', '7301234567890123456');
const day = required('day', '日期', 'Day', 'day', '2026-10-18', {
  note: { zh: '品牌时区的营业日', en: "Business day in the brand's zone" },
});
const viewer = required('viewer', '观众ID', 'Viewer', 'viewer', 'v-81f0', {
  note: { zh: '到达即做带密钥的哈希，原值不保存；无法识别时留空', en: 'Hashed on arrival, never stored; blank when not identifiable' },
});

/** Fields that every fact kind takes beside its own. */
export const FACT_FIELDS: readonly ImportField[] = [
  optional('observedAt', '观测时间', 'Observed at', 'instant', '2026-10-18T21:00:00+08:00', {
    past: true,
    note: { zh: '同一来源内，较晚的观测取代较早的', en: 'Within one source the later observation replaces the earlier' },
  }),
  optional('source', '来源', 'Source', 'enum', 'file', { values: SOURCES }),
  optional('retracted', '撤回', 'Retracted', 'boolean', 'false', { note: { zh: 'true 表示此行作废', en: 'true takes the row back' } }),
];

function facts(name: string, zh: string, en: string, table: string, identity: string[], fields: ImportField[]): ImportKind {
  return { name, label: { zh, en }, store: 'facts', table, identity, fields: [...fields, ...FACT_FIELDS] };
}

const MINUTE_COUNTS = counts(
  'views 观看人次|Views',
  'likes 点赞次数|Likes',
  'comments 评论次数|Comments',
  'gifts 礼物数|Gifts',
  'paidEntries 付费进房|Paid entries',
);

const VIDEO_COUNTS = counts(
  'plays 播放量|Plays',
  'paidPlays 付费播放量|Paid plays',
  'likes 点赞量|Likes',
  'comments 评论量|Comments',
  'shares 分享量|Shares',
  'favorites 收藏量|Favorites',
  'follows 关注量|Follows',
);

const sessions = facts(
  'sessions',
  '直播场次',
  'Live sessions',
  'sessions',
  ['platform', 'accountId', 'sessionId'],
  [
    platform,
    accountId,
    sessionId,
    required('startedAt', '开播时间', 'Started at', 'instant', '2026-10-18T19:00:00+08:00', { past: true }),
    optional('endedAt', '下播时间', 'Ended at', 'instant', '2026-10-18T21:00:00+08:00', { past: true }),
    ...counts('views 观看人次|Views', 'uniqueViewers 观看人数|Unique viewers', 'peakConcurrent 最高在线|Peak concurrent'),
    optional('averageConcurrent', '平均在线', 'Average concurrent', 'decimal', '85.5', { scale: 4 }),
    ...counts('watchSeconds 观看总秒数|Watch seconds'),
    optional('averageDwellSeconds', '平均停留秒数', 'Average dwell seconds', 'decimal', '46.2', { scale: 4 }),
    ...counts(
      'impressions 曝光次数|Impressions',
      'impressionViewers 曝光人数|Impression viewers',
      'viewsOver1Min 超过1分钟观看人次|Views over one minute',
      'likes 点赞次数|Likes',
      'comments 评论次数|Comments',
      'commenters 评论人数|Commenters',
      'shares 分享次数|Shares',
      'follows 新增关注|Follows',
      'fanViewers 粉丝观看人数|Fan viewers',
      'gifts 礼物数|Gifts',
    ),
    optional('giftValueCny', '礼物金额', 'Gift value CNY', 'decimal', '88.50', { scale: 4 }),
    ...counts('leads 线索数|Leads', 'paidLeads 付费线索数|Paid leads', 'paidViews 付费观看人次|Paid views'),
    optional('title', '直播标题', 'Title', 'text', '周末试驾专场'),
    optional('host', '主播', 'Host', 'text', '小李'),
    optional('final', '数据已定稿', 'Final', 'boolean', 'true'),
  ],
);

const entries = facts(
  'entries',
  '进房',
  'Entries',
  'entries',
  ['platform', 'accountId', 'viewer', 'enteredAt'],
  [
    platform,
    accountId,
    viewer,
    required('enteredAt', '进房时间', 'Entered at', 'instant', '2026-10-18T19:05:12+08:00', { past: true }),
    optional('dwellSeconds', '停留秒数', 'Dwell seconds', 'seconds', '95', { max: 86_400 }),
    optional('sessionId', '场次ID', 'Session id', 'id', '7301234567890123456'),
    optional('entryId', '进房记录ID', 'Entry id', 'id', 'e-1001', {
      note: { zh: '观众留空时用来区分多条进房', en: 'Tells entries apart when the viewer is blank' },
    }),
    optional('trafficSource', '流量来源', 'Traffic source', 'text', '推荐'),
    optional('adcode', '行政区划代码', 'GB/T 2260 code', 'id', '330100'),
    optional('device', '设备', 'Device', 'text', 'android'),
    optional('isNewAccount', '新注册账号', 'New account', 'boolean', 'false'),
    optional('nextViewer', '下一密钥的观众ID', 'Viewer under the next key', 'viewer', '', {
      note: { zh: '仅在导入本系统导出的文件时出现', en: 'Only in files that were exported from here' },
    }),
  ],
);

const videoIdentity = [platform, accountId, required('videoId', '视频ID', 'Video id', 'id', '7300000000000000001')];

/** Kinds whose rows are facts. */
const FACT_KINDS: readonly ImportKind[] = [
  sessions,
  entries,
  {
    ...facts(
      'minutes',
      '分钟数据',
      'Minutes',
      'minutes',
      ['platform', 'accountId', 'sessionId', 'minute'],
      [
        platform,
        accountId,
        sessionId,
        required('minute', '分钟', 'Minute', 'instant', '2026-10-18T19:05:00+08:00', { past: true }),
        optional('concurrent', '在线人数', 'Concurrent', 'count', '120', {
          note: {
            zh: '未知时留空，不填 0；此时至少填一个其他计数',
            en: 'Blank where it is not known, never 0; then another count is needed',
          },
        }),
        ...MINUTE_COUNTS,
      ],
    ),
    anyOf: ['concurrent', ...MINUTE_COUNTS.map(({ name }) => name)],
  },
  facts(
    'comments',
    '评论',
    'Comments',
    'comments',
    ['platform', 'accountId', 'sessionId', 'viewer', 'at', 'commentId'],
    [
      platform,
      accountId,
      sessionId,
      viewer,
      required('at', '评论时间', 'At', 'instant', '2026-10-18T19:06:30+08:00', { past: true }),
      optional('text', '评论内容', 'Text', 'text', '落地价多少'),
      optional('commentId', '评论ID', 'Comment id', 'id', 'c-1001'),
    ],
  ),
  facts(
    'videos',
    '视频读数',
    'Video readings',
    'video_readings',
    ['platform', 'accountId', 'videoId', 'readAt'],
    [
      ...videoIdentity,
      required('publishedAt', '发布时间', 'Published at', 'instant', '2026-10-01T12:00:00+08:00', { past: true }),
      required('readAt', '读数时间', 'Read at', 'instant', '2026-10-18T23:50:00+08:00', { past: true }),
      ...VIDEO_COUNTS,
      optional('completionRate', '完播率', 'Completion rate', 'ratio', '4.41%', { scale: 4 }),
      optional('averagePlaySeconds', '平均播放时长', 'Average play seconds', 'decimal', '14.73', { scale: 4 }),
      optional('status', '状态', 'Status', 'text', 'public'),
      optional('title', '视频描述', 'Title', 'text', '新车实拍'),
    ],
  ),
  facts(
    'video-days',
    '视频日数据',
    'Video days',
    'video_days',
    ['platform', 'accountId', 'videoId', 'day'],
    [...videoIdentity, day, ...VIDEO_COUNTS],
  ),
  facts(
    'followers',
    '粉丝数',
    'Followers',
    'follower_readings',
    ['platform', 'accountId', 'day'],
    [platform, accountId, day, required('total', '粉丝总量', 'Total', 'count', '15230')],
  ),
  facts(
    'leads',
    '线索',
    'Leads',
    'leads',
    ['leadId'],
    [
      platform,
      accountId,
      optional('leadId', '线索ID', 'Lead id', 'id', 'L-2026-0001', {
        note: { zh: '没有时以整行为标识', en: 'Without it the whole row is the identity' },
      }),
      optional('sessionId', '场次ID', 'Session id', 'id', '7301234567890123456'),
      day,
      required('count', '线索数', 'Count', 'count', '3'),
      ...counts('paid 付费线索数|Paid'),
    ],
  ),
  facts(
    'footfall',
    '到店客流',
    'Footfall',
    'footfall',
    ['dealerId', 'day'],
    [required('dealerId', '经销商编码', 'Dealer id', 'id', 'D001'), day, required('visitors', '到店人数', 'Visitors', 'count', '42')],
  ),
];

export const IMPORT_KINDS: readonly ImportKind[] = [...STATE_KINDS, ...FACT_KINDS];

/** The kind of that name, or null. */
export function findImportKind(name: string): ImportKind | null {
  return IMPORT_KINDS.find((kind) => kind.name === name) ?? null;
}
