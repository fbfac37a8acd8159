import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloseService, verifyCloses } from '@app/close';
import { type Actor, type Brand, type Principal, type ReportQuery, type RetentionRow, monthPeriod } from '@app/contracts';
import { StateReader, beginDelivery, ensureBrand, finishDelivery, listActs, loadViewerKeys, verifyActs } from '@app/database';
import { importRows } from '@app/ingest';
import {
  PersonExportService,
  PersonService,
  RetentionService,
  StaffService,
  ViewerTraitService,
  listLegalHolds,
  placeLegalHold,
  releaseLegalHold,
} from '@app/privacy';
import { ReportService, withUndeclared } from '@app/reports';
import { ROLLUPS, compareRollups, refreshRollups } from '@app/rollup';
import { FACT_TABLES, type NamedQuery, Warehouse, compareFacts, entriesTable } from '@app/warehouse';
import { FixedClock } from '../support/fixed-clock';
import { TEST_SEED, seeded } from '../support/seeded';
import { type TestStores, openTestStores } from '../support/stores';
import { secretsWrittenIn } from '../support/used-secrets';

const ZONE = 'Asia/Shanghai';
const NOW = '2026-11-05T04:00:00Z';
const MONTHS = ['2026-08', '2026-09', '2026-10'];
/** Days after the first of a month at which sessions begin, in each account. */
const SESSIONS = [2, 6, 11, 16, 21, 26];
const SESSION_HOURS = 8;
const DAY = 86_400_000;
const ANN: Actor = { kind: 'user', id: 'ann', name: 'Ann' };
const FOREVER = { entries: null, comments: null, 'dead-letters': null, 'sentinel-proposals': null, reveals: null, rejects: null };

interface Entry {
  viewer: string;
  accountId: string;
  at: number;
  device: string;
}

/** Regulars of two accounts over six months; `MARK-` ids are persons who are deleted. */
function entriesOf(viewers: readonly string[]): Entry[] {
  const random = seeded(TEST_SEED);
  return MONTHS.flatMap((month) =>
    viewers.flatMap((viewer) =>
      Array.from({ length: 3 + Math.floor(random() * 5) }, (): Entry => ({
        ...{ viewer, accountId: random() < 0.7 ? 'a1' : 'a2', device: random() < 0.8 ? 'android' : 'ios' },
        at: monthPeriod(month, ZONE).from + Math.floor(momentOf(random)),
      })),
    ),
  );
}

/** More often in a session than not. */
const momentOf = (random: () => number): number =>
  random() < 0.6 ? SESSIONS[Math.floor(random() * SESSIONS.length)] * DAY + random() * SESSION_HOURS * 3_600_000 : random() * 27 * DAY;

const OTHERS = Array.from({ length: 9 }, (_, at) => `viewer-${at}`);
/** At which removal, or computation after them, the deletion of a person is cut short; 0: at none. */
const CUTS = process.env.VITRINE_TEST_LONG ? [0, 1, 2, 6] : [1, 6];
const PERSONS = CUTS.map((cut) => `MARK-person-${cut}`);

