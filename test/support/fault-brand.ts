import * as fs from 'node:fs';
import { DEFAULT_POLICY, Report, ReportName, ShowroomRow, businessDay, monthPeriod } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { ReportService } from '@app/reports';
import { SystemClock } from '@app/config';
import { ViewerKeys, accountKey } from '@app/warehouse';
import { Lot, Parcel, standingEntries } from './fault-lots';
import type { FaultStores } from './fault-stores';
import { World, showroomOracle } from './oracle/showroom-oracle';

const ZONE = 'Asia/Shanghai';
export const LOT_MONTHS = ['2026-01', '2026-02', '2026-03'];
const OVER = Date.parse('2026-05-02T00:00:00Z');
const keyOf = (brandId: number, name: string) => String(accountKey(brandId, 'douyin', name));

/** What the independent formula says about one account and month. */
function expectedRow(world: World, month: string) {
  const oracle = showroomOracle(world, DEFAULT_POLICY, monthPeriod(month, ZONE), OVER, (ms) => businessDay(ms, ZONE));
  return oracle.known
    ? {
        entries: oracle.entries,
        viewers: oracle.viewers,
        visits: oracle.visits,
        showroomVisitors: oracle.showroomVisitors,
        consecutiveVisitors: oracle.consecutiveVisitors,
        showroomVisitorsOn2Days: oracle.showroomVisitorsOn2Days,
        loyalShare: oracle.loyalShare,
        dwellRatio: oracle.dwellRatio,
        identifiability: oracle.identifiability,
        showroomVisitorsHigh: oracle.high,
      }
    : { entries: oracle.entries };
}

/** A brand of a fault test, and what must be true of it. Ask it anew after the stores were opened again. */
export class FaultBrand {
  readonly keys: ViewerKeys;

  private constructor(
    readonly stores: FaultStores,
    readonly brandId: number,
    readonly code: string,
  ) {
    this.keys = new ViewerKeys(stores.instance.secret, brandId);
  }

  static async make(stores: FaultStores, code: string): Promise<FaultBrand> {
    const { brandId } = await ensureBrand(stores.dataSource, { code, name: 'Brand', zone: ZONE });
    const lines = [
      { line: 'live_view', unitPriceCny: '0.35', discount: '0.5' },
      { line: 'video_play', unitPriceCny: '0.1', discount: '0.25' },
      { line: 'like', unitPriceCny: '0.01', discount: '1' },
    ] as const;
    const cards = lines.map((card) => ({ ...card, platform: 'douyin' as const, validFrom: '2025-01-01' }));
    const outcome = await new StateWriter(stores.dataSource, stores.instance.secret).upsertRateCards(brandId, cards);
    expect(outcome.rejected).toEqual([]);
    return new FaultBrand(stores, brandId, code);
  }

  report<Row>(name: ReportName, month: string, lots?: Lot[]): Promise<Report<Row>> {
    const { warehouse, dataSource, instance } = this.stores;
    const reports = new ReportService({ warehouse, dataSource, secret: instance.secret, clock: new SystemClock() });
    const scope = lots ? new Set(this.accountKeys(lots)) : 'all';
    return reports.report({ name, level: 'account', basis: 'adjusted', month, brand: this.code }, scope) as Promise<unknown> as Promise<
      Report<Row>
    >;
  }

  accountKeys(lots: Lot[]): string[] {
    return lots.flatMap(({ accounts }) => accounts.map(({ name }) => keyOf(this.brandId, name)));
  }

