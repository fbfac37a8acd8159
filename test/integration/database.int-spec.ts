import {
  GrantVault,
  STATE_KINDS,
  StateReader,
  StateWriter,
  beginDelivery,
  createDataSource,
  dataInstant,
  deliverySnapshot,
  ensureBrand,
  finishDelivery,
  heartbeat,
  listState,
  memberships,
  migrateDatabase,
  policyOf,
  spillDelivery,
  spilledDeliveries,
  type StateKind,
  type StateRows,
} from '@app/database';
import { DEFAULT_POLICY, dayStart, monthPeriod } from '@app/contracts';
import { ViewerKeys, accountKey } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { openEmbeddedPostgres, type PostgresUnderTest } from './database-servers';

const SECRET = 'the secret of this installation';
const ZONE = 'Asia/Shanghai';
const none = { accepted: 0, replaced: 0, unchanged: 0, rejected: [] };
const counts = { read: 3, accepted: 2, replaced: 0, unchanged: 1, rejected: 0 };

const ROWS: { [K in StateKind]: StateRows[K][] } = {
  regions: [{ path: '南区/广州' }, { path: '东区', validFrom: '2025-01-01', validTo: '2026-03-31' }],
  dealers: [
    { dealerId: 'd1', name: '天河店', adcode: '440106', salesRegion: '南区/广州', group: '集团甲' },
    { dealerId: 'd1', name: '天河店', adcode: '310101', salesRegion: '东区', validFrom: '2026-03-01' },
    { dealerId: '00123', name: '北京店', adcode: '110105', status: 'closed' },
  ],
  accounts: [
    { platform: 'douyin', accountId: '00042', name: '直播间', dealerId: 'd1', declaredTier: 'head', handle: 'live' },
    { platform: 'douyin', accountId: '00042', name: '直播间二', dealerId: '00123', ownerKind: 'staff', validFrom: '2026-03-16' },
    { platform: 'channels', accountId: '12345678901234567890', name: '官方号' },
  ],
  policies: [{ fromMonth: '2026-01', minVisits: 3, cpaCny: { douyin: '60.50' }, requiredCostKinds: ['host', 'ads'] }],
  sentinels: [{ viewer: '999999', validFrom: '2026-01-01' }],
  calendar: [
    { day: '2026-10-01', working: false },
    { day: '2026-10-10', working: true },
  ],
  'rate-cards': [
    { platform: 'douyin', line: 'live_view', unitPriceCny: '0.50', discount: '0.5', validFrom: '2026-01-01', validTo: '2026-06-30' },
    { platform: 'douyin', line: 'live_view', unitPriceCny: '0.600001', discount: '1', validFrom: '2026-07-01', sample: true },
  ],
  costs: [
    { costId: 'c1', platform: 'douyin', accountId: '00042', day: '2026-03-31', kind: 'host', amountCny: '1000.5' },
    { costId: 'c2', dealerId: 'd1', day: '2026-03-01', kind: 'ads', amountCny: '0' },
    { costId: 'c3', platform: 'kuaishou', accountId: 'nobody', day: '2026-03-01', kind: 'ads', amountCny: '7' },
  ],
  'opening-values': [{ platform: 'douyin', accountId: '00042', yearTo: '2025-12-31', valueCny: '1200000.5', sourceNote: '2025 export' }],
  declarations: [
    { declarationId: 'r1', kind: 'raffle', platform: 'douyin', accountId: '00042', from: 1_700_000_000_123, to: 1_700_000_000_123 },
    { declarationId: 's1', kind: 'staff', dealerId: 'd1', from: 0, to: 1, viewer: 'a person', detail: 'host' },
    { declarationId: 'o1', kind: 'outage', from: 5, to: 9 },
  ],
  grants: [
    { platform: 'douyin', accountId: '00042', openId: 'open-1', accessToken: 'token-in-the-clear', refreshToken: 'refresh-in-the-clear' },
    {
      product: 'oceanengine',
      principalId: 'adv',
      accounts: ['00042'],
      accessToken: 'second-token',
      appSecret: 'app-secret-text',
      accessExpiresAt: 1_800_000_000_000,
      scopes: ['report'],
    },
  ],
};
const ORDER: StateKind[] = ['regions', 'dealers', 'accounts', ...STATE_KINDS.slice(3)];

