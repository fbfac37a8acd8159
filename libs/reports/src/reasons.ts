import type { Bilingual } from '@app/contracts';

/** Why a figure is unknown, and what a report says beside its rows. */
export const WHY = {
  noValue: { zh: '当期没有可计价的数据。', en: 'There is nothing in the period that has a price.' },
  noCards: { zh: '没有任何刊例价，请先导入 rate-cards。', en: 'There is no rate card: import rate-cards first.' },
  noCost: { zh: '没有成本记录（0 也需要一行）。', en: 'There is no cost row (0 is a row too).' },
  noCoverage: { zh: '覆盖率低于策略要求。', en: 'Coverage is below what the policy asks for.' },
  manyUnseen: { zh: '平台人数超过已识别观众的 2 倍（k > 2）。', en: 'The platform saw more than twice the identified viewers (k > 2).' },
  noShowroom: { zh: '没有观众级数据来源。', en: 'No viewer-level source.' },
  noEngagement: { zh: '没有观看或播放可作分母。', en: 'There are no views or plays to divide by.' },
  personsForViews: { zh: '部分场次平台不提供观看人次，以人数代替。', en: 'Sessions without views are counted by persons.' },
  noCadence: { zh: '没有直播场次数据。', en: 'No source tells the sessions.' },
  noEnds: { zh: '场次没有结束时间，时长未知。', en: 'No session has a known end, so lengths are unknown.' },
  noGrowth: { zh: '缺少当月或此前的粉丝读数。', en: 'A follower reading of the month or before it is missing.' },
  littleKnown: { zh: '已知权重不足，未排名。', en: 'Too little weight is known: unranked.' },
  undeclared: { zh: '未申报账号不参与排名。', en: 'Undeclared accounts are not ranked.' },
  unassigned: { zh: '未归属部分不参与排名。', en: 'What nobody owns is not ranked.' },
  ownPart: {
    zh: '仅含您可见的账号，不参与排名。',
    en: 'It holds the accounts that you may see only: unranked.',
  },
  shortlyObserved: { zh: '观测不足 28 天，不推算层级。', en: 'Under 28 observed days: no tier is projected.' },
} as const satisfies Record<string, Bilingual>;

export const NOTES = {
  nothingExcluded: {
    zh: '没有生效的剔除涉及所列账号与期间，核后口径与原始口径相同。',
    en: 'Nothing that a case removes touches these accounts and this period: adjusted equals raw.',
  },
  excluded: (cases: number) => ({
    zh: `已扣除 ${cases} 个已确认案件剔除的部分，编号见 exclusions。`,
    en: `Without what ${cases} confirmed ${cases === 1 ? 'case removes' : 'cases remove'}; see exclusions.`,
  }),
  sample: { zh: '使用了示例刊例价，不可用于结算。', en: 'Sample rate cards are in use: never for settlement.' },
  filtered: {
    zh: '排名与百分位按全品牌计算，筛选只影响显示的行。',
    en: 'Ranks and percentiles are the whole brand’s; the filter only chooses rows.',
  },
  restricted: {
    zh: '数值仅含筛选后的账号；经销商成本不计入。',
    en: 'Figures hold the selected accounts only; dealers’ own costs are left out.',
  },
  open: { zh: '期间尚未结束，数据截至数据时刻。', en: 'The period is not over: figures reach to the data instant.' },
} as const satisfies Record<string, Bilingual | ((count: number) => Bilingual)>;
