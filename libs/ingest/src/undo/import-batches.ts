import type { BrandScope } from '@app/access';
import { refusal, type Actor, type BatchContents, type ImportedBatch } from '@app/contracts';
import { closedMonths, recordAct, StateReader, whileFree } from '@app/database';
import { markTold, recordUndone, settleUndone, toldBy, type ToldFacts } from '@app/warehouse';
import { OpenDelivery } from '../delivery';
import type { IngestStores } from '../import-request';
import { assertNothingDerived } from './derived-rows';
import { findBatch, listBatches, UNDO, type KnownBatch } from './batch-list.reader';

/** Who looks at what was imported, or takes it back. */
export interface BatchAsker {
  scope: BrandScope;
  brand?: string;
  actor: Actor;
}

const LONGEST_REASON = 500;

/**
 * Batches of files, and taking one back (docs/adr/0049): from then on the fact store is what it would be had the batch never come, whatever comes later; reports as of
 * an instant before still hold it. The same file may be imported again. Throws forbidden to who sees a part of the brand.
 */
export class ImportBatches {
  private readonly reader: StateReader;

  constructor(private readonly stores: IngestStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** The one that was brought last first. */
  async list(asker: BatchAsker, most: number): Promise<ImportedBatch[]> {
    const { brandId } = await this.brandOf(asker);
    return listBatches(this.stores, brandId, most);
  }

  /** What a batch holds and whose figures depend on it. Throws not_found. */
  async contents(batchId: string, asker: BatchAsker): Promise<BatchContents> {
    const brand = await this.brandOf(asker);
    const known = await this.known(batchId, brand.brandId);
    return this.contentsOf(known, brand, await toldBy(this.stores.warehouse, { ...brand, deliveryIds: known.deliveryIds }, brand.zone));
  }

  /**
   * Takes a batch back. Asked again, also after it was interrupted, it does what is left of it and changes nothing else. Throws not_found, bad_input (no reason), unprocessable
   * for kinds that cannot be undone and where the logs were trimmed since, conflict while a delivery of it or another undo is under way, or where later rows were derived from it.
   */
  async undo(batchId: string, { reason }: { reason: string }, asker: BatchAsker): Promise<BatchContents> {
    const why = reason.trim();
    if (why === '' || why.length > LONGEST_REASON) throw noReason();
    const brand = await this.brandOf(asker);
    return this.alone(brand.brandId, async () => {
      const known = await this.known(batchId, brand.brandId);
      if (known.batch.refusal) throw refusal('unprocessable', known.batch.refusal, IMPORT_CORRECTED);
      if (known.underWay) throw stillRead();
      const taken = { brandId: brand.brandId, deliveryIds: known.deliveryIds };
      const told = await toldBy(this.stores.warehouse, taken, brand.zone);
      await assertNothingDerived(this.stores.warehouse, taken, told);
      const before = await this.contentsOf(known, brand, told);
      // first: nothing is taken back without its act, wherever this is interrupted
      await this.record(brand.brandId, { before, why, actor: asker.actor });
      await this.takeBack(taken, told, known.batch);
      const after = await this.known(batchId, brand.brandId);
      return { ...before, ...after.batch };
    });
  }

  /** As a delivery: reports end before it while it goes on, and what it touched is computed anew when it is over. */
  private async takeBack(
    taken: { brandId: number; deliveryIds: string[] },
    told: readonly ToldFacts[],
    batch: ImportedBatch,
  ): Promise<void> {
    const { dataSource, warehouse } = this.stores;
    const open = await OpenDelivery.begin(dataSource, {
      brandId: taken.brandId,
      kind: UNDO.kind,
      source: 'correction',
      contentHash: UNDO.hashOf(batch.batchId),
      fileName: UNDO.fileName,
    });
    const { deliveryId } = open.delivery;
    let done = false;
    try {
      for (const one of told) await markTold(warehouse, taken, { told: one, undo: deliveryId });
      if (batch.state !== 'undone') await recordUndone(warehouse, taken, { told, at: open.ingestedAt });
      for (const one of told) {
        await open.assertAlive();
        await settleUndone(warehouse, taken, one);
      }
      done = true;
    } finally {
      const rows = told.reduce((sum, one) => sum + one.rows, 0);
      await open.finish({ read: rows, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 }, done ? 'done' : 'failed');
    }
  }

  private async record(brandId: number, { before, why, actor }: { before: BatchContents; why: string; actor: Actor }): Promise<void> {
    const { batchId, kind, files, rows, facts, accounts, months, closedMonths } = before;
    const act = {
      brandId,
      actor,
      action: 'import.undo',
      subject: `batch/${batchId}`,
      before: { state: before.state, kind, files },
      after: { state: 'undone', rows, facts, accounts, months, closedMonths },
      reason: why,
    };
    await this.stores.dataSource.transaction((tx) => recordAct(tx, act));
  }

  private async contentsOf({ batch }: KnownBatch, { brandId }: { brandId: number }, told: readonly ToldFacts[]): Promise<BatchContents> {
    const closed = await closedMonths(this.stores.dataSource.manager, brandId);
    const months = [...new Set(told.flatMap((one) => one.months))].sort();
    return {
      ...batch,
      rows: told.reduce((sum, { rows }) => sum + rows, 0),
      facts: told.reduce((sum, { facts }) => sum + facts, 0),
      accounts: new Set(told.flatMap((one) => one.accounts)).size,
      months,
      closedMonths: months.filter((month) => closed.includes(month)),
    };
  }

  private async known(batchId: string, brandId: number): Promise<KnownBatch> {
    const known = await findBatch(this.stores, brandId, batchId);
    if (known) return known;
    throw refusal(
      'not_found',
      { zh: '没有此导入批次，或它不是以文件导入的', en: 'There is no such batch, or it was not brought as a file' },
      { zh: '请在导入记录中查看批次编号', en: 'See the list of imports for its number' },
    );
  }

  private async brandOf({ scope, brand }: BatchAsker) {
    if (scope !== 'all') throw wholeBrandOnly();
    return this.reader.brand(brand);
  }

  /** One at a time in a brand: what stands in the place of what is taken back must not be taken back meanwhile. Who comes second is told, and holds no connection. */
  private async alone<Answer>(brandId: number, work: () => Promise<Answer>): Promise<Answer> {
    const done = await whileFree(this.stores.dataSource, { lock: 'undo', of: brandId }, async () => ({ answer: await work() }));
    if (!done) throw otherUndo();
    return done.answer;
  }
}

const IMPORT_CORRECTED = { zh: '导入更正后的文件即可覆盖', en: 'Rows of a corrected file replace those of this one' };
const wholeBrandOnly = () =>
  refusal(
    'forbidden',
    { zh: '只有品牌级人员可以撤销导入', en: 'Only who sees the whole brand may undo an import' },
    { zh: '请联系品牌管理员', en: 'Ask an administrator of the brand' },
  );
const noReason = () =>
  refusal(
    'bad_input',
    { zh: '请写明撤销的原因（最多 500 字）', en: 'Say why it is taken back, in at most 500 letters' },
    { zh: '原因会写入审计日志', en: 'The reason goes into the audit log' },
  );
const stillRead = () =>
  refusal(
    'conflict',
    { zh: '此批次正在导入', en: 'This batch is being imported' },
    { zh: '请等待导入结束后再撤销', en: 'Wait for the import to end, then undo it' },
  );
const otherUndo = () =>
  refusal(
    'conflict',
    { zh: '正在撤销另一次导入', en: 'Another import is being undone' },
    { zh: '请等它结束后再试', en: 'Try again when it has ended' },
  );
