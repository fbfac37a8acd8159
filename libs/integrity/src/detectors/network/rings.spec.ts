import { exchanges, ringsOf, type Flow } from './rings';

const strangers: ReadonlyMap<number, string> = new Map();
const citiesOf = (places: number, cities: number) => new Map(Array.from({ length: places }, (_, at) => [at, `${at % cities}`]));
/** Every place sends a few regulars to every other. */
const background = (places: number, visitors = 1): Flow[] =>
  Array.from({ length: places }, (_, home) =>
    Array.from({ length: places }, (__, host) => ({ home, host, visitors })).filter((flow) => flow.home !== flow.host),
  ).flat();
const between = (flows: Flow[], members: number[], visitors: number): Flow[] =>
  flows.map((flow) => (members.includes(flow.home) && members.includes(flow.host) ? { ...flow, visitors } : flow));

it('dealers that help each other are one ring, the others are none of it', () => {
  const [ring, ...others] = ringsOf(exchanges(between(background(40), [3, 7, 11, 20], 12), strangers), 4);
  expect(ring.places).toEqual([3, 7, 11, 20]);
  expect(ring.exchanges).toHaveLength(6);
  expect(others).toEqual([]);
});

it('a popular room that all visit, and that visits nobody, is in no ring', () => {
  const popular = background(30).map((flow) => (flow.host === 5 ? { ...flow, visitors: 60 } : flow));
  expect(ringsOf(exchanges(popular, strangers), 4)).toEqual([]);
});

it('shoppers of one city compare its dealers: what all neighbours exchange is no ring', () => {
  const cities = 10;
  const city = (place: number) => place % cities;
  const flows = background(40).map((flow) => (city(flow.home) === city(flow.host) ? { ...flow, visitors: 9 } : flow));
  expect(ringsOf(exchanges(flows, strangers), 4).length).toBeGreaterThan(0);
  expect(ringsOf(exchanges(flows, citiesOf(40, cities)), 4)).toEqual([]);
});

it('a ring of three within one city is a ring: not all of its dealers exchange', () => {
  const [ring] = ringsOf(exchanges(between(background(12), [2, 5, 9], 25), citiesOf(12, 1)), 4);
  expect(ring.places).toEqual([2, 5, 9]);
});

it('two dealers alone, one direction alone, and nobody are no ring', () => {
  expect(ringsOf(exchanges(between(background(30), [1, 2], 15), strangers), 4)).toEqual([]);
  const oneWay = background(30).map((flow) => (flow.home < 5 && flow.host < 5 && flow.home < flow.host ? { ...flow, visitors: 15 } : flow));
  expect(ringsOf(exchanges(oneWay, strangers), 4)).toEqual([]);
  expect(exchanges([], strangers)).toEqual([]);
});
