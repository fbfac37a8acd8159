/** A share with its 95 % interval. */
export interface ShareInterval {
  value: number;
  low: number;
  high: number;
}

const Z = 1.959_963_985;

/** Wilson's interval, which is honest for few cases and for shares of 0 and 1; null without any case. */
export function wilsonInterval(hits: number, of: number): ShareInterval | null {
  if (!(of > 0)) return null;
  const share = hits / of;
  const scale = 1 + (Z * Z) / of;
  const middle = (share + (Z * Z) / (2 * of)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { value: share, low: Math.max(0, Math.min(share, middle - half)), high: Math.min(1, Math.max(share, middle + half)) };
}
