import fc from 'fast-check';
import { DEFAULT_POLICY } from '@app/contracts';
import { Items, drawSums, drawable, lessened } from './drawn-items';
import { RandomStream, seedOf } from './random-stream';
import { DrawnSubject, ScoreDraws } from './rank-draws';
import { Contestant, RankIntervals } from './rank-intervals';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const DRAWS = 4000;

const moments = (values: number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};
const drawn = (seed: string, one: (random: RandomStream) => number): number[] => {
  const random = new RandomStream();
  return Array.from({ length: DRAWS }, (_, draw) => {
    random.seed(seedOf(seed), draw);
    return one(random);
  });
};
const itemsOf = (rows: number[][]): Items => {
  const size = rows[0].length;
  const sums = Array.from({ length: size }, (_, at) => rows.reduce((sum, row) => sum + row[at], 0));
  const products: number[] = [];
  for (let column = 0; column < size; column++)
    for (let row = column; row < size; row++) products.push(rows.reduce((sum, each) => sum + each[row] * each[column], 0));
  return { count: rows.length, sums, products };
};

describe('random numbers of a seed', () => {
  it('are the same on every machine', () => {
    const random = new RandomStream();
    random.seed(seedOf('acme 2026-10 1'), 7);
    expect([random.next(), random.poisson(3), random.poisson(300)].map((value) => Number(value.toFixed(6)))).toEqual([0.216461, 0, 308]);
  });

  it.each([0, 0.4, 3, 11.99, 12, 50, 5000])('Poisson of %d has its mean and its variance', (mean) => {
    const found = moments(drawn(`poisson ${mean}`, (random) => random.poisson(mean)));
    const error = Math.sqrt(mean / DRAWS) * 5;
    expect(Math.abs(found.mean - mean)).toBeLessThanOrEqual(error);
    expect(Math.abs(found.variance - mean)).toBeLessThanOrEqual(0.15 * mean);
  });
});

describe('sums of things that are drawn again', () => {
  const rows = [
    [2, 30, 900],
    [1, 4, 100],
    [5, 12, 300],
    [0, 0, 40],
    [9, 41, 1200],
  ];

  it('have the mean and the covariance of Poisson(1) weights', () => {
    const { sums, products } = itemsOf(rows);
    const ready = drawable(itemsOf(rows));
    for (const [measure, place] of [
      [0, 0],
      [1, 3],
      [2, 5],
    ]) {
      const found = moments(
        drawn('sums', (random) => {
          const into = new Float64Array(3);
          drawSums(ready, random, into);
          return into[measure];
        }),
      );
      expect(Math.abs(found.mean - sums[measure])).toBeLessThan(5 * Math.sqrt(products[place] / DRAWS));
      expect(Math.abs(found.variance / products[place] - 1)).toBeLessThan(0.15);
    }
  });

  it('of which a share is left are those of things of which it is left', () => {
    const shares = [0.5, 0, 0.25];
    const [found, expected] = [lessened(itemsOf(rows), shares), itemsOf(rows.map((row) => row.map((value, at) => value * shares[at])))];
    expect(found.count).toBe(expected.count);
    for (const side of ['sums', 'products'] as const)
      for (const [at, value] of found[side].entries()) expect(value).toBeCloseTo(expected[side][at], 8);
    for (const sum of drawn('removed', (random) => {
      const into = new Float64Array(3);
      drawSums(drawable(found), random, into);
      return into[1];
    }))
      expect(sum).toBe(0);
  });

  it('of equal things are the number drawn times the thing, exactly', () => {
    const ready = drawable(itemsOf(Array.from({ length: 12 }, () => [3, 7, 11])));
    for (const sum of drawn('equal', (random) => {
      const into = new Float64Array(3);
      drawSums(ready, random, into);
      return Math.abs(into[0] * 7 - into[1] * 3) + Math.abs((into[0] / 3) % 1);
    }))
      expect(sum).toBeLessThan(1e-6);
  });

  it('move together as the weights of single things do', () => {
    const heavy = Array.from({ length: 40 }, (_, at) => [1 + (at % 5), 20 + 7 * (at % 11)]);
    const ready = drawable(itemsOf(heavy));
    const ratio = (pair: Float64Array) => pair[1] / pair[0];
    const byMoments = moments(
      drawn('ratio', (random) => {
        const into = new Float64Array(2);
        drawSums(ready, random, into);
        return ratio(into);
      }),
    );
    const byThings = moments(
      drawn('weights', (random) => {
        const into = new Float64Array(2);
        for (const [visits, seconds] of heavy) {
          const weight = random.poisson(1);
          into[0] += weight * visits;
          into[1] += weight * seconds;
        }
        return ratio(into);
      }),
    );
    expect(Math.abs(byMoments.mean / byThings.mean - 1)).toBeLessThan(0.02);
    expect(Math.abs(byMoments.variance / byThings.variance - 1)).toBeLessThan(0.2);
  });
});

