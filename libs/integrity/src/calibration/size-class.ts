import { ascending, median, quantileOf, spread } from './robust';
import { honestTail, strengthOf, type HonestTail } from './tail';

/** Classes of size: what is honest in a room of fifty is not in one of five thousand. */
const BOUNDS = [100, 300, 1000, 3000] as const;
export const SIZE_CLASSES = BOUNDS.length + 1;
export const sizeClass = (count: number): number => BOUNDS.filter((bound) => count >= bound).length;

/** Sessions are many: of a weaker finding there would be dozens a day in an honest brand. */
export const SESSION_FLOOR = 0.99;
/** Below so many subjects a class is judged by all classes together. */
const ENOUGH = 40;
/** Scores so many widths (from the median to the upper decile) above the upper decile are no honest reference. */
const FAR = 5;

/** What honest subjects of each class reach, as JSON; `all` for classes with few of them. */
export interface SizedTails {
  classes: (HonestTail | null)[];
  all: HonestTail;
}

/** Of the scores of many subjects, of whom a few may be inflated: those far beyond the others are not taken for honest. */
export function sizedTails(scored: readonly { size: number; score: number }[]): SizedTails {
  const tailOf = (scores: number[]) => honestTail(withoutFar(scores));
  const classes = Array.from({ length: SIZE_CLASSES }, (_, at) => {
    const own = scored.filter(({ size }) => sizeClass(size) === at).map(({ score }) => score);
    return own.length >= ENOUGH ? tailOf(own) : null;
  });
  return { classes, all: tailOf(scored.map(({ score }) => score)) };
}

/** History that is enough to say alone what is honest: what is judged may be inflated. */
const ENOUGH_HISTORY = 200;
export function historyOf<Part>(parts: readonly Part[], isPast: (part: Part) => boolean, enough = ENOUGH_HISTORY): readonly Part[] {
  const past = parts.filter(isPast);
  return past.length >= enough ? past : parts;
}

export function withoutFar(scores: readonly number[]): number[] {
  const sorted = ascending(scores.filter(Number.isFinite));
  if (sorted.length < ENOUGH) return [...sorted];
  const high = quantileOf(sorted, 0.9);
  const limit = high + FAR * Math.max(1e-9, high - quantileOf(sorted, 0.5));
  return [...sorted].filter((score) => score <= limit);
}

export const sizedStrength = (tails: SizedTails, size: number, score: number): number =>
  strengthOf(tails.classes[sizeClass(size)] ?? tails.all, score);

/** Centre and spread per class, of all classes where there are few. */
export interface SizedSpread {
  centre: number[];
  spread: number[];
}

export function sizedSpread(values: readonly { size: number; value: number }[]): SizedSpread {
  const all = values.map(({ value }) => value);
  const of = (own: number[]): [number, number] => {
    const centre = own.length > 0 ? median(own) : 0;
    return [centre, own.length > 1 ? spread(own, centre) : 0];
  };
  const found = Array.from({ length: SIZE_CLASSES }, (_, at) => {
    const own = values.filter(({ size }) => sizeClass(size) === at).map(({ value }) => value);
    return of(own.length >= ENOUGH ? own : all);
  });
  return { centre: found.map(([centre]) => centre), spread: found.map(([, width]) => width) };
}
