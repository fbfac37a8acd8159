/** A session or a video that had units of a line on a day. */
export interface Share {
  origin: 'session' | 'video';
  target: string;
  units: number;
}

/**
 * Shares out units of an account's day among the sessions and videos that had them, by what each had: whole units by largest remainder, nobody more than it
 * had, ties by id. What is more than all had is left: no figure falls below 0.
 */
export function allot(units: number, shares: readonly Share[]): Share[] {
  const known = shares.filter((share) => share.units > 0).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const total = known.reduce((sum, share) => sum + share.units, 0);
  const wanted = Math.min(Math.round(units), total);
  if (wanted <= 0) return [];
  const parts = known.map((share) => {
    const exact = (wanted * share.units) / total;
    return { share, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = wanted - parts.reduce((sum, { whole }) => sum + whole, 0);
  for (const part of [...parts].sort((a, b) => b.rest - a.rest || (placeOf(a.share) < placeOf(b.share) ? -1 : 1))) {
    if (left === 0) break;
    if (part.whole >= part.share.units) continue;
    part.whole++;
    left--;
  }
  return parts.filter(({ whole }) => whole > 0).map(({ share, whole }) => ({ ...share, units: whole }));
}

const placeOf = ({ origin, target }: Share): string => `${origin} ${target}`;
