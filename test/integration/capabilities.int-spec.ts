import { SystemClock } from '@app/config';
import { ensureBrand, StateWriter } from '@app/database';
import { importRows } from '@app/ingest';
import { CapabilityService } from '@app/reports';
import { openTestStores, type TestStores } from '../support/stores';

describe('capabilities of accounts', () => {
  let stores: TestStores;
  let service: CapabilityService;
  let brandId: number;

  beforeAll(async () => {
    stores = await openTestStores();
    const brand = await ensureBrand(stores.dataSource, { code: 'cap', name: 'cap', zone: 'Asia/Shanghai' });
    brandId = brand.brandId;
    service = new CapabilityService({ ...stores, clock: new SystemClock() });
    const writer = new StateWriter(stores.dataSource, stores.secret);
    const tokens = { accessToken: 'a', refreshToken: 'r' };
    await writer.upsertGrants(brandId, [
      { product: 'kuaishou-open', principalId: 'k1', accounts: ['ks1', 'ks2'], ...tokens },
      { product: 'magnetic', principalId: '17', accounts: ['ks1'], ...tokens },
    ] as never);
    const session = { platform: 'kuaishou', accountId: 'ks1', sessionId: 's1', startedAt: '2026-10-18T19:00:00+08:00', views: 5 };
    const entry = { platform: 'douyin', accountId: 'dy1', viewer: 'v1', enteredAt: '2026-10-18T19:00:00+08:00' };
    const given = async function* (...rows: object[]) {
      yield* rows;
    };
    await importRows(stores, { kind: 'sessions', rows: given(session), brandId, source: 'file' });
    await importRows(stores, { kind: 'sessions', rows: given({ ...session, accountId: 'ks2' }), brandId, source: 'api-final' });
    await importRows(stores, { kind: 'entries', rows: given(entry), brandId, source: 'feed' });
  });
  afterAll(async () => {
    await stores.close();
  });

  const one = async (account: string) => {
    const [row] = await service.list('all', account, 'cap');
    if (!row) throw new Error('no such account');
    const of = (name: string) => row.capabilities.find(({ capability }) => capability === name);
    return { row, of, unknown: new Set(row.unknown.map(({ key }) => key)) };
  };

  it('an account has what its connections give and what its files brought', async () => {
    const { row, of, unknown } = await one('kuaishou/ks1');
    expect(row.products).toEqual(['kuaishou-open', 'magnetic']);
    expect(of('videos')).toMatchObject({ products: ['kuaishou-open'], imported: false, reason: null });
    expect(of('paidViews')).toMatchObject({ products: ['magnetic'], reason: null });
    expect(of('sessionViews')).toMatchObject({ products: [], imported: true, reason: null });
    expect(unknown.has('live_view')).toBe(false);
    expect(unknown.has('cadence')).toBe(false);
    expect(unknown.has('live_viewer')).toBe(true);
  });

  it('what an interface delivered is no file: without a connection for it the figure is unknown and says what to do', async () => {
    const { row, of, unknown } = await one('ks2');
    expect(of('sessionViews')).toMatchObject({ products: [], imported: false });
    expect(of('sessionViews')?.reason?.en).toContain('import sessions');
    expect(of('paidViews')?.reason?.en).toContain('connect Magnetic Engine');
    expect(unknown.has('showroomVisitors')).toBe(true);
    expect(row.unknown.every(({ reason }) => reason.zh !== '' && reason.en !== '')).toBe(true);
  });

  it('an account that only a feed tells about has viewer figures and nothing else; an ended grant is no source', async () => {
    const { row, unknown } = await one('dy1');
    expect(row.products).toEqual([]);
    expect(unknown.has('showroomVisitors')).toBe(false);
    expect(unknown.has('growth')).toBe(true);
    await stores.dataSource.query(
      "UPDATE platform_grant SET revoked_at = now(), revoked_code = 'test' WHERE brand_id = $1 AND product = 'magnetic'",
      [brandId],
    );
    expect((await one('ks1')).row.products).toEqual(['kuaishou-open']);
  });

  it('fails closed without a scope, and an unknown account is not found', async () => {
    await expect(service.list(undefined as never)).rejects.toMatchObject({ code: 'internal' });
    await expect(service.list('all', 'nobody', 'cap')).rejects.toMatchObject({ code: 'not_found' });
    expect(await service.list(new Set(), undefined, 'cap')).toEqual([]);
  });
});
