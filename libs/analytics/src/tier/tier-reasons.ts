import type { Bilingual, OwnerKind, Tier, TierReasonCode } from '@app/contracts';
import type { TierRules } from './hysteresis';

/** What a reason's text names. */
export interface ReasonFacts {
  valueCny: string | null;
  beforeCny: string | null;
  daysObserved: number;
  ownerKind: OwnerKind | null;
  earned: Tier | null;
  effective: Tier | null;
  monthsBelow: number;
  rules: TierRules;
}

export const TIER_NAMES: Record<Tier, Bilingual> = {
  head: { zh: '头部', en: 'head' },
  base: { zh: '基部', en: 'base' },
  outer: { zh: '外延', en: 'outer' },
  incubating: { zh: '培育中', en: 'incubating' },
};

const OWNER_NAMES: Record<OwnerKind, Bilingual> = {
  dealer: { zh: '经销商', en: 'a dealer' },
  staff: { zh: '员工', en: 'a member of staff' },
  brand: { zh: '品牌', en: 'the brand' },
};

const NOBODY: Bilingual = { zh: '未声明的归属方', en: 'nobody declared' };
const UNKNOWN: Bilingual = { zh: '未知', en: 'unknown' };
const nameOf = (tier: Tier | null): Bilingual => (tier === null ? UNKNOWN : TIER_NAMES[tier]);

/** The reason in both languages, with the figures that it rests upon. */
export function reasonText(code: TierReasonCode, facts: ReasonFacts): Bilingual {
  return TEXTS[code](facts);
}

function marginText({ rules: { tierDownMargin } }: ReasonFacts, language: 'zh' | 'en'): string {
  const percent = `${Number((tierDownMargin * 100).toFixed(2))} %`;
  if (language === 'zh') return tierDownMargin === 0 ? '低于门槛' : `低于门槛 ${percent} 以上`;
  return tierDownMargin === 0 ? 'below the bound' : `more than ${percent} below the bound`;
}
const value = ({ valueCny }: ReasonFacts): string => valueCny ?? '–';
const bounds = ({ rules }: ReasonFacts, language: 'zh' | 'en'): string =>
  language === 'zh'
    ? `头部 ≥ ${rules.headTierCny} 元，基部 ≥ ${rules.baseTierCny} 元`
    : `head ≥ ${rules.headTierCny} CNY, base ≥ ${rules.baseTierCny} CNY`;

const TEXTS: Record<TierReasonCode, (facts: ReasonFacts) => Bilingual> = {
  firstKnown: (f) => ({
    zh: `近 12 个月价值已知：${value(f)} 元（${bounds(f, 'zh')}）。`,
    en: `The trailing value is known: ${value(f)} CNY (${bounds(f, 'en')}).`,
  }),
  valueRose: (f) => ({
    zh: `年度价值升至 ${value(f)} 元（上月 ${f.beforeCny} 元），达到${nameOf(f.earned).zh}（${bounds(f, 'zh')}）。`,
    en: `The year's value rose to ${value(f)} CNY (${f.beforeCny} the month before) and earns ${nameOf(f.earned).en} (${bounds(f, 'en')}).`,
  }),
  valueFell: (f) => ({
    zh: `年度价值降至 ${value(f)} 元（上月 ${f.beforeCny} 元），只达到${nameOf(f.earned).zh}（${bounds(f, 'zh')}）。`,
    en: `The year's value fell to ${value(f)} CNY (${f.beforeCny} the month before) and earns ${nameOf(f.earned).en} only (${bounds(f, 'en')}).`,
  }),
  ownerChanged: (f) => {
    const owner = f.ownerKind ? OWNER_NAMES[f.ownerKind] : NOBODY;
    return {
      zh: `归属变为${owner.zh}：低于基部门槛时，员工账号为外延，其余为培育中。`,
      en: `The account now belongs to ${owner.en}: below the base bound, staff accounts are outer and the others incubating.`,
    };
  },
  boundsChanged: (f) => ({
    zh: `政策门槛变更（${bounds(f, 'zh')}），年度价值 ${value(f)} 元按新门槛为${nameOf(f.earned).zh}。`,
    en: `The policy's bounds changed (${bounds(f, 'en')}): ${value(f)} CNY now earns ${nameOf(f.earned).en}.`,
  }),
  projected: (f) => ({
    zh: `观测 ${f.daysObserved} 天，不足一年：按天数推算为每年 ${value(f)} 元（推算，不用于结算）。`,
    en: `Observed on ${f.daysObserved} days, less than a year: projected to ${value(f)} CNY a year (never for settlement).`,
  }),
  projectionEnded: (f) => ({
    zh: `观测已满一年，推算结束：实际近 12 个月价值 ${value(f)} 元。`,
    en: `A whole year is observed and the projection ended: the trailing value is ${value(f)} CNY.`,
  }),
  openingValue: (f) => ({
    zh: `采用品牌申报的期初年度价值（申报）补足观测前的天数：合计 ${value(f)} 元。`,
    en: `The opening value that the brand declared (申报) stands for the days before observation: ${value(f)} CNY altogether.`,
  }),
  openingEnded: (f) => ({
    zh: `申报的期初价值已移出窗口：年度价值 ${value(f)} 元来自观测。`,
    en: `The declared opening value has left the window: ${value(f)} CNY rest upon observation.`,
  }),
  held: (f) => ({
    zh: `年度价值 ${value(f)} 元只达到${nameOf(f.earned).zh}；保级规则（连续 ${f.rules.tierDownMonths} 个月${marginText(f, 'zh')}才降级）保留${nameOf(f.effective).zh}，已计 ${f.monthsBelow} 个月。`,
    en: `${value(f)} CNY earn ${nameOf(f.earned).en} only; hysteresis (a fall needs ${f.rules.tierDownMonths} months in a row ${marginText(f, 'en')}) holds ${nameOf(f.effective).en}, ${f.monthsBelow} counted.`,
  }),
  holdEnded: (f) => ({
    zh: `保级到期：连续低于门槛满 ${f.rules.tierDownMonths} 个月，层级降为${nameOf(f.effective).zh}（${value(f)} 元）。`,
    en: `The hold ended: ${f.rules.tierDownMonths} months in a row below the bound; now ${nameOf(f.effective).en} (${value(f)} CNY).`,
  }),
  declaredTierChanged: () => ({ zh: '品牌申报的层级变更。', en: 'The tier that the brand declares changed.' }),
  noValue: () => ({ zh: '近 12 个月没有可计价的数据，层级未知。', en: 'Nothing in the twelve months has a price: the tier is unknown.' }),
  shortlyObserved: (f) => ({
    zh: `只观测了 ${f.daysObserved} 天，不足 28 天，不推算层级。`,
    en: `Observed on ${f.daysObserved} days only, under 28: no tier is projected.`,
  }),
  unchanged: (f) => ({ zh: `层级不变：年度价值 ${value(f)} 元。`, en: `Unchanged: the year's value is ${value(f)} CNY.` }),
};
