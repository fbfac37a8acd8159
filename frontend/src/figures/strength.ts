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
