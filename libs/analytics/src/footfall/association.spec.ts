import fc from 'fast-check';
import {
  DealerWeeks,
  FOOTFALL_REASONS,
  LAGS,
  LEAST_POINTS,
  associationOf,
  betweenDealers,
  pairsAt,
  pooledAssociationOf,
} from './association';
import { mondayOf, visitorsByWeek, weeksInside, weeksUntil, wholeWindows, withWeeksBefore } from './footfall-weeks';

const LEAD = LAGS.length - 1;
/** Footfall of `visitors`; traffic that it follows `lag` weeks later, ten times as many. */
const following = (visitors: (number | null)[], lag: number): DealerWeeks => {
  const noise = [53, 17, 71, 29];
  const traffic = Array.from({ length: visitors.length + LEAD }, (_, week) => {
    const after = visitors[week - LEAD + lag];
    return after === undefined || after === null ? noise[week % noise.length] : 10 * after + 3;
  });
  return { traffic, visitors };
};
const uneven = fc.array(fc.nat(1000), { minLength: 12, maxLength: 26 }).filter((list) => new Set(list).size > 8);

describe('traffic and footfall of a dealer', () => {
  it('pairs a week of footfall with the traffic of as many weeks before as the lag says; a missing week makes no pair', () => {
    const weeks = { traffic: [1, 2, 3, 4, 5, null, 7], visitors: [50, null, 70] };
    expect(pairsAt(weeks, 0)).toEqual({ x: [5, 7], y: [50, 70], weeks: [0, 2] });
    expect(pairsAt(weeks, 1)).toEqual({ x: [4], y: [50], weeks: [0] });
    expect(pairsAt(weeks, 4)).toEqual({ x: [1, 3], y: [50, 70], weeks: [0, 2] });
  });

  it('a shift of the series moves the strongest lag, and leaves the one that was chosen beforehand', () => {
    fc.assert(
      fc.property(uneven, fc.constantFrom(...LAGS), (visitors, lag) => {
        const { best, chosen, lags } = associationOf(following(visitors, lag));
        expect(best).toMatchObject({ lagWeeks: lag, tested: LAGS.length });
        expect(best!.pearson.value).toBeCloseTo(1, 12);
        expect(chosen).toBe(lags[0]);
        expect(chosen.lagWeeks).toBe(0);
      }),
    );
  });

  it('the interval of the strongest lag is wider than its own: it was looked for', () => {
    const visitors = [31, 12, 45, 22, 38, 19, 27, 41, 15, 33, 24, 36];
    const traffic = [9, 30, 11, 25, 300, 140, 420, 260, 350, 210, 240, 430, 120, 360, 250, 330];
    const { best, lags } = associationOf({ traffic, visitors });
    const own = lags.find(({ lagWeeks }) => lagWeeks === best!.lagWeeks)!.pearson!;
    expect([best!.pearson.value, best!.tested]).toEqual([own.value, 5]);
    expect(best!.pearson.low!).toBeLessThan(own.low!);
    expect(best!.pearson.high!).toBeGreaterThan(own.high!);
  });

  it.each([
    ['seven weeks', { traffic: [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7], visitors: [1, 2, 3, 4, 5, 6, 7] }, FOOTFALL_REASONS.fewPoints],
    ['constant traffic', { traffic: Array(14).fill(5), visitors: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, FOOTFALL_REASONS.constantTraffic],
    ['constant footfall', { traffic: [...Array(14).keys()], visitors: Array(10).fill(6) }, FOOTFALL_REASONS.constantVisitors],
    ['no footfall', { traffic: [...Array(14).keys()], visitors: Array(10).fill(null) }, FOOTFALL_REASONS.fewPoints],
  ])('%s support nothing: null with the reason, no finding, no strongest lag', (_, weeks, reason) => {
    const { chosen, best } = associationOf(weeks as DealerWeeks);
    expect(chosen).toMatchObject({ pearson: null, spearman: null, effectivePoints: null, reason });
    expect(best).toBeNull();
  });

  it('eight weeks are enough', () => {
    const { chosen } = associationOf({ traffic: [0, 0, 0, 0, 1, 9, 2, 8, 3, 7, 4, 6], visitors: [2, 8, 1, 9, 4, 6, 3, 7] });
    expect(chosen).toMatchObject({ points: LEAST_POINTS, reason: null });
    expect(chosen.pearson!.value).toBeGreaterThan(0.8);
  });
});

describe('dealers pooled', () => {
  const dealer = (size: number, sign: number): DealerWeeks => {
    const wave = [3, 9, 1, 7, 5, 8, 2, 6, 4, 9];
    return {
      traffic: [1, 2, 3, 4, ...wave.map((value) => size + value)],
      visitors: wave.map((value) => size + sign * value + (value % 3)),
    };
  };

  it('one dealer pooled is that dealer', () => {
    const [one] = [dealer(10, 1)];
    const [alone, pooled] = [associationOf(one), pooledAssociationOf([one])];
    for (const [at, lag] of alone.lags.entries()) {
      expect(pooled.lags[at].pearson!.value).toBeCloseTo(lag.pearson!.value, 12);
      expect(pooled.lags[at].pearson!.low).toBeCloseTo(lag.pearson!.low!, 12);
      expect(pooled.lags[at].spearman!.value).toBeCloseTo(lag.spearman!.value, 12);
    }
  });

  it('each dealer’s mean costs a point of the interval', () => {
    // a gap after each week: the points are independent, and the interval is that of a partial correlation of ten with one control
    const apart = (x: number[], y: number[]): DealerWeeks => ({
      traffic: [0, 0, 0, 0, ...x.flatMap((value) => [value, 0])],
      visitors: y.flatMap((value) => [value, null]),
    });
    const { chosen } = pooledAssociationOf([
      apart([1, 2, 3, 4, 6], [2, 1, 4, 3, 6]),
      apart([101, 103, 102, 105, 104], [210, 205, 207, 201, 209]),
    ]);
    expect([chosen.points, chosen.effectivePoints]).toEqual([10, 10]);
    expect(chosen.pearson!.low).toBeCloseTo(-0.706125169802663, 12);
    expect(chosen.pearson!.high).toBeCloseTo(0.617460787041744, 12);
  });

  it('large dealers have more of both, which is said of dealers and not of weeks', () => {
    const dealers = Array.from({ length: 9 }, (_, at) => dealer(100 * at, -1));
    expect(pooledAssociationOf(dealers).chosen.pearson!.value).toBeLessThan(-0.5);
    expect(betweenDealers(dealers).pearson!.value).toBeGreaterThan(0.99);
  });

  it('what supports nothing alone takes no part: a constant dealer changes nothing, its absence neither', () => {
    const dealers = [dealer(10, 1), dealer(40, 1)];
    const still: DealerWeeks = { traffic: Array<number>(14).fill(7), visitors: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
    expect(pooledAssociationOf([...dealers, still])).toEqual(pooledAssociationOf(dealers));
    expect(pooledAssociationOf([still]).chosen).toMatchObject({ pearson: null, reason: FOOTFALL_REASONS.noVariation });
    expect(pooledAssociationOf([]).chosen.reason).toBe(FOOTFALL_REASONS.fewPoints);
  });

  it('a comparison of dealers needs eight of them, which differ', () => {
    const seven = Array.from({ length: 7 }, (_, at) => dealer(10 * at, 1));
    expect(betweenDealers(seven)).toEqual({ points: 7, pearson: null, reason: FOOTFALL_REASONS.fewDealers });
    expect(betweenDealers(Array<DealerWeeks>(8).fill(dealer(5, 1))).reason).toBe(FOOTFALL_REASONS.sameDealers);
  });
});

describe('weeks', () => {
  it('are whole, from Monday to Sunday, across months and years', () => {
    expect([mondayOf('2026-11-22'), mondayOf('2026-11-23'), mondayOf('2027-01-01')]).toEqual(['2026-11-16', '2026-11-23', '2026-12-28']);
    expect(weeksInside('2026-10-01', '2026-11-01')).toEqual(['2026-10-05', '2026-10-12', '2026-10-19']);
    expect(weeksInside('2026-10-05', '2026-10-19')).toEqual(['2026-10-05', '2026-10-12']);
    expect(weeksInside('2026-10-06', '2026-10-12')).toEqual([]);
    expect(weeksUntil('2026-11-02', 2)).toEqual(['2026-10-19', '2026-10-26']);
    expect(weeksUntil('2026-11-01', 1)).toEqual(['2026-10-19']);
    expect(withWeeksBefore(['2026-01-05'], 2)).toEqual(['2025-12-22', '2025-12-29', '2026-01-05']);
  });

  it('a week without one of its days is unknown, not less', () => {
    const rows = [
      { dealerId: 'd', week: '2026-10-05', visitors: 40, days: 7 },
      { dealerId: 'd', week: '2026-10-12', visitors: 35, days: 6 },
    ];
    expect(visitorsByWeek(rows, ['2026-10-05', '2026-10-12', '2026-10-19'])).toEqual([40, null, null]);
  });

  it('a rolling number counts from the week whose window is whole', () => {
    expect(wholeWindows([null, null, 1, 2, 3, 4, 5, 6])).toEqual([null, null, 5, 6]);
    expect(wholeWindows([0, 0, 0, 0, 1, null, 2])).toEqual([1, null, null]);
  });
});
