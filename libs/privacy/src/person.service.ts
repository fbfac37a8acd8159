import { setTimeout as sleep } from 'node:timers/promises';
import type { ErasureReceipt } from '@app/contracts';
import { StateReader, deliverySnapshot, listCloses } from '@app/database';
import { withUndeclared } from '@app/reports';
import { ROLLUPS, refreshRollups } from '@app/rollup';
import { type Erasure, allowAgain, closeErasure, keepMarks, listErasures, openErasure, receiptOf } from './erasure.repository';
import { heldColumns, notHeld } from './holds';
import { type PersonGiven, personOf } from './person-keys';
import { removeFromState } from './person-state';
import { checkedReason, reasonNamesPerson } from './privacy-errors';
import { type PrivacyAsk, type PrivacyStores, whileRemoving } from './privacy-stores';
import { type Condition, asDelivery, countRows, joinedMarks, marksOf, removeRows } from './removal';

/** Tables whose rows are computed per viewer: they follow the entries, and what is left of them is removed after. */
const VIEWER_ROLLUPS = ['viewer_month', 'showroom_visitor', 'rolling_visitor'];
/** The log first: what is in a table and not in its log is never put back by `verify --repair`. */
const ENTRIES = ['entries_landing', 'entries'];
const COMMENTS = ['comments_landing', 'comments'];
/** Deliveries that began before the deletion may still bring the person: so long it waits for them; the daily job comes back to longer ones. */
const WAIT_MS = 10_000;
const LOOK_MS = 250;
const EVER = `(viewer_key IN {keys: Array(UInt64)})`;
const EVER_OR_NEXT = `(viewer_key IN {keys: Array(UInt64)} OR next_viewer_key IN {keys: Array(UInt64)})`;

/** Deletes a person and keeps them deleted (docs/adr/0033). Ids are hashed at once and kept nowhere. */
export class PersonService {
  private readonly states: StateReader;

  constructor(
    private readonly stores: PrivacyStores,
    private readonly waitMs = WAIT_MS,
  ) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /**
   * Removes entries, comments, delivered rows, lists of cases and declarations of a person, and computes anew what hangs on them. Figures of closed months stay. Interrupted anywhere it is
   * run again with the same id, and goes on. `state` of the answer: `held` while a legal hold keeps rows, `running` while deliveries that began before are under
   * way; the daily job finishes both. Throws bad_input for no reason or no raw id, conflict for a sentinel.
   */
  async delete(ask: PrivacyAsk, given: PersonGiven): Promise<ErasureReceipt> {
    const reason = checkedReason(ask.reason);
    if (given.viewer.trim() !== '' && reason.includes(given.viewer.trim())) throw reasonNamesPerson();
    const person = await personOf(this.stores, ask.brandId, given);
    return whileRemoving(this.stores.dataSource, ask.brandId, async () =>
      this.remove(await openErasure(this.stores.dataSource, { ...ask, reason }, person), this.waitMs),
    );
  }

  /** Every deletion of a brand, the newest first. */
  async list(brandId: number): Promise<ErasureReceipt[]> {
    const closed = await this.closedMonths(brandId);
    return (await listErasures(this.stores.dataSource, brandId)).map((erasure) => receiptOf(erasure, closed));
  }

  /** Lets a deleted person be taken in again. Throws not_found for a deletion that does not block. */
  allow(ask: PrivacyAsk, erasureId: string): Promise<void> {
    return allowAgain(this.stores.dataSource, { ...ask, reason: checkedReason(ask.reason) }, erasureId);
  }

  /** Finishes what was interrupted, held or under way, and removes what came in of deleted persons all the same. Answers the deletions that it worked on. */
  async sweep(brandId: number): Promise<ErasureReceipt[]> {
    const { dataSource } = this.stores;
    return whileRemoving(dataSource, brandId, async () => {
      const erasures = (await listErasures(dataSource, brandId)).filter(({ blocked, state }) => blocked || state !== 'done');
      const keys = erasures.flatMap((erasure) => erasure.keys);
      if (keys.length === 0) return [];
      const back = new Set(await this.keysWithRows(brandId, keys));
      const left = erasures.filter((erasure) => erasure.state === 'running' || erasure.keys.some((key) => back.has(key)));
      const done: ErasureReceipt[] = [];
      for (const erasure of left) done.push(await this.remove(erasure, 0));
      return done;
    });
  }

