import { SYSTEM_ACTOR, type BrandState, type Signal } from '@app/contracts';
import { StateReader, recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { askUnasked } from './asking-again';
import {
  addStep,
  calendarOf,
  fileSignal,
  filedIn,
  findCase,
  insertCase,
  listCases,
  lockIntake,
  signalsOf,
  updateFindings,
} from './case.repository';
import { holdSettlements } from './case-holds';
import { newId, type CaseRecord } from './case-record';
import { holdsSettlement, isUndecided } from './case-states';
import type { CaseStores } from './case-stores';
import { touchedBy } from './case-subject';
import { moveRectification, rectificationsOf } from './effect.repository';
import { demotedDetectors, weigh, type Weighed } from './findings';
import { groupSignals, knownOf, placeOf, spanOf, type SignalGroup } from './grouping';
import { keepFacts, letEndedGo } from './legal-holds';
import { RECTIFICATION_DAYS, REVIEW_DAYS } from './service-times';
import { endOfWorkingDay } from './working-days';

/** What became of the signals of a scan. */
export interface TakenSignals {
  opened: string[];
  joined: string[];
  /** Rectification orders whose detector has spoken again. */
  reopened: string[];
  /** Signals that are in a case already, or too weak to open one. */
  left: number;
}

/** One taking of signals. */
interface Round {
  state: BrandState;
  /** Detectors whose signals are shown and add nothing: people have said too often that they were wrong. */
  demoted: string[];
  taken: TakenSignals;
  /** Cases whose span has grown while a person looks at them: their settlements wait as well. */
  grown: CaseRecord[];
  /** Written last of all: until then nobody else who writes to the audit log waits for the fact store. */
  acts: Parameters<typeof recordAct>[1][];
}

/** As sure as that a group of signals has to be to open a case; weaker ones only join one. */
const OPENS_AT = 0.5;

/** Makes cases of signals (domain.md 7.2). What has been filed once is never filed again, so scans may be repeated. */
export class CaseIntake {
  private readonly states: StateReader;

  constructor(private readonly stores: CaseStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** Signals join the open case of their subject where windows overlap, else open one, linked to the decided one they overlap. All of them or none. */
  async take(brandId: number, signals: readonly Signal[]): Promise<TakenSignals> {
    const state = await this.states.state(brandId);
    const { dataSource } = this.stores;
    const taken: TakenSignals = { opened: [], joined: [], reopened: [], left: 0 };
    await dataSource.transaction(async (tx) => {
      await lockIntake(tx, brandId);
      const known = await filedIn(
        tx,
        brandId,
        signals.map(({ signalId }) => signalId),
      );
      const fresh = [...new Map(signals.filter(({ signalId }) => !known.has(signalId)).map((one) => [one.signalId, one])).values()];
      taken.left = signals.length - fresh.length;
      const round: Round = { state, taken, demoted: await demotedDetectors(tx, brandId), grown: [], acts: [] };
      const ownersOf = (signal: Signal): string[] => touchedBy(signal.subject, spanOf(signal), state).dealerIds;
      for (const group of groupSignals(fresh, ownersOf)) await this.place(tx, round, group);
      await this.reopen(tx, round, fresh);
      for (const record of round.grown) await holdSettlements(tx, record, { actor: SYSTEM_ACTOR, zone: state.brand.zone });
      for (const act of round.acts) await recordAct(tx, act);
    });
    for (const caseId of new Set([...taken.opened, ...taken.joined])) await keepFacts(this.stores, state, caseId);
    await letEndedGo(this.stores, brandId);
    await askUnasked(this.stores, state);
    return taken;
  }

  private async place(tx: EntityManager, round: Round, group: SignalGroup): Promise<void> {
    const { state, taken } = round;
    const { brandId } = state.brand;
    const near = await listCases(tx, brandId, { subjectKeys: [group.subjectKey], order: 'opened' });
    const { joins, follows } = placeOf(group, near.map(knownOf));
    if (joins !== null && (await this.join(tx, round, { caseId: joins, group }))) {
      taken.joined.push(joins);
      return;
    }
    const { signals } = group;
    const weighed = await weigh(this.facts(tx, round), { signals, subject: signals[0].subject, span: group, demoted: round.demoted });
    if (weighed.fusion.inorganic < OPENS_AT) {
      taken.left += signals.length;
      return;
    }
    taken.opened.push(await this.open(tx, round, { group, follows: follows ?? joins, weighed }));
  }

  private facts(reads: EntityManager, { state }: Round) {
    const { warehouse, warned } = this.stores;
    // a case is not lost for it; what a decision takes out is counted anew
    const uncounted = (error: unknown): void => warned?.('entries that findings name could not be counted, and are supposed', error);
    return { warehouse, state, reads, uncounted };
  }

  private async open(
    tx: EntityManager,
    round: Round,
    { group, follows, weighed }: { group: SignalGroup; follows: string | null; weighed: Weighed },
  ): Promise<string> {
    const { state } = round;
    const { brandId, zone } = state.brand;
    const { subject } = group.signals[0];
    const now = this.stores.clock.now();
    const row: CaseRecord = {
      ...{ brandId, caseId: newId('C'), subject, subjectKey: group.subjectKey, from: group.from, to: group.to, origin: 'signals' },
      dealerIds: touchedBy(subject, group, state).dealerIds,
      ...{ state: 'open', outcome: null, reasonCode: null, ...weighed },
      ...{ openedAt: now, dueAt: endOfWorkingDay(now, REVIEW_DAYS, { zone, calendar: await calendarOf(tx, brandId) }) },
      ...{ claim: null, decidedAt: null, decidedBy: null, appealUntil: null, linkedTo: follows, holdId: null },
    };
    await insertCase(tx, row);
    for (const signal of group.signals) await fileSignal(tx, row, signal);
    await this.tell(tx, round, { row, step: 'open', signals: group.signals });
    return row.caseId;
  }

  /** False: somebody has decided the case in the meantime. */
  private async join(tx: EntityManager, round: Round, { caseId, group }: { caseId: string; group: SignalGroup }): Promise<boolean> {
    const { state, demoted } = round;
    const { brandId } = state.brand;
    const before = await findCase(tx, brandId, caseId);
    if (!before) return false;
    const { subject } = before;
    const standing = (await signalsOf(tx, brandId, caseId)).filter(({ stands }) => stands).map(({ signal }) => signal);
    const span = { from: Math.min(before.from, group.from), to: Math.max(before.to, group.to) };
    const weighed = await weigh(this.facts(tx, round), { signals: [...standing, ...group.signals], subject, span, demoted });
    // findings and span of an undecided case change here alone, under the lock of the intake
    const found = await findCase(tx, brandId, caseId, { lock: true });
    if (!found || !isUndecided(found.state)) return false;
    const grown = { ...found, ...span, ...weighed, dealerIds: touchedBy(subject, span, state).dealerIds };
    for (const signal of group.signals) await fileSignal(tx, found, signal);
    await updateFindings(tx, grown);
    await this.tell(tx, round, { row: found, step: 'join', signals: group.signals });
    if (holdsSettlement(found.state)) round.grown.push(grown);
    return true;
  }

  private async tell(
    tx: EntityManager,
    { acts }: Round,
    { row, step, signals }: { row: CaseRecord; step: 'open' | 'join'; signals: readonly Signal[] },
  ): Promise<void> {
    const { brandId, caseId, state } = row;
    const detectors = [...new Set(signals.map(({ detector }) => detector))].sort();
    const reason = detectors.join(', ');
    await addStep(tx, row, { actor: SYSTEM_ACTOR, step, from: step === 'open' ? null : state, to: state, reason });
    const act = { brandId, actor: SYSTEM_ACTOR, subject: `case/${caseId}`, before: null, reason: null };
    acts.push({ ...act, action: step === 'open' ? 'case.open' : 'case.join', after: { detectors, signals: signals.length } });
  }

  /** A detector that has spoken about a dealer again opens the orders that were about it. */
  private async reopen(tx: EntityManager, { state, taken, acts }: Round, fresh: readonly Signal[]): Promise<void> {
    const { brandId, zone } = state.brand;
    const now = this.stores.clock.now();
    const spoken = new Map<string, Set<string>>();
    for (const signal of fresh) {
      if (signal.dealerId === null || signal.strength < REOPENS_AT) continue;
      spoken.set(signal.dealerId, (spoken.get(signal.dealerId) ?? new Set()).add(signal.detector));
    }
    if (spoken.size === 0) return;
    const calendar = await calendarOf(tx, brandId);
    for (const order of await rectificationsOf(tx, brandId, { dealerIds: [...spoken.keys()] })) {
      const again = order.detectors.filter((detector) => spoken.get(order.dealerId)?.has(detector));
      const isNew = fresh.some(({ window, detector }) => again.includes(detector) && Date.parse(window.to) > Date.parse(order.openedAt));
      if (order.state === 'open' || again.length === 0 || !isNew) continue;
      const about = await findCase(tx, brandId, order.caseId, { lock: true });
      await moveRectification(
        tx,
        { brandId, rectificationId: order.rectificationId },
        { state: 'open', at: now, due: endOfWorkingDay(now, RECTIFICATION_DAYS, { zone, calendar }) },
      );
      const reason = again.join(', ');
      if (about)
        await addStep(tx, about, { actor: SYSTEM_ACTOR, step: 'rectification.reopen', from: about.state, to: about.state, reason });
      const { rectificationId } = order;
      acts.push({
        ...{ brandId, actor: SYSTEM_ACTOR, subject: `rectification/${rectificationId}`, before: order.state, after: 'open', reason },
        action: 'rectification.reopen',
      });
      taken.reopened.push(rectificationId);
    }
  }
}

/** A signal so strong opens an order again; a weak one may be chance. */
const REOPENS_AT = 0.99;
