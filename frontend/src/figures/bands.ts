const MINUTE_MS = 60_000;

/** Minutes (their starts, ISO) joined to stretches: those that follow each other are one. Each ends where its last minute ends. */
export function bandsOf(minutes: readonly { at: string }[], text: string): { from: number; to: number; text: string }[] {
  const bands: { from: number; to: number; text: string }[] = [];
  const starts = [...new Set(minutes.map(({ at }) => Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  for (const start of starts) {
    const last = bands.at(-1);
    if (last && start <= last.to) last.to = start + MINUTE_MS;
    else bands.push({ from: start, to: start + MINUTE_MS, text });
  }
  return bands;
}
