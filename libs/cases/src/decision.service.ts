import { isMonth, type Bilingual, type CaseDecision, type CasePreview, type IntegrityCase, type Period, type Signal } from '@app/contracts';
import { liftExclusion, listExclusions, recordAct, recordExclusions, type CaseRemoval } from '@app/database';
import type { EntityManager } from 'typeorm';
import { setDecision, strikeSignals, updateFindings } from './case.repository';
import { actOn, checkedText, monthsOf, shownTime, type CaseDesk, type Desk, type OpenCase } from './case-desk';
import * as refuse from './case-errors';
import type { CaseRecord, FiledSignal } from './case-record';
import { holdSettlements } from './case-holds';
import { judgeConfirmation, judgeDecision, judgeEnd, judgeProposal } from './case-rules';
import { seesAll, type CaseAsker } from './case-stores';
import { withinTime } from './case-view';
import type { CaseService } from './case.service';
import { confirmEffect, endEffect, insertEffect } from './effect.repository';
import { demotedDetectors, weigh, type Weighed } from './findings';
import { letFactsGo } from './legal-holds';
import { previewOf } from './preview';
import { removedBy, shownRemoves } from './removal';
import { APPEAL_DAYS } from './service-times';

/** A penalty as one person proposes it. Months: all of the case where none is named. */
export interface PenaltyGiven {
  dealerId?: string;
  months?: string[];
  reason: string;
}

const MOST_MONTHS = 12;

/** Decides cases and moves their effects: figures left out, warnings, penalties, each for itself and each to be taken back. */
export class DecisionService {
  private readonly desk: CaseDesk;

  constructor(private readonly cases: CaseService) {
    this.desk = cases.desk;
  }

