import { ANY_UNITS, VIEWER_EVENTS, all, any } from '../needs';
import { CNY, DAYS, PERSONS, type MetricDefinition } from './metric';

/** The parts of the score (domain.md 6.1). A part whose coverage is too low is unknown. */
export const SCORE_PART_METRICS = {
  showroom: {
    name: { zh: '客流', en: 'VST part' },
    definition: { zh: '虚拟展厅客流；k > 2 时未知', en: 'Virtual showroom traffic; unknown when k > 2' },
    formula: {
      text: {
        zh: 'VST；权重 {weights.showroom}；覆盖率 < {minCoverage} 时未知',
        en: 'VST; weight {weights.showroom}; unknown with a coverage under {minCoverage}',
      },
      section: '6.1',
    },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
    source: ['entries'],
    freshness: 'live',
    good: 'higher',
    additivity: 'distinct',
    reports: ['ranking'],
  },
  value: {
    name: { zh: '价值', en: 'Value part' },
    definition: { zh: '净运营传播价值', en: 'Net communication value' },
    formula: { text: { zh: '净价值；权重 {weights.value}', en: 'net value; weight {weights.value}' }, section: '6.1' },
    format: 'cny',
    unit: CNY,
    needs: ANY_UNITS,
    source: ['sessions', 'videos', 'video-days', 'leads', 'rate-cards'],
    freshness: 'T+1 10:00',
    good: 'higher',
    additivity: 'sums',
    reports: ['ranking'],
  },
  loyalty: {
    name: { zh: '忠诚', en: 'Loyalty' },
    definition: { zh: '忠诚占比与停留比的百分位均值', en: 'Mean of the percentiles of loyal share and dwell ratio' },
    formula: {
      text: {
        zh: '（忠诚占比百分位 + 停留比百分位）÷ 2，或已知的一个；权重 {weights.loyalty}',
        en: '(percentile of loyal share + that of dwell ratio) ÷ 2, or the known one; weight {weights.loyalty}',
      },
      section: '6.1',
    },
    format: 'ratio',
    unit: null,
    needs: VIEWER_EVENTS,
    source: ['entries', 'declarations'],
    freshness: 'live',
    good: 'higher',
    additivity: 'mean',
    reports: ['ranking'],
  },
  engagement: {
    name: { zh: '互动', en: 'Engagement' },
    definition: {
      zh: '每千次观看与播放的评论、分享、关注及视频互动；不含直播点赞',
      en: 'Comments, shares, follows and video reactions per 1,000 views and plays; without live likes',
    },
    formula: {
      text: {
        zh: '1,000 ×（直播评论 + 分享 + 关注，视频赞 + 评 + 转 + 藏）÷（观看 + 播放）；权重 {weights.engagement}',
        en: '1,000 × (session comments + shares + follows, video likes + comments + shares + favorites) ÷ (views + plays); weight {weights.engagement}',
      },
      section: '6.1',
    },
    format: 'factor',
    unit: null,
    needs: any('sessionReactions', 'videos'),
    source: ['sessions', 'videos', 'video-days'],
    freshness: 'T+1 10:00',
    good: 'higher',
    additivity: 'mean',
    reports: ['ranking'],
  },
  cadence: {
    name: { zh: '开播节奏', en: 'Cadence' },
    definition: { zh: '有 30 分钟以上直播的业务日', en: 'Business days with a session of at least 30 minutes' },
    formula: {
      text: {
        zh: '有 ≥ {cadenceMinSessionMinutes} 分钟直播的业务日数；权重 {weights.cadence}',
        en: 'business days with a session ≥ {cadenceMinSessionMinutes} min; weight {weights.cadence}',
      },
      section: '6.1',
    },
    format: 'days',
    unit: DAYS,
    needs: all('sessionList'),
    source: ['sessions'],
    freshness: 'T+1 10:00',
    good: 'higher',
    additivity: 'distinct',
    reports: ['ranking'],
  },
  growth: {
    name: { zh: '涨粉', en: 'Growth' },
    definition: { zh: '（月末粉丝 − 此前最后粉丝）÷ 后者', en: '(last follower total − last before the month) ÷ the latter' },
    formula: {
      text: {
        zh: '（当月最后粉丝总量 − 此前最后一次）÷ 后者；权重 {weights.growth}',
        en: '(last follower total of the month − last before it) ÷ the latter; weight {weights.growth}',
      },
      section: '6.1',
    },
    format: 'ratio',
    unit: null,
    needs: all('followers'),
    source: ['followers'],
    freshness: 'T+1 10:00',
    good: 'higher',
    additivity: 'mean',
    reports: ['ranking'],
  },
} as const satisfies Record<string, MetricDefinition>;
