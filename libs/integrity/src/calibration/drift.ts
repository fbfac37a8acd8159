import type { DeclarationKind, Platform } from '@app/contracts';
import { type Movement, groupsOf, movedOn, movementFor } from './movement';
import { clamp, median, spread } from './robust';
import { SIZE_CLASSES, type SizeClass } from './room-size';

/** A measured thing of an account: a session, or a day. Values are logarithms or other scales on which shifts add up; null is unknown. */
export interface Observation {
  /** Session id, or the business day. */
  item: string;
  /** Epoch ms. */
  from: number;
  to: number;
  /** Number of the business day (days since 1970). */
  day: number;
  values: readonly (number | null)[];
  kinds: readonly DeclarationKind[];
  declarationIds: readonly string[];
  /** How far values may lie off by views that were declared as bought, whose number is known, or that a public explains (docs/adr/0053): −ln(1 − their share). Absent: 0. */
  bought?: number;
}

/** The observations of one account in the order of time; `size` puts it among its peers. */
export interface Series {
  accountKey: string;
  platform: Platform;
  size: SizeClass;
  /** Province and city of the owner, the larger first: what moves in common there is taken out as well. */
  areas?: readonly string[];
  observations: readonly Observation[];
}

export interface DriftPlan {
  /** Names of the values. */
  features: readonly string[];
  /** Values that follow the day of the week. */
  weekly: readonly boolean[];
  /** Fewer usable observations before `reference.end` are no history. */
  minHistory: number;
  /** Spread of a value below which nobody is believed to be, in its unit. */
  leastSpread: number;
}

/** Until when own history counts, and which part of it is judged in trial to learn how far honest accounts drift. Epoch ms. */
export interface Split {
  trialFrom: number;
  end: number;
}

/** What peers have in common, as JSON. */
export interface Common {
  /** Platform or area → day → shift of each feature that most accounts there share (0: unknown); those of areas are beyond the platform's. */
  movement: Movement;
  /** Usual spread of each feature, by size class and `all`. */
  spreads: Record<string, number[]>;
  /** Usual value of each feature, by size class and `all`; null: nobody has one. */
  usual: Record<string, (number | null)[]>;
  /** `kind` → shift and spread of each feature on what was declared so, in the unit of the values; absent: too few to tell. */
  declared: Partial<Record<DeclarationKind, { shift: number[]; spread: number[] }>>;
}

/** An observation beside what its own history lets expect. */
export interface Residual {
  observation: Observation;
  /** Value − own usual − common movement − what was declared, per feature; null unknown. */
  shift: (number | null)[];
  /** Spread that honest shifts of it have. */
  spread: number[];
  /** What was expected, on the scale of the values. */
  expected: (number | null)[];
  /** What peers of the size show on that day, on the same scale. */
  peers: (number | null)[];
}

/** Own histories are pulled towards the peers' spread as if so many more observations had it. */
const PEER_WEIGHT = 10;
/** A day's movement is believed from about so many peers on. */
const PEERS_OF_A_DAY = 12;
const DECLARED_OBSERVATIONS = 15;
const WEEKDAY_WEIGHT = 4;
/** Where too few have declared such a thing: it explains up to three times the figures. */
const UNMEASURED = Math.log(3);

/** Half of the days of history up to `end` are the trial, so far as there are two weeks for each part. */
export function splitOf(historyFrom: number, end: number): Split {
  return { trialFrom: historyFrom + (end - historyFrom) * 0.55, end };
}

interface Own {
  usual: number[];
  weekday: number[][];
  spread: number[];
  known: number[];
}

/** What an account usually shows, from its observations before `end` that nothing was declared for. */
function ownOf(
  plan: DriftPlan,
  observations: readonly Observation[],
  end: number,
  movement: (day: number) => readonly number[] | undefined,
): Own {
  const before = observations.filter(({ from, kinds }) => from < end && kinds.length === 0);
  const movements = before.map(({ day }) => movement(day));
  const own: Own = { usual: [], weekday: [], spread: [], known: [] };
  plan.features.forEach((_, feature) => {
    const usable: Observation[] = [];
    const values: number[] = [];
    before.forEach((one, at) => {
      const value = one.values[feature];
      if (value === null) return;
      usable.push(one);
      values.push(value - (movements[at]?.[feature] ?? 0));
    });
    const usual = median(values);
    const weekday = plan.weekly[feature] ? weekdaysOf(usable, values, usual) : [];
    const rest = values.map((value, at) => value - usual - (weekday[weekdayOf(usable[at])] ?? 0));
    own.usual.push(usual);
    own.weekday.push(weekday);
    own.known.push(values.length);
    own.spread.push(values.length < 3 ? NaN : spread(rest, 0));
  });
  return own;
}