const nobody: DrawnSubject = {
  id: '',
  ladder: ['brand'],
  showroomVisitors: 0,
  knowsShowroom: true,
  otherViewers: 0,
  dwell: null,
  exposure: [],
  fixed: [0, 0, 0],
  knowsValue: false,
  knowsEngagement: false,
  liveDays: null,
  growth: null,
};
const subject = (id: string, more: Partial<DrawnSubject> = {}): DrawnSubject => ({ ...nobody, id, ...more });
const contestants = (subjects: DrawnSubject[], order: string[] = subjects.map(({ id }) => id)): Contestant[] =>
  subjects.map(({ id }, place) => ({ id, league: 1, rank: 1 + order.indexOf(id), members: [place] }));
const intervalsOf = (subjects: DrawnSubject[], order?: string[], seed = 'seed', draws = 200) => {
  const scores = new ScoreDraws(subjects, DEFAULT_POLICY, seed);
  const found = new RankIntervals(contestants(subjects, order), draws);
  for (let draw = 1; draw <= draws; draw++) found.add(scores.scores(draw));
  return found.intervals();
};

describe('intervals of ranks', () => {
  it('are narrow where accounts stand far apart and wide where they are nearly equal', () => {
    const apart = intervalsOf([5000, 3000, 1000, 300, 50].map((visitors) => subject(`a${visitors}`, { showroomVisitors: visitors })));
    expect([...apart.values()]).toEqual([1, 2, 3, 4, 5].map((rank) => ({ rankLow: rank, rankHigh: rank })));
    const near = intervalsOf([52, 51, 50, 49, 48].map((visitors) => subject(`a${visitors}`, { showroomVisitors: visitors })));
    for (const { rankLow, rankHigh } of near.values()) expect(rankHigh - rankLow).toBeGreaterThanOrEqual(3);
  });

  const worlds = fc.array(
    fc.record({
      visitors: fc.nat({ max: 60 }),
      others: fc.option(fc.nat({ max: 500 })),
      days: fc.option(fc.nat({ max: 30 })),
      growth: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
      sessions: fc.array(fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 9 }), fc.integer({ min: 1, max: 900 })), { maxLength: 6 }),
      tier: fc.constantFrom('x', 'y'),
    }),
    { minLength: 1, maxLength: 14 },
  );
  const subjectsOf = (world: (typeof worlds extends fc.Arbitrary<infer World> ? World : never)[number][]) =>
    world.map(({ visitors, others, days, growth, sessions, tier }, at) =>
      subject(`a${at}`, {
        ladder: [tier, 'brand'],
        showroomVisitors: visitors,
        otherViewers: others,
        exposure: sessions.length > 0 ? [itemsOf(sessions)] : [],
        knowsValue: sessions.length > 0,
        knowsEngagement: sessions.length > 0,
        liveDays: days,
        growth,
      }),
    );

  it('hold the rank, and the same question gives the same ones in whatever order accounts come', () => {
    fc.assert(
      fc.property(worlds, fc.gen(), (world, gen) => {
        const all = subjectsOf(world);
        const order = all.map(({ id }) => id);
        const found = intervalsOf(all, order, 'seed', 20);
        for (const [place, id] of order.entries()) {
          const { rankLow, rankHigh } = found.get(id)!;
          expect(rankLow <= place + 1 && place + 1 <= rankHigh).toBe(true);
          expect(rankLow >= 1 && rankHigh <= all.length).toBe(true);
        }
        const shuffled = gen(() => fc.shuffledSubarray(all, { minLength: all.length }));
        expect(intervalsOf(shuffled, order, 'seed', 20)).toEqual(new Map(shuffled.map(({ id }) => [id, found.get(id)])));
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('scores of a draw lie between 0 and 100, and are unknown where nothing is', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const all = [...subjectsOf(world), subject('nothing', { knowsShowroom: false, otherViewers: null })];
        const scores = new ScoreDraws(all, DEFAULT_POLICY, 'seed').scores(1);
        expect(scores.at(-1)).toBeNaN();
        for (const score of scores.slice(0, -1)) expect(score >= 0 && score <= 100).toBe(true);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('a region stands where the mean of its dealers stands', () => {
    const dealers = [900, 800, 20, 10].map((visitors) => subject(`d${visitors}`, { showroomVisitors: visitors }));
    const found = new RankIntervals(
      [
        { id: 'north', league: 0, rank: 1, members: [0, 1] },
        { id: 'south', league: 0, rank: 2, members: [2, 3] },
      ],
      50,
    );
    const draws = new ScoreDraws(dealers, DEFAULT_POLICY, 'seed');
    for (let draw = 1; draw <= 50; draw++) found.add(draws.scores(draw));
    expect(found.intervals().get('north')).toEqual({ rankLow: 1, rankHigh: 1 });
  });
});
