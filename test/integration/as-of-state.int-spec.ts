import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { BrandState } from '@app/contracts';
import { StateKind, StateReader, StateRows, StateWriter, createDataSource, ensureBrand, migrateDatabase, stateSince } from '@app/database';
import type { DataSource } from 'typeorm';
import { openEmbeddedPostgres, type PostgresUnderTest } from './database-servers';
import { TEST_SEED as SEED } from '../support/seeded';

const SECRET = 'the secret of this installation';
const ZONE = 'Asia/Shanghai';

type Import = { [K in StateKind]: { kind: K; rows: StateRows[K][] } }[StateKind];
const list = <Row>(row: fc.Arbitrary<Row>) => fc.array(row, { minLength: 1, maxLength: 4 });
const few = <T>(...values: T[]) => fc.constantFrom(...values);
const dealerId = few('d1', 'd2', '00123');
const accountId = few('a1', 'a2');
const day = few('2026-01-01', '2026-02-01', '2026-03-15');
const money = fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2));

/** Imports that touch few identities, so that most of them correct what is there. */
const importOf: fc.Arbitrary<Import> = fc.oneof(
  list(fc.record({ dealerId, name: few('Shop', '天河店'), adcode: few('440106', '310101'), validFrom: day })).map((rows) => ({
    kind: 'dealers' as const,
    rows,
  })),
  list(
    fc.record({
      platform: few('douyin' as const, 'kuaishou' as const),
      accountId,
      name: few('Live', '直播间'),
      dealerId: fc.option(few('d1', 'd2')),
      declaredTier: fc.option(few('head' as const, 'outer' as const)),
      validFrom: day,
    }),
  ).map((rows) => ({ kind: 'accounts' as const, rows })),
  list(fc.record({ fromMonth: few('2026-01', '2026-02'), minVisits: fc.integer({ min: 2, max: 5 }) })).map((rows) => ({
    kind: 'policies' as const,
    rows,
  })),
  list(fc.record({ viewer: few('111111', '0', '999'), validTo: fc.option(few('2026-01-31', '2026-02-28')) })).map((rows) => ({
    kind: 'sentinels' as const,
    rows,
  })),
  list(
    fc.record({
      platform: fc.constant('douyin' as const),
      line: few('live_view' as const, 'like' as const),
      unitPriceCny: money,
      discount: few('1', '0.5'),
      validFrom: fc.constant('2026-01-01'),
    }),
  ).map((rows) => ({ kind: 'rate-cards' as const, rows })),
  list(fc.record({ costId: few('c1', 'c2', 'c3'), dealerId, day, kind: few('host' as const, 'ads' as const), amountCny: money })).map(
    (rows) => ({ kind: 'costs' as const, rows }),
  ),
  list(
    fc.record({
      declarationId: few('s1', 's2'),
      kind: fc.constant('staff' as const),
      from: fc.integer({ min: 0, max: 9 }),
      to: fc.integer({ min: 10, max: 99 }),
      viewer: few('one person', 'another person'),
    }),
  ).map((rows) => ({ kind: 'declarations' as const, rows })),
  fc
    .record({ principalId: few('p1', 'p2'), accounts: fc.subarray(['a1', 'a2', 'a3']), accessToken: few('first-token', 'second-token') })
    .map((row) => ({ kind: 'grants' as const, rows: [{ product: 'douyin-open' as const, ...row }] })),
);

