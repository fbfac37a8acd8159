import { SYSTEM_ACTOR, sameActor, type Appeal, type AppealGround, type IntegrityCase, type Period, type Signal } from '@app/contracts';
import { recordAct, recordExclusions } from '@app/database';
import type { EntityManager } from 'typeorm';
import { askAgain } from './asking-again';
import { findCase, listCases, setState, strikeSignals, updateFindings } from './case.repository';
import { actOn, checkedText, isShownAppeal, shownTime, type CaseDesk, type Desk, type OpenCase } from './case-desk';
import * as refuse from './case-errors';
import { holdSettlements } from './case-holds';
import { newId, type CaseRecord } from './case-record';
import { afterAppeal, fallenEffects, judgeAppeal, judgeAppealDecision } from './case-rules';
import { seesAll, type CaseAsker } from './case-stores';
import type { CaseService } from './case.service';
import type { DecisionService } from './decision.service';
import { appealsOf, decideAppealRow, endEffect, insertAppeal } from './effect.repository';
import type { Weighed } from './findings';
import { letFactsGo } from './legal-holds';
import { SECOND_INSTANCE_DAYS } from './service-times';

/** An appeal as a dealer writes it. */
export interface AppealGiven {
  signalIds?: string[];
  ground: AppealGround;
  text: string;
}

/** `overturned`: the findings of the appeal fall, or those named in `falls`; `upheld`: they stand. */
export interface AppealVerdict {
  outcome: 'upheld' | 'overturned';
  reason: string;
  falls?: string[];
}

const NOT_ASKED = '平台暂时无法重新询问，系统会再试 · The platforms could not be asked again; it is tried again';

/** Objections of dealers, and the second instance that decides them. */
export class AppealService {
  private readonly desk: CaseDesk;

  constructor(
    private readonly cases: CaseService,
    private readonly decisions: DecisionService,
  ) {
    this.desk = cases.desk;
  }

  /** Appeals of cases that the asker may see, those that wait longest first. */
  async list(asker: CaseAsker, { state }: { state?: Appeal['state'] } = {}): Promise<Appeal[]> {
    const desk = await this.desk.at(asker.brand);
    const found = await appealsOf(this.desk.stores.dataSource, desk.brand.brandId, {});
    const caseIds = [...new Set(found.map(({ caseId }) => caseId))];
    const cases = await listCases(this.desk.stores.dataSource, desk.brand.brandId, { caseIds });
    const times = new Map(cases.map((record) => [record.caseId, shownTime(asker, record, desk.state)]));
    return found
      .filter((one) => (state === undefined || one.state === state) && this.isShown(one, asker, times.get(one.caseId)))
      .map((one) => told(one, asker));
  }

  /** One appeal. Throws not_found. */
  async get(asker: CaseAsker, appealId: string): Promise<Appeal> {
    const desk = await this.desk.at(asker.brand);
    return told(await this.found(desk, asker, appealId), asker);
  }

  /** `time`: what the asker may see of its case; undefined: there is none. */
  private isShown(appeal: Appeal, asker: CaseAsker, time: Period[] | null | undefined): boolean {
    return time !== undefined && time?.length !== 0 && isShownAppeal(appeal, { asker, time });
  }

  /** The appeal, when the asker may see its case. Throws not_found. */
  async found(desk: Desk, asker: CaseAsker, appealId: string): Promise<Appeal> {
    const [appeal] = await appealsOf(this.desk.stores.dataSource, desk.brand.brandId, { appealId });
    const record = appeal && (await findCase(this.desk.stores.dataSource, desk.brand.brandId, appeal.caseId));
    if (!record || !this.isShown(appeal, asker, shownTime(asker, record, desk.state))) throw refuse.unknownAppeal();
    return appeal;
  }

