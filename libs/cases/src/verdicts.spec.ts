import type { CaseState } from '@app/contracts';
import { ATTRIBUTED, fallenEffects, judgeDecision, judgeOrder, type CaseFacts } from './case-rules';

const ANN = { kind: 'user' as const, id: 'ann', name: 'Ann' };
const facts = (more: Partial<CaseFacts> = {}): CaseFacts => ({
  ...{ state: 'confirmed', dealerIds: ['d1'], dealerGroups: [], accountKeys: ['11'], claim: null, decidedBy: ANN },
  ...{ reasonCode: 'detectors-agree', attributable: 0.9, appealUntil: null, appeals: [], findings: [] },
  effects: (['exclude', 'warn', 'penalty'] as const).map((kind) => ({
    ...{ effectId: kind, kind, state: 'in_force' as const, dealerId: 'd1', madeBy: ANN, confirmedBy: null },
  })),
  ...more,
});
const fallen = (of: CaseFacts, to: CaseState, left: Parameters<typeof fallenEffects>[1]['left']) =>
  fallenEffects(of, { to, left }).map(({ kind }) => kind);

describe('what a verdict ends', () => {
  it('an overturned case has no effect any more, proposals included; where none fell all stand', () => {
    const proposed = facts({ effects: facts().effects.map((one) => ({ ...one, state: 'proposed' as const })) });
    for (const one of [facts(), proposed]) expect(fallen(one, 'overturned', null)).toEqual(['exclude', 'warn', 'penalty']);
    expect(fallen(facts(), 'upheld', null)).toEqual([]);
    const ended = facts({ effects: facts().effects.map((one) => ({ ...one, state: 'ended' as const })) });
    expect(fallen(ended, 'overturned', null)).toEqual([]);
  });

  it('a penalty ends with what attributed it, what is left out with the last that lists it; each for itself', () => {
    for (const to of ['upheld', 'appealed'] as const) {
      expect(fallen(facts(), to, { excluded: true, attributable: ATTRIBUTED })).toEqual([]);
      expect(fallen(facts(), to, { excluded: true, attributable: ATTRIBUTED - 0.01 })).toEqual(['penalty']);
      expect(fallen(facts(), to, { excluded: true, attributable: null })).toEqual(['penalty']);
      expect(fallen(facts(), to, { excluded: false, attributable: 0.9 })).toEqual(['exclude']);
    }
    // the reviewer has named evidence of the dealer's own hand: detectors are not what it rests on
    expect(fallen(facts({ reasonCode: 'admitted' }), 'upheld', { excluded: true, attributable: 0 })).toEqual([]);
  });
});

describe('whom warnings and orders reach', () => {
  it('the one dealer of a case; of several, or none, nobody: they may not see it', () => {
    const asked = { grants: [{ kind: 'brand' as const }] };
    expect(judgeOrder(facts(), asked, undefined)).toBe('d1');
    expect(() => judgeOrder(facts(), asked, 'd2')).toThrow(expect.objectContaining({ code: 'bad_input' }));
    expect(() => judgeOrder(facts({ state: 'open' }), asked, undefined)).toThrow(expect.objectContaining({ code: 'conflict' }));
    const claimed = { state: 'in_review' as const, claim: { actor: ANN, until: 1 } };
    const warned = (more: Partial<CaseFacts>, warn: boolean) => () =>
      judgeDecision(
        facts({ ...claimed, ...more }),
        { actor: ANN, ...asked },
        { decision: { outcome: 'confirmed', reasonCode: 'admitted', reason: 'x', warn }, now: 0 },
      );
    expect(warned({}, true)()).toBe('confirmed');
    for (const dealerIds of [['d1', 'd2'], []]) {
      expect(() => judgeOrder(facts({ dealerIds }), asked, dealerIds[0])).toThrow(expect.objectContaining({ code: 'conflict' }));
      expect(warned({ dealerIds }, true)).toThrow(expect.objectContaining({ code: 'conflict' }));
      expect(warned({ dealerIds }, false)()).toBe('confirmed');
    }
  });
});