const weekdayOf = ({ day }: Observation): number => day % 7;

function weekdaysOf(observations: readonly Observation[], values: readonly number[], usual: number): number[] {
  return Array.from({ length: 7 }, (_, weekday) => {
    const own = values.filter((_value, at) => weekdayOf(observations[at]) === weekday);
    return own.length === 0 ? 0 : (median(own) - usual) * (own.length / (own.length + WEEKDAY_WEIGHT));
  });
}

/** What peers have in common: to be made of all accounts. */
export function commonOf(plan: DriftPlan, all: readonly Series[], { end }: Split): Common {
  const still = () => undefined;
  const owns = all.map((series) => ownOf(plan, series.observations, end, still));
  const common: Common = { movement: movementOf(plan, all, owns), spreads: {}, usual: {}, declared: {} };
  const bySize = new Map<string, number[][]>();
  const usualBySize = new Map<string, number[][]>();
  all.forEach((series, at) => {
    for (const size of [series.size, 'all'])
      owns[at].spread.forEach((value, feature) => {
        if (owns[at].known[feature] < plan.minHistory) return;
        const lists = bySize.get(size) ?? plan.features.map(() => []);
        lists[feature].push(value);
        bySize.set(size, lists);
        const usual = usualBySize.get(size) ?? plan.features.map(() => []);
        usual[feature].push(owns[at].usual[feature]);
        usualBySize.set(size, usual);
      });
  });
  const whole = bySize.get('all') ?? plan.features.map(() => []);
  for (const size of ['all', ...SIZE_CLASSES])
    common.spreads[size] = (bySize.get(size) ?? whole).map((list, feature) =>
      Math.max(plan.leastSpread, list.length >= 5 ? median(list) : whole[feature].length > 0 ? median(whole[feature]) : 0),
    );
  for (const [size, lists] of usualBySize) common.usual[size] = lists.map((list) => (list.length < 5 ? null : rounded(median(list))));
  common.declared = declaredOf(plan, all, common, end);
  return common;
}

/** Of the platform first, then what is left in provinces, then in cities. */
function movementOf(plan: DriftPlan, all: readonly Series[], owns: readonly Own[]): Movement {
  const movement: Movement = {};
  for (let level = 0; level < 3; level++) {
    const groups = new Map<string, Map<number, number[][]>>();
    all.forEach((series, at) => {
      const group = groupsOf(series)[level];
      if (group === undefined) return;
      const days = groups.get(group) ?? new Map<number, number[][]>();
      groups.set(group, days);
      for (const one of series.observations)
        if (one.kinds.length === 0)
          noteShifts(plan, one, owns[at], { days, moved: level === 0 ? undefined : movedOn(movement, series, one.day) });
    });
    for (const [group, days] of groups)
      for (const [day, lists] of days) {
        const shifts = lists.map((list) => (list.length < 5 ? 0 : rounded((median(list) * list.length) / (list.length + PEERS_OF_A_DAY))));
        if (shifts.some((shift) => shift !== 0)) (movement[group] ??= {})[day] = shifts;
      }
  }
  return movement;
}

function noteShifts(
  plan: DriftPlan,
  one: Observation,
  { usual, weekday, known }: Own,
  { days, moved }: { days: Map<number, number[][]>; moved: readonly number[] | undefined },
): void {
  let lists = days.get(one.day);
  if (!lists) days.set(one.day, (lists = plan.features.map(() => [])));
  for (let feature = 0; feature < plan.features.length; feature++) {
    const value = one.values[feature];
    if (value === null || value === undefined || known[feature] < plan.minHistory) continue;
    lists[feature].push(value - usual[feature] - (weekday[feature][weekdayOf(one)] ?? 0) - (moved?.[feature] ?? 0));
  }
}