  /**
   * Files an appeal: settlement of the case's months waits, what it leaves out stays out (domain.md 7.3). One that corrects data has the platforms asked again;
   * where they cannot be asked now the appeal is filed all the same, and the next taking of signals asks. Throws conflict when it comes too late, bad_input
   * for findings that it cannot be about.
   */
  async file(asker: CaseAsker, caseId: string, given: AppealGiven): Promise<Appeal> {
    const desk = await this.desk.at(asker.brand);
    const { dataSource, clock } = this.desk.stores;
    const text = checkedText(given.text, 'text');
    const now = clock.now();
    const due = await this.desk.due(dataSource, desk, SECOND_INSTANCE_DAYS);
    const appealId = newId('A');
    const record = await this.desk.act({ desk, asker, caseId }, async (tx, { record: row, facts }) => {
      const signalIds = judgeAppeal(facts, { signalIds: given.signalIds, now });
      const step = { step: 'appeal', actor: asker.actor, reason: given.ground, to: 'appealed' as const, after: { appealId } };
      await this.desk.tell(tx, row, step);
      await insertAppeal(tx, row, { appealId, signalIds, ground: given.ground, text, filedBy: asker.actor, at: now, due });
      await setState(tx, row, 'appealed');
      await holdSettlements(tx, { ...row, state: 'appealed' }, { actor: asker.actor, zone: desk.brand.zone });
      await recordAct(tx, { ...actOn(row, step), action: 'appeal.file' });
      return row;
    });
    if (given.ground === 'data')
      try {
        await askAgain(this.desk.stores, desk.state, { record, appealId });
      } catch {
        await this.desk.act({ desk, asker, caseId }, (tx, { record: row }) =>
          this.desk.tell(tx, row, { step: 'note', actor: SYSTEM_ACTOR, reason: NOT_ASKED, to: row.state }),
        );
      }
    return this.get(asker, appealId);
  }

  /**
   * Decides an appeal: another person than whoever decided the case. Findings that fall are struck; what the others list is recorded anew in the same
   * transaction. When none is left the case is overturned: every effect ends, and every figure is what it was.
   */
  async decide(asker: CaseAsker, appealId: string, verdict: AppealVerdict): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const reason = checkedText(verdict.reason);
    const { caseId } = await this.found(desk, asker, appealId);
    const opened = await this.desk.open(this.desk.stores.dataSource, { desk, asker }, caseId);
    const ruling = rulingOf(opened, asker, { appealId, verdict });
    const weighed = ruling.struck.length === 0 ? null : await this.decisions.weighed(desk, opened, ruling.left);
    const write = async (tx: EntityManager, excluded: boolean): Promise<void> => {
      const now = await this.desk.open(tx, { desk, asker, lock: true }, caseId);
      const again = rulingOf(now, asker, { appealId, verdict });
      const same = again.to === ruling.to && again.struck.length === ruling.struck.length && again.left.length === ruling.left.length;
      if (!same || excludes(now) !== excludes(opened)) throw refuse.wrongState(now.record.state);
      const left = weighed && { excluded, weighed };
      await this.rule(tx, { desk, asker, opened: now }, { appealId, reason, state: verdict.outcome, ...again, left });
    };
    await this.written(desk, { asker, caseId, reason, opened, ruling }, write);
    if (ruling.to === 'overturned' || ruling.to === 'upheld') await letFactsGo(this.desk.stores, desk.brand.brandId, caseId);
    return this.cases.get(asker, caseId);
  }

  /** Gives an appeal up. Only whoever filed it. */
  async withdraw(asker: CaseAsker, appealId: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const { caseId } = await this.found(desk, asker, appealId);
    await this.desk.act({ desk, asker, caseId }, async (tx, opened) => {
      const own = opened.facts.appeals.find((one) => one.appealId === appealId);
      if (!own || own.state !== 'filed') throw refuse.wrongState(opened.record.state);
      if (!sameActor(own.filedBy, asker.actor)) throw refuse.unknownAppeal();
      const to = afterAppeal({ othersFiled: filedBeside(opened, appealId), standing: 1, whole: null });
      await this.rule(tx, { desk, asker, opened }, { appealId, reason: 'withdrawn', state: 'withdrawn', to, struck: [], left: null });
    });
    return this.cases.get(asker, caseId);
  }

  /** Runs the ruling in the transaction that changes what the case leaves out, and tells it whether something of it stays out. */
  private async written(
    desk: Desk,
    { asker, caseId, reason, opened, ruling }: { asker: CaseAsker; caseId: string; reason: string; opened: OpenCase; ruling: Ruling },
    write: (tx: EntityManager, excluded: boolean) => Promise<void>,
  ): Promise<void> {
    const changes = excludes(opened) && ruling.struck.length > 0;
    const removals = changes ? await this.decisions.removals(desk, { caseId, signals: ruling.left }) : null;
    if (removals) {
      const within = (tx: EntityManager): Promise<void> => write(tx, true);
      const decision = { brandId: desk.brand.brandId, actor: asker.actor, reason, within, replaces: true };
      await recordExclusions(this.desk.stores, decision, removals);
    } else await this.decisions.lifting(desk, { caseId, asker, reason, lifts: changes }, (tx) => write(tx, false));
  }

  private async rule(
    tx: EntityManager,
    { desk, asker, opened }: { desk: Desk; asker: CaseAsker; opened: OpenCase },
    { appealId, reason, state, to, struck, left }: Ruled,
  ): Promise<void> {
    const { record, facts } = opened;
    const { brandId } = record;
    const step = {
      step: state === 'withdrawn' ? 'appeal.withdraw' : 'appeal.decide',
      actor: asker.actor,
      reason,
      to,
      after: { appealId, struck },
    };
    await this.desk.tell(tx, record, step);
    await decideAppealRow(tx, { brandId, appealId }, { state, actor: asker.actor, reason, struck, at: this.desk.stores.clock.now() });
    if (left) {
      await strikeSignals(tx, record, struck);
      await updateFindings(tx, { ...record, ...left.weighed });
    }
    const rest = left && { excluded: left.excluded, attributable: left.weighed.fusion.attributable };
    for (const { effectId, state: of } of fallenEffects(facts, { to, left: rest }))
      await endEffect(tx, effectId, { to: of === 'proposed' ? 'rejected' : 'ended', actor: asker.actor, reason });
    await setState(tx, record, to);
    await holdSettlements(tx, { ...record, state: to }, { actor: asker.actor, zone: desk.brand.zone });
    const act = actOn(record, step);
    if (state === 'withdrawn') await recordAct(tx, { ...act, action: 'appeal.withdraw' });
    else await recordAct(tx, { ...act, action: 'appeal.decide' });
  }
}

