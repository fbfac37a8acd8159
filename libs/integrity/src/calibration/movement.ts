/** Platform or area → number of the business day → shift of each feature that most accounts there share (0: unknown); those of areas are beyond the platform's. JSON. */
export type Movement = Record<string, Record<number, number[]>>;

/** Where an account is among its peers: the platform, then the area, the larger first. */
interface Placed {
  platform: string;
  areas?: readonly string[];
}
type Shifts = readonly number[] | undefined;

export const groupsOf = ({ platform, areas = [] }: Placed): string[] => [platform, ...areas.slice(0, 2)];

/** What the groups of an account have in common on a day; undefined: nothing is known. */
export function movedOn(movement: Movement, { platform, areas = [] }: Placed, day: number): Shifts {
  let whole: Shifts = movement[platform]?.[day];
  for (const area of areas) {
    const own = movement[area]?.[day];
    if (own) whole = whole ? whole.map((shift, feature) => shift + own[feature]) : own;
  }
  return whole;
}

// what is the same for all accounts of a place is added up once a day
const known = new WeakMap<Movement, Map<string, Map<number, Shifts>>>();

/** The same by day, of a movement that is whole and changes no more. */
export function movementFor(movement: Movement, placed: Placed): (day: number) => Shifts {
  const places = known.get(movement) ?? new Map<string, Map<number, Shifts>>();
  known.set(movement, places);
  const place = [placed.platform, ...(placed.areas ?? [])].join('/');
  const days = places.get(place) ?? new Map<number, Shifts>();
  places.set(place, days);
  return (day) => {
    if (!days.has(day)) days.set(day, movedOn(movement, placed, day));
    return days.get(day);
  };
}
