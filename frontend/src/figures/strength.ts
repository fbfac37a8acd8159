import { formatShare, UNKNOWN } from './format';

/** A strength as it is said: more places the nearer it is to 1. */
export function strengthText(strength: number): string {
  const places = strength >= 0.9999 ? 5 : strength >= 0.999 ? 4 : strength >= 0.99 ? 3 : 2;
  // never rounded up to certainty
  return (Math.floor(strength * 10 ** places + 1e-9) / 10 ** places).toFixed(places);
}

/** One honest subject in how many looks at least like that: 1 ÷ (1 − strength), whole. */
export const honestOneIn = (strength: number): string => {
  const count = Math.round(1 / Math.max(1 - strength, 1e-6));
  return count.toLocaleString('en');
};

/** A probability as it is said: a model is never certain. Null: unknown. */
export function probabilityText(probability: number | null): string {
  if (probability === null) return UNKNOWN;
  if (probability > 0.999) return '> 99.9 %';
  return probability < 0.001 ? '< 0.1 %' : formatShare(probability.toFixed(6));
}
