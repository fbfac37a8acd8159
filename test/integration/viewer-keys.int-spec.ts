import * as fs from 'node:fs';
import * as path from 'node:path';
import { showroom } from '@app/analytics';
import { Brand, monthPeriod } from '@app/contracts';
import {
  StateReader,
  StateWriter,
  beginDelivery,
  ensureBrand,
  finishDelivery,
  listViewerKeys,
  loadViewerKeys,
  policyOf,
  resealAll,
  rotateViewerKey,
  sealFirstViewerKeys,
  type Rotation,
} from '@app/database';
import { exportKind, importFiles, importRows } from '@app/ingest';
import { SentinelService, SessionListService } from '@app/reports';
import { ViewerKeys, accountKey, compareFacts, entriesTable, hasEntriesSince, rebuildFacts } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const DAY = 86_400_000;
/** 2026-11-22: the next key can begin with January, whose 31 days begin with December. */
const SCHEDULED = Date.parse('2026-11-22T05:00:00Z');
const EDGE = monthPeriod('2027-01', ZONE).from;
const LATER = Date.parse('2027-02-05T00:00:00Z');
const MINUTE = 60_000;

const entry = (viewer: string, at: number, more: object = {}) => ({
  platform: 'douyin',
  accountId: 'a1',
  viewer,
  enteredAt: new Date(at).toISOString(),
  dwellSeconds: 60,
  ...more,
});

