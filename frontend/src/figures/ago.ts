/** How long ago something was, in the largest whole unit: the words of `live.ago`. Never in the future. */
export function agoOf(at: number, now: number): { unit: 'seconds' | 'minutes' | 'hours'; count: number } {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  if (seconds < 120) return { unit: 'seconds', count: seconds };
  return seconds < 7_200 ? { unit: 'minutes', count: Math.floor(seconds / 60) } : { unit: 'hours', count: Math.floor(seconds / 3600) };
}
