import type { ReturnFigures, ValueFigures } from '@app/analytics';
import type { Bilingual, Reasons, ValueRow } from '@app/contracts';
import { WHY } from './reasons';

const MONEY_WHY = {
  noViews: { zh: '没有有效观看（直播观看与视频播放的净数量为 0）。', en: 'There are no effective views (net live views and plays are 0).' },
  noViewPrice: { zh: '有效观看没有刊例价，请导入 rate-cards。', en: 'The effective views have no price: import rate-cards.' },
  partlyPriced: {
    zh: '部分有效观看没有刊例价：及格线只知道一部分，差距未知。',
    en: 'A part of the effective views has no price: only a part of the line is known, the distance is unknown.',
  },
  free: { zh: '成本为 0：没有比率。', en: 'The cost is 0: there is no ratio.' },
  noCpa: { zh: '策略没有单客到店公开价（cpaCny）。', en: 'The policy has no public price of one arrival (cpaCny).' },
} as const satisfies Record<string, Bilingual>;

type Figures = ValueFigures & ReturnFigures;

/** Why figures of a value row are unknown (domain.md 4.6–4.9). */
export function valueReasons(figures: Figures, hasCards: boolean): Reasons {
  const reasons: Reasons = {};
  const say = (field: keyof ValueRow, why: Bilingual | null) => {
    if (why !== null) reasons[field] = why;
  };
  if (figures.valueCny === null)
    for (const field of ['valueCny', 'grossCny', 'excludedCny'] as const) say(field, hasCards ? WHY.noValue : WHY.noCards);
  const noCost = figures.costCny === null ? WHY.noCost : null;
  const free = figures.costCny !== null && Number(figures.costCny) === 0 ? MONEY_WHY.free : null;
  const noLine = whyNoLine(figures);
  say('costCny', noCost);
  if (figures.costPerViewCny === null) say('costPerViewCny', noCost ?? (figures.effectiveViews <= 0 ? MONEY_WHY.noViews : free));
  if (figures.passLine === null) say('passLine', noCost ?? noLine);
  if (figures.passLineCny === null) say('passLineCny', noLine);
  if (figures.passLineGapCny === null) say('passLineGapCny', noCost ?? noLine);
  if (figures.roiValue === null) say('roiValue', noCost ?? free ?? (hasCards ? WHY.noValue : WHY.noCards));
  if (figures.roiCpa === null) say('roiCpa', noCost ?? free ?? (figures.effectiveViews === 0 ? MONEY_WHY.noViews : MONEY_WHY.noCpa));
  return reasons;
}

function whyNoLine({ effectiveViews, publicPartial, passLineCny }: Figures): Bilingual | null {
  if (effectiveViews <= 0) return MONEY_WHY.noViews;
  if (passLineCny !== null) return null;
  return publicPartial ? MONEY_WHY.partlyPriced : MONEY_WHY.noViewPrice;
}
