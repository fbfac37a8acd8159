import type { Bench } from './bench';

/** What a goal asks of its value. */
export type Bound = { atMost: number } | { below: number } | { atLeast: number };

/** A value of null was not measured; the note says why. */
export interface Measured {
  value: number | null;
  note?: string;
  /** Something broke: the goal counts as missed. */
  failed?: boolean;
}

/** A line of the benchmark. `measure` may share work with its neighbours through `Bench.once`. */
export interface Goal {
  name: string;
  /** What the value counts: '×', '% of …', 'bytes'. */
  unit: string;
  bound: Bound;
  measure(bench: Bench): Promise<Measured>;
}

export interface GoalGroup {
  name: string;
  goals: readonly Goal[];
  /** Brings the instance back to where the next group expects it. */
  after?(bench: Bench): Promise<void>;
}

/** One JSON line. `holds` is null when the goal could not be put to the test at this size; a missed goal is false. */
export interface GoalLine {
  name: string;
  value: number | null;
  goal: string;
  holds: boolean | null;
  unit: string;
  note?: string;
}

export function goalText(bound: Bound): string {
  if ('atMost' in bound) return `≤ ${bound.atMost}`;
  return 'below' in bound ? `< ${bound.below}` : `≥ ${bound.atLeast}`;
}

const meets = (value: number, bound: Bound): boolean =>
  'atMost' in bound ? value <= bound.atMost : 'below' in bound ? value < bound.below : value >= bound.atLeast;

export function lineOf({ name, unit, bound }: Pick<Goal, 'name' | 'unit' | 'bound'>, { value, note, failed }: Measured): GoalLine {
  const rounded = value === null ? null : Number(value.toPrecision(4));
  const holds = failed ? false : value === null ? null : meets(value, bound);
  return { name, value: rounded, goal: goalText(bound), holds, unit, ...(note === undefined ? {} : { note }) };
}
