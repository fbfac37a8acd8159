import {
  DETECTOR_FAMILIES,
  type DetectorFamily,
  type Inorganic,
  type InorganicUnits,
  type Signal,
  type SignalSubject,
} from '@app/contracts';
import fc from 'fast-check';
import { afterLooks, surpriseOf } from './family-evidence';
import { fuse } from './fuse';
import { FUSION_WEIGHTS } from './weights';

const NO_TEXT = { zh: '', en: '' };
const ACCOUNT: SignalSubject = { kind: 'account', platform: 'douyin', accountId: 'a' };
const session = (sessionId: string): SignalSubject => ({ kind: 'session', platform: 'douyin', accountId: 'a', sessionId });

function signal(of: {
  family: DetectorFamily;
  strength: number;
  id?: string;
  subject?: SignalSubject;
  removes?: Inorganic[];
  detector?: string;
}): Signal {
  const { family, strength, subject = ACCOUNT, detector = `${family}One` } = of;
  return {
    signalId: of.id ?? `${detector}/${JSON.stringify(subject)}`,
    detector,
    version: 1,
    family,
    subject,
    dealerId: 'd',
    window: { from: '2026-10-01T00:00:00Z', to: '2026-10-02T00:00:00Z' },
    strength,
    dataTier: 'T1',
    evidence: { text: NO_TEXT, figures: [], removes: of.removes, sql: '', parameters: {}, sqlHash: '' },
  };
}
const units = (of: { item?: string | null; units: number; low?: number; high?: number }): InorganicUnits => ({
  kind: 'units',
  platform: 'douyin',
  accountId: 'a',
  origin: 'session',
  item: of.item === undefined ? 's1' : of.item,
  line: 'live_view',
  day: '2026-10-01',
  units: of.units,
  low: of.low ?? of.units,
  high: of.high ?? of.units,
});

const strength = fc.double({ min: 0, max: 1, noNaN: true });
const anySignal = fc
  .record({
    family: fc.constantFrom(...DETECTOR_FAMILIES),
    strength,
    of: fc.nat(4),
    removed: fc.option(fc.record({ item: fc.constantFrom('s1', 's2', null), units: fc.nat(2000), low: fc.nat(3000), high: fc.nat(3000) })),
  })
  .map(({ family, strength: own, of, removed }) =>
    signal({ family, strength: own, subject: of === 0 ? ACCOUNT : session(`s${of}`), removes: removed ? [units(removed)] : undefined }),
  );
const anySignals = fc.array(anySignal, { maxLength: 12 });
const context = fc.record({
  sessions: fc.nat(9),
  reported: fc.record({ live_view: fc.option(fc.nat(5000)), entries: fc.option(fc.nat(5000)) }),
  gain: fc.option(fc.record({ reportedCny: fc.nat(9).map(String), correctedCny: fc.nat(9).map(String) })),
  selfReported: fc.boolean(),
});

