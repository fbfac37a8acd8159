import type { Rectification } from '@app/contracts';
import { recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { findCase, listCases } from './case.repository';
import { actOn, checkedText, isShown, type CaseDesk, type Desk, type OpenCase } from './case-desk';
import * as refuse from './case-errors';
import { newId } from './case-record';
import { isOwnDealer, judgeOrder } from './case-rules';
import type { CaseAsker } from './case-stores';
import type { CaseService } from './case.service';
import { insertRectification, moveRectification, rectificationsOf } from './effect.repository';
import { RECTIFICATION_DAYS } from './service-times';

/** An order as a reviewer writes it; `workingDays` until it is due. */
export interface RectificationGiven {
  dealerId?: string;
  text: string;
  workingDays?: number;
}

/** Orders to put something right (整改单): written by reviewers, answered by dealers, closed by reviewers, opened again by the same detector. */
export class RectificationService {
  private readonly desk: CaseDesk;

  constructor(cases: CaseService) {
    this.desk = cases.desk;
  }

  /** Orders of cases that the asker may see, the newest first. */
  async list(asker: CaseAsker, { state }: { state?: Rectification['state'] } = {}): Promise<Rectification[]> {
    const desk = await this.desk.at(asker.brand);
    const found = await rectificationsOf(this.desk.stores.dataSource, desk.brand.brandId);
    const caseIds = [...new Set(found.map(({ caseId }) => caseId))];
    const cases = await listCases(this.desk.stores.dataSource, desk.brand.brandId, { caseIds });
    const shown = new Set(cases.filter((record) => isShown(asker, record, desk.state)).map(({ caseId }) => caseId));
    return found.filter((one) => (state === undefined || one.state === state) && shown.has(one.caseId));
  }

  private async isShown({ brand, state }: Desk, asker: CaseAsker, caseId: string): Promise<boolean> {
    const record = await findCase(this.desk.stores.dataSource, brand.brandId, caseId);
    return record !== null && isShown(asker, record, state);
  }

  /** Orders a dealer of a case that stands to put something right. Throws conflict, bad_input, not_found. */
  async order(
    asker: CaseAsker,
    caseId: string,
    { dealerId: wanted, text: given, workingDays }: RectificationGiven,
  ): Promise<Rectification> {
    const desk = await this.desk.at(asker.brand);
    const { dataSource, clock } = this.desk.stores;
    const text = checkedText(given, 'text');
    const due = await this.desk.due(dataSource, desk, workingDays ?? RECTIFICATION_DAYS);
    const rectificationId = newId('R');
    await this.desk.act({ desk, asker, caseId }, async (tx, { record, facts, filed }) => {
      const dealerId = judgeOrder(facts, asker, wanted);
      const detectors = [...new Set(filed.filter(({ stands }) => stands).map(({ signal }) => signal.detector))].sort();
      const step = {
        step: 'rectification',
        actor: asker.actor,
        reason: text,
        to: record.state,
        after: { rectificationId, dealerId, detectors },
      };
      await this.desk.tell(tx, record, step);
      await insertRectification(tx, record, { rectificationId, dealerId, detectors, text, at: clock.now(), due });
      await recordAct(tx, { ...actOn(record, step), action: 'rectification.order' });
    });
    return this.found(desk, asker, rectificationId);
  }

  /** The dealer says what was done. */
  answer(asker: CaseAsker, rectificationId: string, given: string): Promise<Rectification> {
    const answer = checkedText(given, 'text');
    return this.moved(asker, rectificationId, async (tx, { order, opened }) => {
      if (order.state === 'closed') throw refuse.wrongState(opened.record.state);
      const step = {
        step: 'rectification.answer',
        actor: asker.actor,
        reason: answer,
        to: opened.record.state,
        after: { rectificationId },
      };
      await this.desk.tell(tx, opened.record, step);
      await moveRectification(tx, { brandId: opened.record.brandId, rectificationId }, { state: 'answered', answer });
      await recordAct(tx, { ...actOn(opened.record, step), action: 'rectification.answer' });
    });
  }

  /** A reviewer finds that it is put right. */
  close(asker: CaseAsker, rectificationId: string, given: string): Promise<Rectification> {
    const reason = checkedText(given);
    return this.moved(asker, rectificationId, async (tx, { order, opened }) => {
      if (isOwnDealer(asker.grants, opened.facts)) throw refuse.ownDealer();
      if (order.state === 'closed') throw refuse.wrongState(opened.record.state);
      const step = { step: 'rectification.close', actor: asker.actor, reason, to: opened.record.state, after: { rectificationId } };
      await this.desk.tell(tx, opened.record, step);
      const at = this.desk.stores.clock.now();
      await moveRectification(tx, { brandId: opened.record.brandId, rectificationId }, { state: 'closed', at });
      await recordAct(tx, { ...actOn(opened.record, step), action: 'rectification.close' });
    });
  }

  /** A reviewer opens it again, as the same detector would. */
  reopen(asker: CaseAsker, rectificationId: string, given: string): Promise<Rectification> {
    const reason = checkedText(given);
    return this.moved(asker, rectificationId, async (tx, { order, opened, desk }) => {
      if (isOwnDealer(asker.grants, opened.facts)) throw refuse.ownDealer();
      if (order.state === 'open') throw refuse.wrongState(opened.record.state);
      const step = { step: 'rectification.reopen', actor: asker.actor, reason, to: opened.record.state, after: { rectificationId } };
      await this.desk.tell(tx, opened.record, step);
      const due = await this.desk.due(tx, desk, RECTIFICATION_DAYS);
      await moveRectification(
        tx,
        { brandId: opened.record.brandId, rectificationId },
        { state: 'open', at: this.desk.stores.clock.now(), due },
      );
      await recordAct(tx, { ...actOn(opened.record, step), action: 'rectification.reopen' });
    });
  }

  private async moved(
    asker: CaseAsker,
    rectificationId: string,
    work: (tx: EntityManager, on: { order: Rectification; opened: OpenCase; desk: Desk }) => Promise<void>,
  ): Promise<Rectification> {
    const desk = await this.desk.at(asker.brand);
    const { caseId } = await this.found(desk, asker, rectificationId);
    await this.desk.act({ desk, asker, caseId }, async (tx, opened) => {
      const [order] = await rectificationsOf(tx, desk.brand.brandId, { rectificationId });
      await work(tx, { order, opened, desk });
    });
    return this.found(desk, asker, rectificationId);
  }

  private async found(desk: Desk, asker: CaseAsker, rectificationId: string): Promise<Rectification> {
    const [order] = await rectificationsOf(this.desk.stores.dataSource, desk.brand.brandId, { rectificationId });
    if (!order || !(await this.isShown(desk, asker, order.caseId))) throw refuse.unknownRectification();
    return order;
  }
}
