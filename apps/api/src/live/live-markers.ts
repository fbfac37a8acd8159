import type { BrandState, LiveMarker } from '@app/contracts';
import { shownText } from './live-board';

const MINUTE_MS = 60_000;
/** Missing minutes up to this many are how feeds are; more is a gap that is shown. */
const SHORTEST_GAP = 2;

/** What explains stretches of a broadcast: declarations of its account, dealer or brand, and where no reading came. Cut to its span, in order. */
export function markersOf(
  state: BrandState,
  accountKey: string,
  { from, to, minutes }: { from: number; to: number; minutes: readonly number[] },
): LiveMarker[] {
  const owner = state.ownerships.find((own) => own.accountKey === accountKey && own.from <= from && (own.to === null || from < own.to));
  const concerns = (declaration: BrandState['declarations'][number]): boolean =>
    declaration.accountKey === accountKey ||
    (declaration.accountKey === null && (declaration.dealerId === null || declaration.dealerId === (owner?.dealerId ?? '')));
  const declared = state.declarations
    .filter((declaration) => concerns(declaration) && declaration.from <= to && declaration.to >= from)
    .flatMap(({ kind, detail, ...span }): LiveMarker[] =>
      kind === 'staff'
        ? []
        : [{ kind, from: Math.max(from, span.from), to: Math.min(to, span.to), detail: detail === null ? null : shownText(detail) }],
    );
  return [...declared, ...gapsOf(minutes, to)].sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Where minutes are missing between the first that came and the end. None without any minute: then nothing is expected. */
function gapsOf(minutes: readonly number[], to: number): LiveMarker[] {
  const gaps: LiveMarker[] = [];
  minutes.forEach((minute, index) => {
    const next = minutes[index + 1] ?? to;
    const after = minute + MINUTE_MS;
    if (next - after > SHORTEST_GAP * MINUTE_MS) gaps.push({ kind: 'gap', from: after, to: next, detail: null });
  });
  return gaps;
}
