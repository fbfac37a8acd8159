import fc from 'fast-check';
import { FORWARDING_STATES } from '@app/contracts';
import { completionOf, forwardingState, knownPersons, newestProofs } from './forwarding';

const proof = (given: object) => ({
  forwardedAt: '2026-10-01T00:00:00.000Z',
  link: 'https://x.example/1',
  textReference: null,
  joins: null,
  joinUsers: null,
  joinSource: null,
  recordedAt: '2026-10-01T00:00:00.000Z',
  ...given,
});

describe('a forwarding assignment', () => {
  it.each([
    [{ waived: false, forwardedAt: [] }, 100, 'assigned'],
    [{ waived: false, forwardedAt: [] }, 101, 'missed'],
    [{ waived: false, forwardedAt: [100] }, 50, 'done'],
    [{ waived: false, forwardedAt: [120, 99] }, 150, 'done'],
    [{ waived: false, forwardedAt: [101] }, 150, 'late'],
    [{ waived: true, forwardedAt: [] }, 150, 'waived'],
    [{ waived: true, forwardedAt: [100] }, 150, 'done'],
  ])('%j at %d is %s', (given, at, state) => expect(forwardingState({ dueAt: 100, ...given }, at)).toBe(state));

  it('a proof that says more of the same link replaces it, and an unknown number replaces none', () => {
    const told = proof({ joins: 5, joinUsers: 4, joinSource: 'channels-assistant' });
    const newest = newestProofs([told, proof({ link: null, textReference: 'S1', joins: 2 }), proof({ joins: 9 })]);
    expect(newest.map(({ joins, joinUsers }) => [joins, joinUsers])).toEqual([
      [2, null],
      [9, 4],
    ]);
    expect(newestProofs([told, proof({})])[0]).toMatchObject({ joins: 5, joinSource: 'channels-assistant' });
  });

  it('counts add up, completion is done ÷ due, and unknown joins are unknown', () => {
    const assignment = fc.record({
      state: fc.constantFrom(...FORWARDING_STATES),
      joins: fc.option(fc.nat(1000)),
      joinUsers: fc.option(fc.nat(1000)),
    });
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 30 }), (given) => {
        const { counts, completion, joins, joinsKnown } = completionOf(given);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(given.length);
        const due = counts.done + counts.late + counts.missed;
        if (due === 0) expect(completion).toBeNull();
        else expect(Math.abs(completion! - counts.done / due)).toBeLessThanOrEqual(0.00005);
        expect(joins === null).toBe(joinsKnown === 0);
      }),
    );
  });

  it('persons of several counts are not added up: they may be the same', () => {
    expect([[], [null], [null, 4], [0, 4, null], [4, 4], [0, 0], [2, 3]].map(knownPersons)).toEqual([null, null, 4, 4, null, 0, null]);
    expect([[0, null], [null, 0, 0], [0]].map(knownPersons)).toEqual([null, null, 0]); // beside a count that is unknown, 0 is not known
    const told = { state: 'done' as const, joins: 5, joinUsers: 4 };
    expect(completionOf([told, told])).toMatchObject({ joins: 10, joinUsers: null });
  });
});