describe('versions of the viewer key', () => {
  let stores: TestStores;
  let brand: Brand;
  let now = SCHEDULED;
  const deliver = (rows: object[], own = brand) =>
    importRows({ ...stores, now: () => now }, { kind: 'entries', brandId: own.brandId, source: 'feed', rows });
  const keys = (own = brand) => loadViewerKeys(stores.dataSource, stores.secret, own.brandId);
  const made = (code: string) => ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
  const rotate = (own: Brand, more: Partial<Rotation> = {}) =>
    rotateViewerKey(stores.dataSource, { brand: own, secret: stores.secret, now: SCHEDULED, ...more });
  const figures = async (own: Brand, month: string) => {
    const state = await new StateReader(stores.dataSource, stores.secret).state(own.brandId);
    const key = accountKey(own.brandId, 'douyin', 'a1').toString();
    const period = monthPeriod(month, ZONE);
    const accounts = [{ accountKey: key, platform: 'douyin' as const, accountId: 'a1', name: 'a1', handle: null, undeclared: true }];
    const memberships = [{ accountKey: key, group: 'a1', ...period }];
    const asked = {
      brandId: own.brandId,
      zone: ZONE,
      state: { ...state, accounts },
      policy: policyOf(state.policies, month),
      period: { month },
      memberships,
    };
    const [row] = await showroom(stores.warehouse, { ...asked, dataInstant: LATER });
    const { entries, viewers, visits, showroomVisitors, identifiability } = row;
    return { entries, viewers, visits, showroomVisitors, identifiability };
  };

  beforeAll(async () => {
    stores = await openTestStores();
    brand = await made('rotated');
    await rotate(brand);
  });
  afterAll(() => stores?.close());

  it('version 1 is the key that a store had before; sealed or not, hashes are the same', async () => {
    const other = await made('old');
    const derived = new ViewerKeys(stores.secret, other.brandId).keyOf('douyin', 'v');
    expect((await keys(other)).keyOf('douyin', 'v', LATER)).toBe(derived);
    expect(await listViewerKeys(stores.dataSource, other, SCHEDULED)).toEqual([
      { version: 1, fromMonth: null, overlap: false, sealed: false, inForce: true },
    ]);
    await sealFirstViewerKeys(stores.dataSource, stores.secret);
    await sealFirstViewerKeys(stores.dataSource, stores.secret);
    expect((await keys(other)).keyOf('douyin', 'v', LATER)).toBe(derived);
    expect(await listViewerKeys(stores.dataSource, other, SCHEDULED)).toMatchObject([{ version: 1, sealed: true }]);
  });

  it('a key begins at a month, early enough for its overlap, two months after the last; a leaked one goes at the next month', async () => {
    const own = await made('rules');
    await expect(rotate(own, { fromMonth: '2026-12' })).rejects.toMatchObject({
      code: 'bad_input',
      options: { details: [{ message: 'earliest 2027-01' }] },
    });
    await expect(rotate(own, { fromMonth: '2026-13' })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(rotate(own, { fromMonth: '2026-11', withoutOverlap: true })).rejects.toMatchObject({ code: 'bad_input' });
    expect(await rotate(own)).toMatchObject([
      { version: 1, inForce: true },
      { version: 2, fromMonth: '2027-01', overlap: true, inForce: false },
    ]);
    await expect(rotate(own, { fromMonth: '2027-02' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await rotate(own, { fromMonth: '2027-03' })).map(({ fromMonth }) => fromMonth)).toEqual([null, '2027-01', '2027-03']);
    const leaked = await made('leaked');
    expect(await rotate(leaked, { withoutOverlap: true })).toMatchObject([
      { version: 1 },
      { version: 2, fromMonth: '2026-12', overlap: false },
    ]);
    expect((await keys(leaked)).changes).toEqual([]);
    const both = await Promise.allSettled([rotate(await made('twice')), rotate(await made('twice'))]);
    // whoever keeps the state in memory hears of a new version, and nothing of the key
    const [{ versions }] = (await stores.dataSource.query(
      `SELECT json_agg(content)::text AS versions FROM state_version WHERE table_name = 'viewer_key' AND brand_id = $1`,
      [own.brandId],
    )) as { versions: string }[];
    expect((JSON.parse(versions) as { version: number }[]).map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(versions).not.toContain('sealed_key');
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('where no entry of the 31 days is in, a near month will do', async () => {
    const own = await made('near');
    const near = { fromMonth: '2026-12', hasEntriesSince: (since: number) => hasEntriesSince(stores.warehouse, own.brandId, since) };
    await deliver([entry('v', monthPeriod('2026-12', ZONE).from - 31 * DAY)], own);
    await expect(rotate(own, near)).rejects.toMatchObject({ code: 'bad_input' });
    const clean = await made('clean');
    const asked = { fromMonth: '2026-12', hasEntriesSince: (since: number) => hasEntriesSince(stores.warehouse, clean.brandId, since) };
    await deliver([entry('v', monthPeriod('2026-12', ZONE).from - 31 * DAY - 1)], clean);
    const { deliveryId } = await beginDelivery(stores.dataSource, {
      brandId: clean.brandId,
      kind: 'entries',
      source: 'feed',
      contentHash: 'x',
    });
    await expect(rotate(clean, asked)).rejects.toMatchObject({ code: 'bad_input' });
    await finishDelivery(stores.dataSource, deliveryId, { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 });
    await expect(rotate(clean, { ...asked, fromMonth: '2026-11' })).rejects.toMatchObject({ code: 'bad_input' });
    expect(await rotate(clean, asked)).toMatchObject([{ version: 1 }, { version: 2, fromMonth: '2026-12', overlap: true }]);
  });

  it('the same facts with and without a change of the key give the same figures, delivered late, again and in any order', async () => {
    const plain = await made('plain');
    const rows = [
      // a visit over the edge, three more after it, and one viewer who is there four times before
      ...[EDGE - 10 * MINUTE, EDGE + 5 * MINUTE, EDGE + DAY, EDGE + 2 * DAY, EDGE + 3 * DAY].map((at) => entry('over', at)),
      ...[1, 2, 3, 4].map((day) => entry('before', EDGE - day * DAY)),
      ...[0, 1, 2, 3].map((day) => entry('after', EDGE + day * DAY)),
      entry('', EDGE + 1, { entryId: 'blank' }),
      entry('111111', EDGE + 2),
    ];
    now = LATER;
    await deliver(rows.slice(6));
    await deliver(rows.slice(0, 9));
    await deliver(rows);
    await deliver(rows, plain);
    for (const month of ['2026-12', '2027-01']) expect(await figures(brand, month)).toEqual(await figures(plain, month));
    expect(await figures(brand, '2026-12')).toMatchObject({ showroomVisitors: 1, viewers: 2 });
    expect(await figures(brand, '2027-01')).toMatchObject({ showroomVisitors: 1, viewers: 2, entries: 10 });
    const stored = await stores.warehouse.query<{ next: number; n: string }>({
      name: 'test.next',
      sql: 'SELECT next_viewer_key != 0 AS next, count() AS n FROM entries FINAL WHERE brand_id = {brandId: UInt32} GROUP BY next ORDER BY next',
      params: { brandId: brand.brandId },
    });
    expect(stored.map(({ next, n }) => [Number(next), Number(n)])).toEqual([
      [0, 10],
      [1, 5],
    ]);
  });

  it('a retraction that comes after the change takes back the entry of before it', async () => {
    const before = await figures(brand, '2026-12');
    await deliver([entry('before', EDGE - 4 * DAY, { retracted: true, observedAt: new Date(LATER - DAY).toISOString() })]);
    const after = await figures(brand, '2026-12');
    expect([after.entries, after.showroomVisitors]).toEqual([before.entries! - 1, 0]);
    await deliver([entry('before', EDGE - 4 * DAY, { observedAt: new Date(LATER - DAY + 1).toISOString() })]);
    expect(await figures(brand, '2026-12')).toEqual(before);
  });

  it('exported viewers say their version and the next one, and come back as they are; other versions and brands do not', async () => {
    const out = path.join(stores.dataDir, 'entries.ndjson');
    await exportKind(stores, { brandId: brand.brandId, kind: 'entries', format: 'ndjson', out });
    const rows = fs
      .readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { viewer?: string; nextViewer?: string; enteredAt: string });
    for (const { viewer, nextViewer, enteredAt } of rows) {
      if (viewer === undefined) continue;
      expect(viewer).toMatch(Date.parse(enteredAt) < EDGE ? /^vk1:[0-9a-f]{16}$/ : /^vk2:[0-9a-f]{16}$/);
      expect(nextViewer?.slice(0, 4)).toBe(Date.parse(enteredAt) < EDGE ? 'vk2:' : undefined);
    }
    const [before, rowsBefore] = [await figures(brand, '2027-01'), rows.length];
    expect(await importFiles({ ...stores, now: () => now }, { brandId: brand.brandId, kind: 'entries', files: [out] })).toMatchObject({
      read: rowsBefore,
      rejected: 0,
    });
    expect(await figures(brand, '2027-01')).toEqual(before);
    const old = rows.find(({ viewer }) => viewer?.startsWith('vk1:'))!.viewer!;
    const wrong = await deliver([
      entry(old, EDGE + 9 * MINUTE),
      entry('vk2:00000000000000aa', EDGE - DAY),
      entry('vk3:00000000000000aa', EDGE + DAY),
      entry(old, EDGE - DAY, { nextViewer: 'vk3:00000000000000aa' }),
    ]);
    expect(wrong).toMatchObject({ rejected: 4 });
    expect(wrong.rejects.map(({ field, code }) => [field, code])).toEqual([
      ...Array.from({ length: 3 }, () => ['viewer', 'viewer_key']),
      ['nextViewer', 'viewer_key'],
    ]);
    expect(JSON.stringify(wrong.rejects)).not.toMatch(/vk\d:[0-9a-f]/);
  });

  it('staff and sentinels that are known by key only are followed over the change', async () => {
    const own = await made('carried');
    const writer = new StateWriter(stores.dataSource, stores.secret);
    const span = { from: SCHEDULED - DAY, to: LATER };
    await writer.upsertDeclarations(own.brandId, [
      { declarationId: 's', kind: 'staff', platform: 'douyin', accountId: 'a1', viewer: 'staff', ...span },
    ]);
    const sentinel = (await keys(own)).exported((await keys(own)).keyOf('douyin', 'ghost')!);
    await writer.upsertSentinels(own.brandId, [{ viewer: sentinel }]);
    await rotate(own);
    await deliver(
      [
        ...['staff', 'ghost', 'person'].map((viewer) => entry(viewer, EDGE - DAY)),
        ...['staff', 'ghost', 'person'].map((viewer) => entry(viewer, EDGE + DAY)),
      ],
      own,
    );
    expect(await figures(own, '2026-12')).toMatchObject({ entries: 3, viewers: 1, identifiability: 0.6667 });
    expect(await figures(own, '2027-01')).toMatchObject({ entries: 3, viewers: 1, identifiability: 0.6667 });
  });

  it('facts rebuilt from the landing log are the same, with the next keys', async () => {
    const check = { table: entriesTable, brandId: brand.brandId, keys: null };
    const rows = () =>
      stores.warehouse.query({
        name: 'test.rows',
        sql: 'SELECT viewer_key, next_viewer_key, entered_at, version FROM entries FINAL WHERE brand_id = {brandId: UInt32} ORDER BY ALL',
        params: { brandId: brand.brandId },
      });
    const before = await rows();
    expect(await compareFacts(stores.warehouse, check)).toEqual([]);
    await stores.warehouse.command(
      `ALTER TABLE entries UPDATE next_viewer_key = 5 WHERE brand_id = ${brand.brandId} AND next_viewer_key != 0 SETTINGS mutations_sync = 2`,
    );
    const differing = await compareFacts(stores.warehouse, check);
    expect(differing.length).toBeGreaterThan(0);
    await rebuildFacts(stores.warehouse, { ...check, keys: differing });
    expect(await rows()).toEqual(before);
  });

  it('another secret opens no key, and a rotation of the secret changes no hash', async () => {
    const next = 'another secret of at least thirty-two characters';
    const hash = (await keys()).keyOf('douyin', 'v', LATER);
    await expect(loadViewerKeys(stores.dataSource, next, brand.brandId)).rejects.toMatchObject({ code: 'conflict' });
    await resealAll(stores.dataSource, { previous: stores.secret, next });
    expect((await loadViewerKeys(stores.dataSource, next, brand.brandId)).keyOf('douyin', 'v', LATER)).toBe(hash);
    await resealAll(stores.dataSource, { previous: next, next: stores.secret });
    expect((await keys()).keyOf('douyin', 'v', LATER)).toBe(hash);
  });
});

describe('ids that stand for no person', () => {
  let stores: TestStores;
  let brand: Brand;
  const START = Date.parse('2026-11-20T11:00:00Z');
  const clock = { now: () => SCHEDULED };
  const accounts = Array.from({ length: 12 }, (_, at) => `r${at}`);

  beforeAll(async () => {
    stores = await openTestStores();
    brand = await ensureBrand(stores.dataSource, { code: 'b', name: 'b', zone: ZONE });
    const put = (kind: string, rows: object[]) =>
      importRows({ ...stores, now: clock.now }, { kind, brandId: brand.brandId, source: 'feed', rows });
    const at = (minute: number) => new Date(START + minute * MINUTE).toISOString();
    const place = (accountId: string) => ({ platform: 'douyin', accountId });
    await put(
      'sessions',
      accounts.map((account) => ({ ...place(account), sessionId: 's', startedAt: at(0), endedAt: at(120), views: 500 })),
    );
    const rows = [
      // a room of 200 persons, one of whom comes twenty times, and an id that stands for all the others
      ...Array.from({ length: 200 }, (_, one) => ({ ...place('r0'), viewer: `p${one}`, enteredAt: at(one % 100) })),
      ...Array.from({ length: 20 }, (_, one) => ({ ...place('r0'), viewer: 'restless', enteredAt: at(one * 5) })),
      ...Array.from({ length: 60 }, (_, one) => ({ ...place('r0'), viewer: 'ghost', enteredAt: at(one) })),
      ...Array.from({ length: 40 }, (_, one) => ({ ...place('r0'), viewer: '111111', enteredAt: at(one) })),
      ...Array.from({ length: 30 }, (_, one) => ({ ...place('r0'), viewer: 'host', enteredAt: at(one) })),
      // one id in ten rooms within a minute, another in nine
      ...accounts
        .slice(0, 10)
        .map((account, one) => ({ ...place(account), viewer: 'everywhere', enteredAt: new Date(START + one * 5_000).toISOString() })),
      ...accounts
        .slice(0, 9)
        .map((account, one) => ({ ...place(account), viewer: 'keen', enteredAt: new Date(START + one * 5_000).toISOString() })),
    ];
    await put('entries', rows);
    const span = { from: START - DAY, to: START + DAY };
    await new StateWriter(stores.dataSource, stores.secret).upsertDeclarations(brand.brandId, [
      { declarationId: 'h', kind: 'staff', viewer: 'host', ...span },
    ]);
  });
  afterAll(() => stores?.close());

  const service = () => new SentinelService({ ...stores, clock } as never);
  const key = (viewer: string) => {
    const keys = new ViewerKeys(stores.secret, brand.brandId);
    return keys.exported(keys.keyOf('douyin', viewer)!);
  };
  const identifiability = async () => {
    const rows = await new SessionListService({ ...stores, clock } as never).sessions('all', 'douyin', 'r0', { month: '2026-11' });
    return rows.map(({ entries, usableEntries, identifiability: share }) => [entries, usableEntries, share]);
  };

  it('are proposed with their evidence, never known ones or staff, and nothing changes by it', async () => {
    expect(await service().propose()).toEqual({ found: 2, proposed: 2 });
    expect(await service().propose()).toEqual({ found: 2, proposed: 0 });
    const found = await service().list('proposed');
    expect(found.map(({ viewer }) => viewer).sort()).toEqual([key('everywhere'), key('ghost')].sort());
    expect(found.find(({ viewer }) => viewer === key('ghost'))).toMatchObject({
      platform: 'douyin',
      entries: 60,
      sessionEntries: 60,
      largestShare: 0.1705,
      rooms: 1,
      firstSeenAt: START,
      lastSeenAt: START + 59 * MINUTE,
    });
    expect(found.find(({ viewer }) => viewer === key('everywhere'))).toMatchObject({ roomsAtOnce: 10, rooms: 10, largestShare: 0 });
    expect(await identifiability()).toEqual([[352, 312, 0.8864]]);
  });

  it('a person decides: what is accepted is in the list by its key, what is rejected stays a viewer', async () => {
    expect(await service().reject(key('everywhere'), 'a colleague with many screens')).toMatchObject({ state: 'rejected' });
    expect(await service().accept(key('ghost'), null)).toMatchObject({ state: 'accepted' });
    expect(await service().accept(key('ghost'), null)).toMatchObject({ state: 'accepted' });
    await expect(service().reject(key('ghost'), null)).rejects.toMatchObject({ code: 'conflict' });
    await expect(service().accept('vk1:00000000000000aa', null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(service().accept('ghost', null)).rejects.toMatchObject({ code: 'bad_input' });
    expect(await identifiability()).toEqual([[352, 252, 0.7159]]);
    expect(await service().propose()).toEqual({ found: 1, proposed: 0 });
  });

  it('the identifiability of a session is unknown without a viewer-level source', async () => {
    const put = (accountId: string, sessionId: string) => ({
      platform: 'douyin',
      accountId,
      sessionId,
      startedAt: new Date(START - DAY).toISOString(),
      endedAt: new Date(START - DAY + MINUTE).toISOString(),
    });
    await importRows(
      { ...stores, now: clock.now },
      { kind: 'sessions', brandId: brand.brandId, rows: [put('silent', 'x'), put('r1', 'empty')] },
    );
    const list = (accountId: string) =>
      new SessionListService({ ...stores, clock } as never).sessions('all', 'douyin', accountId, { month: '2026-11' });
    expect(await list('silent')).toMatchObject([{ sessionId: 'x', entries: null, usableEntries: null, identifiability: null }]);
    expect(await list('r1')).toMatchObject([
      { sessionId: 's', entries: 2, identifiability: 1 },
      { sessionId: 'empty', entries: 0, identifiability: null },
    ]);
  });
});
