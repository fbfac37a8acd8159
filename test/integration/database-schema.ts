import { createDataSource, ENTITIES, ensureBrand, migrateDatabase } from '@app/database';
import type { DataSource } from 'typeorm';
import type { PostgresUnderTest } from './database-servers';

const ACCOUNT = `INSERT INTO account (brand_id, platform, account_id, account_key) VALUES`;
const OWNER = `INSERT INTO account_ownership (brand_id, platform, account_id, valid_from, name, dealer_id, owner_kind) VALUES`;
const PLACEMENT = `INSERT INTO dealer_placement (brand_id, dealer_id, valid_from, name, adcode, sales_region) VALUES`;
const CARD = `INSERT INTO rate_card (brand_id, platform, line, valid_from, valid_to, version, unit_price_cny, discount) VALUES`;
const COST = `INSERT INTO cost (brand_id, cost_id, platform, account_id, dealer_id, day, kind, amount_cny) VALUES`;
const OPENING = `INSERT INTO opening_value (brand_id, platform, account_id, year_to, value_cny, source_note) VALUES`;
const DECLARED = `INSERT INTO declaration (brand_id, declaration_id, kind, platform, account_id, dealer_id, from_at, to_at, viewer_keys) VALUES`;
const REGION = `INSERT INTO sales_region (brand_id, path, parent_path, name) VALUES`;
const GRANT = `INSERT INTO platform_grant (brand_id, product, principal_id, platform, access_token) VALUES`;
const DELIVERY = `INSERT INTO delivery (batch_id, source, started_at, heartbeat_at, state, finished_at)
  SELECT batch_id, 'file', now(), now()`;
const POLICY_COLUMNS = `(brand_id, version, from_month, visit_gap_minutes, min_visits, min_visit_dwell_seconds, min_session_minutes,
  consecutive_sessions, source_order, min_coverage, min_known_weight, cadence_min_session_minutes, min_peers, weight_showroom, weight_value,
  weight_loyalty, weight_engagement, weight_cadence, weight_growth, head_tier_cny, base_tier_cny, tier_down_months)`;
const policy = (version: number, change: Record<string, string> = {}) => {
  const values = {
    month: "'2026-01-01'",
    gap: '30',
    visits: '4',
    order: "'{file}'",
    coverage: '0.8',
    showroom: '35',
    head: '5000000',
    down: '1',
    ...change,
  };
  return `INSERT INTO policy ${POLICY_COLUMNS} VALUES (1, ${version}, ${values.month}, ${values.gap}, ${values.visits}, 0, 0, 4, ${values.order},
    ${values.coverage}, 50, 30, 5, ${values.showroom}, 25, 15, 10, 10, 5, ${values.head}, 1000000, ${values.down})`;
};

/** What is in the store before each attempt: brand 1 with a dealer, an account, a region, a card, a policy; brand 2 with a dealer. */
const SEED = [
  `INSERT INTO dealer (brand_id, dealer_id) VALUES (1, 'd1'), (2, 'other')`,
  `${REGION} (1, '南区', NULL, '南区'), (1, '南区/广州', '南区', '广州'), (2, '北区', NULL, '北区')`,
  `${PLACEMENT} (1, 'd1', '2026-01-01', 'Shop', '440106', '南区/广州')`,
  `${ACCOUNT} (1, 'douyin', 'a1', 1)`,
  `${OWNER} (1, 'douyin', 'a1', '2026-01-01', 'Live', 'd1', 'dealer')`,
  `${CARD} (1, 'douyin', 'live_view', '2026-01-01', '2026-06-30', 1, 0.5, 0.5)`,
  `${CARD} (1, 'douyin', 'like', '2026-01-01', NULL, 1, 0.5, 1)`,
  policy(1),
  `INSERT INTO batch (brand_id, kind, content_hash, first_delivered_at) VALUES (1, 'entries', 'h', now())`,
];

