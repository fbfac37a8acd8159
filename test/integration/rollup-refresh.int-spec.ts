import { Policy } from '@app/contracts';
import { createDataSource } from '@app/database';
import { SHOWROOM_ROLLUP, compareRollups, foldMarks, readTouchedMonths, recomputeKeys } from '@app/rollup';
import type { NamedQuery, Warehouse } from '@app/warehouse';
import { MONTHS, RollupWorlds, Told } from '../support/rollup-worlds';
import { seeded, shuffled } from '../support/seeded';
import { TestStores, openTestStores } from '../support/stores';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
/** Refreshes that are broken off at a random statement; VITRINE_ROLLUP_ROUNDS=20 is the long form. */
const BROKEN = 3 * Number(process.env.VITRINE_ROLLUP_ROUNDS ?? 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const FEBRUARY = Date.parse('2026-02-01T00:00:00+08:00');
const OBSERVED = Date.parse('2026-05-01T00:00:00Z');
const NOBODY = { entries: [], sessions: [], raffles: [], staff: [], sentinels: [] };

/** Accounts with sessions and visits around both ends of February. */
function accountsOf(brand: RollupWorlds, count: number): Told[] {
  const random = seeded(SEED);
  const common = { source: 'feed' as const, retracted: false, observedAt: OBSERVED };
  return Array.from({ length: count }).flatMap(() => {
    brand.add(NOBODY);
    const account = brand.accounts.at(-1)!;
    const starts = [-3, -1, 4, 11, 26, 27.9].map((days) => FEBRUARY + days * DAY + Math.floor(random() * 600) * MINUTE);
    return starts.flatMap((startedAt, place): Told[] => [
      { account, session: { sessionId: `s${place}`, startedAt, endedAt: startedAt + 120 * MINUTE, uniqueViewers: 8, ...common } },
      ...['ann', 'ben', 'cai'].flatMap((viewer) =>
        random() < 0.3
          ? []
          : [{ account, entry: { viewer, enteredAt: startedAt + 5 * MINUTE, dwellSeconds: 60 + place, sessionId: '', ...common } }],
      ),
    ]);
  });
}

const retracted = (row: Told): Told =>
  'entry' in row
    ? { account: row.account, entry: { ...row.entry, retracted: true, observedAt: OBSERVED + 1000 } }
    : { account: row.account, session: { ...row.session, retracted: true, observedAt: OBSERVED + 1000 } };

/** A store that fails at the n-th statement from now. */
function failingAt(warehouse: Warehouse, statement: number): { warehouse: Warehouse; failed(): boolean } {
  let left = statement;
  const counted = ['query', 'run', 'runOnShards'];
  const proxy = new Proxy(warehouse, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      if (!counted.includes(String(name))) return own.bind(target) as unknown;
      return (query: NamedQuery) => (left-- === 0 ? Promise.reject(new Error('broken off')) : (own.call(target, query) as unknown));
    },
  });
  return { warehouse: proxy, failed: () => left < 0 };
}

