import type { Bilingual } from './platform';

/** How a figure is written: `count` whole number, `ratio` share shown as per cent, `factor` plain ratio, `cny` exact decimal money, `seconds`, `days`, `score`, `text`, `flag`. */
export type MetricFormat = 'count' | 'ratio' | 'factor' | 'cny' | 'seconds' | 'days' | 'score' | 'text' | 'flag';

/** One figure of the report rows: `key` is its field name, everywhere. */
export interface Metric {
  key: string;
  name: Bilingual;
  definition: Bilingual;
  unit: Bilingual | null;
  format: MetricFormat;
}

const PERSONS: Bilingual = { zh: '人', en: 'persons' };
const TIMES: Bilingual = { zh: '次', en: 'times' };
const CNY: Bilingual = { zh: '元', en: 'CNY' };
const SECONDS: Bilingual = { zh: '秒', en: 's' };
const DAYS: Bilingual = { zh: '天', en: 'days' };

const metric = (
  key: string,
  name: [string, string],
  definition: [string, string],
  format: MetricFormat,
  unit: Bilingual | null = null,
): Metric => ({
  key,
  name: { zh: name[0], en: name[1] },
  definition: { zh: definition[0], en: definition[1] },
  unit,
  format,
});

const SHOWROOM: Metric[] = [
  metric(
    'viewers',
    ['观众数', 'Viewers'],
    ['当期进房的可识别观众，去除哨兵 ID 与已申报员工', 'Identified viewers who entered, without sentinel ids and declared staff'],
    'count',
    PERSONS,
  ),
  metric(
    'visits',
    ['到访', 'Visits'],
    [
      '当期开始的计入到访；停顿短于到访间隔的进房合并',
      'Counted visits that began in the period; entries with a pause under the visit gap are one visit',
    ],
    'count',
    TIMES,
  ),
  metric('entries', ['进房', 'Entries'], ['未被撤回的进房记录数', 'Entries that are not retracted'], 'count', TIMES),
  metric(
    'showroomVisitors',
    ['虚拟展厅客流', 'Virtual showroom traffic'],
    [
      '一个月内对同一账号计入到访达到最低次数（默认 4 次）的观众数',
      'Viewers with at least the minimum number of counted visits (4 by default) to one account in a month',
    ],
    'count',
    PERSONS,
  ),
  metric(
    'consecutiveVisitors',
    ['连续到访', 'Consecutive'],
    ['相邻四场直播均有计入进房、第四场在当月的观众数', 'Viewers with a counted entry in four adjacent sessions, the fourth in the month'],
    'count',
    PERSONS,
  ),
  metric(
    'rollingShowroomVisitors',
    ['滚动客流', 'Rolling VST'],
    ['数据时刻前 720 小时内的虚拟展厅客流', 'Virtual showroom traffic of the 720 hours before the data instant'],
    'count',
    PERSONS,
  ),
  metric(
    'showroomVisitorsOn2Days',
    ['其中两日以上', 'Of which on 2+ days'],
    ['意向用户中到访分布在至少两个业务日的人数', 'Showroom visitors whose visits fall on at least two business days'],
    'count',
    PERSONS,
  ),
  metric(
    'grabbers',
    ['抢红包观众', 'Grabbers'],
    [
      '前后 30 天的到访全部为抢红包的观众，不计入忠诚占比分母',
      'Viewers all of whose visits around the month are raffle grabs; left out of the loyal share',
    ],
    'count',
    PERSONS,
  ),
  metric('loyalShare', ['忠诚占比', 'Loyal share'], ['虚拟展厅客流 ÷（观众数 − 抢红包观众）', 'VST ÷ (viewers − grabbers)'], 'ratio'),
  metric(
    'dwellRatio',
    ['停留比', 'Dwell ratio'],
    ['意向用户平均每次到访停留 ÷ 其他观众平均停留', 'Mean dwell a visit of showroom visitors ÷ that of the others'],
    'factor',
  ),
  metric(
    'meanDwellShowroom',
    ['意向用户平均停留', 'Mean dwell, showroom visitors'],
    ['意向用户的总停留 ÷ 计入到访数', 'Σ dwell ÷ counted visits of showroom visitors'],
    'seconds',
    SECONDS,
  ),
  metric(
    'meanDwellOthers',
    ['其他观众平均停留', 'Mean dwell, others'],
    ['其他观众的总停留 ÷ 计入到访数', 'Σ dwell ÷ counted visits of the other viewers'],
    'seconds',
    SECONDS,
  ),
  metric(
    'identifiability',
    ['可识别率', 'Identifiability'],
    ['带可用观众标识的进房 ÷ 全部进房', 'Entries with a usable id ÷ entries'],
    'ratio',
  ),
  metric(
    'showroomVisitorsLow',
    ['客流下限', 'VST, low'],
    ['已识别观众中实际达标的人数', 'Those who qualified among the identified viewers'],
    'count',
    PERSONS,
  ),
  metric(
    'showroomVisitorsHigh',
    ['客流上限', 'VST, high'],
    [
      '客流 × max(1, k) 向上取整；k = 平台人数 ÷ 已识别人数（估计值）',
      'ceil(VST × max(1, k)); k = platform viewers ÷ identified viewers (an estimate)',
    ],
    'count',
    PERSONS,
  ),
  metric(
    'seenFactor',
    ['k 值', 'k'],
    ['平台独立观众 ÷ 已识别观众，取同时有两者的场次', 'Platform viewers ÷ identified viewers, over sessions with both'],
    'factor',
  ),
  metric('sessions', ['直播场次', 'Sessions'], ['当期开始的直播场次', 'Broadcasts that began in the period'], 'count', TIMES),
  metric(
    'skippedSessions',
    ['跳过场次', 'Skipped sessions'],
    ['没有可识别进房或短于最短时长，不参与连续到访', 'Without identifiable entry or too short: not part of runs'],
    'count',
    TIMES,
  ),
];