  /** Nothing lost, nothing doubled: the facts themselves, row by row. */
  async expectStanding(lot: Lot): Promise<void> {
    const rows = await this.stores.observer.query<{
      account: string;
      viewer: string;
      at: string;
      source: string;
      dwell: number | null;
      session: string;
    }>({
      name: 'standing',
      sql: `SELECT account_key AS account, viewer_key AS viewer, toUnixTimestamp64Milli(entered_at) AS at, source, dwell_seconds AS dwell, session_id AS session
            FROM facts(entries) WHERE brand_id = {brandId: UInt32} AND account_key IN {accountKeys: Array(UInt64)}`,
      params: { brandId: this.brandId, accountKeys: this.accountKeys([lot]).map(BigInt) },
    });
    for (const { name, world } of lot.accounts) {
      const names = new Map(world.entries.map(({ viewer }) => [String(this.keys.keyOf('douyin', viewer)), viewer]));
      const found = rows
        .filter(({ account }) => account === keyOf(this.brandId, name))
        .map(({ viewer, at, source, dwell, session }) => [names.get(viewer), at, source, dwell, session].join(' '));
      expect(found.sort()).toEqual(standingEntries(world));
    }
  }

  /** Every entry of these files of the lot is in the landing log. */
  async expectArrived(lot: Lot, parcels: Parcel[]): Promise<void> {
    const rows = await this.stores.observer.query<{ viewer: string; at: string; source: string; observed: string }>({
      name: 'arrived',
      sql: `SELECT DISTINCT viewer_key AS viewer, toUnixTimestamp64Milli(entered_at) AS at, source, toUnixTimestamp64Milli(observed_at) AS observed
            FROM entries_landing WHERE brand_id = {brandId: UInt32} AND account_key IN {accountKeys: Array(UInt64)}`,
      params: { brandId: this.brandId, accountKeys: this.accountKeys([lot]).map(BigInt) },
    });
    const arrived = new Set(rows.map((row) => [row.viewer, row.at, row.source, row.observed].join(' ')));
    for (const { file } of parcels.filter(({ kind }) => kind === 'entries'))
      for (const line of fs.readFileSync(file, 'utf8').trim().split('\n')) {
        const row = JSON.parse(line) as { viewer: string; enteredAt: number; source: string; observedAt: number };
        const key = [this.keys.keyOf('douyin', row.viewer), row.enteredAt, row.source, row.observedAt].join(' ');
        if (!arrived.has(key)) throw new Error(`an acknowledged entry is lost: ${file}: ${key}`);
      }
  }

  /** The showroom report of the lots equals the independent formula. Answers how many viewers it saw. */
  async expectOracle(lots: Lot[], months = LOT_MONTHS): Promise<number> {
    let viewers = 0;
    for (const month of months) {
      const { rows } = await this.report<ShowroomRow>('showroom', month, lots);
      const byAccount = new Map(rows.map((row) => [row.accountId, row]));
      for (const { name, world } of lots.flatMap(({ accounts }) => accounts)) {
        const row = byAccount.get(name);
        const expected = expectedRow(world, month);
        if (!row) {
          expect([name, month, world.entries.length]).toEqual([name, month, 0]); // an account of which nothing was ever delivered
          continue;
        }
        expect({ ...row, name, month }).toMatchObject({ ...expected, name, month });
        viewers += row.viewers ?? 0;
      }
    }
    return viewers;
  }

  /** A number per account that changes when any of its kept entries does. */
  async fingerprints(): Promise<Map<string, string>> {
    const rows = await this.stores.observer.query<{ account: string; print: string }>({
      name: 'fingerprints',
      sql: `SELECT account_key AS account, concat(toString(count()), ' ', toString(sum(cityHash64(viewer_key, entered_at, source, dwell_seconds, session_id)))) AS print
            FROM facts(entries) WHERE brand_id = {brandId: UInt32} GROUP BY account_key`,
      params: { brandId: this.brandId },
    });
    return new Map(rows.map(({ account, print }) => [account, print]));
  }

  /** All figures of a month by account, without what names the brand. */
  async figures(month: string, reports: readonly ReportName[]): Promise<Record<string, unknown>> {
    const all: Record<string, unknown> = {};
    for (const name of reports)
      for (const row of (await this.report<{ accountId: string }>(name, month)).rows) all[`${name} ${row.accountId}`] = row;
    return all;
  }
}
