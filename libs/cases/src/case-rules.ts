import {
  CASE_REASONS,
  sameActor,
  type Actor,
  type Appeal,
  type CaseDecision,
  type CaseEffect,
  type CaseState,
  type Grant,
} from '@app/contracts';
import * as refuse from './case-errors';
import { nextState, standsConfirmed } from './case-states';

/** Who asks, as the rules see them. */
export interface Reviewer {
  actor: Actor;
  grants: readonly Grant[];
}

/** What the rules look at of a case. Instants epoch ms. */
export interface CaseFacts {
  state: CaseState;
  /** The dealers of its subject, with the groups they stood in, and the accounts' keys. */
  dealerIds: readonly string[];
  dealerGroups: readonly string[];
  accountKeys: readonly string[];
  claim: { actor: Actor; until: number } | null;
  decidedBy: Actor | null;
  reasonCode: string | null;
  attributable: number | null;
  appealUntil: number | null;
  findings: readonly { signalId: string; stands: boolean }[];
  effects: readonly Pick<CaseEffect, 'effectId' | 'kind' | 'state' | 'dealerId' | 'madeBy' | 'confirmedBy'>[];
  appeals: readonly Pick<Appeal, 'appealId' | 'state' | 'signalIds' | 'filedBy'>[];
}

/** How sure a case has to be of the dealer's own hand before anybody may be penalised; framed dealers stay below. */
export const ATTRIBUTED = 0.5;

/** A grant of a shop, a group or an account makes it one's own; one of the brand or a region is where somebody works. */
export const isOwnDealer = (grants: readonly Grant[], { dealerIds, dealerGroups, accountKeys }: CaseFacts): boolean =>
  grants.some(
    (grant) =>
      (grant.kind === 'dealer' && dealerIds.includes(grant.dealerId)) ||
      (grant.kind === 'dealer-group' && dealerGroups.includes(grant.name)) ||
      (grant.kind === 'account' && accountKeys.includes(grant.accountKey)),
  );

/** Throws when a person may not work on the case at all: it is on their own dealer, or no person asks. */
function judgeReviewer(facts: CaseFacts, { actor, grants }: Reviewer): void {
  if (actor.kind === 'system') throw refuse.needsReviewer();
  if (isOwnDealer(grants, facts)) throw refuse.ownDealer();
}

const isHeld = ({ claim }: CaseFacts, now: number): boolean => claim !== null && claim.until > now;

/** A claim is one person's until it runs out; claiming again renews it. Answers the state it goes to. */
export function judgeClaim(facts: CaseFacts, reviewer: Reviewer, now: number): CaseState {
  judgeReviewer(facts, reviewer);
  const to = nextState(facts.state, { kind: 'claim' });
  if (to === null) throw refuse.wrongState(facts.state);
  const { claim } = facts;
  if (claim && isHeld(facts, now) && !sameActor(claim.actor, reviewer.actor))
    throw refuse.claimedByOther(claim.actor.name, new Date(claim.until).toISOString());
  return to;
}

/** Only whoever holds the claim gives it back. */
export function judgeRelease(facts: CaseFacts, { actor }: Reviewer, now: number): void {
  if (!facts.claim || !isHeld(facts, now) || !sameActor(facts.claim.actor, actor)) throw refuse.notClaimed();
}

/** A decision of whoever holds the claim, with a reason code of its outcome and effects that the outcome has. Answers the state it goes to. */
export function judgeDecision(facts: CaseFacts, reviewer: Reviewer, { decision, now }: { decision: CaseDecision; now: number }): CaseState {
  judgeReviewer(facts, reviewer);
  const to = nextState(facts.state, { kind: 'decide', outcome: decision.outcome });
  if (to === null) throw refuse.wrongState(facts.state);
  judgeRelease(facts, reviewer, now);
  const { outcome, reasonCode, exclude, warn, signalIds } = decision;
  if (!CASE_REASONS.some((reason) => reason.code === reasonCode && reason.outcome === outcome)) throw refuse.badReasonCode();
  if (exclude && outcome !== 'confirmed' && outcome !== 'third_party') throw refuse.effectOfOutcome('exclude');
  if (warn && outcome !== 'confirmed') throw refuse.effectOfOutcome('warn');
  if (warn && facts.dealerIds.length !== 1) throw refuse.noOneDealer();
  const known = new Set(facts.findings.filter(({ stands }) => stands).map(({ signalId }) => signalId));
  if (signalIds?.some((id) => !known.has(id))) throw refuse.unknownFinding();
  // a decision on none of them would strike them all and leave a case that stands on nothing
  if (signalIds?.length === 0 && known.size > 0) throw refuse.noFinding();
  return to;
}

/** Is it shown that the dealer did it? By the fused probability, or by evidence that the reviewer names. */
const isAttributed = ({ attributable, reasonCode }: Pick<CaseFacts, 'attributable' | 'reasonCode'>): boolean =>
  (attributable ?? 0) >= ATTRIBUTED || CASE_REASONS.some(({ code, attributes }) => code === reasonCode && attributes === true);

const mayStand = (facts: CaseFacts): void => {
  if (!standsConfirmed(facts.state)) throw refuse.notPenalisable('state');
  if (!isAttributed(facts)) throw refuse.notPenalisable('attribution');
};

