import type { Residual } from './drift';
import { clamp } from './robust';

/** One way in which a subject may stand out. `score`: how strange one observation is, in spreads, larger = stranger; null unknown. */
export interface Claim {
  name: string;
  /** The value that the claim is about: a place in the plan's features, for what is shown. */
  feature: number;
  score(residual: Residual): number | null;
  /** How much an observation tells beside others of its unit, as 1 ÷ its noise; absent: all tell the same. */
  weight?(residual: Residual): number;
  /** Shift that the claim sees in one observation, on the scale of the values; null unknown. */
  effect(residual: Residual): number | null;
}

/** What is judged at once: one session, a business week, or the four weeks that end with one. */
export type UnitKind = 'session' | 'week' | 'weeks';
export interface Unit {
  kind: UnitKind;
  /** Number of the week (Mondays) for weeks. */
  week: number;
  residuals: Residual[];
}

const LEAST: Readonly<Record<UnitKind, number>> = { session: 1, week: 2, weeks: 6 };
const WEEKS = 4;
/** One observation alone may not make a week. */
const [LOWEST, HIGHEST] = [-4, 6];

/** Monday-based number of the week of a business day. */
export const weekOf = (day: number): number => Math.floor((day + 3) / 7);
/** First business day (number) of a week. */
export const firstDayOf = (week: number): number => week * 7 - 3;

/** Units of the asked kinds that the residuals fill, in the order of time. */
export function unitsOf(residuals: readonly Residual[], kinds: readonly UnitKind[]): Unit[] {
  const units: Unit[] = [];
  const byWeek = new Map<number, Residual[]>();
  for (const residual of residuals) {
    const week = weekOf(residual.observation.day);
    const own = byWeek.get(week);
    if (own) own.push(residual);
    else byWeek.set(week, [residual]);
    if (kinds.includes('session')) units.push({ kind: 'session', week, residuals: [residual] });
  }
  for (const [week, own] of byWeek) {
    if (kinds.includes('week')) units.push({ kind: 'week', week, residuals: own });
    if (!kinds.includes('weeks')) continue;
    const reach = Array.from({ length: WEEKS }, (_, back) => byWeek.get(week - back) ?? []);
    if (reach.slice(1).some((list) => list.length > 0)) units.push({ kind: 'weeks', week, residuals: reach.reverse().flat() });
  }
  return units;
}

/** Score of a unit: the sum of what its observations show, in spreads of such a sum; null where too few know it. */
export function unitScore({ kind, residuals, week }: Unit, claim: Claim): number | null {
  let [known, sum, whole, first, ofWeek, inWeek] = [0, 0, 0, 0, 0, 0];
  for (const residual of residuals) {
    const score = claim.score(residual);
    if (score === null) continue;
    if (known++ === 0) first = score;
    if (kind === 'weeks' && weekOf(residual.observation.day) === week) {
      ofWeek += score;
      inWeek++;
    }
    const weight = claim.weight?.(residual) ?? 1;
    sum += weight * clamp(score, LOWEST, HIGHEST);
    whole += weight ** 2;
  }
  if (known < LEAST[kind]) return null;
  if (kind === 'session') return first;
  // what was in former weeks is told by their own signals
  if (kind === 'weeks' && inWeek > 0 && ofWeek / inWeek < 0.5) return null;
  return sum / Math.sqrt(whole);
}

/** Mean shift of a unit on the scale of the values; null unknown. */
export function unitEffect({ residuals }: Unit, claim: Claim): number | null {
  const mean = meanOf(residuals.map((residual) => claim.effect(residual)));
  return Number.isNaN(mean) ? null : mean;
}

function meanOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
