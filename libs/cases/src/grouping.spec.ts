import fc from 'fast-check';
import type { Signal } from '@app/contracts';
import { groupSignals as grouped, placeOf, spanOf, type KnownCase } from './grouping';

const HOUR = 3_600_000;
const signal = (id: string, account: string, from: number, hours: number): Signal =>
  ({
    signalId: id,
    subject: { kind: 'account', platform: 'douyin', accountId: account },
    window: { from: new Date(from * HOUR).toISOString(), to: new Date((from + hours) * HOUR).toISOString() },
  }) as Signal;
const signals = fc
  .array(fc.record({ account: fc.constantFrom('a', 'b'), from: fc.nat(60), hours: fc.integer({ min: 1, max: 12 }) }), { maxLength: 25 })
  .map((rows) => rows.map(({ account, from, hours }, at) => signal(`s${at}`, account, from, hours)));

const groupSignals = (given: readonly Signal[]) => grouped(given, () => ['d']);

describe('grouping signals', () => {
  it('puts two of one subject together exactly when windows lead from one to the other; the order changes nothing', () => {
    fc.assert(
      fc.property(signals, (given) => {
        const groups = groupSignals(given);
        const names = (all: typeof groups) => all.map((group) => group.signals.map(({ signalId }) => signalId).sort()).sort();
        expect(names(groupSignals([...given].reverse()))).toEqual(names(groups));
        expect(groups.flatMap((group) => group.signals)).toHaveLength(given.length);
        // by hand: merge whatever overlaps until nothing does
        const sets = given.map((one) => new Set([one]));
        const touch = (a: Signal, b: Signal) =>
          JSON.stringify(a.subject) === JSON.stringify(b.subject) && spanOf(a).from < spanOf(b).to && spanOf(b).from < spanOf(a).to;
        for (let merged = true; merged;) {
          merged = false;
          for (const [at, set] of sets.entries())
            for (const other of sets.slice(at + 1))
              if ([...set].some((a) => [...other].some((b) => touch(a, b)))) {
                for (const one of other) set.add(one);
                sets.splice(sets.indexOf(other), 1);
                merged = true;
                break;
              }
        }
        expect(names(groups)).toEqual(sets.map((set) => [...set].map(({ signalId }) => signalId).sort()).sort());
      }),
      { seed: 20261102, numRuns: 300 },
    );
  });

  it('joins the open case of its subject, else follows the decided one; touching windows do not overlap', () => {
    const [group] = groupSignals([signal('s', 'a', 10, 5)]);
    const one = (caseId: string, from: number, to: number, undecided: boolean, subjectKey = group.subjectKey): KnownCase => ({
      ...{ caseId, subjectKey, dealerIds: ['d'], undecided, from: from * HOUR, to: to * HOUR },
    });
    expect(placeOf(group, [one('open', 14, 20, true), one('old', 0, 11, false)])).toEqual({ joins: 'open', follows: 'old' });
    expect(placeOf(group, [one('after', 15, 20, true), one('before', 0, 10, false)])).toEqual({ joins: null, follows: null });
    expect(placeOf(group, [one('other', 0, 20, true, 'other')])).toEqual({ joins: null, follows: null });
    expect(placeOf(group, [{ ...one('anothers', 14, 20, true), dealerIds: ['e'] }])).toEqual({ joins: null, follows: null });
    expect(placeOf(group, [one('late', 12, 20, true), one('early', 9, 20, true)]).joins).toBe('early');
  });

  it('what is said of one owner’s time is no case of the next one’s', () => {
    const given = [signal('a', 'x', 0, 5), signal('b', 'x', 2, 5), signal('c', 'x', 4, 4), signal('d', 'x', 6, 4)];
    const owners: Record<string, string[]> = { a: ['d1'], b: ['d1'], c: ['d2', 'd1'], d: ['d2'] };
    const groups = grouped(given, ({ signalId }) => owners[signalId]);
    expect(
      Object.fromEntries(groups.map(({ dealerIds, signals: own }) => [dealerIds.join('+'), own.map((one) => one.signalId).join('')])),
    ).toEqual({
      ...{ d1: 'ab', 'd1+d2': 'c', d2: 'd' },
    });
  });
});
