import type { Bilingual } from '@app/contracts';

/** What a shift of a share is called: on the scale of odds, and of a ratio or a length. `{share}` is the shift in per cent. */
export const SHARE_SHIFT: Bilingual = {
  zh: '与自身以往同等规模的场次相比（该类与其余之比变化 {share}）',
  en: 'against the own sessions of that size (odds {share})',
};
export const RATIO_SHIFT: Bilingual = {
  zh: '与自身以往同等规模的场次相比变化 {share}',
  en: 'against the own sessions of that size ({share})',
};
