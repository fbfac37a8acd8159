import type { DwellBin } from '@app/contracts';

/** Shares of a dwell histogram; `before` null: the room has no past to be held against. */
export function dwellShares(bins: readonly DwellBin[]): { fromSeconds: number; share: number; before: number | null; entries: number }[] {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const own = sum(bins.map(({ entries }) => entries));
  const past = sum(bins.map(({ before }) => before));
  return bins.map(({ fromSeconds, entries, before }) => ({
    fromSeconds,
    entries,
    share: own === 0 ? 0 : entries / own,
    before: past === 0 ? null : before / past,
  }));
}

/** `0–10 s`, `1–3 min`, `≥ 30 min`. */
export function dwellName(fromSeconds: number, next: number | undefined, units: { seconds: string; minutes: string }): string {
  const inMinutes = fromSeconds >= 60;
  const unit = inMinutes ? units.minutes : units.seconds;
  const count = (seconds: number) => (inMinutes ? seconds / 60 : seconds);
  return next === undefined ? `≥ ${count(fromSeconds)} ${unit}` : `${count(fromSeconds)}–${count(next)} ${unit}`;
}
