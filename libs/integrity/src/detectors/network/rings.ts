import { ascending, quantileOf } from '../../calibration/robust';
import { lockstepGroups } from './groups';

/** Regular visitors whose own room is one place's, to another place. */
export interface Flow {
  home: number;
  host: number;
  visitors: number;
}

/** Two places whose people visit each other. `score`: the weaker direction's deviation from what their numbers let expect, in units of chance. */
export interface Exchange {
  a: number;
  b: number;
  there: number;
  back: number;
  expectedThere: number;
  expectedBack: number;
  score: number;
}

const LEAST_VISITORS = 3;
/** What of the pairs of one city is taken for what shoppers of a city do. */
const NEIGHBOURLY = 0.8;

/** Pairs with regular visitors in both directions, against what is expected of places that send and receive so many; neighbours expect more. `cities`: of every place, '' unknown. */
export function exchanges(flows: readonly Flow[], cities: ReadonlyMap<number, string>): Exchange[] {
  const sent = new Map<number, number>();
  const received = new Map<number, number>();
  const between = new Map<string, number>();
  let total = 0;
  for (const { home, host, visitors } of flows) {
    sent.set(home, (sent.get(home) ?? 0) + visitors);
    received.set(host, (received.get(host) ?? 0) + visitors);
    between.set(`${home}/${host}`, visitors);
    total += visitors;
  }
  // by what each exchanges with all others: a ring would otherwise be what lets expect it
  const chance = (home: number, host: number): number => {
    const own = between.get(`${home}/${host}`) ?? 0;
    return ((sent.get(home)! - own) * (received.get(host)! - own)) / Math.max(1, total - own);
  };
  const neighbours = (a: number, b: number): boolean => Boolean(cities.get(a)) && cities.get(a) === cities.get(b);
  const near = flows.filter(({ home, host }) => neighbours(home, host));
  const ratios = near.map((flow) => flow.visitors / Math.max(0.5, chance(flow.home, flow.host)));
  const usual = Math.max(
    1,
    quantileOf(ascending([...ratios, ...new Array<number>(neighbourPairs(cities) - near.length).fill(0)]), NEIGHBOURLY),
  );
  const found: Exchange[] = [];
  for (const { home: a, host: b, visitors: there } of flows) {
    const back = between.get(`${b}/${a}`) ?? 0;
    if (a >= b || Math.min(there, back) < LEAST_VISITORS) continue;
    const factor = neighbours(a, b) ? usual || 1 : 1;
    const [expectedThere, expectedBack] = [factor * chance(a, b), factor * chance(b, a)];
    const deviation = (count: number, expected: number): number => (count - expected) / Math.sqrt(expected + 1);
    found.push({
      a,
      b,
      there,
      back,
      expectedThere,
      expectedBack,
      score: Math.min(deviation(there, expectedThere), deviation(back, expectedBack)),
    });
  }
  return found;
}

/** Ordered pairs of places in one city. */
function neighbourPairs(cities: ReadonlyMap<number, string>): number {
  const sizes = new Map<string, number>();
  for (const city of cities.values()) if (city !== '') sizes.set(city, (sizes.get(city) ?? 0) + 1);
  return [...sizes.values()].reduce((pairs, size) => pairs + size * (size - 1), 0);
}

export interface Ring {
  places: number[];
  exchanges: Exchange[];
  /** Median of the exchanges' scores. */
  score: number;
}

/** Rings: at least three places of which each exchanges with two others of the ring. */
export function ringsOf(pairs: readonly Exchange[], least: number): Ring[] {
  const strong = pairs.filter(({ score }) => score >= least);
  const links = strong.map(({ a, b, score }) => ({ a, b, places: Math.round(score * 100), weight: 1 }));
  return lockstepGroups(links, { partners: 2, size: 3 }).map(({ members, places }) => {
    const inside = new Set(members);
    return { places: members, exchanges: strong.filter(({ a, b }) => inside.has(a) && inside.has(b)), score: places / 100 };
  });
}
