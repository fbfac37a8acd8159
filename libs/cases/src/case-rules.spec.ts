import fc from 'fast-check';
import {
  CASE_OUTCOMES,
  CASE_REASONS,
  CASE_STATES,
  sameActor,
  type Actor,
  type CaseDecision,
  type CaseState,
  type Grant,
} from '@app/contracts';
import {
  ATTRIBUTED,
  afterAppeal,
  judgeAppeal,
  judgeAppealDecision,
  judgeClaim,
  judgeConfirmation,
  judgeDecision,
  judgeEnd,
  judgeProposal,
  judgeRelease,
  type CaseFacts,
  type Reviewer,
} from './case-rules';
import { nextState, standsConfirmed } from './case-states';

/** domain.md 7.2, written down by hand. */
const ALLOWED = new Set([
  'open>in_review',
  'in_review>in_review',
  'in_review>confirmed',
  'in_review>dismissed',
  'in_review>inconclusive',
  'in_review>third_party',
  'confirmed>appealed',
  'appealed>appealed',
  'appealed>upheld',
  'appealed>overturned',
]);

const person = (id: string, grants: Grant[] = [{ kind: 'brand' }]): Reviewer => ({ actor: { kind: 'user', id, name: id }, grants });
const [ANN, BOB, CAI] = ['ann', 'bob', 'cai'].map((id) => person(id));
/** Reviewers with a shop, a group or an account of the case's dealer of their own. */
const OWNERS = [
  person('dan', [{ kind: 'brand' }, { kind: 'dealer', dealerId: 'd1' }]),
  person('eve', [{ kind: 'brand' }, { kind: 'dealer-group', name: 'g1' }]),
  person('fay', [{ kind: 'brand' }, { kind: 'account', accountKey: '11' }]),
];
const MACHINE: Reviewer = { actor: { kind: 'system', id: 'vitrine', name: 'Vitrine' }, grants: [{ kind: 'brand' }] };
const DEALER: Actor = { kind: 'user', id: 'shop', name: 'Shop' };
const HOUR = 3_600_000;
const CLAIM = 4 * HOUR;

const fresh = (attributable: number | null): CaseFacts => ({
  ...{ state: 'open', dealerIds: ['d1'], dealerGroups: ['g1'], accountKeys: ['11'], claim: null, decidedBy: null, reasonCode: null },
  ...{ attributable, appealUntil: null, effects: [], appeals: [] },
  findings: ['s1', 's2'].map((signalId) => ({ signalId, stands: true })),
});
const decision = (outcome: CaseDecision['outcome'], more: Partial<CaseDecision> = {}): CaseDecision => ({
  ...{ outcome, reasonCode: CASE_REASONS.find((reason) => reason.outcome === outcome)!.code, reason: 'why' },
  ...more,
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'done';
};

type Move =
  | { kind: 'claim' | 'release' | 'propose' | 'confirm' | 'reject' | 'appeal' }
  | { kind: 'decide'; outcome: CaseDecision['outcome']; attributes: boolean }
  | { kind: 'verdict'; overturn: boolean };
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('claim', 'propose', 'confirm', 'appeal').map((kind) => ({ kind }) as Move) },
  { weight: 1, arbitrary: fc.constantFrom('release', 'reject').map((kind) => ({ kind }) as Move) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      outcome: fc.constantFrom('confirmed', 'confirmed', 'confirmed', ...CASE_OUTCOMES),
      attributes: fc.boolean(),
    }) as fc.Arbitrary<Move>,
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('verdict' as const), overturn: fc.boolean() }) },
);
const steps = fc.array(
  fc.record({
    move: moves,
    who: fc.constantFrom(ANN, BOB, CAI, ANN, BOB, CAI, ...OWNERS, MACHINE),
    wait: fc.constantFrom(0, 0, 0, 0, 0, HOUR, 5 * HOUR),
  }),
  { minLength: 30, maxLength: 80 },
);