function declaredOf(plan: DriftPlan, all: readonly Series[], common: Common, end: number): Common['declared'] {
  const shifts = new Map<DeclarationKind, number[][]>();
  for (const series of all) {
    if (!series.observations.some(({ kinds }) => kinds.length > 0)) continue;
    for (const residual of residualsOf(
      plan,
      series,
      { ...common, declared: {} },
      { baseEnd: end, from: -Infinity, to: Infinity, raw: true },
    ) ?? [])
      for (const kind of residual.observation.kinds) {
        const lists = shifts.get(kind) ?? plan.features.map(() => []);
        shifts.set(kind, lists);
        residual.shift.forEach((shift, feature) => shift !== null && lists[feature].push(shift));
      }
  }
  const declared: Common['declared'] = {};
  for (const [kind, lists] of shifts)
    if (lists.some((list) => list.length >= DECLARED_OBSERVATIONS))
      declared[kind] = {
        shift: lists.map((list) => (list.length >= DECLARED_OBSERVATIONS ? rounded(median(list)) : 0)),
        spread: lists.map((list) => (list.length >= DECLARED_OBSERVATIONS ? rounded(spread(list)) : 0)),
      };
  return declared;
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/**
 * The observations of an account in [from, to) beside what its history before `baseEnd` lets expect. Null: there is no history. `raw`: what was
 * declared is not taken off.
 */
export function residualsOf(
  plan: DriftPlan,
  series: Series,
  common: Common,
  { baseEnd, from, to, raw = false }: { baseEnd: number; from: number; to: number; raw?: boolean },
): Residual[] | null {
  const movement = movementFor(common.movement, series);
  const own = ownOf(plan, series.observations, baseEnd, movement);
  if (!own.known.some((known) => known >= plan.minHistory)) return null;
  const usualSpreads = common.spreads[series.size] ?? common.spreads.all;
  return series.observations
    .filter((one) => one.from >= from && one.from < to)
    .map((observation) => {
      const moved = movement(observation.day);
      const expected = plan.features.map((_, feature) =>
        own.known[feature] < plan.minHistory
          ? null
          : own.usual[feature] + (own.weekday[feature][weekdayOf(observation)] ?? 0) + (moved?.[feature] ?? 0),
      );
      const usualOfPeers = common.usual[series.size] ?? common.usual.all ?? [];
      const peers = plan.features.map((_, feature) => {
        const usual = usualOfPeers[feature] ?? null;
        return usual === null ? null : usual + (moved?.[feature] ?? 0);
      });
      const residual: Residual = { observation, shift: [], spread: [], expected, peers };
      plan.features.forEach((_, feature) => {
        const value = observation.values[feature];
        const known = own.known[feature];
        const whole = Math.sqrt(
          (known * (own.spread[feature] || 0) ** 2 + PEER_WEIGHT * usualSpreads[feature] ** 2) / (known + PEER_WEIGHT),
        );
        const shift = value === null || expected[feature] === null ? null : value - expected[feature];
        const rest = raw || shift === null ? { shift, spread: 0 } : beyondDeclared(shift, observation.kinds, common, feature);
        residual.shift.push(raw ? rest.shift : beyondBought(rest.shift, observation.bought ?? 0));
        residual.spread.push(Math.hypot(Math.max(plan.leastSpread, whole), rest.spread));
      });
      return residual;
    });
}

/**
 * Whoever was bought with a declaration is watching, too, and reacts less than others or as they do: by its share of the views, every value may lie off, and no
 * further.
 */
export const beyondBought = (shift: number | null, bought: number): number | null =>
  shift === null ? null : Math.sign(shift) * Math.max(0, Math.abs(shift) - bought);

/** What is left of a shift after what was declared; several declarations explain as much as the one that explains most, not their sum. */
function beyondDeclared(
  shift: number,
  kinds: readonly DeclarationKind[],
  common: Common,
  feature: number,
): { shift: number; spread: number } {
  if (kinds.length === 0) return { shift, spread: 0 };
  const explaining = kinds.map((kind) => {
    const measured = common.declared[kind];
    return measured
      ? { shift: measured.shift[feature], spread: measured.spread[feature] }
      : { shift: clamp(shift, -UNMEASURED, UNMEASURED), spread: 0 };
  });
  const most = explaining.reduce((one, other) => (Math.abs(other.shift) > Math.abs(one.shift) ? other : one));
  return { shift: shift - most.shift, spread: Math.max(...explaining.map((one) => one.spread)) };
}
