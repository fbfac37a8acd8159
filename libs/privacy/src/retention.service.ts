import { businessMonth, monthNumber, monthPeriod, monthText, type Brand, type RetentionRow } from '@app/contracts';
import { StateReader, factFloor, listCloses, raiseFactFloor, recordAct } from '@app/database';
import { withUndeclared } from '@app/reports';
import { ROLLUPS, refreshRollups } from '@app/rollup';
import { heldColumns, notHeld } from './holds';
import { type PrivacyAsk, type PrivacyStores, whileRemoving } from './privacy-stores';
import { type Condition, asDelivery, countRows, marksOf, removeRows } from './removal';
import { RETAINED, type KeyReach, type Retained, type RetentionPolicy, cutoffs, firstKeptMonth, floorOf } from './retention-plan';
import { oldRejects, oldRows } from './retention-state';

interface EntryPlan {
  floor: string;
  waitsFor: string | null;
  condition: Condition;
  usual: number;
}

/** Removes what is older than the policy says, table by table, without changing a report of a month that is kept (docs/adr/0033). */
export class RetentionService {
  private readonly states: StateReader;

  constructor(
    private readonly stores: PrivacyStores,
    private readonly settings: { dataDir: string; retention: RetentionPolicy },
  ) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** What is kept how long, what would go now, and what it waits for. Removes nothing. */
  async show(brand: Brand): Promise<RetentionRow[]> {
    return this.pass(brand, false);
  }

  /** The same, and does it. Safe to run again; run twice at once, one waits. The act of a run that removed something is in the audit log. */
  async run(brand: Brand, ask: PrivacyAsk): Promise<RetentionRow[]> {
    return whileRemoving(this.stores.dataSource, brand.brandId, async () => {
      const rows = await this.pass(brand, true);
      const after = Object.fromEntries(rows.filter(({ due }) => due > 0).map(({ table, due }) => [table, due]));
      if (Object.keys(after).length > 0)
        await this.stores.dataSource.transaction((tx) =>
          recordAct(tx, { ...ask, action: 'retention.run', subject: 'retention', before: null, after }),
        );
      return rows;
    });
  }

  private async pass(brand: Brand, remove: boolean): Promise<RetentionRow[]> {
    const rows: RetentionRow[] = [];
    for (const table of RETAINED) {
      const keptMonths = this.settings.retention[table];
      if (keptMonths === null) rows.push({ table, keptMonths, cutoff: null, due: 0, waits: null });
      else rows.push(await this.one(brand, table, keptMonths, remove));
    }
    return rows;
  }

  private async one(brand: Brand, table: Retained, keptMonths: number, remove: boolean): Promise<RetentionRow> {
    const { dataSource, clock } = this.stores;
    if (table === 'entries') return this.entries(brand, keptMonths, remove);
    const before = monthPeriod(firstKeptMonth(businessMonth(clock.now(), brand.zone), keptMonths), brand.zone).from;
    const row = { table, keptMonths, cutoff: new Date(before).toISOString(), waits: null };
    if (table === 'rejects') return { ...row, due: await oldRejects(this.settings.dataDir, before, remove) };
    if (table !== 'comments') return { ...row, due: await oldRows(dataSource, table, { brandId: brand.brandId, before }, remove) };
    const condition: Condition = {
      where: `brand_id = {brandId: UInt32} AND at < fromUnixTimestamp64Milli({before: Int64}, 'UTC') AND ${notHeld('at')}`,
      params: { brandId: brand.brandId, before, ...(await heldColumns(dataSource, brand.brandId)) },
    };
    const due = await this.take(condition, ['comments_landing', 'comments'], remove);
    return { ...row, due };
  }

  /** Rows of the first table; with `remove` they go from all. */
  private async take(condition: Condition, tables: readonly string[], remove: boolean): Promise<number> {
    const due = await countRows(this.stores.warehouse, tables[0], condition);
    if (remove) for (const table of tables) await removeRows(this.stores.warehouse, table, condition);
    return due;
  }

