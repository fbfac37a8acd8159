import { SystemClock } from '@app/config';
import type { Brand, ShowroomRow } from '@app/contracts';
import { ensureBrand } from '@app/database';
import { importRows } from '@app/ingest';
import { ReportService } from '@app/reports';
import { verifyFacts } from '../../apps/cli/src/verify/verify-facts';
import { verifyRollups } from '../../apps/cli/src/verify/verify-rollups';
import { TestStores, openTestStores } from '../support/stores';

const EVERYTHING = { sample: null, repair: false };
const REPAIR = { sample: null, repair: true };

jest.setTimeout(300_000); // it looks at everything, several times

describe('verify', () => {
  let stores: TestStores;
  let brand: Brand;

  const entry = (accountId: string, viewer: string, day: number) => ({
    platform: 'douyin',
    accountId,
    viewer,
    enteredAt: `2026-10-${String(day).padStart(2, '0')}T20:00:00+08:00`,
    dwellSeconds: 60,
  });
  beforeAll(async () => {
    stores = await openTestStores();
    brand = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    const days = [1, 2, 3, 4, 5];
    const rows = ['a1', 'a2'].flatMap((account) => days.flatMap((day) => [entry(account, 'v1', day), entry(account, `only${day}`, day)]));
    await importRows({ ...stores }, { kind: 'entries', rows, brandId: brand.brandId });
    const sessions = days.map((day) => ({
      platform: 'douyin',
      accountId: 'a1',
      sessionId: `s${day}`,
      startedAt: `2026-10-0${day}T19:00:00+08:00`,
      endedAt: `2026-10-0${day}T21:00:00+08:00`,
      views: 10,
    }));
    await importRows({ ...stores }, { kind: 'sessions', rows: sessions, brandId: brand.brandId });
  });
  afterAll(() => stores?.close());

  const command = (sql: string) => stores.warehouse.command(sql, { brandId: brand.brandId });
  const rollups = async (scope: typeof REPAIR, rebuilt: string[] = []) => verifyRollups(stores, brand, scope, new Set(rebuilt));
  const visitors = async () => {
    const reports = new ReportService({ ...stores, clock: new SystemClock() });
    const { rows } = await reports.report({ name: 'showroom', month: '2026-10', level: 'account', basis: 'adjusted' }, 'all');
    return (rows as ShowroomRow[]).map(({ accountId, showroomVisitors, visits }) => [accountId, showroomVisitors, visits]);
  };
  const TRUE_FIGURES = [
    ['a1', 1, 10],
    ['a2', 1, 10],
  ];

  it('finds nothing where nothing is wrong', async () => {
    expect(await visitors()).toEqual(TRUE_FIGURES);
    const verdicts = await rollups(EVERYTHING);
    expect(verdicts.map(({ differences, busy }) => [differences, busy])).toEqual(verdicts.map(() => [[], 0]));
    expect(verdicts.reduce((sum, { keys }) => sum + keys, 0)).toBeGreaterThanOrEqual(2);
  });

  it('a kept figure that the facts do not give is named with both values, and computed anew when asked', async () => {
    await command('ALTER TABLE account_month UPDATE visits = 99 WHERE brand_id = {brandId: UInt32} SETTINGS mutations_sync = 2');
    expect((await visitors())[0]).toEqual(['a1', 1, 99]);
    const [{ differences }] = await rollups(EVERYTHING);
    expect(differences.filter(({ column }) => column === 'visits')).toMatchObject([
      { month: '2026-10', stored: '99', recomputed: '10' },
      { month: '2026-10', stored: '99', recomputed: '10' },
    ]);
    expect(await rollups(REPAIR)).toMatchObject([
      { rollup: 'showroom', repaired: true },
      { rollup: 'rolling', differences: [] },
      { rollup: 'value', differences: [] },
    ]);
    expect(await visitors()).toEqual(TRUE_FIGURES);
  });

  it('facts that were lost come back out of the landing log, and with them the roll-ups that had been computed without', async () => {
    await command('DELETE FROM entries WHERE brand_id = {brandId: UInt32} AND toDayOfMonth(entered_at) > 2');
    await rollups(REPAIR); // the roll-ups follow the facts as they are
    expect(await visitors()).not.toEqual(TRUE_FIGURES);
    const verdicts = await verifyFacts(stores.warehouse, brand, REPAIR, () => undefined);
    const repaired = verdicts.flatMap(({ differences }) => differences);
    expect(repaired.map(({ name, table, repaired: right }) => `${table} ${name} ${right}`).sort()).toEqual([
      'entries douyin/a1 true',
      'entries douyin/a2 true',
    ]);
    const after = await rollups(
      EVERYTHING,
      repaired.map(({ subject }) => subject),
    );
    expect(after.flatMap(({ differences }) => differences)).toEqual([]);
    expect(await visitors()).toEqual(TRUE_FIGURES);
  });
});
