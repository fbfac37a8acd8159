import type { FusionContext, Inorganic, InorganicEntries, InorganicUnits, Signal, SignalSubject } from '@app/contracts';
import fc from 'fast-check';
import type { AmountWeights } from './amount-weights';
import { estimatedUnits } from './amounts';
import { correctionsOf } from './corrections';
import { normalQuantile } from './normal-quantile';

const WEIGHTS: AmountWeights = {
  ...{ version: 0, fittedOn: 'here', others: { scale: 1, spread: 0.3 }, entries: { scale: 1, spread: 0.1 }, repeated: 0.5, width: 1 },
  ...{
    measures: { exact: { scale: 1, spread: 0.01 }, twice: { scale: 0.5, spread: 0.2 } },
    usual: { scale: 0.3, spread: 0.3 },
    least: 0.5,
  },
};
const ACCOUNT: SignalSubject = { kind: 'account', platform: 'douyin', accountId: 'a' };
const WEEK = { from: '2026-10-05T00:00:00Z', to: '2026-10-12T00:00:00Z' };
let made = 0;
const signal = (detector: string, removes: Inorganic[], more: { item?: string; window?: Signal['window'] } = {}): Signal => ({
  ...{ signalId: `s${made++}`, detector, version: 1, family: 'ratio', dealerId: 'd', strength: 0.999, dataTier: 'T1' },
  subject: more.item === undefined ? ACCOUNT : { ...ACCOUNT, kind: 'session', sessionId: more.item },
  window: more.window ?? WEEK,
  evidence: { text: { zh: '', en: '' }, figures: [], removes, sql: '', parameters: {}, sqlHash: '' },
});
const units = (amount: number, item: string | null = 'r1', line: InorganicUnits['line'] = 'live_view'): InorganicUnits => ({
  ...{ kind: 'units', platform: 'douyin', accountId: 'a', origin: item === null ? null : 'session', item, line, day: '2026-10-06' },
  ...{ units: amount, low: amount, high: amount },
});
const entries = (count: number): InorganicEntries => ({
  ...{ kind: 'entries', platform: 'douyin', accountId: 'a', count, low: count / 2, high: count, sql: '', parameters: {} },
});
const item = (name: string, reported: number) => ({
  ...{ origin: 'session' as const, item: name, line: 'live_view' as const, day: '2026-10-06', reported },
});
const ITEMS = [item('r1', 1000), item('r2', 1000)];
const total = (signals: Signal[], context: FusionContext = { items: ITEMS }): number =>
  estimatedUnits(signals, context, WEIGHTS).reduce((sum, one) => sum + one.units, 0);