const VALUE: Metric[] = [
  metric(
    'valueCny',
    ['运营传播价值', 'Communication value'],
    ['自然曝光数 × 刊例单价 × 折扣之和；有缺价日时为“至少”', 'Σ earned units × unit price × discount; "at least" where prices are missing'],
    'cny',
    CNY,
  ),
  metric(
    'grossCny',
    ['总价值', 'Gross value'],
    ['未扣除付费与确认核查的价值', 'Value before paid units and confirmed cases are taken off'],
    'cny',
    CNY,
  ),
  metric(
    'excludedCny',
    ['扣除价值', 'Excluded value'],
    ['付费曝光与确认核查对应的价值', 'Value of paid units and confirmed cases'],
    'cny',
    CNY,
  ),
  metric('units', ['数量', 'Units'], ['计价数量（净）', 'Net units'], 'count'),
  metric('grossUnits', ['总数量', 'Gross units'], ['全部数量', 'All units'], 'count'),
  metric('excludedUnits', ['扣除数量', 'Excluded units'], ['付费与确认核查的数量', 'Paid units and confirmed cases'], 'count'),
  metric('unitPriceCny', ['刊例单价', 'Unit price'], ['每单位曝光的公开价', 'Public price per unit'], 'cny', CNY),
  metric('discount', ['折扣', 'Discount'], ['对刊例价的折扣，0–1', 'Discount on the public price, 0–1'], 'factor'),
  metric(
    'costCny',
    ['全部成本', 'All-in cost'],
    ['当期全部成本之和；无成本记录时未知', 'Sum of all cost rows; unknown without one'],
    'cny',
    CNY,
  ),
  metric(
    'effectiveViews',
    ['有效观看', 'Effective views'],
    ['直播观看与视频播放的净数量', 'Net live views and video plays'],
    'count',
    TIMES,
  ),
  metric('costPerViewCny', ['单次观看成本', 'Cost per view'], ['全部成本 ÷ 有效观看', 'Cost ÷ effective views'], 'cny', CNY),
  metric(
    'passLine',
    ['1/3 及格线', 'Pass line'],
    ['成本 × 3 ≤ 有效观看按刊例价的总额', 'Cost × 3 ≤ effective views at public prices'],
    'flag',
  ),
  metric('roiValue', ['价值回报', 'Value ÷ cost'], ['运营传播价值 ÷ 全部成本', 'Communication value ÷ cost'], 'factor'),
  metric(
    'roiCpa',
    ['到店价回报', 'Return at public arrival price'],
    ['到店公开价 × 有效观看 ÷ 全部成本；100 倍以上为佳', 'Public price of one arrival × effective views ÷ cost; good from 100 ×'],
    'factor',
  ),
  metric(
    'missing',
    ['缺价日', 'Days without price'],
    ['有数量但无刊例价的线路与日期', 'Lines and days with units but without a price'],
    'text',
  ),
  metric(
    'unpricedLines',
    ['未定价线路', 'Lines without a card'],
    ['该平台没有任何刊例价的线路，不计价', 'Lines without any rate card on the platform: listed, not valued'],
    'text',
  ),
  metric(
    'openingUnits',
    ['期初余额', 'Opening balance'],
    ['首次读数之前的累计值，不落在任何一天', 'Counters before the first reading: in no day'],
    'count',
  ),
];

