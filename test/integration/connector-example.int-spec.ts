import { loadSettings } from '@app/config';
import { ensureBrand, StateWriter } from '@app/database';
import { openCollector } from '../../apps/collector/src/collect/open-collector';
import { HandClock } from '../support/connector-call';
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

  it('is one class: registered, it is asked by a job, its token is renewed, its pages are read, and its rows are facts', async () => {
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
    const { warehouse, dataSource, instance, secret, dataDir } = stores;
    const brand = await ensureBrand(dataSource, { code: 'example', name: 'example', zone: 'Asia/Shanghai' });
    const grant = { product: 'magnetic' as const, principalId: 'p1', accounts: ['a1'], accessToken: 'old', refreshToken: 'r1' };
    await new StateWriter(dataSource, secret).upsertGrants(brand.brandId, [grant]);
    const settings = loadSettings({ VITRINE_DATA: dataDir, LOG_LEVEL: 'silent' });
    const clock = new HandClock(Date.parse('2026-10-20T10:00:00+08:00'));
    const collector = openCollector({
      settings,
      instance,
      warehouse,
      dataSource,
      clock,
      connectors: (made) => ({ ...made, magnetic: new ExampleConnector(server.url) }),
    });
    try {
      await collector.start({ schedules: false });
      const [summary] = await collector.service.collectNow({ brandId: brand.brandId, platform: 'kuaishou' });
      expect(summary).toMatchObject({ accounts: 1, failures: [], counts: { sessions: { accepted: 3, rejected: 0 } } });
    } finally {
      await collector.close();
      await server.close();
    }
    const facts = await warehouse.query<{ id: string; views: string }>({
      name: 'example_sessions',
      sql: 'SELECT session_id AS id, toString(views) AS views FROM facts(sessions) WHERE brand_id = {brandId: UInt32} ORDER BY id',
      params: { brandId: brand.brandId },
    });
    expect(facts).toEqual([
      { id: 's1', views: '100' },
      { id: 's2', views: '200' },
      { id: 's3', views: '300' },
    ]);
  });
});
