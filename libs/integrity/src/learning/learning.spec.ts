import type { Signal } from '@app/contracts';
import fc from 'fast-check';
import { auditSample, estimatedRecall } from './audit-sample';
import { backTest, type DecidedCase } from './back-test';
import { detectorPrecision, type FinalOutcome, type DetectorOutcome } from './detector-precision';
import { wilsonInterval } from './wilson';

const outcomesOf = (outcome: FinalOutcome, count: number, from = 0): DetectorOutcome[] =>
  Array.from({ length: count }, (_, at) => ({ caseId: `${outcome}${from + at}`, detector: 'seasonLevel', version: 2, outcome }));
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 60 });

describe('learning from decisions', () => {
  it('a share lies within its interval, which narrows with more cases', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 200 }), (hits, of) => {
        fc.pre(hits <= of);
        const one = wilsonInterval(hits, of)!;
        const more = wilsonInterval(hits * 10, of * 10)!;
        expect(one.low).toBeLessThanOrEqual(one.value);
        expect(one.high).toBeGreaterThanOrEqual(one.value);
        expect(more.high - more.low).toBeLessThan(one.high - one.low);
      }),
    );
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(wilsonInterval(95, 100)).toEqual({ value: 0.95, low: expect.closeTo(0.8882, 3), high: expect.closeTo(0.9785, 3) });
    expect(wilsonInterval(0, 10)?.low).toBe(0);
  });

  it('a detector is demoted when it is surely wrong more often than right, and only then', () => {
    const judged = (right: number, wrong: number) =>
      detectorPrecision([...outcomesOf('confirmed', right), ...outcomesOf('dismissed', wrong)])[0];
    expect(judged(5, 15)).toMatchObject({ demoted: true, decided: 20, right: 5 });
    expect(judged(5, 15).notice?.en).toContain('seasonLevel');
    expect(judged(0, 19)).toMatchObject({ demoted: false, notice: null });
    expect(judged(9, 11).demoted).toBe(false);
    expect(judged(200, 3).demoted).toBe(false);
  });

  it('inconclusive cases count for nobody, overturned ones against, third parties for it; a case counts once', () => {
    const some = [...outcomesOf('third_party', 3), ...outcomesOf('overturned', 2), ...outcomesOf('inconclusive', 40)];
    expect(detectorPrecision([...some, ...some])).toEqual([expect.objectContaining({ decided: 5, right: 3, inconclusive: 40 })]);
    expect(detectorPrecision(outcomesOf('inconclusive', 3))[0].precision).toBeNull();
  });

  it('the draw is the same for everybody, of the asked size, and another one in another round', () => {
    fc.assert(
      fc.property(ids, fc.string(), fc.nat(300), (unflagged, seed, places) => {
        const drawn = auditSample({ unflagged, seed, round: '2026-W45', places });
        expect(drawn).toEqual(auditSample({ unflagged: [...unflagged].reverse(), seed, round: '2026-W45', places }));
        expect(drawn).toHaveLength(Math.min(unflagged.length, Math.ceil(places / 10)));
        expect(unflagged).toEqual(expect.arrayContaining(drawn));
      }),
    );
    const dealers = Array.from({ length: 200 }, (_, at) => `d${at}`);
    const first = auditSample({ unflagged: dealers, seed: 's', round: '2026-W45' });
    expect(first).toHaveLength(20);
    expect(auditSample({ unflagged: dealers, seed: 's', round: '2026-W46' })).not.toEqual(first);
  });

  it('a dealer that leaves the list changes the place of nobody else', () => {
    const dealers = Array.from({ length: 100 }, (_, at) => `d${at}`);
    const [gone, ...rest] = auditSample({ unflagged: dealers, seed: 's', round: 'r' });
    expect(auditSample({ unflagged: dealers.filter((one) => one !== gone), seed: 's', round: 'r' }).slice(0, rest.length)).toEqual(rest);
  });

  it('recall falls with every miss of the draw, lies within its interval, and is unknown without a draw', () => {
    const asked = { foundRight: 30, unflagged: 900, sampled: 90, sampledInflated: 1 };
    const estimate = estimatedRecall(asked)!;
    expect(estimate.missed.value).toBeCloseTo(1 + 810 / 90, 6);
    expect(estimate.value).toBeCloseTo(30 / 40, 6);
    expect(estimate.low).toBeLessThan(estimate.value);
    expect(estimate.high).toBeGreaterThan(estimate.value);
    expect(estimatedRecall({ ...asked, sampledInflated: 4 })!.value).toBeLessThan(estimate.value);
    expect(estimatedRecall({ ...asked, sampledInflated: 0 })!.low).toBeLessThan(1);
    expect(estimatedRecall({ ...asked, sampled: 0 })).toBeNull();
    expect(estimatedRecall({ foundRight: 3, unflagged: 5, sampled: 5, sampledInflated: 0 })).toMatchObject({ value: 1, low: 1, high: 1 });
  });

  it('a back-test tells whom a rule would hit, and how that fits what people decided', () => {
    const signal = (dealerId: string | null, strength: number, day: number): Signal =>
      ({
        detector: 'seasonLevel',
        version: 2,
        dealerId,
        strength,
        window: { from: `2026-10-0${day}T00:00:00Z`, to: `2026-10-0${day + 1}T00:00:00Z` },
      }) as Signal;
    const decided = (dealerId: string, outcome: FinalOutcome): DecidedCase => ({
      caseId: `c-${dealerId}`,
      dealerId,
      outcome,
      window: { from: '2026-10-01T00:00:00Z', to: '2026-10-03T00:00:00Z' },
    });
    const cases = [decided('a', 'confirmed'), decided('b', 'dismissed'), decided('e', 'third_party'), decided('f', 'confirmed')];
    const signals = [
      signal('a', 0.999, 1),
      signal('a', 0.95, 2),
      signal('b', 0.99, 2),
      signal('c', 0.98, 1),
      signal('e', 0.99, 5),
      signal(null, 1, 1),
    ];
    const answer = backTest([...signals, { ...signal('f', 1, 1), detector: 'other' }], cases, {
      detector: 'seasonLevel',
      version: 2,
      strength: 0.96,
    });
    expect(answer).toMatchObject({ signals: 5, confirmed: { hit: 1, of: 3 }, dismissed: { hit: 1, of: 1 }, undecided: 2 });
    expect(answer.hit.map(({ dealerId }) => dealerId)).toEqual(['a', 'b', 'e', 'c']);
    expect(answer.precision).toMatchObject({ value: 0.5 });
  });
});
