import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import type { DetectorScope } from '../detector';
import { ScanMeter } from '../scan-cost';
import { EntryStaging } from './staged-entries';

// a store that refuses one statement at the right moment cannot be had otherwise
const refusing = {
  address: { cluster: null },
  command: (sql: string) => (sql.startsWith('DROP') ? Promise.reject(new Error('no drop')) : Promise.resolve()),
  run: () => Promise.resolve(),
} as unknown as Warehouse;
const locks: string[] = [];
const session = {
  connect: () => Promise.resolve(),
  query: (sql: string) => Promise.resolve(locks.push(/pg_\w+/.exec(sql)![0])),
  release: () => Promise.resolve(),
};
const dataSource = { createQueryRunner: () => session } as unknown as DataSource;
const state = { sentinelKeys: [], declarations: [], ownerships: [] } as unknown as BrandState;
const scope = {
  ...{ brandId: 1, zone: 'Asia/Shanghai', historyFrom: 0, judgedFrom: 1, window: { from: 1, to: 2 }, sourcesLastFirst: [], state },
  declared: () => [],
  query: () => Promise.resolve([]),
} as unknown as DetectorScope;

/** What a scan that stages ends with, and what is told beside it. */
async function scanned<Result>(work: () => Promise<Result>) {
  const told: string[] = [];
  const staging = new EntryStaging(refusing, new ScanMeter());
  const ended = staging.during(
    dataSource,
    (_, error) => told.push((error as Error).message),
    async () => {
      await staging.fill(scope, [{ accounts: ['1'], entries: 1, mixed: false, given: true }]);
      return work();
    },
  );
  const outcome = await ended.catch((error: Error) => error.message);
  return { outcome, told };
}

it('what was staged and cannot be dropped is told, and fails no scan that was complete', async () => {
  expect(await scanned(() => Promise.resolve('signals'))).toEqual({ outcome: 'signals', told: ['no drop', 'no drop'] });
});

it('a scan that failed says why it failed, not that dropping failed after it', async () => {
  expect(await scanned(() => Promise.reject(new Error('disk full')))).toEqual({ outcome: 'disk full', told: ['no drop', 'no drop'] });
});

it('is held as long as the scan runs', async () => {
  locks.length = 0;
  await scanned(() => Promise.resolve(locks.push('read')));
  expect(locks).toEqual(['pg_advisory_lock', 'read', 'pg_advisory_unlock']);
});