/** What the database itself must refuse, whatever code runs against it. */
const REFUSED: [what: string, sql: string][] = [
  ['a brand code twice', `INSERT INTO brand (code, name, zone) VALUES ('one', 'x', 'UTC')`],
  ['an unknown zone', `INSERT INTO brand (code, name, zone) VALUES ('x', 'x', 'Asia/Nowhere')`],
  ['a dealer of an unknown brand', `INSERT INTO dealer (brand_id, dealer_id) VALUES (99, 'd')`],
  ['the reserved dealer id', `INSERT INTO dealer (brand_id, dealer_id) VALUES (1, 'unassigned')`],
  ['two placements of a dealer on one day', `${PLACEMENT} (1, 'd1', '2026-01-01', 'Shop', '440106', NULL)`],
  ['an adcode that is no adcode', `${PLACEMENT} (1, 'd1', '2026-02-01', 'Shop', '44010', NULL)`],
  ['a placement in an unknown region', `${PLACEMENT} (1, 'd1', '2026-02-01', 'Shop', '440106', '西区')`],
  ['a placement in the region of another brand', `${PLACEMENT} (1, 'd1', '2026-02-01', 'Shop', '440106', '北区')`],
  ['a region path twice', `${REGION} (1, '南区', NULL, '南区')`],
  ['a region below itself', `UPDATE sales_region SET parent_path = '南区/广州' WHERE path = '南区'`],
  ['a region that is its own parent', `${REGION} (1, '东区', '东区', '东区')`],
  ['a region without its parent', `${REGION} (1, '西区/成都', '西区', '成都')`],
  ['a region that ends before it begins', `UPDATE sales_region SET valid_from = '2026-02-01', valid_to = '2026-01-01'`],
  ['deleting a region that holds dealers', `DELETE FROM sales_region WHERE path = '南区/广州'`],
  ['an account on an unknown platform', `${ACCOUNT} (1, 'weibo', 'a2', 2)`],
  ['an account twice', `${ACCOUNT} (1, 'douyin', 'a1', 3)`],
  ['an account key twice', `${ACCOUNT} (1, 'douyin', 'a3', 1)`],
  ['an account key beyond 64 bits', `${ACCOUNT} (1, 'douyin', 'a3', 18446744073709551616)`],
  ['two owners from one day', `${OWNER} (1, 'douyin', 'a1', '2026-01-01', 'Live', NULL, 'brand')`],
  ['an owner who is a dealer of another brand', `${OWNER} (1, 'douyin', 'a1', '2026-02-01', 'Live', 'other', 'dealer')`],
  ['a brand-owned account with a dealer', `${OWNER} (1, 'douyin', 'a1', '2026-02-01', 'Live', 'd1', 'brand')`],
  ['an owner of an account that is not there', `${OWNER} (1, 'douyin', 'a9', '2026-02-01', 'Live', NULL, 'brand')`],
  ['an account without a name', `${OWNER} (1, 'douyin', 'a1', '2026-02-01', NULL, NULL, 'brand')`],
  ['deleting a dealer who owns an account', `DELETE FROM dealer WHERE dealer_id = 'd1'`],
  ['a policy from the middle of a month', policy(2, { month: "'2026-02-02'" })],
  ['two policies in force for one month', policy(2)],
  ['a policy without a visit gap', policy(2, { month: "'2026-02-01'", gap: 'NULL' })],
  ['a visit gap of 0', policy(2, { month: "'2026-02-01'", gap: '0' })],
  ['weights that do not add up to 100', policy(2, { month: "'2026-02-01'", showroom: '36' })],
  ['an unknown source', policy(2, { month: "'2026-02-01'", order: "'{rumour}'" })],
  ['a coverage above 1', policy(2, { month: "'2026-02-01'", coverage: '1.1' })],
  ['a head tier not above the base tier', policy(2, { month: "'2026-02-01'", head: '1000000' })],
  ['a discount of 0', `${CARD} (1, 'douyin', 'share', '2026-01-01', NULL, 1, 1, 0)`],
  ['a discount above 1', `${CARD} (1, 'douyin', 'share', '2026-01-01', NULL, 1, 1, 1.0001)`],
  ['a negative price', `${CARD} (1, 'douyin', 'share', '2026-01-01', NULL, 1, -1, 1)`],
  ['an unknown line', `${CARD} (1, 'douyin', 'applause', '2026-01-01', NULL, 1, 1, 1)`],
  ['two cards of a line on one day', `${CARD} (1, 'douyin', 'live_view', '2026-06-30', NULL, 1, 1, 1)`],
  ['a card under an open one', `${CARD} (1, 'douyin', 'like', '2027-01-01', NULL, 1, 1, 1)`],
  ['views and viewers priced on one day', `${CARD} (1, 'douyin', 'live_viewer', '2026-06-30', NULL, 1, 1, 1)`],
  ['a card that ends before it begins', `${CARD} (1, 'douyin', 'share', '2026-02-01', '2026-01-01', 1, 1, 1)`],
  ['editing a price', `UPDATE rate_card SET unit_price_cny = 9`],
  ['a cost without scope', `${COST} (1, 'c', NULL, NULL, NULL, '2026-01-01', 'host', 1)`],
  ['a cost of an account and a dealer', `${COST} (1, 'c', 'douyin', 'a1', 'd1', '2026-01-01', 'host', 1)`],
  ['half an account', `${COST} (1, 'c', NULL, 'a1', NULL, '2026-01-01', 'host', 1)`],
  ['a negative cost', `${COST} (1, 'c', NULL, NULL, 'd1', '2026-01-01', 'host', -1)`],
  ['a cost of an unknown kind', `${COST} (1, 'c', NULL, NULL, 'd1', '2026-01-01', 'lunch', 1)`],
  ['an opening value below 0', `${OPENING} (1, 'douyin', 'a1', '2025-12-31', -1, 'note')`],
  ['an opening value without its note', `${OPENING} (1, 'douyin', 'a1', '2025-12-31', 1, ' ')`],
  ['a fall after no month', policy(2, { month: "'2026-02-01'", down: '0' })],
  ['a declaration that ends before it begins', `${DECLARED} (1, 'x', 'event', NULL, NULL, NULL, now(), now() - interval '1 s', '{}')`],
  ['a staff declaration without a viewer', `${DECLARED} (1, 'x', 'staff', NULL, NULL, 'd1', now(), now(), '{}')`],
  ['a viewer in the clear', `${DECLARED} (1, 'x', 'staff', NULL, NULL, 'd1', now(), now(), '{user42}')`],
  ['an unknown viewer key among others', `${DECLARED} (1, 'x', 'staff', NULL, NULL, 'd1', now(), now(), '{1,NULL}')`],
  ['a token in the clear', `${GRANT} (1, 'douyin-open', 'p', 'douyin', 'token')`],
  ['a grant of an unknown product', `${GRANT} (1, 'weibo', 'p', 'douyin', sha512('x'))`],
  ['one content as two batches', `INSERT INTO batch (brand_id, kind, content_hash, first_delivered_at) VALUES (1, 'entries', 'h', now())`],
  ['a delivery that is done without an end', `${DELIVERY}, 'done', NULL FROM batch`],
  ['a delivery that waits in a spill file after its end', `${DELIVERY}, 'spilled', now() FROM batch`],
  ['a delivery that runs after its end', `${DELIVERY}, 'running', now() FROM batch`],
];