/** Confirmed, attributable, of one dealer, and no other penalty of the case under way. */
export function judgeProposal(facts: CaseFacts, reviewer: Reviewer, dealerId: string | undefined): string {
  judgeReviewer(facts, reviewer);
  mayStand(facts);
  if (dealerId !== undefined && !facts.dealerIds.includes(dealerId)) throw refuse.unknownDealer();
  if (facts.dealerIds.length !== 1) throw refuse.notPenalisable('dealers');
  const running = facts.effects.some(({ kind, state }) => kind === 'penalty' && (state === 'proposed' || state === 'in_force'));
  if (running) throw refuse.penaltyStands();
  return facts.dealerIds[0];
}

/**
 * The dealer that is ordered to put something right: the one of a case that stands. Of several none may see the case, so none is told of it. Throws forbidden,
 * conflict, bad_input.
 */
export function judgeOrder(facts: CaseFacts, { grants }: Pick<Reviewer, 'grants'>, dealerId: string | undefined): string {
  if (isOwnDealer(grants, facts)) throw refuse.ownDealer();
  if (!standsConfirmed(facts.state)) throw refuse.wrongState(facts.state);
  if (dealerId !== undefined && !facts.dealerIds.includes(dealerId)) throw refuse.unknownDealer();
  if (facts.dealerIds.length !== 1) throw refuse.noOneDealer();
  return facts.dealerIds[0];
}

/** Another person than who proposed it; the case still has to stand. */
export function judgeConfirmation(facts: CaseFacts, reviewer: Reviewer, effectId: string): void {
  judgeReviewer(facts, reviewer);
  const effect = facts.effects.find((one) => one.effectId === effectId && one.kind === 'penalty' && one.state === 'proposed');
  if (!effect) throw refuse.unknownEffect();
  mayStand(facts);
  if (effect.madeBy && sameActor(effect.madeBy, reviewer.actor)) throw refuse.samePerson();
}

/** Rejecting a proposal and ending what is in force are favours to the dealer: any reviewer but one of their own. */
export function judgeEnd(facts: CaseFacts, reviewer: Reviewer, { effectId, from }: { effectId: string; from: 'proposed' | 'in_force' }) {
  judgeReviewer(facts, reviewer);
  const effect = facts.effects.find((one) => one.effectId === effectId && one.state === from);
  if (!effect) throw refuse.unknownEffect();
  return effect;
}

/** Findings that an appeal would be about: those named, or all that stand and are under no appeal. Throws when it comes too late or there is none. */
export function judgeAppeal(facts: CaseFacts, { signalIds = [], now }: { signalIds?: readonly string[]; now: number }): string[] {
  if (nextState(facts.state, { kind: 'appeal' }) === null) throw refuse.wrongState(facts.state);
  if (facts.appealUntil === null || now >= facts.appealUntil) throw refuse.tooLate();
  const open = facts.appeals.filter(({ state }) => state === 'filed');
  const taken = new Set(open.flatMap((appeal) => appeal.signalIds));
  const free = facts.findings.filter(({ signalId, stands }) => stands && !taken.has(signalId)).map(({ signalId }) => signalId);
  if (facts.findings.length === 0) {
    // a case that a person opened has no finding: one appeal is against the whole
    if (open.length > 0 || signalIds.length > 0) throw refuse.unknownFinding();
    return [];
  }
  const wanted = signalIds.length === 0 ? free : [...new Set(signalIds)];
  if (wanted.length === 0 || wanted.some((id) => !free.includes(id))) throw refuse.unknownFinding();
  return wanted;
}

/** Whoever decided the case, or proposed or confirmed a penalty of it, and whoever filed the appeal, is not who decides about it. */
export function judgeAppealDecision(facts: CaseFacts, reviewer: Reviewer, appealId: string): CaseFacts['appeals'][number] {
  judgeReviewer(facts, reviewer);
  const appeal = facts.appeals.find((one) => one.appealId === appealId);
  if (!appeal) throw refuse.unknownAppeal();
  if (appeal.state !== 'filed' || facts.state !== 'appealed') throw refuse.wrongState(facts.state);
  const deciders = [facts.decidedBy, appeal.filedBy, ...facts.effects.flatMap(({ madeBy, confirmedBy }) => [madeBy, confirmedBy])];
  if (deciders.some((actor) => actor !== null && sameActor(actor, reviewer.actor))) throw refuse.ownDecision();
  return appeal;
}

/**
 * Effects that end with a verdict. `left`: of the findings that still stand, whether anything of them stays out and how sure they are of the dealer's own hand;
 * null where none fell. An overturned case has no effect; a penalty ends when nothing attributes the rest to the dealer.
 */
export function fallenEffects(
  facts: Pick<CaseFacts, 'effects' | 'reasonCode'>,
  { to, left }: { to: CaseState; left: { excluded: boolean; attributable: number | null } | null },
): CaseFacts['effects'] {
  const falls = (kind: CaseEffect['kind']): boolean => {
    if (to === 'overturned') return true;
    if (left === null) return false;
    if (kind === 'exclude') return !left.excluded;
    return kind === 'penalty' && !isAttributed({ attributable: left.attributable, reasonCode: facts.reasonCode });
  };
  return facts.effects.filter(({ kind, state }) => (state === 'in_force' || state === 'proposed') && falls(kind));
}

/** Where a case goes when an appeal is decided: `appealed` while another one is open, then overturned when no finding stands, else upheld. */
export function afterAppeal({
  othersFiled,
  standing,
  whole,
}: {
  othersFiled: number;
  standing: number;
  whole: 'upheld' | 'overturned' | null;
}): CaseState {
  if (othersFiled > 0) return 'appealed';
  if (whole !== null) return whole;
  return standing === 0 ? 'overturned' : 'upheld';
}