/** What a verdict does: where the case goes, which findings fall, and which stand. */
interface Ruling {
  to: CaseRecord['state'];
  struck: string[];
  left: Signal[];
}

/** A ruling as it is written. `left`: what the findings that stand make of the case, and whether anything of them stays out; null: none fell. */
interface Ruled extends Omit<Ruling, 'left'> {
  appealId: string;
  reason: string;
  state: Appeal['state'];
  left: { excluded: boolean; weighed: Weighed } | null;
}

const excludes = ({ facts }: OpenCase): boolean => facts.effects.some(({ kind, state }) => kind === 'exclude' && state === 'in_force');

const filedBeside = ({ facts }: OpenCase, appealId: string): number =>
  facts.appeals.filter((one) => one.appealId !== appealId && one.state === 'filed').length;

function rulingOf(opened: OpenCase, asker: CaseAsker, { appealId, verdict }: { appealId: string; verdict: AppealVerdict }): Ruling {
  const { facts, filed } = opened;
  const appeal = judgeAppealDecision(facts, asker, appealId);
  const { outcome, falls } = verdict;
  if (falls?.some((id) => !appeal.signalIds.includes(id)) || (outcome === 'upheld' && falls && falls.length > 0))
    throw refuse.unknownFinding();
  const struck = outcome === 'upheld' ? [] : falls && falls.length > 0 ? falls : appeal.signalIds;
  const left = filed.filter(({ signal, stands }) => stands && !struck.includes(signal.signalId)).map(({ signal }) => signal);
  const whole = filed.length === 0 ? outcome : null;
  const to = afterAppeal({ othersFiled: filedBeside(opened, appealId), standing: left.length, whole });
  return { to, struck, left };
}

/** Dealers are told what was decided, not by whom. */
const told = (appeal: Appeal, asker: CaseAsker): Appeal => (seesAll(asker) ? appeal : { ...appeal, decidedBy: null });
