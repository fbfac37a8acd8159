/**
 * Quantile of the standard normal distribution at a share in (0, 1), to 5e-4 (Abramowitz and Stegun 26.2.23); shares outside give the ends of what it can tell.
 */
export function normalQuantile(share: number): number {
  const inner = Math.min(1 - 1e-9, Math.max(1e-9, share));
  const tail = Math.sqrt(-2 * Math.log(Math.min(inner, 1 - inner)));
  const value = tail - (2.515517 + tail * (0.802853 + tail * 0.010328)) / (1 + tail * (1.432788 + tail * (0.189269 + tail * 0.001308)));
  return inner < 0.5 ? -value : value;
}