/** What the services do with what the rules say, without stores. */
class Played {
  facts: CaseFacts;
  now = 0;
  private ids = 0;
  readonly penalised: string[] = [];

  constructor(attributable: number | null) {
    this.facts = fresh(attributable);
  }

  play(move: Move, who: Reviewer): void {
    const { facts, now } = this;
    switch (move.kind) {
      case 'claim':
        return this.set({ state: judgeClaim(facts, who, now), claim: { actor: who.actor, until: now + CLAIM } });
      case 'release':
        judgeRelease(facts, who, now);
        return this.set({ claim: null });
      case 'decide': {
        const reason = CASE_REASONS.find((one) => one.outcome === move.outcome && (one.attributes ?? false) === move.attributes);
        const given = decision(move.outcome, reason ? { reasonCode: reason.code } : {});
        const state = judgeDecision(facts, who, { decision: given, now });
        return this.set({
          state,
          claim: null,
          decidedBy: who.actor,
          reasonCode: given.reasonCode,
          appealUntil: state === 'confirmed' ? now + 40 * HOUR : null,
        });
      }
      case 'propose': {
        const dealerId = judgeProposal(facts, who, undefined);
        const effect = {
          effectId: String(++this.ids),
          kind: 'penalty' as const,
          state: 'proposed' as const,
          dealerId,
          madeBy: who.actor,
          confirmedBy: null,
        };
        return this.set({ effects: [...facts.effects, effect] });
      }
      case 'confirm': {
        const effectId = facts.effects.find(({ state }) => state === 'proposed')?.effectId ?? 'none';
        judgeConfirmation(facts, who, effectId);
        this.penalised.push(facts.state);
        return this.change(effectId, { state: 'in_force', confirmedBy: who.actor });
      }
      case 'reject': {
        const effectId = facts.effects.find(({ state }) => state === 'proposed')?.effectId ?? 'none';
        judgeEnd(facts, who, { effectId, from: 'proposed' });
        return this.change(effectId, { state: 'rejected' });
      }
      case 'appeal': {
        const signalIds = judgeAppeal(facts, { signalIds: facts.appeals.length === 0 && this.ids % 2 === 0 ? ['s1'] : [], now });
        const appeal = { appealId: String(++this.ids), state: 'filed' as const, signalIds, filedBy: DEALER };
        return this.set({ state: nextState(facts.state, { kind: 'appeal' })!, appeals: [...facts.appeals, appeal] });
      }
      case 'verdict':
        return this.verdict(who, move.overturn);
    }
  }

  private verdict(who: Reviewer, overturn: boolean): void {
    const { facts } = this;
    const filed = facts.appeals.filter(({ state }) => state === 'filed');
    const appeal = judgeAppealDecision(facts, who, filed[0]?.appealId ?? 'none');
    const struck = overturn ? appeal.signalIds : [];
    const findings = facts.findings.map((one) => (struck.includes(one.signalId) ? { ...one, stands: false } : one));
    const standing = findings.filter(({ stands }) => stands).length;
    const state = afterAppeal({ othersFiled: filed.length - 1, standing, whole: null });
    const ended = state === 'overturned' ? facts.effects.map((effect) => ({ ...effect, state: 'ended' as const })) : facts.effects;
    const appeals = facts.appeals.map((one) =>
      one === appeal ? { ...one, state: overturn ? ('overturned' as const) : ('upheld' as const) } : one,
    );
    this.set({ state, findings, appeals, effects: ended });
  }

  private set(more: Partial<CaseFacts>): void {
    this.facts = { ...this.facts, ...more };
  }

  private change(effectId: string, more: Partial<CaseFacts['effects'][number]>): void {
    this.set({ effects: this.facts.effects.map((one) => (one.effectId === effectId ? { ...one, ...more } : one)) });
  }
}