describe('what concerns persons', () => {
  let stores: TestStores;
  const clock = new FixedClock(NOW);
  const on = (warehouse?: Warehouse) => ({ ...stores, ...(warehouse ? { warehouse } : {}), clock });
  const ask = (brand: Brand, reason = 'request 17') => ({ brandId: brand.brandId, actor: ANN, reason });
  const persons = (warehouse?: Warehouse) => new PersonService(on(warehouse), 0);
  const importAll = (brand: Brand, kind: string, rows: object[]) =>
    importRows({ ...stores, now: () => clock.now() }, { kind, brandId: brand.brandId, source: 'feed', rows });
  const rowOf = ({ viewer, accountId, at, device }: Entry) => ({
    ...{ platform: 'douyin', accountId, viewer, device, enteredAt: new Date(at).toISOString(), dwellSeconds: 60 },
  });
  const given = (viewer: string) => ({ platform: 'douyin' as const, viewer });

  /** Six sessions a month of each account, with a host; entries of all viewers. */
  const world = async (code: string, viewers: readonly string[], entries = entriesOf([...OTHERS, ...PERSONS])): Promise<Brand> => {
    const brand = await ensureBrand(stores.dataSource, { code, name: 'Acme', zone: ZONE });
    const sessions = MONTHS.flatMap((month) =>
      ['a1', 'a2'].flatMap((accountId) =>
        SESSIONS.map((day) => ({
          ...{
            platform: 'douyin',
            accountId,
            sessionId: `${accountId}-${month}-${day}`,
            host: accountId === 'a1' ? '张三丰 13812345678' : '李四',
          },
          startedAt: new Date(monthPeriod(month, ZONE).from + day * DAY).toISOString(),
          endedAt: new Date(monthPeriod(month, ZONE).from + day * DAY + SESSION_HOURS * 3_600_000).toISOString(),
        })),
      ),
    );
    expect(await importAll(brand, 'sessions', sessions)).toMatchObject({ rejected: 0 });
    const own = entries.filter(({ viewer }) => viewers.includes(viewer));
    expect(await importAll(brand, 'entries', own.map(rowOf))).toMatchObject({ rejected: 0 });
    return brand;
  };
  const reportsOf = async ({ code }: Brand, months: readonly string[] = MONTHS) => {
    const reports = new ReportService(on());
    const answers: unknown[] = [];
    for (const level of ['account', 'brand'] as const)
      for (const asked of [...months.map((month) => ({ month })), ...(months.length === MONTHS.length ? [{ period: '2026-Q3' }] : [])]) {
        const query: ReportQuery & { brand: string } = { name: 'showroom', brand: code, level, basis: 'adjusted', ...asked };
        const { rows } = await reports.report(query, 'all');
        answers.push(JSON.parse(JSON.stringify(rows).replaceAll(code, 'brand')));
      }
    return answers;
  };
  /** Everything of both stores as text: keys of the person, in whatever form. */
  const tracesOf = async (brand: Brand, viewer: string): Promise<string[]> => {
    const keys = (await loadViewerKeys(stores.dataSource, stores.secret, brand.brandId)).everyKeyOf('douyin', viewer)!;
    const texts = [viewer, ...keys.flatMap((key) => [String(key), key.toString(16).padStart(16, '0')])];
    const found: string[] = [];
    const look = (where: string, text: string) => void (texts.some((one) => text.includes(one)) && found.push(where));
    const tables = (await stores.dataSource.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()`)) as {
      name: string;
    }[];
    for (const { name } of tables)
      if (name !== 'erased_viewer') look(name, JSON.stringify(await stores.dataSource.query(`SELECT * FROM ${name}`)));
    const sql = `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View%'`;
    for (const { name } of await stores.warehouse.query<{ name: string }>({ name: 'test.tables', sql }))
      look(
        name,
        JSON.stringify(await stores.warehouse.query({ name: 'test.all', sql: `SELECT toString(tuple(*)) AS row FROM \`${name}\`` })),
      );
    return found;
  };
  const agrees = async (brand: Brand) => {
    const reader = new StateReader(stores.dataSource, stores.secret);
    const readState = async () => withUndeclared(stores.warehouse, await reader.state(brand.brandId));
    for (const table of FACT_TABLES)
      expect(await compareFacts(stores.warehouse, { table, brandId: brand.brandId, keys: null })).toEqual([]);
    await refreshRollups(stores, ROLLUPS, { brandId: brand.brandId, readState });
    for (const { differences } of await compareRollups(stores.warehouse, ROLLUPS, await readState(), { sample: null }))
      expect(differences).toEqual([]);
    expect((await verifyCloses(stores, brand)).faults).toEqual([]);
    expect((await verifyActs(stores.dataSource, brand.brandId)).faults).toEqual([]);
  };
  const close = (brand: Brand, month: string) =>
    new CloseService(on(), new ReportService(on())).close('all', ANN, { month, kind: 'close', brand: brand.code });

  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  describe('deletion', () => {
    let brand: Brand;
    let closedBefore: unknown[];

    beforeAll(async () => {
      brand = await world('erased', [...OTHERS, ...PERSONS]);
      const comment = (viewer: string) => ({
        ...{
          platform: 'douyin',
          accountId: 'a1',
          sessionId: 'a1-2026-09-2',
          viewer,
          text: `words of ${viewer.at(-1)}`,
          commentId: `c-${viewer.at(-1)}`,
        },
        at: new Date(monthPeriod('2026-09', ZONE).from + 2 * DAY + 60_000).toISOString(),
      });
      await importAll(brand, 'comments', [...PERSONS, OTHERS[0]].map(comment));
      await importAll(brand, 'declarations', [
        {
          declarationId: 's1',
          kind: 'staff',
          viewer: PERSONS[1],
          from: '2026-01-01T00:00:00+08:00',
          to: '2026-01-02T00:00:00+08:00',
          detail: 'x',
        },
      ]);
      await close(brand, '2026-08');
      closedBefore = await reportsOf(brand, ['2026-08']);
    });

    it('shows all that is held about a person, and writes down that it did, not of whom', async () => {
      const held = await new PersonExportService(on()).export(ask(brand), given(PERSONS[1]));
      const own = entriesOf([...OTHERS, ...PERSONS]).filter(({ viewer }) => viewer === PERSONS[1]);
      expect(held.entries).toHaveLength(own.length);
      expect(held.comments).toMatchObject([{ text: `words of ${PERSONS[1].at(-1)}` }]);
      expect(held.declarations).toMatchObject([{ declarationId: 's1' }]);
      expect(new Set(held.months.map(({ month }) => month))).toEqual(new Set(MONTHS));
      const [act] = await listActs(stores.dataSource, brand.brandId, { limit: 1 });
      expect([act.action, JSON.stringify(act).includes('MARK-')]).toEqual(['person.export', false]);
    });

    it('refuses what is no raw id, a sentinel, and a reason that names the person', async () => {
      const keys = await loadViewerKeys(stores.dataSource, stores.secret, brand.brandId);
      const exported = keys.exported(keys.keyOf('douyin', PERSONS[0])!);
      for (const viewer of ['', '  ', exported, 'x'.repeat(201)])
        await expect(persons().delete(ask(brand), given(viewer))).rejects.toMatchObject({ code: 'bad_input' });
      await expect(persons().delete(ask(brand), given('111111'))).rejects.toMatchObject({ code: 'conflict' });
      const refused = persons().delete(ask(brand, `please delete ${PERSONS[0]}`), given(PERSONS[0]));
      await expect(refused).rejects.toMatchObject({ code: 'bad_input', options: { details: [{ field: 'reason' }] } });
    });

    it('interrupted at any step and run again, it leaves every figure as if the person had never come; closed months keep theirs', async () => {
      for (const [at, person] of PERSONS.entries()) {
        const erase = (warehouse?: Warehouse) => persons(warehouse).delete(ask(brand), given(person));
        if (CUTS[at] > 0) await expect(erase(breaksAt(stores.warehouse, CUTS[at]))).rejects.toThrow('cut');
        const receipt = await erase();
        expect(receipt).toMatchObject({ state: 'done', held: 0, months: MONTHS, closedMonths: ['2026-08'] });
        expect(JSON.stringify(receipt)).not.toContain('MARK-');
      }
      const never = await world('never', OTHERS);
      const [, ...open] = MONTHS;
      expect(await reportsOf(brand, open)).toEqual(await reportsOf(never, open));
      expect(await reportsOf(brand, ['2026-08'])).toEqual(closedBefore);
      await agrees(brand);
      for (const person of PERSONS) expect([person, await tracesOf(brand, person)]).toEqual([person, []]);
      expect(await tracesOf(brand, OTHERS[0])).toEqual(expect.arrayContaining(['entries', 'comments', 'viewer_month']));
      const acts = await listActs(stores.dataSource, brand.brandId, { limit: 100 });
      expect(acts.filter(({ action }) => action === 'person.delete')).toHaveLength(PERSONS.length);
    });

    it('nothing of theirs comes in again, until they agree to it', async () => {
      const row = rowOf({ viewer: PERSONS[0], accountId: 'a1', at: Date.parse('2026-10-20T04:00:00Z'), device: 'ios' });
      const again = await importAll(brand, 'entries', [row, { ...row, viewer: OTHERS[0] }]);
      expect(again).toMatchObject({ read: 2, rejected: 1, rejects: [{ line: 1, field: 'viewer', code: 'erased' }] });
      const erasure = (await persons().list(brand.brandId)).at(-1)!;
      await persons().allow(ask(brand), erasure.erasureId);
      await expect(persons().allow(ask(brand), erasure.erasureId)).rejects.toMatchObject({ code: 'not_found' });
      expect(await importAll(brand, 'entries', [row])).toMatchObject({ rejected: 0, accepted: 1 });
      expect(await persons().sweep(brand.brandId)).toEqual([]);
    });

    it('what a delivery brings that began before, and what a hold keeps, goes with a later pass', async () => {
      const late = await beginDelivery(stores.dataSource, { brandId: brand.brandId, kind: 'entries', source: 'feed', contentHash: 'late' });
      const keys = await loadViewerKeys(stores.dataSource, stores.secret, brand.brandId);
      const hold = await placeLegalHold(stores, ask(brand, 'case 4'), {
        ...{ account: null, from: Date.parse('2026-10-01T00:00:00+08:00'), to: Date.parse('2026-11-01T00:00:00+08:00'), caseId: 'case-4' },
      });
      expect(await persons().delete(ask(brand), given(OTHERS[1]))).toMatchObject({ state: 'running' });
      await stores.warehouse.insert(entriesTable, [
        {
          ...Object.fromEntries(
            entriesTable.payload.map((column) => [column, entriesTable.columns[column].startsWith('Nullable') ? null : '']),
          ),
          ...{ brand_id: brand.brandId, month: 202609, account_key: BigInt((await accountKeys(brand))[0]), entry_key: 0n, source: 'feed' },
          ...{ viewer_key: keys.keyOf('douyin', OTHERS[1])!, next_viewer_key: 0n, retracted: 0, delivery_id: BigInt(late.deliveryId) },
          ...{ entered_at: Date.parse('2026-09-09T09:00:00Z'), observed_at: clock.now(), ingested_at: clock.now() },
        },
      ]);
      await finishDelivery(stores.dataSource, late.deliveryId, { read: 1, accepted: 1, replaced: 0, unchanged: 0, rejected: 0 });
      const [held] = await persons().sweep(brand.brandId);
      expect(held).toMatchObject({ state: 'held' });
      expect(held.held).toBeGreaterThan(0);
      expect((await listLegalHolds(stores.dataSource, brand.brandId)).map(({ caseId }) => caseId)).toEqual(['case-4']);
      await releaseLegalHold(stores.dataSource, ask(brand, 'closed'), hold.holdId);
      await expect(releaseLegalHold(stores.dataSource, ask(brand, 'closed'), hold.holdId)).rejects.toMatchObject({ code: 'not_found' });
      expect(await persons().sweep(brand.brandId)).toMatchObject([{ state: 'done', held: 0 }]);
      expect(await tracesOf(brand, OTHERS[1])).toEqual([]);
    });

    const accountKeys = async ({ brandId }: Brand): Promise<string[]> =>
      (
        await stores.warehouse.query<{ key: string }>({
          name: 'test.accounts',
          sql: `SELECT DISTINCT toString(account_key) AS key FROM account_keys WHERE brand_id = {brandId: UInt32} ORDER BY key`,
          params: { brandId },
        })
      ).map(({ key }) => key);
  });

  describe('retention', () => {
    let brand: Brand;
    const retention = (keep: Partial<Record<keyof typeof FOREVER, number>>) =>
      new RetentionService(on(), { dataDir: stores.dataDir, retention: { ...FOREVER, ...keep } });
    const rowFor = (rows: readonly RetentionRow[], table: string) => rows.find((row) => row.table === table)!;
    const accountsOf = async (month: number): Promise<string[]> =>
      (
        await stores.warehouse.query<{ id: string }>({
          name: 'test.accounts',
          sql: `SELECT DISTINCT account_id AS id FROM account_keys WHERE brand_id = {brandId: UInt32} AND account_key IN (
            SELECT account_key FROM entries_landing WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32}) ORDER BY id`,
          params: { brandId: brand.brandId, month },
        })
      ).map(({ id }) => id);

    beforeAll(async () => {
      brand = await world('kept', OTHERS);
    });

    it('waits for the close, keeps what is held, and changes no figure of a kept or a closed month', async () => {
      const before = await reportsOf(brand);
      expect(rowFor(await retention({ entries: 1 }).run(brand, ask(brand)), 'entries')).toMatchObject({
        due: 0,
        waits: { en: expect.stringContaining('2026-08') as string },
      });
      for (const month of ['2026-08', '2026-09']) await close(brand, month);
      await expect(
        placeLegalHold(stores, ask(brand, 'case 5'), { account: { platform: 'douyin', accountId: 'nobody' }, from: 1, to: 2 }),
      ).rejects.toMatchObject({ code: 'not_found' });
      const { from } = monthPeriod('2026-08', ZONE);
      const account = { platform: 'douyin' as const, accountId: 'a1' };
      const held = await placeLegalHold(stores, ask(brand, 'case 5'), { account, from, to: from + 15 * DAY });
      const told = rowFor(await retention({ entries: 1 }).show(brand), 'entries');
      expect(await accountsOf(202608)).toEqual(['a1', 'a2']);
      const done = rowFor(await retention({ entries: 1 }).run(brand, ask(brand)), 'entries');
      expect([told.due > 0, done.due]).toEqual([true, told.due]);
      const after = await reportsOf(brand, MONTHS).catch((error: { code: string }) => error.code); // with a quarter that begins before the floor
      expect(after).toBe('unprocessable');
      const single = (answers: unknown[]) => answers.filter((_, at) => at % (MONTHS.length + 1) < MONTHS.length);
      expect((await reportsOf(brand, [...MONTHS, '2026-10'])).filter((_, at) => at % (MONTHS.length + 1) < MONTHS.length)).toEqual(
        single(before),
      );
      expect(await accountsOf(202608)).toContain('a1'); // its first half is held
      await agrees(brand);
      await releaseLegalHold(stores.dataSource, ask(brand, 'closed'), held.holdId);
      expect(rowFor(await retention({ entries: 1 }).run(brand, ask(brand)), 'entries').due).toBeGreaterThan(0);
      expect(await accountsOf(202608)).not.toContain('a1');
      expect(await accountsOf(202610)).toEqual(['a1', 'a2']);
      expect(rowFor(await retention({ entries: 1 }).run(brand, ask(brand)), 'entries').due).toBe(0);
    });

    it('rankings of a kept month know the closed one before; one of a span that is not kept is refused', async () => {
      const reports = new ReportService(on());
      const of = (asked: Partial<ReportQuery>) =>
        reports.report({ name: 'ranking', brand: brand.code, level: 'account', basis: 'adjusted', ...asked } as ReportQuery, 'all');
      expect((await of({ month: '2026-10' })).rows.length).toBeGreaterThan(0);
      expect((await of({ month: '2026-08' })).rows.length).toBeGreaterThan(0);
      await expect(of({ period: '2026-Q3' })).rejects.toMatchObject({ code: 'unprocessable' });
    });
  });

  it('the search at the end of every test file finds what was written raw, in each store and beside them, and nothing else', async () => {
    const { warehouse, dataSource, dataDir } = stores;
    expect(await secretsWrittenIn(stores)).toEqual([]);
    const rejects = path.join(dataDir, 'rejects');
    const file = path.join(rejects, 'planted.ndjson');
    const make = { name: 'test.plant', sql: 'CREATE TABLE planted (n UInt8, text Nullable(String)) ENGINE = MergeTree ORDER BY n' };
    await warehouse.run(make);
    await dataSource.query('CREATE TABLE planted (content jsonb)');
    for (const secret of [OTHERS[3], stores.secret, `vk_0123456789abcdef01_${'Ab-_'.repeat(11).slice(0, 43)}`]) {
      await warehouse.run({
        name: 'test.plant',
        sql: 'INSERT INTO planted SELECT 1, {text: String}',
        params: { text: `before ${secret}, after` },
      });
      await dataSource.query('INSERT INTO planted VALUES ($1::jsonb)', [JSON.stringify({ deep: [secret] })]);
      fs.mkdirSync(rejects, { recursive: true });
      fs.writeFileSync(file, JSON.stringify({ line: 1, value: secret }));
      expect(await secretsWrittenIn(stores)).toEqual(['state public.planted', 'facts planted', 'file rejects/planted.ndjson']);
      await warehouse.run({ name: 'test.plant', sql: 'TRUNCATE TABLE planted' });
      await dataSource.query('DELETE FROM planted');
      fs.rmSync(file);
    }
    await warehouse.run({ name: 'test.plant', sql: 'DROP TABLE planted' });
    await dataSource.query('DROP TABLE planted');
  });

  describe('viewers by trait', () => {
    it('hides small groups below the auditor, never the total, and counts each viewer once', async () => {
      const viewers = Array.from({ length: 20 }, (_, at) => `trait-${at}`);
      const devices = [...Array<string>(12).fill('android'), ...Array<string>(6).fill('ios'), 'harmony', ''];
      const entries = viewers.map((viewer, at): Entry => ({
        viewer,
        accountId: 'a1',
        at: Date.parse('2026-10-03T04:00:00Z') + at * 60_000,
        device: devices[at],
      }));
      const brand = await world('traits', viewers, entries);
      const service = new ViewerTraitService(on());
      const of = (role: Principal['role'], query: object = {}) =>
        service.breakdown({ principal: { role }, brand, scope: 'all' }, { trait: 'device', month: '2026-10', ...query });
      const total = { viewers: 20, entries: 20 };
      expect(await of('auditor')).toMatchObject({
        total,
        others: null,
        groups: [{ value: 'android', viewers: 12 }, { viewers: 6 }, { viewers: 1 }, { viewers: 1 }],
      });
      expect(await of('dealer')).toEqual({
        ...{ trait: 'device', month: '2026-10', total, withheld: false },
        ...{ groups: [{ value: 'android', viewers: 12, entries: 12 }], others: { viewers: 8, entries: 8 } },
      });
      expect(await of('dealer', { accountId: 'a2' })).toMatchObject({ total: { viewers: 0 }, groups: [] });
      // the same phones in another room: 13 − 12 would be the one of a2, were it not hidden before it is added up
      const other = ['trait-0', 'trait-1', 'trait-2', 'trait-3', 'trait-4', 'trait-5', 'trait-6'].map((viewer, at): Entry => ({
        ...{ viewer, accountId: 'a2', at: Date.parse('2026-10-04T04:00:00Z') + at * 60_000, device: at < 6 ? 'ios' : 'android' },
      }));
      await importAll(brand, 'entries', other.map(rowOf));
      expect(await of('dealer')).toMatchObject({
        total: { viewers: 27 },
        groups: [{ value: 'android', viewers: 12 }],
        others: { viewers: 15 },
      });
      expect(await of('dealer', { accountId: 'a2' })).toMatchObject({ total: { viewers: 7 }, groups: [], others: null, withheld: true });
      expect((await of('auditor')).groups.slice(0, 2)).toMatchObject([{ viewers: 13 }, { viewers: 12 }]);
      await expect(of('dealer', { month: '2026-11' })).rejects.toMatchObject({ code: 'unprocessable' });
      expect(await of('auditor', { month: '2026-11' })).toMatchObject({ total: { viewers: 0 } });
      const nobody = service.breakdown(
        { principal: { role: 'dealer' }, brand, scope: new Set<string>() },
        { trait: 'device', month: '2026-10' },
      );
      expect(await nobody).toMatchObject({ total: { viewers: 0 }, groups: [], others: null });
    });
  });

  describe('names of staff', () => {
    it('are masked by role; a reveal has a reason, is recorded without the value, and has a budget that asking at once does not widen', async () => {
      const brand = await world('staffed', []);
      const service = new StaffService(on(), 3);
      const asker = (role: Principal['role'], scope: 'all' | ReadonlySet<string> = 'all') => ({
        principal: { role, actor: ANN },
        brand,
        scope,
      });
      const [a, b] = [...(await service.hosts(asker('operator'), '2026-10'))].sort((x, y) => (x.accountId < y.accountId ? -1 : 1));
      expect([a.name, b.name, a.sessions]).toEqual(['张三丰 13812345678', '李四', 6]);
      const names = async (role: Principal['role']) => (await service.hosts(asker(role), '2026-10')).map(({ name }) => name).sort();
      expect(await names('auditor')).toEqual(['张***', '李*']);
      expect(await names('dealer')).toEqual(['张三丰 138****5678', '李四']);
      expect(await service.hosts(asker('dealer', new Set()), '2026-10')).toEqual([]);
      const reveal = (ref: string, reason = 'appeal 12', scope?: ReadonlySet<string>) =>
        service.reveal(asker('auditor', scope), { ref, reason });
      await expect(reveal(a.ref, ' ')).rejects.toMatchObject({ code: 'bad_input' });
      await expect(reveal(a.ref, 'appeal', new Set())).rejects.toMatchObject({ code: 'not_found' });
      for (const ref of ['', 'x', Buffer.from('99999999999999999999 s').toString('base64url')])
        await expect(reveal(ref)).rejects.toMatchObject({ code: 'not_found' });
      const asked = await Promise.allSettled(Array.from({ length: 6 }, () => reveal(a.ref)));
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'too_many' } });
      expect(asked.find(({ status }) => status === 'fulfilled')).toMatchObject({ value: { value: '张三丰 13812345678' } });
      const acts = (await listActs(stores.dataSource, brand.brandId, { limit: 50 })).filter(({ action }) => action === 'staff.reveal');
      expect(acts).toHaveLength(3);
      expect(JSON.stringify(acts)).not.toMatch(/张三|13812345678/);
      const tomorrow = new StaffService({ ...stores, clock: new FixedClock('2026-11-06T04:00:00Z') }, 3);
      expect(await tomorrow.reveal(asker('auditor'), { ref: a.ref, reason: 'appeal 12' })).toMatchObject({ left: 2 });
    });
  });
});

/** The store whose `step`-th removal, or what comes after the last, is not done any more: as a process that is killed there. */
function breaksAt(warehouse: Warehouse, step: number): Warehouse {
  let left = step;
  const cut = (): never => {
    throw new Error('cut');
  };
  return new Proxy(warehouse, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      const method = (value as (...args: unknown[]) => unknown).bind(target);
      if (name !== 'run') return method;
      return (query: NamedQuery) =>
        query.name === 'privacy.remove' || query.name.startsWith('rollup.') ? (--left === 0 ? cut() : method(query)) : method(query);
    },
  });
}
