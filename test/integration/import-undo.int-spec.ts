import * as fs from 'node:fs';
import * as path from 'node:path';
import { createClient } from '@clickhouse/client';
import fc from 'fast-check';
import { Clock } from '@app/config';
import { VitrineError, type Actor } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery, listActs, StateWriter } from '@app/database';
import { ImportBatches, importFiles, importRows, type BatchAsker } from '@app/ingest';
import { ReportService } from '@app/reports';
import {
  FACT_TABLES,
  applyRetention,
  compareFacts,
  factsAsOf,
  identityOf,
  recordUndone,
  settleAllUndone,
  settleUndone,
  toldBy,
  type FactRow,
  type FactTable,
} from '@app/warehouse';
import { factRow } from '../support/random-facts';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const actor: Actor = { kind: 'user', id: 'u1', name: '李运营' };
const INGESTED = Date.parse('2026-12-31T22:00:00Z');
const EVER = Date.parse('2200-01-01T00:00:00Z');
const MONTH = '2026-10';

class RealClock extends Clock {
  now(): number {
    return Date.now();
  }
}

describe('undoing what was imported', () => {
  let stores: TestStores;
  let brands = 5000;
  // beyond the numbers that the state store gives out
  let deliveries = 10_000_000;

  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());

  /** A brand's facts of one table, written delivery by delivery; 'undo' takes the delivery of that place back. */
  type Step = { rows: FactRow[] } | { undo: number };
  async function world(table: FactTable, steps: readonly Step[]): Promise<{ brandId: number; ids: string[] }> {
    const brandId = ++brands;
    const ids: string[] = [];
    for (const step of steps)
      if ('rows' in step) {
        const delivery_id = String(++deliveries);
        ids.push(delivery_id);
        const said = { brand_id: brandId, delivery_id, ingested_at: INGESTED + ids.length };
        await stores.warehouse.insert(
          table,
          step.rows.map((row) => ({ ...row, ...said })),
        );
      } else await takeBack(table, brandId, [ids[step.undo]]);
    return { brandId, ids };
  }
  async function takeBack(table: FactTable, brandId: number, deliveryIds: string[]) {
    const taken = { brandId, deliveryIds };
    const told = (await toldBy(stores.warehouse, taken, ZONE)).filter((one) => one.table === table);
    await recordUndone(stores.warehouse, taken, { told, at: INGESTED + 100 });
    for (const one of told) await settleUndone(stores.warehouse, taken, one);
  }
  const columnsOf = (table: FactTable) => [...identityOf(table).slice(1), ...table.payload, 'observed_at'].join(', ');
  const held = (table: FactTable, brandId: number, from = `${table.name} FINAL`, more: Record<string, unknown> = {}) =>
    stores.warehouse.query({
      name: 'test.held',
      sql: `SELECT ${columnsOf(table)} FROM ${from} WHERE brand_id = {brandId: UInt32} ORDER BY ALL`,
      params: { brandId, ...more },
    });

  it.each(FACT_TABLES.map((table) => [table.name, table] as const))(
    '%s: two deliveries without the first are the second alone, in whatever order they came, undone once or twice, delivered again or not; brought again it is what it was',
    async (_, table) => {
      const rows = fc.array(factRow(table), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(rows, rows, fc.boolean(), fc.boolean(), async (a, b, first, again) => {
          const [A, B] = [{ rows: a }, { rows: b }];
          const both = first ? [A, B] : [B, A];
          const gone = { undo: first ? 0 : 1 };
          const alone = await held(table, (await world(table, [B])).brandId);
          const undone = await world(table, [...both, gone, ...(again ? [B, gone] : [])]);
          expect(await held(table, undone.brandId)).toEqual(alone);
          expect(await held(table, undone.brandId, factsAsOf(table), { asOf: EVER })).toEqual(alone);
          expect(await compareFacts(stores.warehouse, { table, brandId: undone.brandId, keys: null })).toEqual([]);
          const whole = await held(table, (await world(table, [A, B])).brandId);
          expect(await held(table, undone.brandId, factsAsOf(table), { asOf: INGESTED + 99 })).toEqual(whole);
          expect(await held(table, (await world(table, [...both, gone, A])).brandId)).toEqual(whole);
        }),
        { numRuns: Math.max(2, worldCount(24)) },
      );
    },
  );

  it('the log put into an empty store, then told what was undone, is the same store; trimming the log changes neither', async () => {
    const [table] = FACT_TABLES;
    const sample = (seed: number) => fc.sample(factRow(table), { numRuns: 8, seed });
    const { brandId } = await world(table, [{ rows: sample(1) }, { rows: sample(2) }, { undo: 0 }]);
    const expected = await held(table, brandId);
    const other = await openTestStores();
    try {
      const { url, username, password, database } = stores.instance.clickhouse;
      const client = createClient({ url, username, password, database });
      for (const name of [`${table.name}_landing`, 'undone_deliveries']) {
        const { stream } = await client.exec({ query: `SELECT * FROM ${name} WHERE brand_id = ${brandId} FORMAT Native` });
        await other.warehouse.insertStream(`INSERT INTO ${name} FORMAT Native`, stream);
      }
      await client.close();
      await settleAllUndone(other.warehouse, '77');
      await settleAllUndone(other.warehouse, '77');
      const marked = { name: 'test.marked', sql: 'SELECT toString(delivery_id) AS undo FROM dirty_keys GROUP BY undo ORDER BY undo' };
      expect(await other.warehouse.query(marked)).toContainEqual({ undo: '77' }); // closes of before learn of it
      const there = () =>
        other.warehouse.query({
          name: 'test.there',
          sql: `SELECT ${columnsOf(table)} FROM ${table.name} FINAL WHERE brand_id = {brandId: UInt32} ORDER BY ALL`,
          params: { brandId },
        });
      expect(await there()).toEqual(expected);
      await applyRetention(other.warehouse, 62, EVER);
      expect(await compareFacts(other.warehouse, { table, brandId, keys: null })).toEqual([]);
    } finally {
      await other.close();
    }
  });

  describe('as people do it', () => {
    const asker: BatchAsker = { scope: 'all', brand: 'one', actor };
    let batches: ImportBatches;
    let one: number;
    let other: number;
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        (error: unknown) => (error instanceof VitrineError ? error.code : String(error)),
      );
    const file = (name: string, rows: object[]) => {
      const place = path.join(stores.dataDir, name);
      fs.writeFileSync(place, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      return place;
    };
    const bring = (brandId: number, kind: string, place: string) => importFiles(stores, { brandId, kind, files: [place] });
    const reportOf = async (brand: string, name: 'showroom' | 'value' | 'ranking', asOf?: string) => {
      const reports = new ReportService({ ...stores, clock: new RealClock() });
      const { rows } = await reports.report({ name, month: MONTH, level: 'account', basis: 'raw', brand, asOf }, 'all');
      return rows.map((row) => ({ ...row, accountId: 'accountId' in row ? row.accountId : null }));
    };
    const entry = (accountId: string, viewer: string, day: number, dwellSeconds: number) => ({
      ...{ platform: 'douyin', accountId, viewer, dwellSeconds },
      enteredAt: `2026-10-${String(day).padStart(2, '0')}T20:00:00+08:00`,
    });
    const session = (accountId: string, day: number, views: number) => ({
      ...{ platform: 'douyin', accountId, sessionId: `s${day}`, views, final: true },
      startedAt: `2026-10-${String(day).padStart(2, '0')}T19:00:00+08:00`,
      endedAt: `2026-10-${String(day).padStart(2, '0')}T22:00:00+08:00`,
    });

    beforeAll(async () => {
      batches = new ImportBatches(stores);
      ({ brandId: one } = await ensureBrand(stores.dataSource, { code: 'one', name: '一', zone: ZONE }));
      ({ brandId: other } = await ensureBrand(stores.dataSource, { code: 'other', name: '二', zone: ZONE }));
      const writer = new StateWriter(stores.dataSource, stores.secret);
      for (const brandId of [one, other]) {
        await writer.upsertDealers(brandId, [{ dealerId: 'D1', name: '店', adcode: '310101' }]);
        await writer.upsertAccounts(brandId, [{ platform: 'douyin', accountId: 'a1', name: 'a1', dealerId: 'D1' }]);
        await writer.upsertRateCards(brandId, [
          { platform: 'douyin', line: 'live_view', unitPriceCny: '0.5', discount: '1', validFrom: '2025-01-01' },
        ]);
      }
    });

    it('every figure is what it was without the file, also the account that only the file knew; as of before, it is there; the audit log names who and why', async () => {
      const right = [1, 2, 3, 4].flatMap((day) => [entry('a1', 'v1', day, 60), entry('a1', `x${day}`, day, 20)]);
      const wrong = [5, 6, 7, 8].flatMap((day) => [
        entry('a1', 'v2', day, 90),
        entry('ghost', 'v1', day, 60),
        entry('a1', 'v1', day - 4, 900),
      ]);
      const files = {
        right: file('right.ndjson', right),
        wrong: file('wrong.ndjson', wrong),
        rightSessions: file('right-sessions.ndjson', [session('a1', 1, 500)]),
        wrongSessions: file('wrong-sessions.ndjson', [session('a1', 1, 9_000), session('a1', 5, 700)]),
      };
      await bring(other, 'entries', files.right);
      await bring(other, 'sessions', files.rightSessions);
      await bring(one, 'entries', files.wrong);
      await bring(one, 'sessions', files.wrongSessions);
      await bring(one, 'entries', files.right);
      await bring(one, 'sessions', files.rightSessions);
      const before = await reportOf('one', 'showroom');
      expect(before.map(({ accountId }) => accountId)).toContain('ghost');
      const instant = new Date().toISOString();
      const listed = await batches.list(asker, 50);
      const batchOf = (name: string) => listed.find(({ files: names }) => names.includes(name))!;
      expect(batchOf('wrong.ndjson')).toMatchObject({ state: 'standing', kind: 'entries', refusal: null, deliveries: 1 });
      expect(await batches.contents(batchOf('wrong.ndjson').batchId, asker)).toMatchObject({
        rows: 12,
        facts: 12,
        accounts: 2,
        months: [MONTH],
        closedMonths: [],
      });
      for (const name of ['wrong.ndjson', 'wrong-sessions.ndjson']) {
        const undone = await batches.undo(batchOf(name).batchId, { reason: '账号填错' }, asker);
        expect(undone).toMatchObject({ state: 'undone', months: [MONTH] });
        expect(undone.undoneAt).not.toBeNull();
      }
      for (const name of ['showroom', 'value', 'ranking'] as const)
        expect(await reportOf('one', name)).toEqual(await reportOf('other', name));
      expect((await reportOf('one', 'showroom', instant)).map(({ accountId }) => accountId)).toContain('ghost');
      const acts = await listActs(stores.dataSource, one, { action: 'import.undo', limit: 10 });
      expect(acts).toMatchObject([
        {},
        { actor: { name: '李运营' }, reason: '账号填错', before: { files: ['wrong.ndjson'] }, after: { rows: 12, accounts: 2 } },
      ]);

      await batches.undo(batchOf('wrong.ndjson').batchId, { reason: '再来一次' }, asker);
      expect(await reportOf('one', 'showroom')).toEqual(await reportOf('other', 'showroom'));
      const again = await bring(one, 'entries', files.wrong);
      expect(again).toMatchObject({ read: 12, accepted: 8, rejected: 0 });
      await bring(one, 'sessions', files.wrongSessions);
      expect(await reportOf('one', 'showroom')).toEqual(before);
      expect(await batches.contents(batchOf('wrong.ndjson').batchId, asker)).toMatchObject({
        state: 'standing',
        deliveries: 2,
        undoneAt: null,
      });
    });

    it('in a process that goes on, the account of the wrong file makes place for that of the right one', async () => {
      const reports = new ReportService({ ...stores, clock: new RealClock() });
      const listed = async () => {
        const { rows } = await reports.report({ name: 'showroom', month: MONTH, level: 'account', basis: 'raw', brand: 'other' }, 'all');
        return rows.map((row) => ('accountId' in row ? row.accountId : null)).sort();
      };
      await bring(other, 'entries', file('typing-error.ndjson', [entry('wrong', 'v1', 9, 60)]));
      expect(await listed()).toEqual(['a1', 'wrong']);
      const [{ batchId }] = await batches.list({ ...asker, brand: 'other' }, 1);
      await batches.undo(batchId, { reason: '账号填错' }, { ...asker, brand: 'other' });
      await bring(other, 'entries', file('corrected.ndjson', [entry('right', 'v1', 9, 60)]));
      expect(await listed()).toEqual(['a1', 'right']);
    });

    it('a file that moved a broadcast names the month that gets it back, too', async () => {
      const moved = session('a1', 9, 5);
      const before = { ...moved, startedAt: '2026-09-09T19:00:00+08:00', endedAt: '2026-09-09T22:00:00+08:00' };
      for (const [name, row] of Object.entries({ before, moved })) await bring(other, 'sessions', file(`${name}.ndjson`, [row]));
      const [{ batchId, files }] = await batches.list({ ...asker, brand: 'other' }, 1);
      expect(files).toEqual(['moved.ndjson']);
      expect((await batches.contents(batchId, { ...asker, brand: 'other' })).months).toEqual(['2026-09', MONTH]);
    });

    it('an undo that broke off is told as such until it is asked for again', async () => {
      const [{ batchId }] = await batches.list({ ...asker, brand: 'other' }, 1);
      const stateOf = async () => (await batches.list({ ...asker, brand: 'other' }, 1))[0].state;
      await batches.undo(batchId, { reason: 'x' }, { ...asker, brand: 'other' });
      expect(await stateOf()).toBe('undone');
      const open = await beginDelivery(stores.dataSource, {
        ...{ brandId: other, kind: 'undo', source: 'correction', contentHash: `undo ${batchId}`, fileName: 'undo' },
      });
      expect(await stateOf()).toBe('under-way');
      const none = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };
      await finishDelivery(stores.dataSource, open.deliveryId, none, 'failed');
      expect(await stateOf()).toBe('failed');
      const twice = [1, 2].map(() => codeOf(batches.undo(batchId, { reason: 'x' }, { ...asker, brand: 'other' })));
      expect(['conflict,none', 'none,conflict', 'none,none']).toContain((await Promise.all(twice)).join());
      expect(await stateOf()).toBe('undone');
    });

    it('what cannot be taken back is refused, and says why', async () => {
      await bring(one, 'dealers', file('dealers.ndjson', [{ dealerId: 'D9', name: '店九', adcode: '310101' }]));
      await importRows(stores, {
        brandId: one,
        kind: 'followers',
        rows: [{ platform: 'douyin', accountId: 'a1', day: '2026-10-02', total: 5 }],
      });
      const listed = await batches.list(asker, 50);
      expect(listed.map(({ kind }) => kind)).not.toContain('followers'); // no file
      const dealers = listed.find(({ kind }) => kind === 'dealers')!;
      expect(dealers.refusal).not.toBeNull();
      expect(await codeOf(batches.undo(dealers.batchId, { reason: 'x' }, asker))).toBe('unprocessable');
      const entries = listed.find(({ kind }) => kind === 'entries')!;
      const theirs = await batches.list({ ...asker, brand: 'other' }, 50);
      expect(await codeOf(batches.undo(theirs[0].batchId, { reason: 'x' }, asker))).toBe('not_found');
      expect(await codeOf(batches.undo('no-such-batch', { reason: 'x' }, asker))).toBe('not_found');
      expect(await codeOf(batches.undo(entries.batchId, { reason: ' ' }, asker))).toBe('bad_input');
      expect(await codeOf(batches.undo(entries.batchId, { reason: 'x' }, { ...asker, scope: new Set<string>() }))).toBe('forbidden');
      expect(await codeOf(batches.list({ ...asker, scope: new Set<string>() }, 5))).toBe('forbidden');
      const content = (await stores.dataSource.query('SELECT content_hash AS hash FROM batch WHERE batch_id = $1', [entries.batchId])) as {
        hash: string;
      }[];
      const open = await beginDelivery(stores.dataSource, {
        ...{ brandId: one, kind: 'entries', source: 'file', contentHash: content[0].hash, fileName: 'wrong.ndjson' },
      });
      expect(await codeOf(batches.undo(entries.batchId, { reason: 'x' }, asker))).toBe('conflict');
      await finishDelivery(stores.dataSource, open.deliveryId, { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 });
      await stores.warehouse.command('INSERT INTO landing_floor SELECT 0, now64(3) + INTERVAL 1 DAY');
      expect(await codeOf(batches.undo(entries.batchId, { reason: 'x' }, asker))).toBe('unprocessable'); // what it had replaced is gone
    });
  });
});