/** What looks alike and must go in. */
const TAKEN: [what: string, sql: string][] = [
  ['a card from the day after another ends', `${CARD} (1, 'douyin', 'live_view', '2026-07-01', NULL, 1, 1, 1)`],
  ['viewers from the day after views end', `${CARD} (1, 'douyin', 'live_viewer', '2026-07-01', NULL, 1, 1, 1)`],
  ['the same line on another platform', `${CARD} (1, 'kuaishou', 'live_view', '2026-01-01', NULL, 1, 1, 1)`],
  ['the same line of another brand', `${CARD} (2, 'douyin', 'live_view', '2026-01-01', NULL, 1, 1, 1)`],
  ['a cost of 0', `${COST} (1, 'c', NULL, NULL, 'd1', '2026-01-01', 'host', 0)`],
  ['an instant as a declaration', `${DECLARED} (1, 'x', 'raffle', 'douyin', 'a1', NULL, now(), now(), '{}')`],
  ['the policy of the next month', policy(2, { month: "'2026-02-01'" })],
];

/** The production migrations on one server, and the schema that they leave. */
export function describeSchema(open: () => Promise<PostgresUnderTest>): void {
  let server: PostgresUnderTest;
  let dataSource: DataSource;

  beforeAll(async () => {
    server = await open();
    dataSource = createDataSource(server.address);
  });
  afterAll(async () => {
    if (dataSource?.isInitialized) await dataSource.destroy();
    await server?.close();
  });

  it('two migrators at once apply each step once; a third finds nothing to do', async () => {
    const second = createDataSource(server.address);
    const applied = await Promise.all([migrateDatabase(dataSource), migrateDatabase(second)]);
    expect(applied.flat()).toEqual(dataSource.migrations.map(({ name }) => name));
    expect(await migrateDatabase(second)).toEqual([]);
    await second.destroy();
  });

  it('every column of every entity is in the store', async () => {
    for (const entity of ENTITIES) await expect(dataSource.getRepository<object>(entity).find({ take: 1 })).resolves.toEqual([]);
  });

  it('needs no extension', async () => {
    expect(await dataSource.query(`SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'`)).toEqual([]);
  });

  describe('in a store with two brands', () => {
    beforeAll(async () => {
      await ensureBrand(dataSource, { code: 'one', name: 'One', zone: 'Asia/Shanghai' });
      await ensureBrand(dataSource, { code: 'two', name: 'Two', zone: 'UTC' });
      for (const sql of SEED) await dataSource.query(sql);
    });

    const attempt = async (sql: string) => {
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      try {
        await runner.query(sql);
      } finally {
        await runner.rollbackTransaction();
        await runner.release();
      }
    };

    it.each(REFUSED)('refuses %s', async (_, sql) => {
      await expect(attempt(sql)).rejects.toMatchObject({ driverError: { code: expect.stringMatching(/^2[23]/) as string } });
    });

    it.each(TAKEN)('takes %s', async (_, sql) => {
      await expect(attempt(sql)).resolves.toBeUndefined();
    });

    it('fixes the zone of a brand once facts exist, and only then', async () => {
      await expect(attempt(`UPDATE brand SET zone = 'UTC' WHERE code = 'one'`)).resolves.toBeUndefined();
      await dataSource.query(`UPDATE brand SET facts_since = now() WHERE code = 'one'`);
      await expect(attempt(`UPDATE brand SET zone = 'UTC' WHERE code = 'one'`)).rejects.toThrow(/zone/);
      await expect(attempt(`UPDATE brand SET facts_since = NULL WHERE code = 'one'`)).rejects.toThrow(/zone/);
      await expect(attempt(`UPDATE brand SET name = 'New' WHERE code = 'one'`)).resolves.toBeUndefined();
    });
  });

  it('goes back to an empty store', async () => {
    for (let left = dataSource.migrations.length; left > 0; left--) await dataSource.undoLastMigration({ transaction: 'all' });
    expect(
      await dataSource.query(
        `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'state_migration'`,
      ),
    ).toEqual([]);
    expect(await migrateDatabase(dataSource)).toHaveLength(dataSource.migrations.length);
  });
}
