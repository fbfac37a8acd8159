import fc from 'fast-check';
import { DEFAULT_POLICY, SCORE_PARTS, ScorePart } from '@app/contracts';
import { Fraction, add, compare, divide, fraction, fractionOf, multiply, toDecimal, toNumber } from './fraction';
import { percentiles } from './percentile';
import { RankSubject, ranks } from './rank';
import { PartFigure, ScoreSubject, regionScore, scores } from './score';

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
    expect(found.get('a')!.parts.find((part) => part.metric === 'loyalty')!.percentile).toEqual(fraction(3, 8));
    expect(found.get('b')!.parts.find((part) => part.metric === 'loyalty')!.percentile).toEqual(fraction(3, 4));
  });

  it('a region is the mean of the known scores of its dealers', () => {
    const [a, b, c] = [50, 25, null].map((score) => ({
      id: '',
      score: score === null ? null : fraction(score),
      weightKnown: 100,
      partial: false,
      parts: [],
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
          for (const { id } of all) expect(after.get(id)).toEqual(before.get(id));
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
