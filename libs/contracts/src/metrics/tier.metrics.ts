import { ANYTHING, ANY_UNITS } from '../needs';
import { CNY, DAYS, type MetricDefinition } from './metric';

/** Tiers (domain.md 5). */
export const TIER = {
  trailingValueCny: {
    name: { zh: '近 12 个月价值', en: 'Trailing value' },
    definition: { zh: '当月及前 11 个月的运营传播价值', en: 'Communication value of the month and the eleven before' },
    format: 'cny',
    unit: CNY,
    needs: ANY_UNITS,
  },
  earnedTier: {
    name: { zh: '实得层级', en: 'Earned tier' },
    definition: {
      zh: '按近 12 个月价值：头部 ≥ 500 万，基部 ≥ 100 万，其余按归属',
      en: 'By trailing value: head ≥ 5 M, base ≥ 1 M, below by owner kind',
    },
    format: 'text',
    unit: null,
    needs: ANY_UNITS,
  },
  effectiveTier: {
    name: { zh: '生效层级', en: 'Effective tier' },
    definition: { zh: '考虑保级规则后的层级', en: 'Tier after hysteresis, where the policy asks for it' },
    format: 'text',
    unit: null,
    needs: ANY_UNITS,
  },
  declaredTier: {
    name: { zh: '申报层级', en: 'Declared tier' },
    definition: { zh: '品牌申报的矩阵层级', en: 'Matrix tier declared by the brand' },
    format: 'text',
    unit: null,
    needs: null,
  },
  projected: {
    name: { zh: '推算', en: 'Projected' },
    definition: { zh: '观测不足一年，按已覆盖天数推算', en: 'Less than a year observed: projected from the covered days' },
    format: 'flag',
    unit: null,
    needs: ANY_UNITS,
  },
  daysObserved: {
    name: { zh: '观测天数', en: 'Days observed' },
    definition: { zh: '窗口内有读数的业务日', en: 'Covered business days in the window' },
    format: 'days',
    unit: DAYS,
    needs: ANYTHING,
  },
  tierCounts: {
    name: { zh: '层级账号数', en: 'Accounts per tier' },
    definition: { zh: '各层级的账号数', en: 'Accounts per earned tier' },
    format: 'count',
    unit: null,
    needs: ANY_UNITS,
  },
  structureWarning: {
    name: { zh: '结构预警', en: 'Structure warning' },
    definition: { zh: '外延账号贡献过半且没有头部账号', en: 'Outer accounts carry more than half and no account is head' },
    format: 'flag',
    unit: null,
    needs: ANY_UNITS,
  },
} as const satisfies Record<string, MetricDefinition>;
