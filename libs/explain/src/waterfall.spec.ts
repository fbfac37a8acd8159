import * as fc from 'fast-check';
import { Fraction, PartFigure, ScoreSubject, add, compare, fraction, multiply, scores } from '@app/analytics';
import { DEFAULT_POLICY, SCORE_PARTS, ScorePart } from '@app/contracts';
import { Situation, Waterfall, contributions, meanSteps, sum, waterfall } from './waterfall';

const known = (value: number | null): PartFigure => ({ values: [value === null ? null : fraction(value)], reason: null });
const partsOf = (figures: readonly (number | null)[]) =>
  Object.fromEntries(SCORE_PARTS.map((part, at) => [part, known(figures[at])])) as Record<ScorePart, PartFigure>;
const peersOf = (rows: readonly { figures: readonly (number | null)[]; ladder: readonly string[] }[]): ScoreSubject[] =>
  rows.map(({ figures, ladder }, at) => ({ id: String(at), ladder, parts: partsOf(figures) }));

const figures = fc.array(fc.option(fc.integer({ min: 0, max: 5 })), { minLength: 6, maxLength: 6 });
const row = fc.record({ figures, ladder: fc.constantFrom(['x', 'p', 'brand'], ['y', 'p', 'brand'], ['z', 'q', 'brand']) });
const weight = fc.integer({ min: 0, max: 40 });
const policy = fc
  .record({
    showroom: weight,
    value: weight,
    loyalty: weight,
    engagement: weight,
    cadence: weight,
    growth: weight,
    minPeers: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ minPeers, ...weights }) => ({ weights, minPeers, minKnownWeight: 1 }));
const situation = fc.record({ own: row, peers: fc.array(row, { maxLength: 9 }), policy });
type Drawn = typeof situation extends fc.Arbitrary<infer One> ? One : never;
const situationOf = ({ own, peers, policy: rules }: Drawn): Situation => ({
  own: { ladder: own.ladder, parts: partsOf(own.figures) },
  peers: peersOf(peers),
  policy: rules,
});
const difference = ({ from, to }: Waterfall): Fraction => add(to, multiply(from, fraction(-1)));
const equal = (a: Fraction, b: Fraction) => compare(a, b) === 0 && a.n * b.d === b.n * a.d;

describe('the difference of two scores', () => {
  it('is the sum of the steps, exactly, and the sum of what the rules, you and your peers did', () => {
    let told = 0;
    fc.assert(
      fc.property(situation, situation, (a, b) => {
        const found = waterfall(situationOf(a), situationOf(b));
        if (found === null) return;
        told += 1;
        expect(equal(sum(found.steps.map(({ change }) => change)), difference(found))).toBe(true);
        expect(equal(sum(Object.values(found.sides)), difference(found))).toBe(true);
      }),
    );
    expect(told).toBeGreaterThan(30);
  });

  it('is nothing at all when nothing changed', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const found = waterfall(situationOf(one), situationOf(one));
        if (found) expect(found.steps).toEqual([]);
      }),
    );
  });

  it('lies with the only side that changed', () => {
    fc.assert(
      fc.property(situation, situation, fc.constantFrom('you', 'peers', 'policy'), (a, b, side) => {
        const mixed = { ...a, ...(side === 'you' ? { own: b.own } : side === 'peers' ? { peers: b.peers } : { policy: b.policy }) };
        const found = waterfall(situationOf(a), situationOf(mixed));
        if (!found) return;
        expect(found.steps.every((step) => step.side === side)).toBe(true);
        expect(equal(found.sides[side as 'you'], difference(found))).toBe(true);
      }),
    );
  });

  it('has the other sign in every step when it is told from the other end', () => {
    fc.assert(
      fc.property(situation, situation, (a, b) => {
        const [there, back] = [waterfall(situationOf(a), situationOf(b)), waterfall(situationOf(b), situationOf(a))];
        expect(back === null).toBe(there === null);
        expect(back?.steps).toEqual(there?.steps.map((step) => ({ ...step, change: multiply(step.change, fraction(-1)) })));
      }),
    );
  });

  it('does not depend on the order of the peers', () => {
    fc.assert(
      fc.property(situation, situation, (a, b) => {
        const reversed = { ...a, peers: [...a.peers].reverse() };
        expect(waterfall(situationOf(reversed), situationOf(b))).toEqual(waterfall(situationOf(a), situationOf(b)));
      }),
    );
  });

  it('names the part that became known, and the weight that the others lost by it', () => {
    const one = (value: number | null): Situation => ({
      own: { ladder: ['brand'], parts: partsOf([3, value, null, null, null, null]) },
      peers: peersOf([1, 2, 4, 5].map((v) => ({ figures: [v, v, null, null, null, null], ladder: ['brand'] }))),
      policy: { ...DEFAULT_POLICY, minKnownWeight: 30 },
    });
    // VST alone: 50. With value, best of five: (35 × 0.5 + 25 × 0.9) ÷ 60
    const found = waterfall(one(null), one(9))!;
    expect([found.from, found.to]).toEqual([fraction(50), fraction(200, 3)]);
    expect(found.steps).toEqual([
      { side: 'you', kind: 'knowledge', part: 'value', change: fraction(75, 2) },
      { side: 'you', kind: 'renormalised', part: null, change: fraction(-125, 6) },
    ]);
  });

  it('is unknown where one of both scores is', () => {
    const nobody: Situation = {
      own: { ladder: ['brand'], parts: partsOf([null, null, null, null, null, null]) },
      peers: [],
      policy: DEFAULT_POLICY,
    };
    expect(waterfall(nobody, nobody)).toBeNull();
  });
});

describe('contributions', () => {
  it('add up to the score exactly', () => {
    fc.assert(
      fc.property(situation, (one) => {
        const { own, peers, policy: rules } = situationOf(one);
        const found = scores([{ id: 'me', ...own }, ...peers], rules).get('me')!;
        if (found.score === null) return;
        const parts = contributions(found.parts).flatMap(({ contribution }) => (contribution === null ? [] : [contribution]));
        expect(equal(sum(parts), found.score)).toBe(true);
      }),
    );
  });
});

describe('the difference of two means', () => {
  const members = fc.uniqueArray(fc.record({ id: fc.constantFrom(...'abcdefgh'), score: fc.option(fc.integer({ min: 0, max: 100 })) }), {
    selector: ({ id }) => id,
    maxLength: 8,
  });
  const exact = (rows: { id: string; score: number | null }[]) =>
    rows.map(({ id, score }) => ({ id, score: score === null ? null : fraction(score) }));
  const meanOf = (rows: { score: number | null }[]) => {
    const all = rows.flatMap(({ score }) => (score === null ? [] : [score]));
    return all.length === 0
      ? null
      : fraction(
          all.reduce((total, score) => total + score, 0),
          all.length,
        );
  };

  it('is the sum of what its members did, those who came and went among them', () => {
    fc.assert(
      fc.property(members, members, (a, b) => {
        const steps = meanSteps(exact(a), exact(b));
        const [before, after] = [meanOf(a), meanOf(b)];
        if (before === null || after === null) return expect(steps).toBeNull();
        expect(equal(sum(steps!.map(({ change }) => change)), add(after, multiply(before, fraction(-1))))).toBe(true);
      }),
    );
  });

  it('is nothing when nothing changed', () => {
    expect(meanSteps(exact([{ id: 'a', score: 4 }]), exact([{ id: 'a', score: 4 }]))).toEqual([]);
  });
});
