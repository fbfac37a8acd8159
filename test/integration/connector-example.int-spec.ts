import { ensureBrand } from '@app/database';
import { importRows } from '@app/ingest';
import { connectorsFor, GrantKeeper, type Connectors } from '@app/platforms';
import { all, HandClock, OneGrantStore } from '../support/connector-call';
import { ExampleConnector } from '../support/example-connector';
import { fakeServer } from '../support/fake-server';
import { openTestStores, type TestStores } from '../support/stores';

describe('a platform that nobody knew', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(async () => {
    await stores.close();
  });

  it('is one class: registered, it is asked, its token is renewed, its pages are read, and its rows are facts', async () => {
    const begin = Date.parse('2026-10-18T19:00:00+08:00');
    let busy = true;
    const server = await fakeServer(({ path, query, headers }) => {
      if (path === '/token') return { status: 0, token: 'new' };
      if (headers.authorization !== 'new') return { status: '7' };
      if (busy) {
        busy = false;
        return { status: 9 };
      }
      const page = Number(query.get('page'));
      const show = (id: number) => ({ show: `s${id}`, begin: begin / 1_000 + id, end: begin + 3_600_000, visits: String(100 * id) });
      return { status: 0, shows: page === 1 ? [show(1), show(2)] : [show(3)], page_info: { total_page: 2 } };
    });
    const connectors: Connectors = { magnetic: new ExampleConnector(server.url) };
    const [connector] = connectorsFor(connectors, ['magnetic'], 'sessions');
    if (!connector) throw new Error('the connector is not asked');
    const clock = new HandClock(Date.parse('2026-10-20T10:00:00+08:00'));
    const grants = new OneGrantStore({
      brandId: 1,
      product: connector.product,
      principalId: 'p1',
      accessToken: 'old',
      refreshToken: 'r1',
      appId: null,
      appSecret: null,
      accessExpiresAt: clock.now() + 3_600_000,
      refreshExpiresAt: null,
    });
    const signal = new AbortController().signal;
    const grant = new GrantKeeper(grants, clock).access(connector, grants.grant, signal);
    const call = { account: { accountId: 'a1', zone: 'Asia/Shanghai' }, grant, clock, signal };
    const readings = await all(connector.sessions(call, { from: begin, to: clock.now(), isFinal: () => false }));
    const rows = readings.flatMap((reading) => reading.rows.map((row) => ({ ...row, platform: connector.name, accountId: 'a1' })));

    const brand = await ensureBrand(stores.dataSource, { code: 'example', name: 'example', zone: 'Asia/Shanghai' });
    const given = (async function* () {
      yield* rows;
    })();
    expect(await importRows(stores, { kind: 'sessions', rows: given, brandId: brand.brandId })).toMatchObject({
      read: 3,
      accepted: 3,
      rejected: 0,
    });
    const facts = await stores.warehouse.query<{ id: string; views: string }>({
      name: 'example_sessions',
      sql: 'SELECT session_id AS id, toString(views) AS views FROM facts(sessions) WHERE brand_id = {brandId: UInt32} ORDER BY id',
      params: { brandId: brand.brandId },
    });
    expect(facts).toEqual([
      { id: 's1', views: '100' },
      { id: 's2', views: '200' },
      { id: 's3', views: '300' },
    ]);
    expect(grants.renewals).toBe(1);
    await Promise.all([connector.close(), server.close()]);
  });
});
