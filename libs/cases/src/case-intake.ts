import { detectorPrecision, fuse } from '@app/integrity';
import { SYSTEM_ACTOR, type BrandState, type Fusion, type Period, type Signal, type SignalSubject } from '@app/contracts';
import { StateReader, recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { addStep, calendarOf, fileSignal, filedIn, findCase, insertCase, listCases, signalsOf, updateFindings } from './case.repository';
import { newId, type CaseRecord } from './case-record';
import { isUndecided } from './case-states';
import type { CaseStores } from './case-stores';
import { touchedBy } from './case-subject';
import { moveRectification, rectificationsOf } from './effect.repository';
import { decidedFindings } from './learning/decisions.reader';
import { groupSignals, placeOf, type KnownCase, type SignalGroup } from './grouping';
import { keepFacts, letEndedGo } from './legal-holds';
import { reportedOf } from './reported';
import { RECTIFICATION_DAYS, REVIEW_DAYS } from './service-times';
import { stakeOf } from './stake';
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
}

/** As sure as that a group of signals has to be to open a case; weaker ones only join one. */
const OPENS_AT = 0.5;
/** Among all advisory locks of the product: who makes cases of a brand (the second number). */
const INTAKE_LOCK = 826_417;

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
      await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [INTAKE_LOCK, brandId]);
      const known = await filedIn(
        tx,
        brandId,
        signals.map(({ signalId }) => signalId),
      );
      const fresh = [...new Map(signals.filter(({ signalId }) => !known.has(signalId)).map((one) => [one.signalId, one])).values()];
      taken.left = signals.length - fresh.length;
      const precision = detectorPrecision(await decidedFindings(tx, brandId));
      const round = { state, taken, demoted: precision.filter((one) => one.demoted).map(({ detector }) => detector) };
      for (const group of groupSignals(fresh)) await this.place(tx, round, group);
      await this.reopen(tx, round, fresh);
    });
    for (const caseId of taken.opened) await keepFacts(this.stores, brandId, caseId);
    await letEndedGo(this.stores, brandId);
    return taken;
  }

  private async place(tx: EntityManager, round: Round, group: SignalGroup): Promise<void> {
    const { state, taken } = round;
    const { brandId } = state.brand;
    const near = await listCases(tx, brandId, { subjectKeys: [group.subjectKey], order: 'opened' });
    const { joins, follows } = placeOf(group, near.map(knownOf));
    const found = joins === null ? null : await findCase(tx, brandId, joins, { lock: true });
    if (found && isUndecided(found.state)) {
      await this.join(tx, round, { found, group });
      taken.joined.push(found.caseId);
      return;
    }
    const fusion = await this.fused(round, { signals: group.signals, subject: group.signals[0].subject, span: group });
    if (fusion.inorganic < OPENS_AT) {
      taken.left += group.signals.length;
      return;
    }
    taken.opened.push(await this.open(tx, round, { group, follows, fusion }));
  }

  private async open(
    tx: EntityManager,
    { state }: Round,
    { group, follows, fusion }: { group: SignalGroup; follows: string | null; fusion: Fusion },
  ): Promise<string> {
    const { brandId, zone } = state.brand;
    const { subject } = group.signals[0];
    const now = this.stores.clock.now();
    const { warehouse } = this.stores;
    const row: CaseRecord = {
      ...{ brandId, caseId: newId('C'), subject, subjectKey: group.subjectKey, from: group.from, to: group.to, origin: 'signals' },
      dealerIds: touchedBy(subject, group, state).dealerIds,
      ...{ state: 'open', outcome: null, reasonCode: null, fusion },
      ...(await stakeOf({ warehouse, state }, group.signals)),
      ...{ openedAt: now, dueAt: endOfWorkingDay(now, REVIEW_DAYS, { zone, calendar: await calendarOf(tx, brandId) }) },
      ...{ claim: null, decidedAt: null, decidedBy: null, appealUntil: null, linkedTo: follows, holdId: null },
    };
    await insertCase(tx, row);
    for (const signal of group.signals) await fileSignal(tx, row, signal);
    await this.tell(tx, row, { step: 'open', signals: group.signals });
    return row.caseId;
  }

  private async join(tx: EntityManager, round: Round, { found, group }: { found: CaseRecord; group: SignalGroup }): Promise<void> {
    const { state } = round;
    const { brandId, caseId, subject } = found;
    for (const signal of group.signals) await fileSignal(tx, found, signal);
    const all = (await signalsOf(tx, brandId, caseId)).filter(({ stands }) => stands).map(({ signal }) => signal);
    const span = { from: Math.min(found.from, group.from), to: Math.max(found.to, group.to) };
    const stake = await stakeOf({ warehouse: this.stores.warehouse, state }, all);
    const { dealerIds } = touchedBy(subject, span, state);
    const fusion = await this.fused(round, { signals: all, subject, span });
    await updateFindings(tx, { ...found, ...span, ...stake, dealerIds, fusion });
    await this.tell(tx, found, { step: 'join', signals: group.signals });
  }

  /** Probabilities and corrected figures of signals, with what was reported in their span. */
  private async fused(
    { state, demoted }: Round,
    { signals, subject, span }: { signals: readonly Signal[]; subject: SignalSubject; span: Period },
  ): Promise<Fusion> {
    return fuse(signals, { subject, demoted, ...(await reportedOf({ warehouse: this.stores.warehouse, state }, subject, span)) });
  }

  private async tell(
    tx: EntityManager,
    row: CaseRecord,
    { step, signals }: { step: 'open' | 'join'; signals: readonly Signal[] },
  ): Promise<void> {
    const { brandId, caseId, state } = row;
    const detectors = [...new Set(signals.map(({ detector }) => detector))].sort();
    const reason = detectors.join(', ');
    await addStep(tx, row, { actor: SYSTEM_ACTOR, step, from: step === 'open' ? null : state, to: state, reason });
    const act = { brandId, actor: SYSTEM_ACTOR, subject: `case/${caseId}`, before: null, reason: null };
    const after = { detectors, signals: signals.length };
    if (step === 'open') await recordAct(tx, { ...act, action: 'case.open', after });
    else await recordAct(tx, { ...act, action: 'case.join', after });
  }

  /** A detector that has spoken about a dealer again opens the orders that were about it. */
  private async reopen(tx: EntityManager, { state, taken }: Round, fresh: readonly Signal[]): Promise<void> {
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
      await moveRectification(
        tx,
        { brandId, rectificationId: order.rectificationId },
        { state: 'open', at: now, due: endOfWorkingDay(now, RECTIFICATION_DAYS, { zone, calendar }) },
      );
      const about = await findCase(tx, brandId, order.caseId, { lock: true });
      const reason = again.join(', ');
      if (about)
        await addStep(tx, about, { actor: SYSTEM_ACTOR, step: 'rectification.reopen', from: about.state, to: about.state, reason });
      const { rectificationId } = order;
      await recordAct(tx, {
        ...{ brandId, actor: SYSTEM_ACTOR, subject: `rectification/${rectificationId}`, before: order.state, after: 'open', reason },
        action: 'rectification.reopen',
      });
      taken.reopened.push(rectificationId);
    }
  }
}

/** A signal so strong opens an order again; a weak one may be chance. */
const REOPENS_AT = 0.99;

const knownOf = ({ caseId, subjectKey, from, to, state }: CaseRecord): KnownCase => ({
  ...{ caseId, subjectKey, from, to },
  undecided: isUndecided(state),
});