  /**
   * Decides a case that the asker has claimed. What its findings list leaves the adjusted figures in the same transaction, or nothing happens at all. Throws
   * conflict, bad_input, not_found.
   */
  async decide(asker: CaseAsker, caseId: string, decision: CaseDecision): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const { dataSource, clock } = this.desk.stores;
    const reason = checkedText(decision.reason);
    const now = clock.now();
    const opened = await this.desk.open(dataSource, { desk, asker }, caseId);
    judgeDecision(opened.facts, asker, { decision, now });
    const chosen = chosenOf(opened, decision);
    const mayExclude = decision.outcome === 'confirmed' || decision.outcome === 'third_party';
    const removals = mayExclude && decision.exclude !== false ? await this.removals(desk, { caseId, signals: chosen }) : null;
    if (decision.exclude && !removals) throw refuse.nothingRemoved();
    const appealUntil = decision.outcome === 'confirmed' ? await this.desk.due(dataSource, desk, APPEAL_DAYS) : null;
    const weighed = await this.weighed(desk, opened, chosen);
    const write = async (tx: EntityManager): Promise<void> => {
      const { record, facts, filed } = await this.desk.open(tx, { desk, asker, lock: true }, caseId);
      const to = judgeDecision(facts, asker, { decision, now });
      if (filed.length !== opened.filed.length) throw refuse.wrongState(record.state); // a finding has joined since
      const { outcome, reasonCode } = decision;
      const step = {
        step: 'decide',
        actor: asker.actor,
        reason,
        to,
        after: { reasonCode, findings: chosen.length, excluded: removals !== null },
      };
      await this.desk.tell(tx, record, step);
      await setDecision(tx, record, { outcome, reasonCode, actor: asker.actor, at: now, appealUntil });
      const left = filed.filter(({ signal }) => !chosen.some(({ signalId }) => signalId === signal.signalId));
      await strikeSignals(
        tx,
        record,
        left.map(({ signal }) => signal.signalId),
      );
      if (weighed) await updateFindings(tx, { ...record, ...weighed });
      const effect = { state: 'in_force' as const, months: [], reason, madeBy: asker.actor };
      if (removals) await insertEffect(tx, record, { ...effect, kind: 'exclude', dealerId: null });
      if (decision.warn) for (const dealerId of facts.dealerIds) await insertEffect(tx, record, { ...effect, kind: 'warn', dealerId });
      await holdSettlements(tx, { ...record, state: to }, { actor: asker.actor, zone: desk.brand.zone });
      await recordAct(tx, { ...actOn(record, step), action: 'case.decide' });
    };
    const { brandId } = desk.brand;
    if (removals) await recordExclusions(this.desk.stores, { brandId, actor: asker.actor, reason, within: write }, removals);
    else await dataSource.transaction(write);
    if (decision.outcome !== 'confirmed') await letFactsGo(this.desk.stores, brandId, caseId);
    return this.cases.get(asker, caseId);
  }

  /** What the findings that a decision or a verdict leaves make of the case: what was struck accuses nobody any more. Null: all stand. */
  async weighed({ brand, state }: Desk, { record, filed }: OpenCase, signals: readonly Signal[]): Promise<Weighed | null> {
    if (signals.length === filed.filter(({ stands }) => stands).length) return null;
    const { warehouse, dataSource } = this.desk.stores;
    const demoted = await demotedDetectors(dataSource, brand.brandId);
    return weigh({ warehouse, state, reads: dataSource }, { signals, subject: record.subject, span: record, demoted });
  }

  /** What findings list, ready to be recorded. Null: nothing. */
  async removals(
    { state }: Desk,
    { caseId, signals }: { caseId: string; signals: readonly Signal[] },
  ): Promise<AsyncIterable<CaseRemoval> | null> {
    const rows = removedBy({ warehouse: this.desk.stores.warehouse, state }, signals);
    const first = await rows.next();
    if (first.done) return null;
    return (async function* () {
      yield { caseId, removed: first.value };
      for await (const removed of rows) yield { caseId, removed };
    })();
  }

  /** What a decision would remove, in units, money and places, before anybody decides; writes nothing. Whoever sees a part of the brand is told no places of others. */
  async preview(asker: CaseAsker, caseId: string): Promise<CasePreview> {
    const desk = await this.desk.at(asker.brand);
    const { warehouse, dataSource, reports } = this.desk.stores;
    const { record, filed, facts } = await this.desk.open(dataSource, { desk, asker }, caseId);
    const time = shownTime(asker, record, desk.state);
    if (time !== null) return partlyShown(record, { filed, time, zone: desk.brand.zone });
    const signals = filed.filter(({ stands }) => stands).map(({ signal }) => signal);
    const inForce = facts.effects.some(({ kind, state }) => kind === 'exclude' && state === 'in_force');
    const seen = await previewOf({ warehouse, state: desk.state }, { record, signals, inForce, reports });
    const ranking = seesAll(asker) ? seen.ranking : (seen.ranking?.filter(({ own }) => own) ?? null);
    const risk = { valueCny: record.riskCny, entries: record.riskEntries, visitors: record.riskVisitors };
    return { removes: shownRemoves(signals.flatMap(({ evidence }) => evidence.removes ?? [])), risk, ...seen, ranking };
  }

  /** Proposes a penalty: it is none until another person confirms it. */
  async propose(asker: CaseAsker, caseId: string, { dealerId: wanted, months: given, reason: text }: PenaltyGiven): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const reason = checkedText(text);
    await this.desk.act({ desk, asker, caseId }, async (tx, { record, facts }) => {
      const dealerId = judgeProposal(facts, asker, wanted);
      const own = monthsOf(record, desk.brand.zone);
      const months = given && given.length > 0 ? [...new Set(given)].sort() : own.slice(0, MOST_MONTHS);
      if (months.length > MOST_MONTHS || months.some((month) => !isMonth(month) || !own.includes(month))) throw refuse.badMonths();
      const step = { step: 'penalty.propose', actor: asker.actor, reason, to: record.state, after: { dealerId, months } };
      await this.desk.tell(tx, record, step);
      await insertEffect(tx, record, { kind: 'penalty', state: 'proposed', dealerId, months, reason, madeBy: asker.actor });
      await recordAct(tx, { ...actOn(record, step), action: 'penalty.propose' });
    });
    return this.cases.get(asker, caseId);
  }

  /** Confirms a penalty that somebody else proposed: malus rules that ask about penalties apply from the next settlement on. */
  async confirm(asker: CaseAsker, { caseId, effectId }: { caseId: string; effectId: string }, text: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const reason = checkedText(text);
    await this.desk.act({ desk, asker, caseId }, async (tx, { record, facts }) => {
      judgeConfirmation(facts, asker, effectId);
      const step = { step: 'penalty.confirm', actor: asker.actor, reason, to: record.state, after: { effectId } };
      await this.desk.tell(tx, record, step);
      await confirmEffect(tx, effectId, asker.actor);
      await recordAct(tx, { ...actOn(record, step), action: 'penalty.confirm' });
    });
    return this.cases.get(asker, caseId);
  }

  /** Rejects a proposed penalty. */
  async reject(asker: CaseAsker, { caseId, effectId }: { caseId: string; effectId: string }, text: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const reason = checkedText(text);
    await this.desk.act({ desk, asker, caseId }, async (tx, { record, facts }) => {
      judgeEnd(facts, asker, { effectId, from: 'proposed' });
      const step = { step: 'penalty.reject', actor: asker.actor, reason, to: record.state, after: { effectId } };
      await this.desk.tell(tx, record, step);
      await endEffect(tx, effectId, { to: 'rejected', actor: asker.actor, reason });
      await recordAct(tx, { ...actOn(record, step), action: 'penalty.reject' });
    });
    return this.cases.get(asker, caseId);
  }

  /** Ends one effect that is in force: figures are what they were, a warning or a penalty counts no more. The case itself stays. */
  async end(asker: CaseAsker, { caseId, effectId }: { caseId: string; effectId: string }, text: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const reason = checkedText(text);
    const { dataSource } = this.desk.stores;
    const { facts: before } = await this.desk.open(dataSource, { desk, asker }, caseId);
    const { kind } = judgeEnd(before, asker, { effectId, from: 'in_force' });
    const write = async (tx: EntityManager): Promise<void> => {
      const { record, facts } = await this.desk.open(tx, { desk, asker, lock: true }, caseId);
      judgeEnd(facts, asker, { effectId, from: 'in_force' });
      const step = { step: 'effect.end', actor: asker.actor, reason, to: record.state, after: { effectId, kind } };
      await this.desk.tell(tx, record, step);
      await endEffect(tx, effectId, { to: 'ended', actor: asker.actor, reason });
      await recordAct(tx, { ...actOn(record, step), action: 'effect.end' });
    };
    await this.lifting(desk, { caseId, asker, reason, lifts: kind === 'exclude' }, write);
    return this.cases.get(asker, caseId);
  }

  /** Runs a step in the transaction that lifts what a case leaves out, or in one of its own where it leaves out nothing (any more). */
  async lifting(
    { brand: { brandId } }: Desk,
    { caseId, asker, reason, lifts }: { caseId: string; asker: CaseAsker; reason: string; lifts: boolean },
    write: (tx: EntityManager) => Promise<void>,
  ): Promise<void> {
    const { dataSource } = this.desk.stores;
    const held = lifts && (await listExclusions(dataSource, brandId, { held: true })).some((row) => row.caseId === caseId);
    if (held) await liftExclusion(dataSource, { brandId, caseId, actor: asker.actor, reason, within: write });
    else await dataSource.transaction(write);
  }
}

const SHARED: Bilingual = {
  zh: '期间账号属于多家经销商：仅列出本店持有期间的发现，不显示逐项数字与名次',
  en: 'Several dealers held the account in the period: findings of your own time alone are listed, without figures by line and ranks',
};

/** Of a case whose account changed hands: what is listed of the asker's own time. */
function partlyShown(
  { riskCny, riskEntries, riskVisitors }: CaseRecord,
  { filed, time, zone }: { filed: readonly FiledSignal[]; time: readonly Period[]; zone: string },
): CasePreview {
  const own = filed.filter(({ stands }) => stands).flatMap((one) => withinTime(one, time, zone));
  const removes = shownRemoves(own.flatMap(({ signal: { evidence } }) => evidence.removes ?? []));
  return { removes, risk: { valueCny: riskCny, entries: riskEntries, visitors: riskVisitors }, lines: [], ranking: null, notes: [SHARED] };
}

/** Findings that a decision stands on. */
const chosenOf = ({ filed }: OpenCase, { signalIds }: CaseDecision): Signal[] =>
  filed.filter(({ signal, stands }) => stands && (signalIds?.includes(signal.signalId) ?? true)).map(({ signal }) => signal);
