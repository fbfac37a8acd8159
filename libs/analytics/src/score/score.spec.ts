import fc from 'fast-check';
import { DEFAULT_POLICY, SCORE_PARTS, ScorePart } from '@app/contracts';
import { exactOrder } from './exact-order';
import { Fraction, LazyFraction, add, compare, divide, fraction, fractionOf, lazyDecimal, multiply, toDecimal, toNumber } from './fraction';
import { percentiles } from './percentile';
import { RankSubject, ranks } from './rank';
import { PartFigure, Score, ScoreSubject, regionScore, scores } from './score';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
/** A score with everything spelled out. */
const plain = ({ id, score, weightKnown, partial, parts, known: mask }: Score) => ({
  ...{ id, weightKnown, partial, mask },
  score: score && `${score.n}/${score.d}`,
  parts: parts.map((part) => ({
    ...part,
    value: part.value && `${part.value.n}/${part.value.d}`,
    percentile: part.percentile && `${part.percentile.n}/${part.percentile.d}`,
    columns: part.columns.map((column) => column && { ...column, value: `${column.value.n}/${column.value.d}` }),
  })),
});

const known = (value: number | null): PartFigure => ({ values: [value === null ? null : fraction(value)], reason: null });
const subject = (id: string, parts: Partial<Record<ScorePart, PartFigure>>, ladder = ['brand']): ScoreSubject => ({
  id,
  ladder,
  parts: Object.fromEntries(SCORE_PARTS.map((part) => [part, parts[part] ?? known(null)])) as Record<ScorePart, PartFigure>,
});

describe('fractions', () => {
  it('round once, half away from zero', () => {
    expect(toDecimal(fraction(1, 8), 2)).toBe('0.13');
    expect(toDecimal(fraction(-1, 8), 2)).toBe('-0.13');
    expect(toDecimal(fraction(-1, 1000), 2)).toBe('0.00');
    expect(toDecimal(fractionOf('12.3450'), 4)).toBe('12.3450');
  });

  const ratio = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }));
  const lazy = (n: number, d: number) => new LazyFraction(n / d, () => fraction(n, d));

  it('round to numbers as they do to decimals, at the halves as well', () => {
    fc.assert(
      fc.property(fc.oneof(ratio, fc.tuple(fc.integer({ min: -200_001, max: 200_001 }), fc.constant(20_000))), ([n, d]) => {
        expect(toNumber(fraction(n, d), 4)).toBe(Number(toDecimal(fraction(n, d), 4)) || 0);
        expect(toNumber(lazy(n, d), 4)).toBe(toNumber(fraction(n, d), 4));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('stand in their exact order, however close they are', () => {
    const big = 10n ** 20n;
    const near = [fraction(big + 1n, big), fraction(big, big), fraction(big + 2n, big), fraction(big - 1n, big), fraction(1), null];
    expect([...exactOrder(near).places]).toEqual([3, 1, 4, 0, 2]);
    expect(exactOrder(near).runs).toEqual([0, 1, 3, 4, 5]);
    const few = fc.array(fc.option(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom(1, 2, 3, 1_000_000_007, 1_000_000_009))));
    fc.assert(
      fc.property(few, (pairs) => {
        const values = pairs.map((pair) => pair && lazy(...pair));
        const { places, runs } = exactOrder(values);
        expect([...places].sort((a, b) => a - b)).toEqual([...values.keys()].filter((at) => values[at] !== null));
        for (let at = 1; at < places.length; at++) {
          const difference = compare(values[places[at - 1]]!, values[places[at]]!);
          expect(runs.includes(at) ? difference < 0 : difference === 0).toBe(true);
        }
      }),
      { seed: SEED },
    );
  });

  it('beyond floating point are compared all the same', () => {
    const huge = (digit: number) => fractionOf(`${digit}e400`);
    expect([...exactOrder([huge(3), huge(1), huge(2)]).places]).toEqual([1, 2, 0]);
    expect(compare(lazyDecimal('0.1'), fraction(1, 10))).toBe(0);
  });
});

describe('percentile', () => {
  const among = (values: number[], minPeers = 5) =>
    percentiles(
      values.map((v, i) => ({ id: String(i), ladder: ['all'], value: fraction(v) })),
      minPeers,
    );

  it('best of 5: 0.9; alone: 0.5', () => {
    expect(toNumber(among([1, 2, 3, 4, 5]).get('4')!.percentile, 4)).toBe(0.9);
    expect(among([7]).get('0')).toEqual({ percentile: fraction(1, 2), peers: 1, peerGroup: 'all', smallGroup: true });
  });

  it('equal values share half of their places', () => {
    expect(among([1, 2, 2, 3]).get('1')!.percentile).toEqual(fraction(1, 2));
  });

  it('the ladder takes the first group with enough known values, else the last, marked', () => {
    const members = Array.from({ length: 6 }, (_, i) => ({
      id: String(i),
      ladder: i < 5 ? ['tier', 'platform', 'brand'] : ['other', 'lone', 'brand'],
      value: fraction(i),
    }));
    const found = percentiles(members, 5);
    expect(found.get('0')).toMatchObject({ peerGroup: 'tier', peers: 5, smallGroup: false });
    expect(found.get('5')).toMatchObject({ peerGroup: 'brand', peers: 6, smallGroup: false });
    expect(percentiles(members.slice(0, 2), 5).get('0')).toMatchObject({ peerGroup: 'brand', peers: 2, smallGroup: true });
  });

  it('the mean of a group is one half', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }), (values) => {
        const all = [...among(values).values()].map((found) => found.percentile);
        expect(divide(all.reduce(add), fraction(all.length))).toEqual(fraction(1, 2));
      }),
    );
  });
});

