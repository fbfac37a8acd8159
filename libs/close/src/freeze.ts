import { randomUUID } from 'node:crypto';
import type { Actor, Brand, Close } from '@app/contracts';
import {
  CHAIN_START,
  beginCloseAttempt,
  brandMarks,
  endCloseAttempt,
  forgetCloseAttempts,
  giveUpCloseAttempts,
  holdState,
  insertClose,
  policyOf,
  recordAct,
} from '@app/database';
import { type MonthMoment, type ReportService, type ReportStores, cardNames } from '@app/reports';
import type { EntityManager } from 'typeorm';
import { sealed } from './close-chain';
import { beingClosed, deliveriesOpen, figuresLost, neverStill, noFacts, nothingToRestate } from './close-errors';
import { countFigures, sweepFigures, writeFigures } from './figures.writer';
import { MonthFigures, computeFigures } from './month-figures';

export interface FreezeInput {
  brand: Brand;
  month: string;
  /** Every close of the brand so far, in order. */
  closes: readonly Close[];
  actor: Actor;
  requestedBy: Actor | null;
  reason: string | null;
  forced: boolean;
  /** Runs in the transaction of the close. */
  recorded(tx: EntityManager, close: Close): Promise<void>;
  told?: (done: number, of: number) => void;
}

/** Times that figures are computed, because something changed them meanwhile, and that a moment without any change is waited for. */
const ATTEMPTS = 3;
const MOMENTS = 20;
const NEVER_GRANTED = '55P03';
const ALREADY_THERE = '23505';

/**
 * One freeze of a month, while nobody else freezes one of the brand: figures are computed and written first, then recorded. Only the record makes them a
 * close. What comes in meanwhile is looked at: when it may have changed a figure of the month, all are computed again. Who closes next gives up what was
 * begun before and not recorded: a closer whose lock was lost then records nothing.
 */
export class Freeze {
  private readonly restated: Close | null;

  constructor(
    private readonly stores: ReportStores,
    private readonly reports: ReportService,
    private readonly input: FreezeInput,
  ) {
    this.restated = input.closes.findLast(({ month }) => month === input.month) ?? null;
  }

  async run(): Promise<Close> {
    await this.sweep();
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const close = await this.attempt();
        if (close) return close;
      }
    } catch (error) {
      const { code } = (error as { driverError?: { code?: string } }).driverError ?? {};
      if (code === NEVER_GRANTED) throw neverStill();
      if (code === ALREADY_THERE) throw beingClosed();
      throw error;
    }
    throw neverStill();
  }

  /** Null: something came in that may have changed a figure. */
  private async attempt(): Promise<Close | null> {
    const { brand, month } = this.input;
    const begun = await this.quietMarks();
    const moment = await this.reports.momentOf(month, brand.code);
    if (moment.state.accounts.length === 0) throw noFacts(month);
    const computed = await computeFigures(this.reports, { brand: brand.code, month }, this.input.told);
    // what was changed and put back meanwhile leaves no other version: some of the figures may have been computed in between
    if ((await this.quietMarks()).state !== begun.state) return null;
    if (this.restated?.figuresHash === computed.figuresHash) throw nothingToRestate(month);
    const closeId = randomUUID();
    await beginCloseAttempt(this.stores.dataSource, brand.brandId, closeId);
    await writeFigures(this.stores.warehouse, { brandId: brand.brandId, month, closeId }, computed.figures);
    const written = await countFigures(this.stores.warehouse, { brandId: brand.brandId, month, closeId });
    if (written !== computed.figures.length) throw figuresLost(written, computed.figures.length);
    const { versions, deliveries, dataInstant } = moment;
    const mark = { month, versions, deliveries, dataInstant };
    for (let waited = 0; waited < MOMENTS; waited++) {
      const { marks } = await this.quietMarks();
      if (await this.reports.mayDiffer(mark, brand.code)) return null;
      const now = await this.reports.momentOf(month, brand.code);
      const close = await this.record(closeId, computed, { ...moment, deliveries: now.deliveries }, marks);
      if (close) return close;
    }
    return null;
  }

  /** Records the close; null when something came in since the marks were read. */
  private record(closeId: string, computed: MonthFigures, moment: MonthMoment, marks: string): Promise<Close | null> {
    const { brand, actor, month, reason } = this.input;
    return this.stores.dataSource.transaction(async (tx) => {
      const dataInstant = await holdState(tx, brand.brandId);
      if ((await brandMarks(tx, brand.brandId)).marks !== marks) return null;
      const [{ now }] = (await tx.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')) as { now: string }[];
      const close = this.closeOf(closeId, computed, moment, { dataInstant, closedAt: Number(now) });
      if (!(await endCloseAttempt(tx, closeId))) throw beingClosed();
      await insertClose(tx, close);
      await this.input.recorded(tx, close);
      const action = this.restated === null ? 'month.close' : 'month.restate';
      await recordAct(tx, { brandId: brand.brandId, actor, action, subject: month, before: this.restated, after: close, reason });
      return close;
    });
  }

  private closeOf(
    closeId: string,
    { figures, figuresHash, rateCards }: MonthFigures,
    { state, versions, deliveries }: MonthMoment,
    at: { dataInstant: number; closedAt: number },
  ): Close {
    const { brand, month, closes, actor, requestedBy, reason, forced } = this.input;
    const before = closes.at(-1);
    const close = {
      closeId,
      brandId: brand.brandId,
      month,
      sequence: (before?.sequence ?? 0) + 1,
      restatement: this.restated === null ? 0 : this.restated.restatement + 1,
      closedAt: new Date(at.closedAt).toISOString(),
      closedBy: actor,
      requestedBy,
      reason,
      forced,
      policyVersion: policyOf(state.policies, month).version,
      rateCards: rateCards.length > 0 ? rateCards : cardNames(state, month),
      versions,
      dataInstant: new Date(at.dataInstant).toISOString(),
      deliveries: { horizon: deliveries.horizon, open: deliveries.open },
      figureRows: figures.length,
      figuresHash,
      previousHash: before?.hash ?? CHAIN_START,
      restates: this.restated?.closeId ?? null,
    };
    return sealed(close, this.restated?.hash ?? null);
  }

  /** Marks of the brand while none of its deliveries is under way; throws while one is. */
  private async quietMarks(): Promise<{ marks: string; state: string }> {
    const { open, ...marks } = await brandMarks(this.stores.dataSource, this.input.brand.brandId);
    if (open.length > 0) throw deliveriesOpen(open);
    return marks;
  }

  /** Before, never after: whether a record whose commit was not answered is there is known for sure only later. */
  private async sweep(): Promise<void> {
    const { warehouse, dataSource } = this.stores;
    const { brandId } = this.input.brand;
    const givenUp = await giveUpCloseAttempts(dataSource, brandId);
    await sweepFigures(warehouse, brandId, givenUp);
    await forgetCloseAttempts(dataSource, givenUp);
  }
}
