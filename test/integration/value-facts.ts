import type { DataSource } from 'typeorm';
import type { Platform, RateCard, Source, ValueLine } from '@app/contracts';
import { DEFAULT_POLICY } from '@app/contracts';
import { beginDelivery, finishDelivery } from '@app/database';
import {
  FactRow,
  FactTable,
  Warehouse,
  accountKey,
  followerReadingsTable,
  leadsTable,
  sessionsTable,
  textKey,
  videoDaysTable,
  videoReadingsTable,
} from '@app/warehouse';

export const ZONE = 'Asia/Shanghai';
export const BRAND_ID = 7;

/** An instant of the brand's wall clock, `2026-10-01 20:00`. */
export const at = (wall: string): number => Date.parse(`${wall.replace(' ', 'T')}:00.000+08:00`);

type Given = Record<string, number | bigint | string | null>;

function fact(brandId: number, table: FactTable, given: Given): FactRow {
  const row: FactRow = {};
  for (const [column, type] of Object.entries(table.columns))
    row[column] = type.startsWith('Nullable') ? null : type.includes('String') ? '' : 0;
  return {
    ...row,
    brand_id: brandId,
    source: 'api-final',
    observed_at: at('2026-11-01 00:00'),
    ingested_at: at('2026-11-01 00:00'),
    ...given,
  };
}

/** Facts of generated accounts, written through the production writer. */
export class ValueFacts {
  private serial = 0;
  private readonly sessions: FactRow[] = [];
  private readonly readings: FactRow[] = [];
  private readonly days: FactRow[] = [];
  private readonly leadRows: FactRow[] = [];
  private readonly followers: FactRow[] = [];
  private readonly accounts: { brand_id: number; account_key: string; platform: Platform; account_id: string }[] = [];

  /** `deliveryId`: of the delivery that brings the facts; none where nothing waits for deliveries. */
  constructor(
    private readonly brandId = BRAND_ID,
    private readonly deliveryId = '0',
  ) {}

  account(platform: Platform = 'douyin', accountId = `a${++this.serial}`): string {
    const key = String(accountKey(this.brandId, platform, accountId));
    this.accounts.push({ brand_id: this.brandId, account_key: key, platform, account_id: accountId });
    return key;
  }

  session(account: string, startedAt: string, fields: Given = {}, source: Source = 'api-final'): string {
    const sessionId = String(fields.session_id ?? `s${++this.serial}`);
    this.sessions.push(
      fact(this.brandId, sessionsTable, { account_key: account, session_id: sessionId, started_at: at(startedAt), source, ...fields }),
    );
    return sessionId;
  }

  reading(account: string, videoId: string, readAt: string, publishedAt: string, fields: Given): void {
    this.readings.push(
      fact(this.brandId, videoReadingsTable, {
        account_key: account,
        video_id: videoId,
        read_at: at(readAt),
        published_at: at(publishedAt),
        ...fields,
      }),
    );
  }

  videoDay(account: string, videoId: string, day: string, fields: Given): void {
    this.days.push(fact(this.brandId, videoDaysTable, { account_key: account, video_id: videoId, day, ...fields }));
  }

  lead(account: string, leadId: string, day: string, fields: Given): void {
    this.leadRows.push(
      fact(this.brandId, leadsTable, { account_key: account, lead_id: leadId, lead_key: textKey(leadId), day, ...fields }),
    );
  }

  follower(account: string, day: string, total: number): void {
    this.followers.push(fact(this.brandId, followerReadingsTable, { account_key: account, day, total }));
  }

  /** As a delivery of its own, so that reports see it. */
  async deliver(warehouse: Warehouse, dataSource: DataSource): Promise<void> {
    const content = { brandId: this.brandId, kind: 'sessions', source: 'file', contentHash: `facts ${Math.random()}` };
    const { deliveryId } = await beginDelivery(dataSource, content);
    for (const rows of [this.sessions, this.readings, this.days, this.leadRows, this.followers])
      for (const row of rows) row.delivery_id = BigInt(deliveryId);
    await this.write(warehouse);
    await finishDelivery(dataSource, deliveryId, { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 });
  }

  async write(warehouse: Warehouse): Promise<void> {
    await warehouse.insertRows('account_keys', this.accounts);
    const tables: [FactTable, FactRow[]][] = [
      [sessionsTable, this.sessions],
      [videoReadingsTable, this.readings],
      [videoDaysTable, this.days],
      [leadsTable, this.leadRows],
      [followerReadingsTable, this.followers],
    ];
    const delivery_id = BigInt(this.deliveryId);
    for (const [table, rows] of tables)
      if (rows.length > 0)
        await warehouse.insert(
          table,
          rows.map((row) => ({ ...row, delivery_id: row.delivery_id || delivery_id })),
        );
  }
}

export const rateCard = (line: ValueLine, unitPriceCny: string, discount = '1', more: Partial<RateCard> = {}): RateCard => ({
  platform: 'douyin',
  line,
  unitPriceCny,
  discount,
  validFrom: '2020-01-01',
  validTo: null,
  version: 1,
  sample: false,
  sourceNote: null,
  ...more,
});

export const window = (fromDay = '2026-10-01', toDay = '2026-11-01') => ({
  brandId: BRAND_ID,
  zone: ZONE,
  fromDay,
  toDay,
  sourceOrder: DEFAULT_POLICY.sourceOrder,
});
