// npm run bench:reports [entries]: a year of entries in a temporary instance; what a ranking, a showroom month, a series and a cached answer cost,
// in ms and as ratios to a bare scan of the month within the same run.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Clock, loadSettings } from '@app/config';
import { StateWriter, createDataSource, ensureBrand, migrateDatabase } from '@app/database';
import { openInstance } from '@app/embedded';
import { ReportService } from '@app/reports';
import { Warehouse, accountKey, migrateWarehouse } from '@app/warehouse';

const ZONE = 'Asia/Shanghai';
const YEAR_FROM = Date.parse('2025-11-01T00:00:00+08:00');
const MONTH = '2026-10';
const ACCOUNTS = 120;
const FED_ACCOUNTS = 12;

class BenchClock extends Clock {
  now(): number {
    return Date.parse('2026-11-02T12:00:00+08:00');
  }
}

const COMMON = `source, retracted, observed_at, ingested_at, delivery_id`;
const COMMON_VALUES = `'feed', 0, now64(3), now64(3), 1`;

/** Rows are made by the store itself: 40 viewers in 100 come again and again, each account has a session of two hours every day. */
async function fill(warehouse: Warehouse, brandId: number, accounts: bigint[], entries: number): Promise<void> {
  const params = { brandId, accounts, fed: accounts.slice(0, FED_ACCOUNTS), entries, from: YEAR_FROM, zone: ZONE };
  for (let month = 0; month < 12; month++)
    await warehouse.command(
      `INSERT INTO entries_landing (brand_id, month, account_key, viewer_key, entered_at, entry_key, dwell_seconds, session_id, entry_id, traffic_source, adcode, device, is_new_account, ${COMMON})
SELECT {brandId: UInt32}, toYYYYMM(at, {zone: String}), account, viewer, at, 0, if(number % 2 = 0, 30 + number % 600, NULL), '', '', '', '', '', NULL, ${COMMON_VALUES}
FROM (
  SELECT
    number,
    {fed: Array(UInt64)}[1 + cityHash64(number, 1) % length({fed: Array(UInt64)})] AS account,
    if(cityHash64(number, 2) % 10 < 4, cityHash64(account, cityHash64(number, 3) % 3000), cityHash64(number, 4)) AS viewer,
    fromUnixTimestamp64Milli({from: Int64} + toInt64(({month: UInt32} * 30 + cityHash64(number, 5) % 30) * 86400000 + 72000000 + cityHash64(number, 6) % 7200000), 'UTC') AS at
  FROM numbers({first: UInt64}, {count: UInt64})
)`,
      { ...params, month, first: Math.floor((entries / 12) * month), count: Math.floor(entries / 12) },
    );
  await warehouse.command(
    `INSERT INTO sessions_landing (brand_id, account_key, session_id, started_at, ended_at, views, unique_viewers, likes, comments, shares, follows, title, host, ${COMMON})
SELECT {brandId: UInt32}, account, toString(day), started_at, started_at + INTERVAL 2 HOUR, 9000, 4000, 5000, 90, 20, 30, '', '', ${COMMON_VALUES}
FROM (
  SELECT number AS day, fromUnixTimestamp64Milli({from: Int64} + toInt64(number * 86400000 + 72000000), 'UTC') AS started_at
  FROM numbers(365)
)
ARRAY JOIN {accounts: Array(UInt64)} AS account`,
    params,
  );
  await warehouse.command(
    `INSERT INTO video_readings_landing (brand_id, account_key, video_id, published_at, read_at, plays, likes, comments, shares, favorites, status, title, ${COMMON})
SELECT {brandId: UInt32}, account, toString(intDiv(number, 30)), read_at - INTERVAL (number % 30) DAY, read_at, 1000 * (1 + number % 30), 50 * (1 + number % 30), number % 30, number % 30, number % 30, '', '', ${COMMON_VALUES}
FROM (
  SELECT number, fromUnixTimestamp64Milli({from: Int64} + toInt64(number * 86400000 + 80000000), 'UTC') AS read_at
  FROM numbers(365)
)
ARRAY JOIN {accounts: Array(UInt64)} AS account`,
    params,
  );
}

async function main(): Promise<void> {
  const entries = Number(process.argv[2] ?? 1_000_000);
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-bench-'));
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const warehouse = Warehouse.connect(instance.clickhouse);
  const dataSource = createDataSource(instance.postgres);
  try {
    await migrateWarehouse(instance.clickhouse);
    await dataSource.initialize();
    await migrateDatabase(dataSource);
    const { brandId } = await ensureBrand(dataSource, { code: 'bench', name: 'Bench', zone: ZONE });
    const writer = new StateWriter(dataSource, instance.secret);
    const dealers = Array.from({ length: 40 }, (_, at) => ({ dealerId: `d${at}`, name: `Dealer ${at}`, adcode: '310101' }));
    await writer.upsertDealers(brandId, dealers);
    const ids = Array.from({ length: ACCOUNTS }, (_, at) => `a${at}`);
    const accounts = ids.map((accountId, at) => ({ platform: 'douyin' as const, accountId, name: accountId, dealerId: `d${at % 40}` }));
    await writer.upsertAccounts(brandId, accounts);
    const cards = (['live_view', 'video_play', 'like'] as const).map((line) => ({ line, unitPriceCny: '0.12', discount: '0.5' }));
    await writer.upsertRateCards(
      brandId,
      cards.map((card) => ({ ...card, platform: 'douyin' as const, validFrom: '2025-01-01' })),
    );
    const keys = ids.map((id) => accountKey(brandId, 'douyin', id));
    await warehouse.insertRows(
      'account_keys',
      ids.map((id, at) => ({ brand_id: brandId, account_key: String(keys[at]), platform: 'douyin', account_id: id })),
    );
    await fill(warehouse, brandId, keys, entries);
    const stores = { warehouse, dataSource, secret: instance.secret, clock: new BenchClock() };
    await measure(warehouse, () => new ReportService(stores), entries);
  } finally {
    await warehouse.close();
    if (dataSource.isInitialized) await dataSource.destroy();
    await instance.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(warehouse: Warehouse, service: () => ReportService, entries: number): Promise<void> {
  const time = async (work: () => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[1];
  };
  const asked = { month: MONTH, basis: 'adjusted' } as const;
  const warm = service();
  await warm.report({ ...asked, name: 'ranking', level: 'account' }, 'all');
  const bare = await time(() =>
    warehouse.query({ name: 'bench.bare', sql: 'SELECT sum(viewer_key) FROM entries WHERE month = 202610', params: {} }),
  );
  const figures: [string, number][] = [
    ['bare scan of the month', bare],
    ['ranking of accounts, cold', await time(() => service().report({ ...asked, name: 'ranking', level: 'account' }, 'all'))],
    ['showroom month of dealers, cold', await time(() => service().report({ ...asked, name: 'showroom', level: 'dealer' }, 'all'))],
    ['12 months of a dealer, cold', await time(() => service().series({ level: 'dealer', dealerId: 'd1' }, MONTH, 12, 'all'))],
    ['ranking of accounts, cached', await time(() => warm.report({ ...asked, name: 'ranking', level: 'account' }, 'all'))],
  ];
  console.log(`${entries.toLocaleString('en')} entries in a year, ${ACCOUNTS} accounts; medians of 3`);
  for (const [name, ms] of figures)
    console.log(`${name.padEnd(34)} ${ms.toFixed(1).padStart(9)} ms ${(ms / bare).toFixed(1).padStart(8)} ×`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