describe('score', () => {
  it('is the weighted mean of known percentiles; unknown weight is named', () => {
    const all = [1, 2, 3, 4, 5].map((v) => subject(String(v), { showroom: known(v), value: known(6 - v) }));
    const best = scores(all, DEFAULT_POLICY).get('5')!;
    // (35 × 0.9 + 25 × 0.1) ÷ 60
    expect(toDecimal(best.score!, 4)).toBe('56.6667');
    expect(best).toMatchObject({ weightKnown: 60, partial: true });
  });

  it('is null under the weight that the policy asks for', () => {
    const lone = scores([subject('a', { value: known(1), loyalty: known(1) })], DEFAULT_POLICY).get('a')!;
    expect(lone).toMatchObject({ score: null, weightKnown: 40 });
  });

  it('loyalty is the mean of both percentiles, or the known one', () => {
    const both = (id: string, share: number | null, ratio: number | null) =>
      subject(id, {
        loyalty: { values: [share === null ? null : fraction(share), ratio === null ? null : fraction(ratio)], reason: null },
      });
    const found = scores([both('a', 1, 9), both('b', 2, null)], DEFAULT_POLICY);
    const percentileOf = (id: string) => found.get(id)!.parts.find((part) => part.metric === 'loyalty')!.percentile!;
    expect([percentileOf('a'), percentileOf('b')].map((p) => toDecimal(p, 4))).toEqual(['0.3750', '0.7500']);
    expect(compare(percentileOf('a'), fraction(3, 8))).toBe(0);
  });

  it('weights are added up as decimals are: 0.3, 16.4 and 33.3 are enough for 50', () => {
    const weights = { showroom: 0.3, value: 16.4, loyalty: 33.3, engagement: 25, cadence: 20, growth: 5 };
    const found = scores([subject('a', { showroom: known(1), value: known(1), loyalty: known(1) })], { ...DEFAULT_POLICY, weights });
    expect(found.get('a')).toMatchObject({ weightKnown: 50 });
    expect(toDecimal(found.get('a')!.score!, 4)).toBe('50.0000');
  });

  it('a part without weight is lacking to nobody: whoever knows all the others is ranked among them', () => {
    const policy = { ...DEFAULT_POLICY, weights: { ...DEFAULT_POLICY.weights, value: 30, growth: 0 } };
    const full = Object.fromEntries(SCORE_PARTS.map((part) => [part, known(1)]));
    const { growth, ...others } = full;
    const [knows, lacks, partial] = [
      subject('a', { ...others, growth }),
      subject('b', others),
      subject('c', { ...others, cadence: known(null) }),
    ];
    const found = scores([knows, lacks, partial], policy);
    expect(found.get('b')).toMatchObject({ weightKnown: 100, partial: false, known: found.get('a')!.known });
    expect(found.get('c')!.known).not.toBe(found.get('a')!.known);
  });

  it('each part tells the percentile of each of its figures in whole numbers', () => {
    const all = [1, 2, 3].map((v) =>
      subject(`${v}`, { loyalty: { values: [fraction(v, 9), v === 3 ? null : fraction(1)], reason: null } }),
    );
    const part = scores(all, DEFAULT_POLICY).get('2')!.parts[2];
    expect(part.columns).toMatchObject([
      { top: 3, bottom: 6, peers: 3, peerGroup: 'brand', smallGroup: true },
      { top: 2, bottom: 4, peers: 2 },
    ]);
  });

  it('a region is the mean of the known scores of its dealers', () => {
    const [a, b, c] = [50, 25, null].map((score) => ({
      score: score === null ? null : fraction(score),
    }));
    expect(regionScore([a, b, c])).toEqual(fraction(75, 2));
    expect(regionScore([c])).toBeNull();
  });

  const figures = fc.array(fc.option(fc.integer({ min: 0, max: 5 })), { minLength: 6, maxLength: 6 });
  const worlds = fc.array(fc.record({ figures, ladder: fc.constantFrom(['x', 'p', 'brand'], ['y', 'p', 'brand'], ['z', 'q', 'brand']) }), {
    minLength: 1,
    maxLength: 25,
  });
  const subjectsOf = (world: { figures: (number | null)[]; ladder: readonly string[] }[]) =>
    world.map((one, i) =>
      subject(String(i), Object.fromEntries(SCORE_PARTS.map((part, j) => [part, known(one.figures[j])])), [...one.ladder]),
    );
  const rankSubjects = (all: ScoreSubject[]): RankSubject[] => {
    const found = scores(all, DEFAULT_POLICY);
    return all.map(({ id, parts }) => ({
      id,
      league: String(found.get(id)!.weightKnown),
      score: found.get(id)!.score,
      showroomVisitors: null,
      valueCny: parts.value.values[0],
    }));
  };

  it('permuting accounts permutes ranks and changes no score', () => {
    fc.assert(
      fc.property(
        worlds.chain((world) =>
          fc.tuple(
            fc.constant(world),
            fc.shuffledSubarray(
              world.map((_, i) => i),
              { minLength: world.length },
            ),
          ),
        ),
        ([world, order]) => {
          const all = subjectsOf(world);
          const shuffled = order.map((i) => all[i]);
          const [before, after] = [scores(all, DEFAULT_POLICY), scores(shuffled, DEFAULT_POLICY)];
          for (const { id } of all) expect(plain(after.get(id)!)).toEqual(plain(before.get(id)!));
          expect(new Map([...ranks(rankSubjects(shuffled))].sort())).toEqual(new Map([...ranks(rankSubjects(all))].sort()));
        },
      ),
    );
  });

  it('recomputing from the parts gives the score again, between 0 and 100', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { score, parts } of scores(subjectsOf(world), DEFAULT_POLICY).values()) {
          if (!score) continue;
          const terms = parts.filter((part) => part.percentile !== null);
          const top = terms.map((part) => multiply(fraction(part.weight * 100), part.percentile as Fraction)).reduce(add);
          expect(compare(divide(top, fraction(terms.reduce((sum, part) => sum + part.weight, 0))), score)).toBe(0);
          expect(compare(score, fraction(0)) > 0 && compare(score, fraction(100)) < 0).toBe(true);
        }
      }),
    );
  });
});

describe('rank', () => {
  const one = (id: string, score: number | null, vst: number | null, value: number | null, league = 'all'): RankSubject => ({
    id,
    league,
    score: score === null ? null : fraction(score),
    showroomVisitors: vst,
    valueCny: value === null ? null : fraction(value),
  });

  it('compares score, VST, value, null last; equals share a rank (1, 1, 3)', () => {
    const found = ranks([one('d', null, 99, 9), one('c', 50, null, 99), one('b', 50, 3, 1), one('a', 50, 3, 1), one('e', 40, 9, 9)]);
    expect(Object.fromEntries(found)).toEqual({ a: 1, b: 1, c: 3, d: null, e: 4 });
  });

  it('partial scores are ranked among those that know the same parts', () => {
    expect(Object.fromEntries(ranks([one('a', 50, 1, 1), one('b', 90, null, 1, 'partial')]))).toEqual({ a: 1, b: 1 });
  });
});