describe('fusion', () => {
  it('a stronger signal never lowers the probability', () => {
    fc.assert(
      fc.property(anySignals, fc.nat(11), strength, context, (signals, at, other, of) => {
        fc.pre(signals.length > 0);
        const place = at % signals.length;
        const stronger = signals.map((one, index) => (index === place ? { ...one, strength: Math.max(one.strength, other) } : one));
        expect(fuse(stronger, of).inorganic).toBeGreaterThanOrEqual(fuse(signals, of).inorganic - 1e-12);
      }),
    );
  });

  it('one more signal never lowers it either, and neither order nor repetition changes the answer', () => {
    fc.assert(
      fc.property(anySignals, anySignal, context, (signals, more, of) => {
        const distinct = [...new Map(signals.map((one) => [one.signalId, one])).values()];
        const answer = fuse(distinct, of);
        expect(fuse([...distinct].reverse(), of)).toEqual(answer);
        expect(fuse([...distinct, ...distinct], of)).toEqual(answer);
        if (distinct.some(({ signalId }) => signalId === more.signalId)) return;
        expect(fuse([...distinct, more], of).inorganic).toBeGreaterThanOrEqual(answer.inorganic - 1e-12);
      }),
    );
  });

  it('what one family says is never high, however often and loudly it says it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DETECTOR_FAMILIES), fc.array(strength, { maxLength: 20 }), context, (family, strengths, of) => {
        const signals = strengths.map((own, at) => signal({ family, strength: own, detector: `d${at}`, subject: session(`s${at % 6}`) }));
        expect(fuse(signals, of).level).not.toBe('high');
      }),
    );
  });

  it('two independent families make it high; two that look at the same contradiction do not', () => {
    const both = (a: DetectorFamily, b: DetectorFamily) =>
      fuse([signal({ family: a, strength: 0.99999 }), signal({ family: b, strength: 0.99999 })]).level;
    expect(both('ratio', 'shape')).toBe('high');
    expect(both('physics', 'data')).toBe('medium');
  });

  it('the answer is the sum of what it shows', () => {
    fc.assert(
      fc.property(anySignals, context, (signals, of) => {
        const { base, families, persistence, beside, inorganic } = fuse(signals, of);
        const shown = families.reduce((all, { contribution }) => all + contribution, base + persistence.contribution + beside.contribution);
        expect(inorganic).toBeCloseTo(1 / (1 + Math.exp(-shown)), 12);
        for (const one of families) expect(one.contribution).toBeCloseTo(one.weight * one.surprise, 12);
      }),
    );
  });

  it('without signals it is the base rate and nothing is corrected: a gap is never a finding', () => {
    const answer = fuse([], { reported: { live_view: 100 }, sessions: 5 });
    expect(answer.inorganic).toBeCloseTo(1 / (1 + Math.exp(-FUSION_WEIGHTS.base)), 12);
    expect(answer).toMatchObject({ level: 'low', corrections: [], corrected: null, tier: null, confounders: [] });
    const broken = [NaN, -1, Infinity].map((own, at) => signal({ family: 'ratio', strength: own, id: `n${at}` }));
    expect(fuse(broken.slice(0, 2)).inorganic).toBe(answer.inorganic);
  });

  it('nobody is held responsible for more than is inorganic, nor for bots that anybody can send', () => {
    fc.assert(
      fc.property(anySignals, context, (signals, of) => {
        const { inorganic, attributable } = fuse(signals, of);
        expect(attributable).toBeGreaterThanOrEqual(0);
        expect(attributable).toBeLessThanOrEqual(inorganic);
      }),
    );
    const bots = (['shape', 'viewer', 'ratio', 'growth', 'audience'] as const).map((family) => signal({ family, strength: 1 }));
    expect(fuse(bots).inorganic).toBeGreaterThan(0.99);
    expect(fuse(bots, { gain: { reportedCny: '900', correctedCny: '0' } }).attributable).toBeLessThan(0.5);
    const flat = ['replayRoom', 'undeclaredPaid'].map((detector) => signal({ family: 'shape', detector, strength: 1 }));
    for (const one of flat) expect(fuse([...bots, one]).attributable).toBeLessThan(0.5);
  });

  it("the dealer's own act raises it, a gain of nothing and an early report lower it", () => {
    const staff = [signal({ family: 'self', detector: 'staffFarm', strength: 0.9999 }), signal({ family: 'viewer', strength: 0.9999 })];
    const alone = fuse(staff).attributable;
    expect(alone).toBeGreaterThan(0.5);
    expect(fuse(staff, { gain: { reportedCny: '10', correctedCny: '10' } }).attributable).toBeLessThan(alone);
    expect(fuse(staff, { selfReported: true }).attributable).toBeLessThan(alone);
    expect(fuse(staff).confounders[0].whyRejected).not.toBeNull();
    expect(fuse([signal({ family: 'viewer', strength: 1 })]).confounders[0].whyRejected).toBeNull();
  });

  it('a demoted detector is shown and adds nothing', () => {
    const signals = [signal({ family: 'ratio', strength: 0.9999, removes: [units({ units: 10 })] })];
    const answer = fuse(signals, { demoted: ['ratioOne'], reported: { live_view: 100 } });
    expect(answer).toMatchObject({ inorganic: fuse([]).inorganic, corrections: [], removes: [] });
    expect(answer.reasons).toHaveLength(1);
  });

  it('an edited export is the dealer’s act, another contradiction of the counters and an unreviewed detector are not', () => {
    const told = (detector: string, name: string) => {
      const one = signal({ family: 'data', detector, strength: 0.9999 });
      const figure = { name, label: NO_TEXT, value: 1, ownReference: null, peerReference: null, honestQuantile: null };
      return fuse([{ ...one, evidence: { ...one.evidence, figures: [figure] } }]).attribution.length;
    };
    expect(told('counterSanity', 'editedViews')).toBe(2);
    expect(told('counterSanity', 'followersFell')).toBe(1);
    expect(told('somethingNew', 'editedViews')).toBe(1);
  });

  it('the interval holds the value and never exceeds what was reported', () => {
    fc.assert(
      fc.property(anySignals, context, (signals, of) => {
        for (const { reported, corrected } of fuse(signals, of).corrections) {
          expect(corrected.low).toBeGreaterThanOrEqual(0);
          expect(corrected.low).toBeLessThanOrEqual(corrected.value);
          expect(corrected.value).toBeLessThanOrEqual(corrected.high);
          expect(corrected.high).toBeLessThanOrEqual(reported);
        }
      }),
    );
  });

  it('a week beside that is loud makes a week more probable, never high, and shows what it adds', () => {
    const weights = { ...FUSION_WEIGHTS, beside: 1.5 };
    const own = [signal({ family: 'ratio', strength: 0.9995 })];
    const former = [signal({ family: 'shape', strength: 0.99999, id: 'x' }), signal({ family: 'physics', strength: 0.99999, id: 'y' })];
    const alone = fuse(own, {}, weights);
    const both = fuse(own, { beside: [former, []] }, weights);
    expect(both.inorganic).toBeGreaterThan(alone.inorganic);
    expect(both.beside).toMatchObject({ share: 1, contribution: 1.5 });
    expect(both.families).toEqual(alone.families);
    expect(both.level).not.toBe('high');
    expect(fuse(own, { beside: [former], demoted: ['shapeOne', 'physicsOne'] }, weights).inorganic).toBe(alone.inorganic);
  });

  it('of many sessions the most remarkable one is remarkable by chance', () => {
    expect(afterLooks(0.99, 1)).toBe(0.99);
    expect(surpriseOf(afterLooks(0.99, 50))).toBe(0);
    const one = [signal({ family: 'shape', strength: 0.999, subject: session('s1') })];
    expect(fuse(one, { sessions: 20 }).inorganic).toBeLessThan(fuse(one, { sessions: 1 }).inorganic);
  });
});
