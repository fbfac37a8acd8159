import { ANY_UNITS, VIEWER_EVENTS, all, any } from '../needs';
import { CNY, DAYS, PERSONS, type MetricDefinition } from './metric';

/** Score, its parts and rank (domain.md 6). */
export const RANKING = {
  rank: {
    name: { zh: '排名', en: 'Rank' },
    definition: { zh: '按得分、虚拟展厅客流、价值依次比较；相同并列', en: 'By score, VST, value; equals share a rank' },
    format: 'count',
    unit: null,
    needs: any('viewerEvents', 'sessionViews', 'sessionViewers', 'videos'),
  },
  score: {
    name: { zh: '综合得分', en: 'Score' },
    definition: { zh: '100 × Σ 已知权重 × 百分位 ÷ Σ 已知权重', en: '100 × Σ known weight × percentile ÷ Σ known weight' },
    format: 'score',
    unit: null,
    needs: any('viewerEvents', 'sessionViews', 'sessionViewers', 'videos'),
  },
  score: {
    name: { zh: '综合得分', en: 'Score' },
    definition: { zh: '100 × Σ 已知权重 × 百分位 ÷ Σ 已知权重', en: '100 × Σ known weight × percentile ÷ Σ known weight' },
    format: 'score',
    unit: null,
    needs: any('viewerEvents', 'sessionViews', 'sessionViewers', 'videos'),
  },
  weightKnown: {
    name: { zh: '已知权重', en: 'Known weight' },
    definition: { zh: '有数值的得分项权重之和；不足 50 不排名', en: 'Weight of the known parts; unranked under 50' },
    format: 'count',
    unit: null,
    needs: null,
  },
  partial: {
    name: { zh: '部分得分', en: 'Partial' },
    definition: { zh: '有未知得分项，只与已知项相同者比较', en: 'Some parts are unknown: ranked among those that know the same' },
    format: 'flag',
    unit: null,
    needs: null,
  },
  percentile: {
    name: { zh: '百分位', en: 'Percentile' },
    definition: { zh: '（低于者 + 相等者的一半）÷ 同组数', en: '(number below + half of the equal ones) ÷ peers' },
    format: 'ratio',
    unit: null,
    needs: null,
  },
  peers: {
    name: { zh: '同组数', en: 'Peers' },
    definition: { zh: '同组中该项已知的账号数，含自身', en: 'Members of the peer group with a known value, itself included' },
    format: 'count',
    unit: null,
    needs: null,
  },
  showroom: {
    name: { zh: '客流', en: 'VST part' },
    definition: { zh: '虚拟展厅客流；k > 2 时未知', en: 'Virtual showroom traffic; unknown when k > 2' },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  value: {
    name: { zh: '价值', en: 'Value part' },
    definition: { zh: '净运营传播价值', en: 'Net communication value' },
    format: 'cny',
    unit: CNY,
    needs: ANY_UNITS,
  },
  loyalty: {
    name: { zh: '忠诚', en: 'Loyalty' },
    definition: { zh: '忠诚占比与停留比的百分位均值', en: 'Mean of the percentiles of loyal share and dwell ratio' },
    format: 'ratio',
    unit: null,
    needs: VIEWER_EVENTS,
  },
  engagement: {
    name: { zh: '互动', en: 'Engagement' },
    definition: {
      zh: '每千次观看与播放的评论、分享、关注及视频互动；不含直播点赞',
      en: 'Comments, shares, follows and video reactions per 1,000 views and plays; without live likes',
    },
    format: 'factor',
    unit: null,
    needs: any('sessionReactions', 'videos'),
  },
  cadence: {
    name: { zh: '开播节奏', en: 'Cadence' },
    definition: { zh: '有 30 分钟以上直播的业务日', en: 'Business days with a session of at least 30 minutes' },
    format: 'days',
    unit: DAYS,
    needs: all('sessionList'),
  },
  growth: {
    name: { zh: '涨粉', en: 'Growth' },
    definition: { zh: '（月末粉丝 − 此前最后粉丝）÷ 后者', en: '(last follower total − last before the month) ÷ the latter' },
    format: 'ratio',
    unit: null,
    needs: all('followers'),
  },
} as const satisfies Record<string, MetricDefinition>;
