import { VIEWER_EVENTS, all } from '../needs';
import { PERSONS, SECONDS, TIMES, type MetricDefinition } from './metric';

/** Virtual showroom traffic and loyalty (domain.md 3). */
export const SHOWROOM = {
  viewers: {
    name: { zh: '观众数', en: 'Viewers' },
    definition: {
      zh: '当期进房的可识别观众，去除哨兵 ID 与已申报员工',
      en: 'Identified viewers who entered, without sentinel ids and declared staff',
    },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  visits: {
    name: { zh: '到访', en: 'Visits' },
    definition: {
      zh: '当期开始的计入到访；停顿短于到访间隔的进房合并',
      en: 'Counted visits that began in the period; entries with a pause under the visit gap are one visit',
    },
    format: 'count',
    unit: TIMES,
    needs: VIEWER_EVENTS,
  },
  entries: {
    name: { zh: '进房', en: 'Entries' },
    definition: { zh: '未被撤回的进房记录数', en: 'Entries that are not retracted' },
    format: 'count',
    unit: TIMES,
    needs: VIEWER_EVENTS,
  },
  showroomVisitors: {
    name: { zh: '虚拟展厅客流', en: 'Virtual showroom traffic' },
    definition: {
      zh: '一个月内对同一账号计入到访达到最低次数（默认 4 次）的观众数',
      en: 'Viewers with at least the minimum number of counted visits (4 by default) to one account in a month',
    },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  consecutiveVisitors: {
    name: { zh: '连续到访', en: 'Consecutive' },
    definition: {
      zh: '相邻四场直播均有计入进房、第四场在当月的观众数',
      en: 'Viewers with a counted entry in four adjacent sessions, the fourth in the month',
    },
    format: 'count',
    unit: PERSONS,
    needs: all('viewerEvents', 'sessionList'),
  },
  rollingShowroomVisitors: {
    name: { zh: '滚动客流', en: 'Rolling VST' },
    definition: { zh: '数据时刻前 720 小时内的虚拟展厅客流', en: 'Virtual showroom traffic of the 720 hours before the data instant' },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  showroomVisitorsOn2Days: {
    name: { zh: '其中两日以上', en: 'Of which on 2+ days' },
    definition: { zh: '意向用户中到访分布在至少两个业务日的人数', en: 'Showroom visitors whose visits fall on at least two business days' },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  grabbers: {
    name: { zh: '抢红包观众', en: 'Grabbers' },
    definition: {
      zh: '前后 30 天的到访全部为抢红包的观众，不计入忠诚占比分母',
      en: 'Viewers all of whose visits around the month are raffle grabs; left out of the loyal share',
    },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  loyalShare: {
    name: { zh: '忠诚占比', en: 'Loyal share' },
    definition: { zh: '虚拟展厅客流 ÷（观众数 − 抢红包观众）', en: 'VST ÷ (viewers − grabbers)' },
    format: 'ratio',
    unit: null,
    needs: VIEWER_EVENTS,
  },
  dwellRatio: {
    name: { zh: '停留比', en: 'Dwell ratio' },
    definition: { zh: '意向用户平均每次到访停留 ÷ 其他观众平均停留', en: 'Mean dwell a visit of showroom visitors ÷ that of the others' },
    format: 'factor',
    unit: null,
    needs: VIEWER_EVENTS,
  },
  meanDwellShowroom: {
    name: { zh: '意向用户平均停留', en: 'Mean dwell, showroom visitors' },
    definition: { zh: '意向用户的总停留 ÷ 计入到访数', en: 'Σ dwell ÷ counted visits of showroom visitors' },
    format: 'seconds',
    unit: SECONDS,
    needs: VIEWER_EVENTS,
  },
  meanDwellOthers: {
    name: { zh: '其他观众平均停留', en: 'Mean dwell, others' },
    definition: { zh: '其他观众的总停留 ÷ 计入到访数', en: 'Σ dwell ÷ counted visits of the other viewers' },
    format: 'seconds',
    unit: SECONDS,
    needs: VIEWER_EVENTS,
  },
  identifiability: {
    name: { zh: '可识别率', en: 'Identifiability' },
    definition: { zh: '带可用观众标识的进房 ÷ 全部进房', en: 'Entries with a usable id ÷ entries' },
    format: 'ratio',
    unit: null,
    needs: VIEWER_EVENTS,
  },
  showroomVisitorsLow: {
    name: { zh: '客流下限', en: 'VST, low' },
    definition: { zh: '已识别观众中实际达标的人数', en: 'Those who qualified among the identified viewers' },
    format: 'count',
    unit: PERSONS,
    needs: VIEWER_EVENTS,
  },
  showroomVisitorsHigh: {
    name: { zh: '客流上限', en: 'VST, high' },
    definition: {
      zh: '客流 × max(1, k) 向上取整；k = 平台人数 ÷ 已识别人数（估计值）',
      en: 'ceil(VST × max(1, k)); k = platform viewers ÷ identified viewers (an estimate)',
    },
    format: 'count',
    unit: PERSONS,
    needs: all('viewerEvents', 'sessionViewers'),
  },
  seenFactor: {
    name: { zh: 'k 值', en: 'k' },
    definition: {
      zh: '平台独立观众 ÷ 已识别观众，取同时有两者的场次',
      en: 'Platform viewers ÷ identified viewers, over sessions with both',
    },
    format: 'factor',
    unit: null,
    needs: all('viewerEvents', 'sessionViewers'),
  },
  sessions: {
    name: { zh: '直播场次', en: 'Sessions' },
    definition: { zh: '当期开始的直播场次', en: 'Broadcasts that began in the period' },
    format: 'count',
    unit: TIMES,
    needs: all('sessionList'),
  },
  skippedSessions: {
    name: { zh: '跳过场次', en: 'Skipped sessions' },
    definition: { zh: '没有可识别进房或短于最短时长，不参与连续到访', en: 'Without identifiable entry or too short: not part of runs' },
    format: 'count',
    unit: TIMES,
    needs: all('viewerEvents', 'sessionList'),
  },
} as const satisfies Record<string, MetricDefinition>;