describe('the state as of an instant', () => {
  let server: PostgresUnderTest;
  let dataSource: DataSource;
  let writer: StateWriter;
  let reader: StateReader;
  let brands = 0;

  beforeAll(async () => {
    server = await openEmbeddedPostgres();
    dataSource = createDataSource(server.address);
    await migrateDatabase(dataSource);
    writer = new StateWriter(dataSource, SECRET);
    reader = new StateReader(dataSource, SECRET);
  });
  afterAll(async () => {
    if (dataSource?.isInitialized) await dataSource.destroy();
    await server?.close();
  });

  const freshBrand = async (): Promise<number> => {
    const code = `brand-${++brands}`;
    return (await ensureBrand(dataSource, { code, name: code, zone: ZONE })).brandId;
  };
  /** An instant by which everything so far is recorded, and nothing that follows. */
  const instant = async (): Promise<number> => {
    await sleep(2);
    const now = Date.now();
    await sleep(2);
    return now;
  };
  const take = (brandId: number, { kind, rows }: Import) => writer.upsert(kind, brandId, rows as StateRows[StateKind][]);

  it('of any history of imports, the state as of each instant is what was read at that instant', async () => {
    const touched = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(importOf, { minLength: 3, maxLength: 14 }), async (imports) => {
        const brandId = await freshBrand();
        const read: { at: number; state: BrandState }[] = [];
        for (const one of imports) {
          const { replaced } = await take(brandId, one);
          if (replaced > 0) touched.add(one.kind);
          read.push({ state: await reader.state(brandId), at: await instant() });
        }
        for (const { at, state } of read) expect(await reader.state(brandId, at)).toEqual(state);
      }),
      { seed: SEED, numRuns: 12 },
    );
    expect([...touched].sort()).toEqual(['accounts', 'costs', 'dealers', 'declarations', 'grants', 'policies', 'rate-cards', 'sentinels']);
  });

  it('a row that was deleted later is still there as of before, and gone as of after', async () => {
    const brandId = await freshBrand();
    await take(brandId, { kind: 'calendar', rows: [{ day: '2026-10-01', working: false }] });
    await take(brandId, { kind: 'dealers', rows: [{ dealerId: 'd1', name: 'Shop', adcode: '440106' }] });
    await take(brandId, { kind: 'costs', rows: [{ costId: 'c', dealerId: 'd1', day: '2026-01-01', kind: 'host', amountCny: '1' }] });
    const before = await instant();
    await dataSource.query('DELETE FROM cost WHERE brand_id = $1', [brandId]);
    const after = await instant();
    await dataSource.query(`UPDATE dealer_placement SET valid_from = '2026-05-05' WHERE brand_id = $1`, [brandId]);
    expect((await reader.state(brandId, before)).costs).toHaveLength(1);
    expect((await reader.state(brandId, after)).costs).toEqual([]);
    expect((await reader.state(brandId, after)).placements).toHaveLength(1);
    expect((await reader.state(brandId, await instant())).placements).toEqual((await reader.state(brandId)).placements);
  });

  it('a brand that was made later is not found as of before', async () => {
    const before = await instant();
    const brandId = await freshBrand();
    await expect(reader.state(brandId, before)).rejects.toMatchObject({ code: 'not_found' });
    expect(await stateSince(dataSource)).toBeLessThanOrEqual(before);
  });

  it('what is recorded but not committed by T is waited for: an answer as of T never changes', async () => {
    const brandId = await freshBrand();
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`INSERT INTO calendar_day (brand_id, day, working) VALUES ($1, '2026-10-01', false)`, [brandId]);
    await runner.query(`UPDATE brand SET name = 'New' WHERE brand_id = $1`, [brandId]);
    const at = await instant();
    const answer = reader.state(brandId, at);
    await sleep(50);
    await runner.commitTransaction();
    await runner.release();
    expect((await answer).brand.name).toBe('New');
    expect(await reader.state(brandId, at)).toEqual(await answer);
  });

  it('the history holds no token, no app secret and no viewer in the clear', async () => {
    const brandId = await freshBrand();
    await take(brandId, {
      kind: 'grants',
      rows: [{ product: 'oceanengine', principalId: 'p', accounts: ['a'], accessToken: 'clear-token', appId: 'app', appSecret: 'hidden' }],
    });
    await take(brandId, { kind: 'declarations', rows: [{ declarationId: 's', kind: 'staff', from: 0, to: 1, viewer: 'a person' }] });
    const rows = (await dataSource.query('SELECT table_name, content FROM state_version WHERE brand_id = $1', [brandId])) as {
      table_name: string;
      content: Record<string, unknown>;
    }[];
    const grant = rows.find(({ table_name: table }) => table === 'platform_grant');
    expect(Object.keys(grant?.content ?? {}).sort()).toEqual([
      'account_ids',
      'brand_id',
      'granted_at',
      'platform',
      'principal_id',
      'product',
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/clear-token|hidden|a person/);
  });

  it('a new token of a grant, and a correction to the same, make no version', async () => {
    const brandId = await freshBrand();
    const versions = async () =>
      ((await dataSource.query('SELECT count(*)::int AS n FROM state_version WHERE brand_id = $1', [brandId])) as { n: number }[])[0].n;
    const grant = (accessToken: string): Import => ({
      kind: 'grants',
      rows: [{ product: 'oceanengine', principalId: 'p', accounts: ['a'], accessToken }],
    });
    await take(brandId, grant('one'));
    const before = await versions();
    await take(brandId, grant('two'));
    await dataSource.query('UPDATE sentinel SET viewer = viewer WHERE brand_id = $1', [brandId]);
    expect(await versions()).toBe(before);
  });

  it.each([`UPDATE state_version SET deleted = true`, `DELETE FROM state_version`, `TRUNCATE state_version`])('refuses %s', async (sql) => {
    await expect(dataSource.query(sql)).rejects.toThrow(/append only/);
  });
});