describe('amounts', () => {
  it('weighs what is claimed of one session by how exactly it is measured: no claim wins by being the largest', () => {
    expect(total([signal('exact', [units(300)])])).toBeCloseTo(300, -1);
    expect(total([signal('exact', [units(300)]), signal('loud', [units(900)])])).toBeCloseTo(300, -1);
    const one = total([signal('loud', [units(700)])]);
    // what inflated sessions have in common pulls a single loose claim towards it
    expect(one).toBeGreaterThan(400);
    expect(one).toBeLessThan(700);
  });

  it('a detector that names an item by several findings measures it once; its scale takes back what it always says too much', () => {
    const twice = signal('twice', [units(800)]);
    expect(total([twice, signal('twice', [units(800)]), signal('twice', [units(100)])])).toBe(total([twice]));
    expect(total([twice])).toBeLessThan(total([signal('loud', [units(800)])]));
  });

  it('different sessions add up, what lies outside the window is another one’s, and a day as a whole is the same views as its sessions', () => {
    const both = [signal('exact', [units(300), units(200, 'r2')])];
    expect(total(both)).toBeCloseTo(500, -1);
    expect(total([...both, signal('exact', [units(900, 'former')])])).toBe(total(both));
    expect(total([...both, signal('exact', [units(400, null)])])).toBe(total(both));
    expect(total([...both, signal('exact', [units(1500, null)])])).toBeCloseTo(1500, -2);
  });

  it('views that lists of entries name are units of their session; the same view is never removed twice', () => {
    const lists = [signal('peel', [entries(300)], { item: 'r1' }), signal('fresh', [entries(200)], { item: 'r1' })];
    const [peel, fresh] = lists.map(({ signalId }) => signalId);
    const named = (shared: number): FusionContext => ({
      items: ITEMS,
      namedEntries: [
        { signalIds: [peel, fresh], item: 'r1', entries: shared },
        { signalIds: [peel], item: 'r1', entries: 300 - shared },
        { signalIds: [fresh], item: 'r1', entries: 200 - shared },
      ],
    });
    expect(total(lists, named(200))).toBeCloseTo(total([lists[0]]), 5);
    expect(total(lists, named(0))).toBeGreaterThan(total(lists, named(200)));
    expect(total(lists, named(0))).toBeLessThanOrEqual(520);
    expect(total([...lists, signal('exact', [units(300)])], named(0))).toBeCloseTo(305, -1);
    // nobody has counted: lists of one session are taken to lie within each other
    expect(total(lists)).toBeCloseTo(total([lists[0]]), 5);
    const elsewhere = signal('peel', [entries(300)], { item: 'r2' });
    expect(total([...lists, elsewhere])).toBeCloseTo(2 * total([lists[0]]), 5);
  });

  it('what is merely measured counts where nobody claims anything: a measure of nothing pulls the amount down', () => {
    const measured = (reactions: number, level: number) =>
      signal('physics', [
        { ...units(reactions), measure: 'reactions' },
        { ...units(level), measure: 'level' },
      ]);
    expect(total([measured(500, 500)])).toBeGreaterThan(total([measured(500, 0)]));
    expect(total([measured(500, 0)])).toBeGreaterThan(total([measured(0, 0)]));
    expect(total([measured(0, 0)])).toBeGreaterThan(0);
    const claim = signal('exact', [units(300, 'r2')]);
    expect(total([claim, measured(500, 500)])).toBe(total([claim]));
  });

  it('a list of four weeks names this week’s entries in part', () => {
    const month = { from: '2026-09-21T00:00:00Z', to: '2026-10-19T00:00:00Z' };
    const context = { reported: { live_view: 4000 }, window: WEEK };
    expect(total([signal('ring', [entries(400)], { window: month })], context)).toBeCloseTo(100, 0);
  });

  it('takes nothing off that was not there, and no more than there was', () => {
    const any = fc.array(
      fc.record({
        detector: fc.constantFrom('exact', 'twice', 'loud'),
        amount: fc.double({ noNaN: true, min: -10, max: 1e9 }),
        at: fc.nat(2),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(any, (claims) => {
        const signals = claims.map(({ detector, amount, at }) => signal(detector, [units(amount, [null, 'r1', 'r2'][at])]));
        for (const one of estimatedUnits(signals, { items: ITEMS }, WEIGHTS))
          for (const spreads of [-3, 0, 3]) {
            expect(one.at(spreads)).toBeGreaterThanOrEqual(0);
            expect(one.at(spreads)).toBeLessThanOrEqual(one.reported);
          }
      }),
    );
  });
});

describe('corrected figures', () => {
  const context: FusionContext = { items: ITEMS, reported: { live_view: 2000, like: null } };
  const corrected = (inorganic: number, signals = [signal('loud', [units(500)])]) =>
    correctionsOf(signals, context, { inorganic, weights: WEIGHTS });

  it('what is removed is the probability times the amount; below the least probability the figure stays, with an interval', () => {
    const [sure] = corrected(1);
    const [likely] = corrected(0.8);
    expect(2000 - likely.corrected.value).toBeCloseTo(0.8 * (2000 - sure.corrected.value), 6);
    expect(corrected(0.49)[0].corrected).toMatchObject({ value: 2000, high: 2000 });
    expect(corrected(0.49)[0].corrected.low).toBeLessThan(2000);
    expect(corrected(0.9, [])).toEqual([]);
    expect(corrected(0.9, [signal('exact', [units(3, 'r1', 'like')])])).toEqual([]);
  });

  it('the interval reaches the reported figure while one chance in twenty is left that nothing is wrong, and is the errors of measuring beyond', () => {
    expect(corrected(0.94)[0].corrected.high).toBe(2000);
    const sure = corrected(0.9999)[0].corrected;
    expect(sure.high).toBeLessThan(2000);
    expect(sure.low).toBeLessThan(sure.value);
    const exact = corrected(0.9999, [signal('exact', [units(500)])])[0].corrected;
    expect(exact.high - exact.low).toBeLessThan((sure.high - sure.low) / 5);
  });

  it('normal quantiles are those of the tables', () => {
    for (const [share, value] of [
      [0.5, 0],
      [0.95, 1.6449],
      [0.05, -1.6449],
      [0.999, 3.0902],
    ])
      expect(Math.abs(normalQuantile(share) - value)).toBeLessThan(1e-3);
  });
});