  private async entries(brand: Brand, keptMonths: number, remove: boolean): Promise<RetentionRow> {
    const row = { table: 'entries', keptMonths, cutoff: null, due: 0, waits: null };
    const known = await factFloor(this.stores.dataSource, brand.brandId);
    const oldest = await this.oldestMonth(brand.brandId, known);
    if (oldest === null) return row;
    await this.refresh(brand.brandId); // the keys say what kept months reach back to
    const plan = await this.plan(brand, oldest, keptMonths);
    const waits = plan.waitsFor === null ? null : notClosed(plan.waitsFor);
    if (plan.floor === oldest && known === null) return { ...row, waits };
    const cutoff = new Date(plan.usual).toISOString();
    if (!remove) return { ...row, cutoff, waits, due: await countRows(this.stores.warehouse, 'entries_landing', plan.condition) };
    await raiseFactFloor(this.stores.dataSource, brand.brandId, plan.floor);
    return { ...row, cutoff, waits, due: await this.removeEntries(brand.brandId, plan) };
  }

  private async removeEntries(brandId: number, { condition }: EntryPlan): Promise<number> {
    const { warehouse } = this.stores;
    const marks = await marksOf(warehouse, condition);
    if (marks.length === 0) return this.take(condition, ['excluded_entries'], true);
    let due = 0;
    await asDelivery(this.stores, { brandId, kind: 'retention', marks }, async () => {
      due = await this.take(condition, ['entries_landing', 'entries', 'excluded_entries'], true);
    });
    await this.refresh(brandId); // rows of viewers who are found no more are marked as gone, and merges take them off the disk
    return due;
  }

  private async refresh(brandId: number): Promise<void> {
    const readState = async () => withUndeclared(this.stores.warehouse, await this.states.state(brandId));
    await refreshRollups(this.stores, ROLLUPS, { brandId, readState });
  }

  private async plan(brand: Brand, oldest: string, keptMonths: number): Promise<EntryPlan> {
    const { dataSource, clock } = this.stores;
    const { brandId, zone } = brand;
    const closed = (await listCloses(dataSource, brandId)).map(({ month }) => month);
    const { floor, waitsFor } = floorOf({ oldest, current: businessMonth(clock.now(), zone), keptMonths }, closed);
    const { usual, byAccount } = cutoffs(floor, zone, await this.reaches(brandId, floor));
    const params = {
      ...{ brandId, usual, ...(await heldColumns(dataSource, brandId)) },
      // account 0 is none: a list of nothing could not be looked up
      ...{ accounts: [0n, ...[...byAccount.keys()].map(BigInt)], instants: [usual, ...byAccount.values()] },
    };
    const where = `brand_id = {brandId: UInt32}
  AND toUnixTimestamp64Milli(entered_at) < transform(account_key, {accounts: Array(UInt64)}, {instants: Array(Int64)}, {usual: Int64})
  AND ${notHeld('entered_at')}`;
    return { floor, waitsFor, usual, condition: { where, params } };
  }

  /** What the keys of kept months depend on. */
  private async reaches(brandId: number, floor: string): Promise<KeyReach[]> {
    const rows = await this.stores.warehouse.query<{ account: string; from: string; to: string }>({
      name: 'privacy.reaches',
      sql: `SELECT toString(account_key) AS account, toString(min(reach_from)) AS from, toString(max(reach_to)) AS to
FROM rollup(rollup_key)
WHERE brand_id = {brandId: UInt32} AND rollup IN ('showroom', 'rolling') AND month >= {month: UInt32} AND reach_to > reach_from
GROUP BY account_key`,
      params: { brandId, month: monthNumber(floor) },
    });
    return rows.map(({ account, from, to }) => ({ account, from: Number(from), to: Number(to) }));
  }

  /** Of the entries that no earlier run has removed. */
  private async oldestMonth(brandId: number, known: string | null): Promise<string | null> {
    const [row] = await this.stores.warehouse.query<{ month: number }>({
      name: 'privacy.oldest',
      sql: 'SELECT min(month) AS month FROM entries_landing WHERE brand_id = {brandId: UInt32} HAVING count() > 0',
      params: { brandId },
    });
    if (!row) return null;
    const oldest = monthText(row.month);
    return known !== null && known > oldest ? known : oldest;
  }
}

const notClosed = (month: string) => ({
  zh: `${month} 尚未关账：关账后其数字由关账结果回答，进房记录才会删除`,
  en: `${month} is not closed: entries go when the figures of their month answer out of its close`,
});