describe('the state store', () => {
  let server: PostgresUnderTest;
  let dataSource: DataSource;
  let writer: StateWriter;
  let reader: StateReader;
  let brandId: number;

  const importAll = async (brand: number) => {
    const results: Partial<Record<StateKind, unknown>> = {};
    for (const kind of ORDER) results[kind] = await writer.upsert(kind, brand, ROWS[kind] as never);
    return results;
  };
  const freshBrand = async (code: string) => (await ensureBrand(dataSource, { code, name: code, zone: ZONE })).brandId;

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

  it('an empty store says that there is no brand yet; a single brand needs no name; several do', async () => {
    await expect(reader.brand()).rejects.toMatchObject({ code: 'not_found' });
    brandId = await freshBrand('demo');
    expect(await reader.brand()).toEqual({ brandId, code: 'demo', name: 'demo', zone: ZONE });
    expect(await ensureBrand(dataSource, { code: 'demo', name: 'Demo', zone: ZONE })).toMatchObject({ brandId, name: 'Demo' });
    await freshBrand('second');
    await expect(reader.brand()).rejects.toMatchObject({ code: 'bad_input' });
    await expect(reader.brand('third')).rejects.toMatchObject({ code: 'not_found' });
    expect((await reader.brand('demo')).brandId).toBe(brandId);
    await expect(ensureBrand(dataSource, { code: 'x', name: 'x', zone: 'Mars/Base' })).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('a brand without rows has the default policy and the first sentinel ids', async () => {
    const state = await reader.state(brandId);
    expect(state.policies).toEqual([DEFAULT_POLICY]);
    expect(state.sentinelKeys).toContain('0');
    expect(state.sentinelKeys).toContain(String(new ViewerKeys(SECRET, brandId).keyOf('kuaishou', '111111')));
    expect(state.sentinelKeys).toHaveLength(7);
    await expect(reader.state(99)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('rows of every kind go in once; the same rows again change nothing', async () => {
    const first = await importAll(brandId);
    for (const kind of STATE_KINDS) expect([kind, first[kind]]).toEqual([kind, { ...none, accepted: ROWS[kind].length }]);
    const before = await reader.state(brandId);
    const second = await importAll(brandId);
    for (const kind of STATE_KINDS) expect([kind, second[kind]]).toEqual([kind, { ...none, unchanged: ROWS[kind].length }]);
    expect(await reader.state(brandId)).toEqual(before);
  });

  it('the state is what the rows said, spans ending where the next begins', async () => {
    const state = await reader.state(brandId);
    const key = accountKey(brandId, 'douyin', '00042').toString();
    const turn = dayStart('2026-03-16', ZONE);
    expect(state.ownerships.filter((row) => row.accountKey === key)).toEqual([
      { accountKey: key, dealerId: 'd1', ownerKind: 'dealer', declaredTier: 'head', from: dayStart('1970-01-01', ZONE), to: turn },
      { accountKey: key, dealerId: '00123', ownerKind: 'staff', declaredTier: null, from: turn, to: null },
    ]);
    expect(state.accounts).toEqual([
      expect.objectContaining({ accountId: '00042', name: '直播间二', undeclared: false }),
      expect.objectContaining({ accountId: 'nobody', name: 'nobody', undeclared: true }),
      expect.objectContaining({ accountId: '12345678901234567890', name: '官方号' }),
    ]);
    expect(state.placements.find((row) => row.dealerId === 'd1')).toMatchObject({ adcode: '440106', to: dayStart('2026-03-01', ZONE) });
    expect(state.rateCards.map((card) => [card.unitPriceCny, card.discount, card.version])).toEqual([
      ['0.5', '0.5', 1],
      ['0.600001', '1', 1],
    ]);
    expect(state.costs.map((cost) => [cost.costId, cost.accountKey !== null, cost.dealerId, cost.day, cost.amountCny])).toEqual([
      ['c1', true, null, '2026-03-31', '1000.5'],
      ['c2', false, 'd1', '2026-03-01', '0'],
      ['c3', true, null, '2026-03-01', '7'],
    ]);
    expect(state.declarations.map(({ declarationId, viewerKeys, from }) => [declarationId, viewerKeys.length, from])).toEqual([
      ['o1', 0, 5],
      ['r1', 0, 1_700_000_000_123],
      ['s1', 3, 0],
    ]);
    expect(policyOf(state.policies, '2025-12')).toEqual(DEFAULT_POLICY);
    expect(policyOf(state.policies, '2026-05')).toMatchObject({
      version: 1,
      minVisits: 3,
      visitGapMinutes: 30,
      cpaCny: { douyin: '60.5' },
    });
    expect(state.grantedFrom[key]).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('figures follow the owner on their own day, and the place where the owner stood then', async () => {
    const state = await reader.state(brandId);
    const key = accountKey(brandId, 'douyin', '00042').toString();
    const march = monthPeriod('2026-03', ZONE);
    const groups = (level: 'dealer' | 'region', regions: 'adcode' | 'sales', period = march) =>
      memberships(state, level, regions, period)
        .filter((row) => row.accountKey === key)
        .map((row) => row.group);
    expect(groups('dealer', 'adcode')).toEqual(['d1', '00123']);
    expect(groups('region', 'adcode')).toEqual(['310100', '110100']);
    expect(groups('region', 'sales')).toEqual(['东区', 'unassigned']);
    expect(groups('region', 'sales', monthPeriod('2026-02', ZONE))).toEqual(['南区/广州']);
  });

  it('what was imported comes back, and gives the same state in an empty brand', async () => {
    const copy = await freshBrand('copy');
    for (const kind of ORDER.filter((one) => one !== 'grants' && one !== 'declarations')) {
      const rows = await listState(dataSource, SECRET, brandId, kind);
      expect(await writer.upsert(kind, copy, rows as never)).toMatchObject({ rejected: [] });
      expect(await listState(dataSource, SECRET, copy, kind)).toEqual(rows);
    }
    const declared = await listState(dataSource, SECRET, brandId, 'declarations');
    expect(declared.find((row) => row.declarationId === 's1')?.viewer).toMatch(/^vk1:[0-9a-f]{16}( vk1:[0-9a-f]{16}){2}$/);
    expect(await writer.upsertDeclarations(brandId, declared)).toEqual({ ...none, unchanged: 3 });
  });

  it('a changed price or policy becomes the next version; the former stays as it was', async () => {
    const card = { ...ROWS['rate-cards'][0], unitPriceCny: '0.7' };
    expect(await writer.upsertRateCards(brandId, [card])).toEqual({ ...none, replaced: 1 });
    const active = (await reader.state(brandId)).rateCards[0];
    expect([active.unitPriceCny, active.version]).toEqual(['0.7', 2]);
    const kept = await dataSource.query(
      `SELECT version, unit_price_cny, superseded_at IS NULL AS active FROM rate_card WHERE brand_id = $1 AND valid_from = '2026-01-01' ORDER BY version`,
      [brandId],
    );
    expect(kept).toEqual([
      { version: 1, unit_price_cny: '0.500000', active: false },
      { version: 2, unit_price_cny: '0.700000', active: true },
    ]);
    expect(await writer.upsertPolicies(brandId, [{ ...ROWS.policies[0], minVisits: 5 }])).toEqual({ ...none, replaced: 1 });
    expect(policyOf((await reader.state(brandId)).policies, '2026-01')).toMatchObject({ version: 2, minVisits: 5 });
  });

  it('a card may follow one that is ended further down in the same file', async () => {
    const open = { platform: 'kuaishou', line: 'share', unitPriceCny: '1', discount: '1', validFrom: '2026-01-01' } as const;
    await writer.upsertRateCards(brandId, [open]);
    const next = { ...open, validFrom: '2026-05-01' };
    expect(await writer.upsertRateCards(brandId, [next])).toMatchObject({ accepted: 0, rejected: [{ index: 0, field: 'validFrom' }] });
    const ended = { ...open, validTo: '2026-04-30' };
    expect(await writer.upsertRateCards(brandId, [next, ended])).toEqual({ ...none, accepted: 1, replaced: 1 });
  });

  it.each<[what: string, kind: StateKind, bad: object, field: string]>([
    ['an unknown adcode', 'dealers', { dealerId: 'x', name: 'x', adcode: '999999' }, 'adcode'],
    ['a region that lies below itself', 'regions', { path: '甲/乙/甲' }, 'path'],
    [
      'a dealer in a region that has ended',
      'dealers',
      { dealerId: 'x', name: 'x', adcode: '440106', salesRegion: '东区', validFrom: '2026-04-01' },
      'salesRegion',
    ],
    ['an account of an unknown dealer', 'accounts', { platform: 'douyin', accountId: 'x', name: 'x', dealerId: 'nobody' }, 'dealerId'],
    ['a day that does not exist', 'accounts', { platform: 'douyin', accountId: 'x', name: 'x', validFrom: '2026-02-30' }, 'validFrom'],
    [
      'a price with seven decimals',
      'rate-cards',
      { platform: 'douyin', line: 'lead', unitPriceCny: '1.0000001', discount: '1', validFrom: '2026-01-01' },
      'unitPriceCny',
    ],
    [
      'a discount of 0',
      'rate-cards',
      { platform: 'douyin', line: 'lead', unitPriceCny: '1', discount: '0', validFrom: '2026-01-01' },
      'discount',
    ],
    [
      'viewers priced beside views',
      'rate-cards',
      { platform: 'douyin', line: 'live_viewer', unitPriceCny: '1', discount: '1', validFrom: '2026-03-01' },
      'validFrom',
    ],
    [
      'a cost with two scopes',
      'costs',
      { costId: 'x', dealerId: 'd1', platform: 'douyin', accountId: 'a', day: '2026-01-01', kind: 'host', amountCny: '1' },
      'accountId',
    ],
    ['a declaration that ends before it begins', 'declarations', { declarationId: 'x', kind: 'event', from: 2, to: 1 }, 'to'],
    [
      'staff of another brand’s key',
      'declarations',
      { declarationId: 'x', kind: 'staff', from: 1, to: 1, viewer: 'vk9:0123456789abcdef' },
      'viewer',
    ],
    ['weights that do not add up', 'policies', { fromMonth: '2027-01', weights: { ...DEFAULT_POLICY.weights, value: 26 } }, 'weights'],
    ['a coverage above 1', 'policies', { fromMonth: '2027-01', minCoverage: 2 }, 'minCoverage'],
    ['a value only the database refuses', 'costs', { costId: 'a\0b', dealerId: 'd1', day: '2026-01-01', kind: 'host', amountCny: '1' }, ''],
    ['a grant without a token', 'grants', { product: 'magnetic', principalId: 'p', accessToken: ' ' }, 'accessToken'],
  ])('%s is refused in both languages, and the row beside it goes in', async (_, kind, bad, field) => {
    const good: { [K in StateKind]?: object } = {
      dealers: { dealerId: `good ${field}`, name: 'x', adcode: '440000' },
      regions: { path: '好区' },
      accounts: { platform: 'kuaishou', accountId: `good ${field}`, name: 'x' },
      'rate-cards': {
        platform: 'channels',
        line: field === 'discount' ? 'gift' : field === 'validFrom' ? 'like' : 'follow',
        unitPriceCny: '1',
        discount: '1',
        validFrom: '2026-01-01',
      },
      costs: { costId: `good${field}`, dealerId: 'd1', day: '2026-01-01', kind: 'host', amountCny: '1' },
      declarations: { declarationId: `good ${field}`, kind: 'event', from: 1, to: 2 },
      policies: { fromMonth: field === 'minCoverage' ? '2028-01' : '2029-01' },
      grants: { product: 'magnetic', principalId: 'good', accessToken: 't' },
    };
    const result = await writer.upsert(kind, brandId, [bad, good[kind]] as never);
    expect(result).toEqual({
      ...none,
      accepted: 1,
      rejected: [{ index: 0, field, text: { zh: expect.stringMatching(/[\u4e00-\u9fff]/) as string, en: expect.any(String) as string } }],
    });
    expect(JSON.stringify(result)).not.toContain('0123456789abcdef');
  });

  it('a dry run counts and keeps nothing', async () => {
    const before = await listState(dataSource, SECRET, brandId, 'calendar');
    expect(await writer.upsert('calendar', brandId, [{ day: '2030-01-01', working: true }], true)).toEqual({ ...none, accepted: 1 });
    expect(await listState(dataSource, SECRET, brandId, 'calendar')).toEqual(before);
  });

  it('the same file delivered by two writers at once is taken once', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({
      day: `20${40 + (i % 10)}-01-${String((Math.floor(i / 10) % 28) + 1).padStart(2, '0')}`,
      working: true,
    }));
    const both = await Promise.all([writer.upsertCalendar(brandId, rows), writer.upsertCalendar(brandId, rows)]);
    expect(both.map(({ accepted }) => accepted).sort((a, b) => a - b)).toEqual([0, 280]);
  });

  it('tokens are sealed in the store, open for collectors with the secret, and never leave by the listing', async () => {
    const stored = JSON.stringify(await dataSource.query(`SELECT *, encode(access_token, 'escape') AS a FROM platform_grant`));
    const listed = JSON.stringify(await listState(dataSource, SECRET, brandId, 'grants'));
    for (const text of [stored, listed]) expect(text).not.toMatch(/in-the-clear|app-secret-text/);
    const [{ box }] = (await dataSource.query(
      `SELECT refresh_token AS box FROM platform_grant WHERE brand_id = $1 AND product = 'douyin-open'`,
      [brandId],
    )) as { box: Buffer }[];
    const place = { brandId, product: 'douyin-open', principalId: 'open-1', field: 'refreshToken' } as const;
    const opened = new GrantVault(SECRET).open(box, place);
    expect(opened.reveal()).toBe('refresh-in-the-clear');
    expect(JSON.stringify({ opened })).not.toContain('in-the-clear');
    expect(() => new GrantVault('another').open(box, place)).toThrow(/cannot be opened/);
  });

  it('the data instant stays before the oldest delivery in flight; a dead or finished one does not hold it', async () => {
    const start = { brandId, kind: 'entries', source: 'file', contentHash: 'h1', fileName: 'a.ndjson' };
    const now = () => Date.now() + 1000;
    const at = now();
    expect(await dataInstant(dataSource, at)).toBe(at);
    const first = await beginDelivery(dataSource, start);
    const again = await beginDelivery(dataSource, start);
    expect(again.batchFirstDeliveredAt).toBe(first.batchFirstDeliveredAt);
    expect(BigInt(again.deliveryId)).toBeGreaterThan(BigInt(first.deliveryId));
    const [{ began }] = (await dataSource.query(`SELECT started_at AS began FROM delivery WHERE delivery_id = $1`, [first.deliveryId])) as {
      began: Date;
    }[];
    const held = await dataInstant(dataSource, now());
    expect(held).toBe(began.getTime() - 1);
    // what another brand delivers holds nothing of this one
    const other = await ensureBrand(dataSource, { code: 'instant', name: 'Other', zone: 'Asia/Shanghai' });
    const alone = now();
    expect(await dataInstant(dataSource, alone, other.brandId)).toBe(alone);
    expect(await dataInstant(dataSource, alone, brandId)).toBe(held);
    await heartbeat(dataSource, first.deliveryId);
    await finishDelivery(dataSource, first.deliveryId, counts);
    expect(await dataInstant(dataSource, now())).toBeGreaterThan(held);
    await dataSource.query(
      `UPDATE delivery SET started_at = started_at - interval '31 s', heartbeat_at = heartbeat_at - interval '31 s' WHERE delivery_id = $1`,
      [again.deliveryId],
    );
    const later = now();
    expect(await dataInstant(dataSource, later)).toBe(later);
    await finishDelivery(dataSource, again.deliveryId, counts, 'failed');
    await expect(finishDelivery(dataSource, again.deliveryId, counts)).rejects.toMatchObject({ code: 'conflict' });
    await expect(heartbeat(dataSource, again.deliveryId)).rejects.toMatchObject({ code: 'conflict' });
  });

  const silentFor = (deliveryId: string, seconds: number) =>
    dataSource.query(
      `UPDATE delivery SET started_at = started_at - make_interval(secs => $2), heartbeat_at = heartbeat_at - make_interval(secs => $2)
       WHERE delivery_id = $1`,
      [deliveryId, seconds],
    );
  /** 91 seconds after the end of every delivery that failed. */
  const later = () =>
    dataSource.query(
      `UPDATE delivery
       SET started_at = started_at - interval '91 s', heartbeat_at = heartbeat_at - interval '91 s', finished_at = finished_at - interval '91 s'
       WHERE state = 'failed'`,
    );
  const entries = { brandId: 0, kind: 'entries', source: 'file', contentHash: 'h2' };

  it('a spilled delivery holds the data instant however long it is silent, until it is finished', async () => {
    await later();
    const { deliveryId } = await beginDelivery(dataSource, { ...entries, brandId });
    await spillDelivery(dataSource, deliveryId);
    await spillDelivery(dataSource, deliveryId);
    await heartbeat(dataSource, deliveryId);
    expect((await spilledDeliveries(dataSource, [deliveryId, '0'])).get(deliveryId)).toEqual({ alive: true });
    await silentFor(deliveryId, 86_400);
    expect((await spilledDeliveries(dataSource, [deliveryId])).get(deliveryId)).toEqual({ alive: false });
    expect(await dataInstant(dataSource, Date.now())).toBeLessThan(Date.now() - 86_000_000);
    expect((await deliverySnapshot(dataSource)).open).toEqual([deliveryId]);
    await finishDelivery(dataSource, deliveryId, counts);
    expect((await deliverySnapshot(dataSource)).open).toEqual([]);
    await expect(spillDelivery(dataSource, deliveryId)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('a snapshot names what is open and ends what is dead, so that a process that wakes up is refused', async () => {
    const [dead, live] = [
      await beginDelivery(dataSource, { ...entries, brandId }),
      await beginDelivery(dataSource, { ...entries, brandId }),
    ];
    await silentFor(dead.deliveryId, 31);
    const both = { horizon: live.deliveryId, open: [dead.deliveryId, live.deliveryId] };
    expect(await deliverySnapshot(dataSource)).toEqual(both); // an insert of its last moment may still be on its way
    await expect(heartbeat(dataSource, dead.deliveryId)).rejects.toMatchObject({ code: 'conflict' });
    await expect(finishDelivery(dataSource, dead.deliveryId, counts)).rejects.toMatchObject({ code: 'conflict' });
    await later();
    expect(await deliverySnapshot(dataSource)).toEqual({ horizon: live.deliveryId, open: [live.deliveryId] });
    await finishDelivery(dataSource, live.deliveryId, counts);
  });

  it('a snapshot waits for a delivery that has an id and is not yet visible', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    const [{ id }] = (await runner.query(
      `INSERT INTO delivery (batch_id, source, started_at, heartbeat_at) SELECT batch_id, 'file', now(), now() FROM batch LIMIT 1
       RETURNING delivery_id::text AS id`,
    )) as { id: string }[];
    const later = await beginDelivery(dataSource, { ...entries, brandId });
    const snapshot = deliverySnapshot(dataSource);
    const waiting = async () =>
      (await dataSource.query(`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'delivery'::regclass`)) as unknown[];
    while ((await waiting()).length === 0) await new Promise(setImmediate);
    await runner.commitTransaction();
    await runner.release();
    expect(await snapshot).toEqual({ horizon: later.deliveryId, open: [id, later.deliveryId] });
    for (const deliveryId of [id, later.deliveryId]) await finishDelivery(dataSource, deliveryId, counts);
  });

  it('the first delivery of facts fixes the zone; one of state does not', async () => {
    const fresh = await freshBrand('zoned');
    await beginDelivery(dataSource, { brandId: fresh, kind: 'dealers', source: 'file', contentHash: 'x' });
    await ensureBrand(dataSource, { code: 'zoned', name: 'zoned', zone: 'UTC' });
    await beginDelivery(dataSource, { brandId: fresh, kind: 'entries', source: 'file', contentHash: 'x' });
    await expect(ensureBrand(dataSource, { code: 'zoned', name: 'zoned', zone: ZONE })).rejects.toMatchObject({ code: 'conflict' });
  });
});
