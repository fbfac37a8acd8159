import type { Bilingual, Inspection } from '@app/contracts';

export const PACK_LANGUAGES = ['zh', 'en'] as const;
export type PackLanguage = (typeof PACK_LANGUAGES)[number];

/** The words of an evidence pack. */
const WORDS = {
  title: { zh: '深度技检证据包', en: 'Deep inspection: evidence pack' },
  subject: { zh: '对象', en: 'Subject' },
  owner: { zh: '经销商', en: 'Dealer' },
  period: { zh: '时段', en: 'Period' },
  madeAt: { zh: '生成时间', en: 'Made at' },
  measure: { zh: '基准', en: 'Measure' },
  measured: { zh: '全量扫描', en: 'full scan' },
  hash: { zh: '内容哈希 SHA-256', en: 'SHA-256 of the content' },
  hashNote: {
    zh: '同一内容的 JSON 去掉 sha256 字段后计算，可据此核对；生成记录写入审计日志。',
    en: 'Over the JSON of the same content without its field sha256; the making of this pack is in the audit log.',
  },
  summary: { zh: '结论', en: 'Summary' },
  inorganic: { zh: '数据待解释的概率', en: 'Probability that numbers are to be explained' },
  attributable: { zh: '与经销商行为相关的概率', en: 'Probability that it is the dealer’s own doing' },
  undecided: {
    zh: '以下为检测结果，不是结论；是否虚增由核查人员认定。',
    en: 'These are findings, not a decision: whether numbers are inflated is for a reviewer to say.',
  },
  family: { zh: '检测族', en: 'Family' },
  strength: { zh: '强度', en: 'Strength' },
  weight: { zh: '权重', en: 'Weight' },
  contribution: { zh: '贡献（对数几率）', en: 'Adds (log-odds)' },
  corrections: { zh: '数值修正', en: 'Corrected figures' },
  metric: { zh: '指标', en: 'Figure' },
  reported: { zh: '上报', en: 'Reported' },
  corrected: { zh: '修正', en: 'Corrected' },
  interval: { zh: '区间', en: 'Interval' },
  found: { zh: '有发现的检测', en: 'Detectors that found something' },
  nothingFound: { zh: '没有检测给出发现。', en: 'No detector found anything.' },
  silent: { zh: '已检测、无发现', en: 'Looked and found nothing' },
  unable: { zh: '无法评估', en: 'Not assessable' },
  reason: { zh: '原因', en: 'Reason' },
  detector: { zh: '检测', en: 'Detector' },
  window: { zh: '窗口', en: 'Window' },
  figure: { zh: '数值', en: 'Figure' },
  value: { zh: '本期', en: 'Value' },
  own: { zh: '自身历史', en: 'Own history' },
  peers: { zh: '同类', en: 'Peers' },
  quantile: { zh: '诚实分布分位', en: 'Honest quantile' },
  weakness: { zh: '局限', en: 'Weakness' },
  query: { zh: '取证查询', en: 'Query' },
  more: { zh: '另有', en: 'and' },
  moreRows: { zh: '行未列出，见 JSON', en: 'more rows, in the JSON' },
  broadcasts: { zh: '直播场次', en: 'Broadcasts' },
  concurrency: { zh: '在线人数（每分钟），阴影为申报或缺口', en: 'Concurrency by minute; shaded: declared, or no reading' },
  dwell: { zh: '停留时长分布', en: 'Dwell' },
  seconds: { zh: '起始秒', en: 'From, s' },
  entries: { zh: '进房', en: 'Entries' },
  before: { zh: '此前28天', en: '28 days before' },
  reconciliation: { zh: '多源对账', en: 'Sources beside each other' },
  counted: { zh: '采用', en: 'Counted' },
  other: { zh: '另一来源', en: 'Other' },
  difference: { zh: '差异', en: 'Difference' },
  compared: { zh: '共对比', en: 'Compared' },
  references: { zh: '各检测的参照分布', en: 'Reference distributions of the detectors' },
  deviation: {
    zh: '偏离以诚实账号的波动为单位：0 为符合预期，越大越可疑。浅色为同类，深色为自身历史，点为本期。',
    en: 'Deviations are in spreads of honest accounts: 0 is as expected, the larger the more suspicious. Light: peers; dark: the own past; points: this period.',
  },
  claim: { zh: '项目', en: 'Claim' },
  most: { zh: '最大偏离', en: 'Most' },
  when: { zh: '时间', en: 'When' },
  overlaps: { zh: '共同观众', en: 'Rooms that share viewers' },
  noViewers: { zh: '没有观众明细。', en: 'No viewers are known.' },
  room: { zh: '直播间', en: 'Room' },
  viewers: { zh: '观众', en: 'Viewers' },
  shared: { zh: '共同', en: 'Shared' },
  expected: { zh: '按规模推算', en: 'By sizes' },
  cases: { zh: '案件', en: 'Cases' },
  state: { zh: '状态', en: 'State' },
  none: { zh: '无。', en: 'None.' },
} satisfies Record<string, Bilingual>;

export type PackWord = (name: keyof typeof WORDS) => string;

/** Words of one language. */
export const wordsOf =
  (language: PackLanguage): PackWord =>
  (name) =>
    WORDS[name][language];

/** A figure with the digits that it deserves; unknown is a dash. */
export const figureText = (value: number | null): string =>
  value === null ? '—' : Number.isInteger(value) ? value.toLocaleString('en') : value.toLocaleString('en', { maximumSignificantDigits: 4 });

/** Instant in the brand's zone, to the minute. */
export const instantText = (at: string | number, zone: string): string =>
  new Date(at).toLocaleString('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });

export const subjectText = ({ subject, accountName }: Pick<Inspection, 'subject' | 'accountName'>): string =>
  `${accountName} (${subject.platform}/${subject.accountId})${subject.kind === 'session' ? ` ${subject.sessionId}` : ''}`;
