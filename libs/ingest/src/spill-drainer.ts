import * as os from 'node:os';
import { VitrineError } from '@app/contracts';
import { DeliveryCounts, finishDelivery, halfOfLock, spilledDeliveries, whileFree } from '@app/database';
import { FACT_TABLES, SpillDamaged, SpillFile, SpillFolder, SpilledDelivery, Warehouse, isOutage } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { deliveryCounts } from './delivery-counts';

/** What a person should hear of. `set aside`: the file is kept at `path`, its rows are not in the store. */
export type DrainEvent =
  | { what: 'drained'; files: number; rows: number; deliveries: number }
  | { what: 'set aside'; path: string; deliveryId: string | null; reason: string }
  | { what: 'refused'; file: string; error: VitrineError };

const NOTHING = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };

/**
 * Brings spilled batches into the store when it answers again, oldest first, and ends their deliveries. A file goes when the store has
 * acknowledged it, so a kill in between sends it again: the rows are identical. What is torn is set aside whole, never half in.
 */
export class SpillDrainer {
  private timer: NodeJS.Timeout | null = null;
  private pass: Promise<void> | null = null;
  private stopping = false;

  constructor(
    private readonly stores: { warehouse: Warehouse; dataSource: DataSource },
    private readonly folder: SpillFolder,
    private readonly tell: (event: DrainEvent) => void,
  ) {}

  /** Looks every `everyMs` until `stop`; what fails is tried again at the next look. */
  start(everyMs: number, onError: (error: unknown) => void): void {
    const look = () => {
      this.pass ??= this.drain()
        .catch(onError)
        .finally(() => (this.pass = null));
    };
    this.timer = setInterval(look, everyMs).unref();
    look();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearInterval(this.timer);
    await this.pass;
  }

  /** One pass. Without effect while the store does not answer, or another process drains this folder. */
  async drain(): Promise<void> {
    await this.folder.sweep();
    const [files, notes] = [await this.folder.list(), await this.folder.notes()];
    if (files.length + notes.length === 0 || !(await this.stores.warehouse.ping())) return;
    const place = halfOfLock(`${os.hostname()}\0${this.folder.folder}`);
    await whileFree(this.stores.dataSource, { lock: 'drain', of: place }, () => this.drainAll());
  }

  private async drainAll(): Promise<void> {
    const sent = { files: 0, rows: 0 };
    let deliveries = 0;
    try {
      for (const file of await this.folder.list()) {
        if (this.stopping) return;
        const rows = await this.send(file);
        if (rows === null) continue;
        sent.files++;
        sent.rows += rows;
      }
      for (const note of await this.folder.notes()) if (await this.close(note)) deliveries++;
    } catch (error) {
      if (!isOutage(error)) throw error; // away again: the next pass goes on
    } finally {
      if (sent.files > 0 || deliveries > 0) this.tell({ what: 'drained', ...sent, deliveries });
    }
  }

  /** The number of rows, or null when the file was not sent. */
  private async send(file: SpillFile): Promise<number | null> {
    try {
      const read = await this.folder.read(file);
      if (!read || !(await this.isWanted(file))) return null;
      const { header, body } = read;
      if (header.kind === 'facts') await this.stores.warehouse.insertEncoded({ name: header.table, columns: header.columns }, [body]);
      else await this.stores.warehouse.insertRows(header.table, linesOf(body));
      await this.folder.remove(file);
      return header.rows;
    } catch (error) {
      if (error instanceof SpillDamaged) await this.setAside(file, error.message);
      else if (error instanceof VitrineError && error.code === 'internal' && !isOutage(error))
        this.tell({ what: 'refused', file: file.name, error });
      else throw error;
      return null;
    }
  }

  /** Files of a delivery that broke off before it was acknowledged go; of an acknowledged one that is over (a restored state store), they stay aside. */
  private async isWanted(file: SpillFile): Promise<boolean> {
    if (file.deliveryId === null) return true;
    if ((await spilledDeliveries(this.stores.dataSource, [file.deliveryId])).has(file.deliveryId)) return true;
    const note = (await this.folder.notes()).find(({ deliveryId }) => deliveryId === file.deliveryId);
    if (note && !note.sealed) await this.folder.remove(file);
    else await this.setAside(file, 'its delivery is over');
    return false;
  }

  private async setAside(file: SpillFile, reason: string): Promise<void> {
    this.tell({ what: 'set aside', path: await this.folder.setAside(file), deliveryId: file.deliveryId, reason });
  }

  /** Ends a delivery whose last file is in; answers whether it did. */
  private async close(note: SpilledDelivery): Promise<boolean> {
    const { deliveryId, sealed } = note;
    if ((await this.folder.list()).some((file) => file.deliveryId === deliveryId)) return false;
    const state = (await spilledDeliveries(this.stores.dataSource, [deliveryId])).get(deliveryId);
    if (state) {
      if (!sealed && state.alive) return false; // its writer is still at it
      const torn = (await this.folder.listAside()).some((file) => file.deliveryId === deliveryId);
      await finishDelivery(
        this.stores.dataSource,
        deliveryId,
        sealed ? await this.counts(deliveryId, sealed) : NOTHING,
        sealed && !torn ? 'done' : 'failed',
      );
    }
    await this.folder.forget(note);
    return state !== undefined;
  }

  private async counts(deliveryId: string, sealed: NonNullable<SpilledDelivery['sealed']>): Promise<DeliveryCounts> {
    const { table: name, brandId, months, read, rejected } = sealed;
    const table = FACT_TABLES.find((one) => one.name === name);
    if (!table) return { ...NOTHING, read, rejected };
    const scope = { brandId, deliveryIds: [deliveryId], accountKeys: sealed.accountKeys.map(BigInt), months };
    const { accepted, replaced } = (await deliveryCounts(this.stores.warehouse, table, scope)).get(deliveryId) ?? {
      accepted: 0,
      replaced: 0,
    };
    return { read, accepted, replaced, unchanged: Math.max(0, read - rejected - accepted - replaced), rejected };
  }
}

const linesOf = (body: Buffer): object[] =>
  body
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