describe('a refresh of the kept rows', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  /** By account in every month, and of all accounts as one in some. */
  const equal = async (brand: RollupWorlds, months = MONTHS, asOne: readonly string[] = ['2026-02']) => {
    for (const month of months) expect(await brand.figures({ month }, true)).toEqual(await brand.figures({ month }, false));
    const grouping = () => 'all';
    for (const month of asOne)
      expect(await brand.figures({ month, grouping }, true)).toEqual(await brand.figures({ month, grouping }, false));
  };
  const rowsOf = (brand: RollupWorlds) =>
    stores.warehouse
      .query<{ account_key: string; month: number; version: string }>({
        name: 'test.account_month',
        sql: `SELECT * FROM rollup(account_month) WHERE brand_id = {brandId: UInt32} SETTINGS do_not_merge_across_partitions_select_final = 1`,
        params: { brandId: brand.brandId },
      })
      .then((rows) =>
        rows
          .map(({ account_key, version, ...row }) => ({
            ...row,
            brand_id: 0,
            version: typeof version,
            account: brand.accounts.indexOf(account_key),
          }))
          .sort((a, b) => a.account - b.account || a.month - b.month),
      );

  it('that follows another one finds nothing to do', async () => {
    const brand = await RollupWorlds.open(stores, 'twice');
    await brand.deliver(accountsOf(brand, 3));
    const first = await brand.refresh();
    expect(first.keys).toBe(9);
    expect(await brand.refresh()).toMatchObject({ keys: 0, version: first.version });
    // a delivery of another brand touches nothing here
    const other = await RollupWorlds.open(stores, 'twice-other');
    await other.deliver(accountsOf(other, 1));
    expect(await brand.refresh()).toMatchObject({ keys: 0 });
  });

  it('computes the asked months of what other rules decide, and no more', async () => {
    const brand = await RollupWorlds.open(stores, 'rules');
    await brand.deliver(accountsOf(brand, 4));
    await brand.refresh();
    const [first] = brand.accounts;
    const changed = async (keys: number, months = MONTHS) => {
      expect(await brand.refresh(months)).toMatchObject({ keys });
      await equal(brand, ['2026-02'], []);
    };
    const policy: Policy = { ...brand.policyOf('2026-02'), fromMonth: '2026-02', version: 2, minVisits: 2 };
    brand.policies.push(policy, { ...brand.policies[0], fromMonth: '2026-03', version: 3 });
    await changed(4);
    brand.worlds.get(first)!.staff.push({ viewer: 'ann', from: FEBRUARY, to: FEBRUARY + 20 * DAY });
    await changed(1, ['2026-02']);
    brand.worlds.get(first)!.raffles.push({ from: FEBRUARY + 4 * DAY, to: FEBRUARY + 5 * DAY });
    await changed(1, ['2026-02']);
    brand.sentinels.push('ben');
    await changed(4, ['2026-02']);
    await changed(8); // January and March had not been asked for since
    await equal(brand, MONTHS, MONTHS);
  }, 600_000);

  it('that breaks off anywhere leaves nothing behind once the next one is through', async () => {
    const brand = await RollupWorlds.open(stores, 'broken');
    const clean = await RollupWorlds.open(stores, 'clean');
    const random = seeded(SEED);
    const rows = accountsOf(brand, 5);
    const same = accountsOf(clean, 5);
    await brand.deliver(rows);
    // the very first one breaks off late, and what it has seen goes away
    const gone = rows.flatMap((row, place) => (place % 3 === 0 ? [place] : []));
    for (let round = 0; round < BROKEN; round++) {
      const broken = failingAt(stores.warehouse, round === 0 ? 22 : Math.floor(random() * 40));
      await brand.refresh(MONTHS, { warehouse: broken.warehouse }).catch((error: Error) => expect(error.message).toBe('broken off'));
      await brand.deliver(
        shuffled(gone, random)
          .slice(0, 8)
          .map((place) => retracted(rows[place])),
      );
      if (round === 0) await brand.deliver(gone.map((place) => retracted(rows[place])));
    }
    await brand.refresh();
    await equal(brand);
    await clean.deliver([...same, ...gone.map((place) => retracted(same[place]))]);
    await clean.refresh();
    expect(await rowsOf(brand)).toEqual(await rowsOf(clean));
  }, 600_000);

  it('finds no less after the marks of past days were folded, wherever a watermark stood, and the marks are fewer', async () => {
    const brand = await RollupWorlds.open(stores, 'folded');
    const rows = accountsOf(brand, 4);
    const span = { brandId: brand.brandId, zone: 'Asia/Shanghai' };
    const marks = async () => {
      const sql = 'SELECT count() AS rows FROM dirty_keys FINAL WHERE brand_id = {brandId: UInt32}';
      const [row] = await stores.warehouse.query<{ rows: string }>({ name: 'test.marks', sql, params: { brandId: brand.brandId } });
      return Number(row.rows);
    };
    /** Deliveries by the day on which they began and ended, counted back from today; one is open over the end of its day. */
    const days: [number, number][] = [];
    const ids: string[] = [];
    for (const [place, row] of rows.entries()) {
      const began = 9 - Math.floor((place * 6) / rows.length);
      const open = place === Math.floor(rows.length / 2);
      const deliveryId = await brand.begin();
      await brand.write(deliveryId, [row]);
      await brand.finish(deliveryId);
      ids.push(deliveryId);
      days.push([began, open ? began - 2 : began]);
    }
    await stores.dataSource.query(
      `UPDATE delivery SET started_at = day - make_interval(days => began) + make_interval(secs => place),
         heartbeat_at = day - make_interval(days => ended) + make_interval(secs => place + 1),
         finished_at = day - make_interval(days => ended) + make_interval(secs => place + 1)
       FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[]) AS moved (id, began, ended, place),
         (SELECT date_trunc('day', clock_timestamp(), 'UTC') AS day) AS today
       WHERE delivery_id = id`,
      [ids, days.map(([began]) => began), days.map(([, ended]) => ended), ids.map((_, place) => place)],
    );
    /** What a watermark knows that was taken at the end of each day: the deliveries that had begun, and those that were open. */
    const watermarks = [10, 9, 8, 7, 6, 5, 4].map((left) => ({
      horizon: ids.filter((_, place) => days[place][0] >= left).at(-1) ?? '0',
      open: ids.filter((_, place) => days[place][0] >= left && days[place][1] < left),
    }));
    const to = { horizon: ids.at(-1)!, open: [] };
    const found = () =>
      Promise.all(
        watermarks.map(async (from) => {
          const touched = await readTouchedMonths(stores.warehouse, { ...span, from, to });
          return MONTHS.filter(touched);
        }),
      );
    const [before, rowsBefore] = [await found(), await marks()];
    expect(before[0]).toEqual(MONTHS);
    const folded = await foldMarks(stores);
    expect(folded.after).toBeLessThan(folded.before);
    expect(await marks()).toBeLessThan(rowsBefore);
    for (const [place, months] of (await found()).entries()) expect(months).toEqual(expect.arrayContaining(before[place]));
    // the watermark of the newest deliveries has nothing more to do
    expect((await found()).at(-1)).toEqual(before.at(-1));
    expect(await foldMarks(stores)).toMatchObject({ spans: 0 });
    await brand.refresh();
    await equal(brand);
  }, 600_000);

  it('beside another one of the same brand ends in the same rows', async () => {
    const brand = await RollupWorlds.open(stores, 'beside');
    const rows = accountsOf(brand, 4);
    const other = await createDataSource(stores.instance.postgres).initialize();
    try {
      await brand.deliver(rows.slice(0, 40));
      const both = Promise.all([brand.refresh(), brand.refresh(MONTHS, { dataSource: other })]);
      await brand.deliver(rows.slice(40));
      const done = await both;
      expect(new Set(done.map(({ version }) => version)).size).toBeGreaterThan(0);
      await brand.refresh(MONTHS, { dataSource: other });
      await equal(brand);
    } finally {
      await other.destroy();
    }
  });

  it('is not undone by rows that an older one writes late, and is compared with the facts', async () => {
    const brand = await RollupWorlds.open(stores, 'late');
    const rows = accountsOf(brand, 3);
    await brand.deliver(rows);
    await brand.refresh();
    const state = brand.state();
    const compare = () => compareRollups(stores.warehouse, [SHOWROOM_ROLLUP], state, { sample: null });
    await rewritten(brand, 'visits + 5 AS visits', 'toUInt64(0) AS version');
    await equal(brand, ['2026-02']);
    expect(await compare()).toEqual([{ rollup: 'showroom', keys: 9, busy: 0, differences: [] }]);

    await rewritten(brand, 'visits + 5 AS visits', 'version + 1000 AS version');
    const [{ differences }] = await compare();
    expect(differences).toHaveLength(9);
    expect(differences[0]).toMatchObject({ rollup: 'showroom', column: 'visits' });
    const open = await brand.begin();
    await brand.write(open, [retracted(rows[1])]);
    const [busy] = await compare();
    expect(busy.busy).toBeGreaterThan(0);
    expect(busy.differences).toHaveLength(busy.keys);
    await brand.finish(open);
  });

  it('of given keys repairs rows that are not what the facts say', async () => {
    const brand = await RollupWorlds.open(stores, 'repaired');
    await brand.deliver(accountsOf(brand, 2));
    await brand.refresh();
    await stores.warehouse.command(
      `INSERT INTO viewer_month SELECT * REPLACE (visits + 9 AS visits) FROM viewer_month FINAL WHERE brand_id = {brandId: UInt32}
       SETTINGS do_not_merge_across_partitions_select_final = 1`,
      { brandId: brand.brandId },
    );
    const compare = () => compareRollups(stores.warehouse, [SHOWROOM_ROLLUP], brand.state(), { sample: { keys: 100, seed: 1 } });
    const [{ differences }] = await compare();
    expect(differences.length).toBeGreaterThan(0);
    const keys = brand.accounts.flatMap((accountKey) => MONTHS.map((month) => ({ accountKey, month })));
    const readState = () => Promise.resolve(brand.state());
    const [repaired] = await recomputeKeys(stores, [SHOWROOM_ROLLUP], { brandId: brand.brandId, readState }, keys);
    expect(repaired.keys).toBe(6);
    expect((await compare())[0].differences).toEqual([]);
  });

  /** Writes the brand's rows of accounts and months again, changed. */
  const rewritten = (brand: RollupWorlds, ...changes: string[]) =>
    stores.warehouse.command(
      `INSERT INTO account_month SELECT * REPLACE (${changes.join(', ')}) FROM account_month FINAL WHERE brand_id = {brandId: UInt32}
       SETTINGS do_not_merge_across_partitions_select_final = 1`,
      { brandId: brand.brandId },
    );
});