describe('rules of cases', () => {
  it('whatever people try: no illegal transition, four eyes on every penalty, nobody on their own dealer or their own decision', () => {
    const reached = new Map<string, number>();
    const must = (holds: boolean, what: string): void => {
      if (!holds) throw new Error(what);
    };
    fc.assert(
      fc.property(steps, fc.constantFrom(null, 0.2, ATTRIBUTED, 0.9), (played, attributable) => {
        const game = new Played(attributable);
        for (const { move, who, wait } of played) {
          game.now += wait;
          const before = game.facts;
          const outcome = codeOf(() => game.play(move, who));
          const { facts } = game;
          if (outcome !== 'done') {
            must(['conflict', 'forbidden', 'not_found', 'bad_input'].includes(outcome), `refused as ${outcome}`);
            must(facts === before, 'a refused move changes nothing');
            continue;
          }
          must(before.state === facts.state || ALLOWED.has(`${before.state}>${facts.state}`), `${before.state}>${facts.state}`);
          reached.set(facts.state, (reached.get(facts.state) ?? 0) + 1);
          if (move.kind !== 'appeal' && move.kind !== 'release') must([ANN, BOB, CAI].includes(who), `${move.kind} by ${who.actor.id}`);
          if (move.kind === 'decide')
            must(sameActor(before.claim!.actor, who.actor) && before.claim!.until > game.now, 'decided unclaimed');
          if (move.kind === 'verdict') must(!sameActor(before.decidedBy!, who.actor), 'own decision');
          for (const effect of facts.effects.filter(({ state }) => state === 'in_force')) {
            must(!sameActor(effect.madeBy!, effect.confirmedBy!), 'two eyes');
            must(standsConfirmed(facts.state) && facts.decidedBy !== null, `penalty while ${facts.state}`);
            const shown = CASE_REASONS.find(({ code }) => code === facts.reasonCode)!.attributes === true;
            must((attributable ?? 0) >= ATTRIBUTED || shown, 'penalty of nobody’s doing');
          }
        }
        must(
          game.penalised.every((state) => ['confirmed', 'appealed', 'upheld'].includes(state)),
          'penalty too early',
        );
      }),
      { seed: 20261101, numRuns: 800 },
    );
    // a property that never gets anywhere would hold as well
    for (const state of CASE_STATES.filter((one) => one !== 'open')) expect([state, (reached.get(state) ?? 0) > 10]).toEqual([state, true]);
  });

  it('goes where domain.md says, and nowhere else', () => {
    const events = [
      { kind: 'claim' },
      ...CASE_OUTCOMES.map((outcome) => ({ kind: 'decide', outcome })),
      { kind: 'appeal' },
      { kind: 'uphold' },
      { kind: 'overturn' },
    ] as Parameters<typeof nextState>[1][];
    const found = new Set(
      CASE_STATES.flatMap((state) => events.flatMap((event) => nextState(state, event) ?? []).map((to) => `${state}>${to}`)),
    );
    expect(found).toEqual(ALLOWED);
  });

  it('a claim is one person’s until it runs out', () => {
    const claimed: CaseFacts = { ...fresh(0.9), state: 'in_review', claim: { actor: ANN.actor, until: CLAIM } };
    expect(codeOf(() => judgeClaim(claimed, BOB, CLAIM - 1))).toBe('conflict');
    expect(judgeClaim(claimed, ANN, CLAIM - 1)).toBe('in_review');
    expect(judgeClaim(claimed, BOB, CLAIM)).toBe('in_review');
    expect(codeOf(() => judgeDecision(claimed, ANN, { decision: decision('dismissed'), now: CLAIM }))).toBe('conflict');
    expect(codeOf(() => judgeDecision(claimed, BOB, { decision: decision('dismissed'), now: 0 }))).toBe('conflict');
  });

  it('effects and reason codes are those of the outcome', () => {
    const claimed: CaseFacts = { ...fresh(0.9), state: 'in_review', claim: { actor: ANN.actor, until: CLAIM } };
    const judged = (given: CaseDecision) => codeOf(() => judgeDecision(claimed, ANN, { decision: given, now: 0 }));
    expect(judged(decision('third_party', { exclude: true }))).toBe('done');
    expect(judged(decision('third_party', { warn: true }))).toBe('bad_input');
    for (const outcome of ['dismissed', 'inconclusive'] as const) expect(judged(decision(outcome, { exclude: true }))).toBe('bad_input');
    expect(judged(decision('confirmed', { reasonCode: 'framed' }))).toBe('bad_input');
    expect(judged(decision('confirmed', { signalIds: ['s9'] }))).toBe('bad_input');
  });

  it('nobody is penalised for what somebody else did, for what nobody shows them to have done, or as one of several', () => {
    const stands = (state: CaseState, more: Partial<CaseFacts> = {}): CaseFacts => ({
      ...fresh(0.9),
      state,
      reasonCode: 'detectors-agree',
      ...more,
    });
    expect(codeOf(() => judgeProposal(stands('confirmed'), ANN, undefined))).toBe('done');
    for (const state of CASE_STATES.filter((one) => !standsConfirmed(one)))
      expect(codeOf(() => judgeProposal(stands(state), ANN, undefined))).toBe('conflict');
    expect(codeOf(() => judgeProposal(stands('confirmed', { attributable: ATTRIBUTED - 0.01 }), ANN, undefined))).toBe('conflict');
    expect(codeOf(() => judgeProposal(stands('confirmed', { attributable: null }), ANN, undefined))).toBe('conflict');
    expect(codeOf(() => judgeProposal(stands('confirmed', { attributable: 0, reasonCode: 'admitted' }), ANN, undefined))).toBe('done');
    expect(codeOf(() => judgeProposal(stands('confirmed', { dealerIds: ['d1', 'd2'] }), ANN, 'd1'))).toBe('conflict');
    expect(codeOf(() => judgeProposal(stands('confirmed'), ANN, 'd2'))).toBe('bad_input');
  });

  it('an appeal comes in time, about findings that stand and are under no other', () => {
    const confirmed: CaseFacts = { ...fresh(0.9), state: 'confirmed', decidedBy: ANN.actor, appealUntil: 100 };
    expect(judgeAppeal(confirmed, { now: 99 })).toEqual(['s1', 's2']);
    expect(codeOf(() => judgeAppeal(confirmed, { now: 100 }))).toBe('conflict');
    const appealed: CaseFacts = {
      ...confirmed,
      state: 'appealed',
      appeals: [{ appealId: 'a', state: 'filed', signalIds: ['s1'], filedBy: DEALER }],
    };
    expect(judgeAppeal(appealed, { now: 0 })).toEqual(['s2']);
    expect(codeOf(() => judgeAppeal(appealed, { signalIds: ['s1'], now: 0 }))).toBe('bad_input');
    for (const who of [ANN, ...OWNERS, MACHINE, { actor: DEALER, grants: [] }])
      expect(codeOf(() => judgeAppealDecision(appealed, who, 'a'))).toBe('forbidden');
    expect(codeOf(() => judgeAppealDecision(appealed, BOB, 'a'))).toBe('done');
    expect([afterAppeal({ othersFiled: 1, standing: 0, whole: null }), afterAppeal({ othersFiled: 0, standing: 1, whole: null })]).toEqual([
      'appealed',
      'upheld',
    ]);
  });

  it('no decision stands on none of its findings: that would strike them all without a word', () => {
    const facts: CaseFacts = { ...fresh(0.9), state: 'in_review', claim: { actor: ANN.actor, until: CLAIM } };
    const judged = (signalIds: string[] | undefined, of = facts) =>
      codeOf(() => judgeDecision(of, ANN, { decision: decision('confirmed', { signalIds }), now: 0 }));
    expect([judged(undefined), judged(['s1']), judged([]), judged(['s3'])]).toEqual(['done', 'done', 'bad_input', 'bad_input']);
    // a case that a person opened has none
    expect(judged([], { ...facts, findings: [] })).toBe('done');
  });
});