  private async keysWithRows(brandId: number, keys: readonly string[]): Promise<string[]> {
    const rows = await this.stores.warehouse.query<{ key: string }>({
      name: 'privacy.keys_with_rows',
      sql: [...ENTRIES, ...COMMENTS, 'excluded_entries']
        .map((table) => `SELECT DISTINCT toString(viewer_key) AS key FROM ${table} WHERE brand_id = {brandId: UInt32} AND ${EVER}`)
        .join('\nUNION DISTINCT\n'),
      params: { brandId, keys: keys.map(BigInt) },
      maxSeconds: 600,
    });
    return rows.map(({ key }) => key);
  }

  private async remove(erasure: Erasure, waitMs: number): Promise<ErasureReceipt> {
    const { dataSource, warehouse } = this.stores;
    const { brandId, erasureId } = erasure;
    const underWay = await this.waited(waitMs);
    const held = await heldColumns(dataSource, brandId);
    const params = { brandId, keys: erasure.keys.map(BigInt), ...held };
    const all = (who: string): Condition => ({ where: `brand_id = {brandId: UInt32} AND ${who}`, params });
    const free = (who: string, at: string): Condition => ({ params, where: `brand_id = {brandId: UInt32} AND ${who} AND ${notHeld(at)}` });
    const fresh = await marksOf(warehouse, free(EVER_OR_NEXT, 'entered_at'));
    if (erasure.state === 'held' && fresh.length === 0 && (await countRows(warehouse, 'comments_landing', free(EVER, 'at'))) === 0)
      return receiptOf(erasure, await this.closedMonths(brandId), await this.rowsOf(all)); // all of it is held still
    const marks = joinedMarks(erasure.marks, fresh);
    await keepMarks(dataSource, erasureId, marks);
    const removed = await removeFromState(dataSource, brandId, erasure.keys);
    const take = async (table: string, condition: Condition) => {
      const rows = await removeRows(warehouse, table, condition);
      if (rows > 0) removed[table] = rows;
    };
    await asDelivery(this.stores, { brandId, kind: 'erasure', marks }, async () => {
      for (const table of ENTRIES) await take(table, free(EVER_OR_NEXT, 'entered_at'));
      for (const table of COMMENTS) await take(table, free(EVER, 'at'));
      await take('excluded_entries', free(EVER, 'entered_at'));
    });
    await refreshRollups(this.stores, ROLLUPS, {
      brandId,
      readState: async () => withUndeclared(warehouse, await this.states.state(brandId)),
    });
    const kept = await this.rowsOf(all);
    // computed rows say by now that the person is gone; only what was replaced still names them
    if (kept === 0) for (const table of VIEWER_ROLLUPS) await take(table, all(EVER));
    const state = underWay ? 'running' : kept > 0 ? 'held' : 'done';
    const closed = await this.closedMonths(brandId);
    return receiptOf(await closeErasure(dataSource, erasureId, { state, removed }), closed, kept);
  }

  /** Entries and comments in the logs. */
  private async rowsOf(all: (who: string) => Condition): Promise<number> {
    const entries = await countRows(this.stores.warehouse, 'entries_landing', all(EVER_OR_NEXT));
    return entries + (await countRows(this.stores.warehouse, 'comments_landing', all(EVER)));
  }

  /** Waits for the deliveries that are under way; true: some still are. */
  private async waited(waitMs: number): Promise<boolean> {
    const { dataSource } = this.stores;
    const before = await deliverySnapshot(dataSource);
    const until = performance.now() + waitMs;
    for (let open = before.open; open.length > 0;) {
      if (performance.now() >= until) return true;
      await sleep(LOOK_MS);
      const now = new Set((await deliverySnapshot(dataSource)).open);
      open = open.filter((id) => now.has(id));
    }
    return false;
  }

  private async closedMonths(brandId: number): Promise<string[]> {
    return [...new Set((await listCloses(this.stores.dataSource, brandId)).map(({ month }) => month))];
  }
}