const TIER: Metric[] = [
  metric(
    'trailingValueCny',
    ['近 12 个月价值', 'Trailing value'],
    ['当月及前 11 个月的运营传播价值', 'Communication value of the month and the eleven before'],
    'cny',
    CNY,
  ),
  metric(
    'earnedTier',
    ['实得层级', 'Earned tier'],
    ['按近 12 个月价值：头部 ≥ 500 万，基部 ≥ 100 万，其余按归属', 'By trailing value: head ≥ 5 M, base ≥ 1 M, below by owner kind'],
    'text',
  ),
  metric(
    'effectiveTier',
    ['生效层级', 'Effective tier'],
    ['考虑保级规则后的层级', 'Tier after hysteresis, where the policy asks for it'],
    'text',
  ),
  metric('declaredTier', ['申报层级', 'Declared tier'], ['品牌申报的矩阵层级', 'Matrix tier declared by the brand'], 'text'),
  metric(
    'projected',
    ['推算', 'Projected'],
    ['观测不足一年，按已覆盖天数推算', 'Less than a year observed: projected from the covered days'],
    'flag',
  ),
  metric('daysObserved', ['观测天数', 'Days observed'], ['窗口内有读数的业务日', 'Covered business days in the window'], 'days', DAYS),
  metric('tierCounts', ['层级账号数', 'Accounts per tier'], ['各层级的账号数', 'Accounts per earned tier'], 'count'),
  metric(
    'structureWarning',
    ['结构预警', 'Structure warning'],
    ['外延账号贡献过半且没有头部账号', 'Outer accounts carry more than half and no account is head'],
    'flag',
  ),
];

const RANKING: Metric[] = [
  metric('rank', ['排名', 'Rank'], ['按得分、虚拟展厅客流、价值依次比较；相同并列', 'By score, VST, value; equals share a rank'], 'count'),
  metric(
    'score',
    ['综合得分', 'Score'],
    ['100 × Σ 已知权重 × 百分位 ÷ Σ 已知权重', '100 × Σ known weight × percentile ÷ Σ known weight'],
    'score',
  ),
  metric(
    'weightKnown',
    ['已知权重', 'Known weight'],
    ['有数值的得分项权重之和；不足 50 不排名', 'Weight of the known parts; unranked under 50'],
    'count',
  ),
  metric(
    'partial',
    ['部分得分', 'Partial'],
    ['有未知得分项，只与已知项相同者比较', 'Some parts are unknown: ranked among those that know the same'],
    'flag',
  ),
  metric(
    'percentile',
    ['百分位', 'Percentile'],
    ['（低于者 + 相等者的一半）÷ 同组数', '(number below + half of the equal ones) ÷ peers'],
    'ratio',
  ),
  metric(
    'peers',
    ['同组数', 'Peers'],
    ['同组中该项已知的账号数，含自身', 'Members of the peer group with a known value, itself included'],
    'count',
  ),
  metric(
    'showroom',
    ['客流', 'VST part'],
    ['虚拟展厅客流；k > 2 时未知', 'Virtual showroom traffic; unknown when k > 2'],
    'count',
    PERSONS,
  ),
  metric('value', ['价值', 'Value part'], ['净运营传播价值', 'Net communication value'], 'cny', CNY),
  metric(
    'loyalty',
    ['忠诚', 'Loyalty'],
    ['忠诚占比与停留比的百分位均值', 'Mean of the percentiles of loyal share and dwell ratio'],
    'ratio',
  ),
  metric(
    'engagement',
    ['互动', 'Engagement'],
    [
      '每千次观看与播放的评论、分享、关注及视频互动；不含直播点赞',
      'Comments, shares, follows and video reactions per 1,000 views and plays; without live likes',
    ],
    'factor',
  ),
  metric(
    'cadence',
    ['开播节奏', 'Cadence'],
    ['有 30 分钟以上直播的业务日', 'Business days with a session of at least 30 minutes'],
    'days',
    DAYS,
  ),
  metric(
    'growth',
    ['涨粉', 'Growth'],
    ['（月末粉丝 − 此前最后粉丝）÷ 后者', '(last follower total − last before the month) ÷ the latter'],
    'ratio',
  ),
];

const SHARED: Metric[] = [
  metric(
    'coverage',
    ['覆盖率', 'Coverage'],
    ['已到达读数 ÷ 应有读数；仅文件来源为空', 'Readings that arrived ÷ expected; null for file-only accounts'],
    'ratio',
  ),
  metric('accountsKnown', ['已知账号', 'Accounts known'], ['该指标已知的账号数', 'Accounts whose figure is known'], 'count'),
  metric('accountsTotal', ['全部账号', 'Accounts'], ['范围内的账号数', 'Accounts in scope'], 'count'),
];

/** Every figure of the report rows, by field name: the one catalogue for table heads, tooltips, CSV and XLSX. Keys are unique. */
export const METRICS: readonly Metric[] = [...SHOWROOM, ...VALUE, ...TIER, ...RANKING, ...SHARED];
