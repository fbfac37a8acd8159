import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RowGrants } from '@app/access';
import { Clock } from '@app/config';
import { CloseDiffService, CloseService, CloseStatusService, closeOf, closedRows, verifyCloses } from '@app/close';
import type { Actor, Brand, Page, ReportMeta, Subject, ValueRow } from '@app/contracts';
import { LOCKS, beginCloseAttempt, beginDelivery, ensureBrand, finishDelivery, listActs, verifyActs } from '@app/database';
import { importRows } from '@app/ingest';
import { type BrandQuery, type BrandScope, FROZEN_KEYS, type FrozenKey, ReportService, without } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { ClosesController } from '../../apps/api/src/closes/closes.controller';
import { FourEyes } from '../../apps/api/src/http/four-eyes';
import { asOperatorOf } from '../support/asked-by';
import { VitrineErrorFilter } from '../../apps/api/src/http/vitrine-error.filter';
import { BRAND, FIGURES, LONG_ID, ODD_ID, ROOM } from '../support/cli-brand';

import { replayed } from '../support/replayed-store';
import { rememberAnswers } from '../support/remembered-answers';
import { TestStores, openTestStores } from '../support/stores';

const MONTH = '2026-10';
const ANN: Actor = { kind: 'user', id: 'ann', name: 'Ann' };
const BOB: Actor = { kind: 'user', id: 'bob', name: 'Bob' };
const NOTHING = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };
type Answer = { rows: Subject[]; meta: ReportMeta };

class SetClock extends Clock {
  shiftMs = 0;
  now(): number {
    return Date.now() + this.shiftMs;
  }
}

/** One installation with what works on it. */
function servicesOn(stores: TestStores, clock: Clock) {
  const on = { warehouse: stores.warehouse, dataSource: stores.dataSource, secret: stores.secret, clock };
  const reports = new ReportService(on);
  return {
    reports,
    closes: new CloseService(on, reports),
    diffs: new CloseDiffService(on, reports),
    status: new CloseStatusService(on, reports),
  };
}

/** One brand, whose October is previewed, closed, corrected, restated and tampered with: each test goes on where the one before ended. */
describe('monthly close', () => {
  let stores: TestStores;
  let brand: Brand;
  let services: ReturnType<typeof servicesOn>;
  let before: Map<FrozenKey, Answer>;
  /** Whoever won when two closed at once. */
  let closer: Actor;
  const clock = new SetClock();

  const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
  const ask = async (query: Partial<BrandQuery>, scope: BrandScope = 'all', of = services.reports): Promise<Answer> =>
    plain((await of.report({ name: 'value', level: 'account', basis: 'adjusted', month: MONTH, ...query }, scope)) as Answer);
  const live = async (query: Partial<BrandQuery>): Promise<Answer> =>
    plain(
      (await services.reports.liveReport({ name: 'value', level: 'account', basis: 'adjusted', month: MONTH, ...query }, 'all')) as Answer,
    );
  const queryOf = ({ report: name, level, regions, basis }: FrozenKey): Partial<BrandQuery> => ({
    name,
    level,
    basis,
    ...(regions ? { regions } : {}),
  });
  const give = async (kind: string, rows: object[]) => {
    expect((await importRows(stores, { kind, rows, brandId: brand.brandId })).rejected).toBe(0);
  };
  const value = async (query: Partial<BrandQuery> = {}) => ((await ask({ level: 'brand', ...query })).rows[0] as ValueRow).valueCny;
  const notes = ({ meta }: Answer) => meta.notes.map(({ en }) => en).join(' ');
  const close = (more: object = {}, actor = ANN) => services.closes.close('all', actor, { month: MONTH, kind: 'close', ...more });
  /** Runs `work` while an import has judged its rows and not written them yet, and lets that end once `work` waits for it. */
  const afterImport = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const lock = [LOCKS.state, brand.brandId];
    const waiting = `SELECT FROM pg_locks JOIN pg_database ON oid = database
      WHERE datname = current_database() AND locktype = 'advisory' AND classid::bigint = $1 AND objid::bigint = $2 AND NOT granted`;
    const importing = stores.dataSource.createQueryRunner();
    await importing.startTransaction();
    await importing.query('SELECT pg_advisory_xact_lock($1, $2)', lock);
    let over = false;
    const result = work().finally(() => (over = true));
    while (!over && ((await stores.dataSource.query(waiting, lock)) as unknown[]).length === 0) await sleep(20);
    const waited = !over;
    await importing.rollbackTransaction();
    await importing.release();
    const answer = await result;
    expect(waited).toBe(true);
    return answer;
  };
  const pause = async () => {
    await sleep(15);
    const now = Date.now();
    await sleep(15);
    return new Date(now).toISOString();
  };

  beforeAll(async () => {
    stores = await openTestStores();
    rememberAnswers(stores.warehouse);
    brand = await ensureBrand(stores.dataSource, { code: 'brand', name: '启明汽车', zone: 'Asia/Shanghai' });
    // versions that were corrected before: a store into which only the last is imported gives them other numbers
    await give('rate-cards', [{ platform: 'kuaishou', line: 'live_view', unitPriceCny: '9', discount: '1', validFrom: '2026-01-01' }]);
    for (const minVisits of [2, 4]) await give('policies', [{ fromMonth: '2026-01', minVisits, previewHours: 72 }]);
    for (const [kind, rows] of Object.entries(BRAND)) await give(kind, rows);
    services = servicesOn(stores, clock);
    before = new Map();
    for (const key of FROZEN_KEYS) before.set(key, await live(queryOf(key)));
  });
  afterAll(() => stores?.close());

  it('a preview marks figures as provisional and holds the close back, unless somebody says why not', async () => {
    await expect(services.closes.preview('all', ANN, { month: MONTH, until: 0 })).rejects.toMatchObject({ code: 'bad_input' });
    const window = await services.closes.preview('all', ANN, { month: MONTH });
    expect(Date.parse(window.until) - Date.parse(window.from)).toBe(72 * 3_600_000); // as its policy says
    await expect(
      importRows(stores, { kind: 'policies', rows: [{ fromMonth: '2027-01', previewHours: 0 }], brandId: brand.brandId }),
    ).resolves.toMatchObject({ rejected: 1 });
    const seen = await ask({});
    expect(seen.meta.preview).toEqual({ from: window.from, until: window.until });
    expect(seen.rows).toEqual((await live({})).rows);
    await expect(close()).rejects.toMatchObject({ code: 'conflict', text: { en: expect.stringContaining('preview') as string } });
    await expect(close({ force: true })).rejects.toMatchObject({ code: 'bad_input', options: { details: [{ field: 'reason' }] } });
    expect(await services.status.list('all')).toMatchObject([{ month: MONTH, state: 'preview', close: null, pending: null }]);
    await expect(services.status.list('all', { month: 'x' })).rejects.toMatchObject({
      code: 'bad_input',
      options: { details: [{ field: 'month' }] },
    });
    clock.shiftMs = 72 * 3_600_000 + 1000;
  });

  it('is refused before the month is over, while a delivery is under way, and for what is no month', async () => {
    await expect(close({ month: '2999-01' })).rejects.toMatchObject({
      code: 'conflict',
      text: { en: expect.stringContaining('not over') as string },
    });
    await expect(close({ month: '2026-13' })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(close({ kind: 'restate', reason: 'x' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(services.closes.close(new Set<string>(), ANN, { month: MONTH, kind: 'close' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const { deliveryId } = await beginDelivery(stores.dataSource, {
      brandId: brand.brandId,
      kind: 'sessions',
      source: 'file',
      contentHash: 'x',
    });
    await expect(close()).rejects.toMatchObject({ code: 'conflict', text: { en: expect.stringContaining('under way') as string } });
    await finishDelivery(stores.dataSource, deliveryId, NOTHING);
  });

  it('of two who close at once one wins; the close is written down and the figures of every report are in it', async () => {
    const both = await Promise.allSettled([close(), close({}, BOB)]);
    closer = both[0].status === 'fulfilled' ? ANN : BOB;
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    await expect(close()).rejects.toMatchObject({ code: 'conflict', text: { en: expect.stringContaining('was closed') as string } });
    const made = (await closeOf(stores.dataSource, brand.brandId, MONTH))!;
    expect(made).toMatchObject({ sequence: 1, restatement: 0, restates: null, reason: null, forced: false });
    const [act] = await listActs(stores.dataSource, brand.brandId, { limit: 1 });
    expect(act).toMatchObject({ action: 'month.close', subject: MONTH, after: { hash: made.hash, figuresHash: made.figuresHash } });
    for (const [key, { rows }] of before)
      expect(await closedRows(stores.warehouse, made, { ...key, regions: key.regions ?? undefined })).toEqual(rows);
    expect(await verifyCloses(stores, brand)).toMatchObject({ closes: 1, figures: made.figureRows, faults: [] });
    await expect(services.closes.preview('all', ANN, { month: MONTH })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('the landing log replayed into an empty store, and closed again, gives identical hashes', async () => {
    const there = await replayed(stores, brand);
    try {
      const made = (await closeOf(stores.dataSource, brand.brandId, MONTH))!;
      const again = await servicesOn(there, clock).closes.close('all', BOB, { month: MONTH, kind: 'close', reason: 'replay' });
      expect(again.versions).toEqual(made.versions);
      expect([again.figureRows, again.figuresHash, again.hash]).toEqual([made.figureRows, made.figuresHash, made.hash]);
      expect(again.closeId).not.toBe(made.closeId);
      expect(again.deliveries).not.toEqual(made.deliveries);
    } finally {
      await there.close();
    }
  });

  it('reports answer from the close while facts go on; what is asked of some accounts only is answered as of it, and says so', async () => {
    const asOf = await pause();
    const filtered = { level: 'brand', platform: 'kuaishou' } as const;
    const group = await live(filtered);
    // 100 views more in October: 100 × 0.35 × 0.5
    await give('sessions', [{ ...BRAND.sessions[2], views: 1100, observedAt: new Date().toISOString() }]);
    await give('sessions', [{ ...BRAND.sessions[6], views: 600, observedAt: new Date().toISOString() }]);
    await give('accounts', [{ platform: 'douyin', accountId: 'later', name: 'Later', dealerId: 'D02', validFrom: '2026-11-02' }]);
    for (const [key, { rows, meta }] of [...before].filter(
      ([{ basis, level }]) => basis === 'adjusted' && (level === 'account' || level === 'brand'),
    )) {
      const answer = await ask(queryOf(key));
      expect(answer.rows).toMatchObject(rows); // rankings say beside it what has changed since the month before
      expect(answer.rows).toHaveLength(rows.length);
      const { notes: said } = meta;
      expect(answer.meta).toMatchObject(without(meta, 'dataInstant', 'notes'));
      expect(answer.meta.notes.slice(0, said.length)).toEqual(said);
      expect(answer.meta.closed).toMatchObject({ restatement: 0 });
    }
    expect([FIGURES.valueBrand, await value()]).toEqual([FIGURES.valueBrand, FIGURES.valueBrand]);
    expect(await ask(filtered)).toMatchObject({ rows: [{ valueCny: (group.rows[0] as ValueRow).valueCny }] });
    expect(notes(await ask(filtered))).toContain('as of the data instant of the close');
    const scope = new Set([accountKey(brand.brandId, 'douyin', ROOM).toString()]);
    expect((await ask({}, scope)).rows.map(({ accountId }) => accountId)).toEqual([ROOM]);
    expect((await ask({ level: 'brand' }, scope)).rows).toMatchObject([{ valueCny: FIGURES.valueRoom }]);
    for (const query of [
      { name: 'ranking', platform: 'douyin' },
      { name: 'value', accountId: LONG_ID },
      { dealerId: 'D01' },
      { tier: 'base' },
    ] as const) {
      const { rows, meta } = await ask(query);
      expect(
        rows.every((row) =>
          Object.entries(query).every(
            ([field, asked]) => !['platform', 'accountId', 'dealerId'].includes(field) || row[field as 'accountId'] === asked,
          ),
        ),
      ).toBe(true);
      expect([meta.closed?.restatement, meta.accountsTotal]).toEqual([0, rows.length]);
    }
    // as of an instant before the close: what was known then, not closed; after it: the close
    expect(
      (await ask({ level: 'brand', asOf: (await closeOf(stores.dataSource, brand.brandId, MONTH))!.dataInstant })).meta.closed,
    ).toBeUndefined();
    expect(await ask({ level: 'brand', asOf })).toMatchObject({ meta: { closed: { pendingFigures: 0 } } });
    expect((await services.reports.series({ level: 'dealer', dealerId: 'D01' }, MONTH, 1, 'all'))[0].valueCny).toBe(FIGURES.valueRoom);
  });

  it('corrections after the close are pending, by number and value, never silently', async () => {
    const [month] = await services.status.list('all', { month: MONTH });
    expect(month.pending).toMatchObject({ closedValueCny: FIGURES.valueBrand, valueCny: '1106.25', differenceCny: '37.5', accounts: 2 });
    const scope = new Set([accountKey(brand.brandId, 'douyin', ROOM).toString()]);
    // whoever sees a part is told of their own rows: how many figures differ, and nothing where none of theirs does
    const ofDealer = async (dealerId: string) => (await services.status.list(new RowGrants([{ kind: 'dealer', dealerId }])))[0];
    const unsaid = { figures: expect.any(Number) as number, closedValueCny: null, valueCny: null, differenceCny: null };
    expect((await services.status.list(scope))[0].pending).toEqual({ ...unsaid, accounts: 1 });
    expect((await ofDealer('D01')).pending).toEqual({ ...unsaid, accounts: 1 });
    expect((await ofDealer('D01')).pending!.figures).toBeLessThan(month.pending!.figures!);
    expect([(await ofDealer('nobody')).pending, (await services.status.list(new Set<string>()))[0].pending]).toEqual([null, null]);
    expect(month.close).toMatchObject({ closedBy: closer });
    expect((await ofDealer('D01')).close).toMatchObject({ closedBy: { kind: 'user', id: '', name: `${closer.name[0]}**` }, reason: null });
    const brandValue = await ask({ level: 'brand' });
    expect(brandValue.meta.closed!.pendingFigures).toBeGreaterThan(0);
    expect(notes(brandValue)).toContain('pending a restatement');
    expect((await ask({ name: 'value', accountId: LONG_ID })).meta.closed!.pendingFigures).toBe(0);
    const { changes, to } = await services.diffs.diff('all', { from: MONTH, report: 'value', level: 'account', basis: 'raw' });
    expect(to).toEqual({ kind: 'live', month: MONTH });
    const values = changes.filter(({ figure }) => figure === 'valueCny');
    expect(values.map(({ subject, old, new: now, difference }) => [subject, old, now, difference])).toEqual([
      [`kuaishou/${ODD_ID}`, '100', '120', '20'],
      [`douyin/${ROOM}`, FIGURES.valueRoom, '706.25', '17.5'],
    ]);
    expect(changes.findLastIndex(({ difference }) => difference === null)).toBeLessThan(
      changes.findIndex(({ difference }) => difference !== null),
    );
    const own = await services.diffs.diff(scope, { from: MONTH });
    expect(new Set(own.changes.map(({ subject }) => subject))).toEqual(new Set([`douyin/${ROOM}`]));
    await expect(services.diffs.diff('all', { from: '2026-09' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('a restatement needs a reason and a second person over HTTP; old and new stay, and what an interrupted close left is swept', async () => {
    const first = (await closeOf(stores.dataSource, brand.brandId, MONTH))!;
    const [lost, unknown] = [randomUUID(), randomUUID()];
    await beginCloseAttempt(stores.dataSource, brand.brandId, lost);
    for (const closeId of [lost, unknown])
      await stores.warehouse.command(
        `INSERT INTO close_figures SELECT * REPLACE ({copy: String} AS close_id) FROM close_figures WHERE close_figures.close_id = {closeId: String}`,
        { closeId: first.closeId, copy: closeId },
      );
    // as after an older state store was restored beside newer facts
    const olderState = { month: MONTH, closeId: unknown, kind: 'unknown-close', place: null };
    expect((await verifyCloses(stores, brand)).faults).toEqual([olderState]);
    const order = { month: MONTH, kind: 'restate' as const };
    await expect(services.closes.request('all', ANN, order)).rejects.toMatchObject({ code: 'bad_input' });
    const request = await services.closes.request('all', ANN, { ...order, reason: 'late views' });
    await expect(services.closes.request('all', BOB, { ...order, reason: 'again' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(services.closes.confirm('all', ANN, request.requestId)).rejects.toMatchObject({ code: 'forbidden' });
    const second = await afterImport(() => services.closes.confirm('all', BOB, request.requestId));
    expect(second).toMatchObject({
      sequence: 2,
      restatement: 1,
      restates: first.closeId,
      closedBy: BOB,
      requestedBy: ANN,
      reason: 'late views',
      previousHash: first.hash,
    });
    await expect(services.closes.confirm('all', BOB, request.requestId)).rejects.toMatchObject({ code: 'conflict' });
    expect((await services.closes.requests('all'))[0]).toMatchObject({ state: 'confirmed', closeId: second.closeId, decidedBy: BOB });
    expect([await value(), (await ask({})).meta.closed?.restatement]).toEqual(['1106.25', 1]);
    expect(await services.status.list('all')).toMatchObject([{ state: 'closed', pending: null }]);
    expect((await services.closes.get('all', `${MONTH}#0`)).hash).toBe(first.hash);
    const { changes } = await services.diffs.diff('all', {
      from: `${MONTH}#0`,
      to: MONTH,
      level: 'brand',
      report: 'value',
      basis: 'adjusted',
    });
    expect(changes.find(({ figure }) => figure === 'valueCny')).toMatchObject({ old: FIGURES.valueBrand, new: '1106.25' });
    const ids = await stores.warehouse.query<{ closeId: string }>({
      name: 'test.ids',
      sql: 'SELECT DISTINCT close_id AS closeId FROM close_figures',
    });
    expect(ids.map(({ closeId }) => closeId).sort()).toEqual([first.closeId, second.closeId, unknown].sort());
    expect((await verifyCloses(stores, brand)).faults).toEqual([olderState]);
    await stores.warehouse.command('DELETE FROM close_figures WHERE close_id = {unknown: String} SETTINGS lightweight_deletes_sync = 2', {
      unknown,
    });
    await expect(services.closes.close('all', ANN, { ...order, reason: 'once more' })).rejects.toMatchObject({ code: 'conflict' });
    expect((await verifyActs(stores.dataSource, brand.brandId)).faults).toEqual([]);
  });

  it('facts of later months are not pending; prices, costs and owners of the month are', async () => {
    const pending = async () => (await services.status.list('all'))[0].pending;
    await give('sessions', [
      { ...BRAND.sessions[2], sessionId: 'N1', startedAt: '2026-11-05T19:00:00+08:00', endedAt: '2026-11-05T21:00:00+08:00' },
    ]);
    await give('costs', [{ costId: 'N', dealerId: 'D01', day: '2026-11-05', kind: 'host', amountCny: '5' }]);
    const reading = jest.spyOn(services.reports, 'liveReport');
    expect(await pending()).toBeNull();
    expect(reading).not.toHaveBeenCalled(); // marks and versions alone have told
    reading.mockRestore();
    await give('costs', [{ costId: 'C3', dealerId: 'D01', day: '2026-10-31', kind: 'host', amountCny: '7' }]);
    expect(await pending()).toMatchObject({ accounts: 0, differenceCny: '0' });
    await give('rate-cards', [{ platform: 'kuaishou', line: 'live_view', unitPriceCny: '0.25', discount: '1', validFrom: '2026-01-01' }]);
    expect(await pending()).toMatchObject({ differenceCny: '30' });
    const dealers = await ask({ level: 'dealer' });
    expect(dealers.rows).toEqual(
      await closedRows<ValueRow>(stores.warehouse, (await closeOf(stores.dataSource, brand.brandId, MONTH))!, {
        report: 'value',
        level: 'dealer',
        basis: 'adjusted',
      }),
    );
    expect(dealers.meta.closed!.pendingFigures).toBeGreaterThan(1);
    await expect(
      importRows(stores, { kind: 'policies', rows: [{ fromMonth: MONTH, minVisits: 2 }], brandId: brand.brandId }),
    ).resolves.toMatchObject({ rejected: 1 });
  });

  it('answers over HTTP in pages; who asked for a close does not confirm it', async () => {
    const providers = [
      { provide: CloseService, useValue: services.closes },
      { provide: CloseDiffService, useValue: services.diffs },
      { provide: CloseStatusService, useValue: services.status },
      { provide: FourEyes, useValue: new FourEyes(stores.dataSource) },
    ];
    await stores.dataSource.query(
      `INSERT INTO app_user (brand_id, login, name, role, grants, state, created_at)
       SELECT $1, login, login, 'brand-admin', '[]', 'invited', now()
       FROM unnest(ARRAY['ann', 'bob']) AS login`,
      [brand.brandId],
    );
    const app = await NestFactory.create(
      { module: class {}, controllers: [ClosesController], providers },
      { logger: false, forceCloseConnections: true },
    );
    app.use(asOperatorOf(brand.code));
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    app.useGlobalFilters(new VitrineErrorFilter(silent as never));
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const call = async (path: string, body?: object) => {
      const sent = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/closes${path}`, sent);
      return { status: response.status, body: (await response.json()) as Page<never> & { requestId: string } };
    };
    try {
      expect((await call('')).body).toMatchObject({ total: 2, rows: [{ restatement: 1 }, { restatement: 0 }] });
      expect((await call(`/${MONTH}%230`)).body).toMatchObject({ restatement: 0 });
      expect((await call('/status')).body.rows).toMatchObject([{ month: MONTH, pending: { differenceCny: '30' } }]);
      const diff = `/diff?from=${MONTH}%230&to=${MONTH}&level=brand&limit=2`;
      const first = (await call(diff)).body;
      expect([first.rows.length, first.total > 2]).toEqual([2, true]);
      const next = (await call(`${diff}&cursor=${first.nextCursor}`)).body;
      expect(next.rows).toHaveLength(2);
      expect(next.rows).not.toContainEqual(first.rows[0]);
      expect(await Promise.all(['/2026-01', '/diff', '/status?month=x'].map(async (path) => (await call(path)).status))).toEqual([
        404, 400, 400,
      ]);
      expect((await call('/previews', { month: MONTH })).status).toBe(409);
      expect((await call('/requests', { month: MONTH, kind: 'restate' })).status).toBe(400);
      const asked = await call('/requests', { month: MONTH, kind: 'restate', reason: 'prices' });
      expect(asked.status).toBe(201);
      expect((await call(`/requests/${asked.body.requestId}/confirm`, {})).status).toBe(403);
      expect((await call(`/requests/${asked.body.requestId}/reject`, { reason: 'wait' })).body).toMatchObject({ state: 'rejected' });
      expect((await call(`/requests/${asked.body.requestId}/confirm`, {})).status).toBe(409);
    } finally {
      await app.close();
    }
  });

  it('what comes in while figures are computed is in all of them, and what is put back meanwhile in none', async () => {
    const { reports } = services;
    const compute = reports.liveReport.bind(reports);
    const price = { platform: 'kuaishou', line: 'live_view', unitPriceCny: '0.25', discount: '1', validFrom: '2026-01-01' };
    let asked = 0;
    const computing = jest.spyOn(reports, 'liveReport').mockImplementation(async (query, scope) => {
      const answer = await compute(query, scope);
      if (++asked === FROZEN_KEYS.length - 3)
        await give('sessions', [{ ...BRAND.sessions[6], views: 700, observedAt: new Date().toISOString() }]);
      if (asked === FROZEN_KEYS.length + 3) await give('rate-cards', [{ ...price, unitPriceCny: '7' }]);
      if (asked === 2 * FROZEN_KEYS.length - 3) await give('rate-cards', [price]);
      return answer;
    });
    await services.closes.close('all', BOB, { month: MONTH, kind: 'restate', reason: 'prices' });
    computing.mockRestore();
    expect([asked, (await services.status.list('all'))[0].pending]).toEqual([3 * FROZEN_KEYS.length, null]);
    expect((await ask({ level: 'account', accountId: ODD_ID })).rows).toMatchObject([{ valueCny: '175' }]); // 700 × 0.25
  });

  it('a closer whose lock is lost records nothing once another has taken over, and takes nothing from it', async () => {
    const closed = (await services.closes.list('all')).length;
    await give('sessions', [{ ...BRAND.sessions[6], views: 800, observedAt: new Date().toISOString() }]);
    const order = { month: MONTH, kind: 'restate' as const, reason: 'more views' };
    const other = servicesOn(stores, clock);
    const compute = other.reports.liveReport.bind(other.reports);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const sweptBy = new Promise<void>((resolve) => {
      jest.spyOn(other.reports, 'liveReport').mockImplementation(async (query, scope) => {
        resolve(); // the first figure of the second closer: what was left over before is swept
        await gate;
        return compute(query, scope);
      });
    });
    let second: Promise<unknown> = Promise.resolve();
    const asked = services.reports.mayDiffer.bind(services.reports);
    const lost = jest.spyOn(services.reports, 'mayDiffer').mockImplementationOnce(async (...question) => {
      // waits until the session is gone: without the limit it only sends the signal, and the second closer may still find the lock held
      const ended = await stores.dataSource.query<{ gone: boolean }[]>(
        `SELECT pg_terminate_backend(pid, 60000) AS gone FROM pg_locks JOIN pg_database ON oid = database
         WHERE datname = current_database() AND locktype = 'advisory' AND classid::bigint = 826412`,
      );
      expect(ended).toEqual([{ gone: true }]);
      second = other.closes.close('all', BOB, order);
      await Promise.race([sweptBy, second]);
      return asked(...question);
    });
    await expect(services.closes.close('all', ANN, order)).rejects.toMatchObject({ code: 'conflict' });
    lost.mockRestore();
    go();
    expect(await second).toMatchObject({ sequence: closed + 1, closedBy: BOB });
    expect((await verifyCloses(stores, brand)).faults).toEqual([]);
  });

  it('every tampering in either store is found, and a report of a tampered close is refused', async () => {
    const closes = await services.closes.list('all');
    const [made] = closes;
    const kinds = async () => (await verifyCloses(stores, brand)).faults.map(({ kind }) => kind).sort();
    const figures = (sql: string) =>
      stores.warehouse.command(`${sql} SETTINGS mutations_sync = 2, lightweight_deletes_sync = 2`, { closeId: made.closeId });
    const row = `close_id = {closeId: String} AND report = 'ranking' AND level = 'account' AND basis = 'adjusted' AND place = 1`;
    await figures(`ALTER TABLE close_figures UPDATE content = replaceRegexpOne(content, '"rank":1', '"rank":2') WHERE ${row}`);
    expect(await kinds()).toEqual(['row-edited']);
    await expect(
      servicesOn(stores, clock).reports.report({ name: 'ranking', level: 'account', basis: 'adjusted', month: MONTH }, 'all'),
    ).rejects.toMatchObject({ code: 'internal' });
    await figures(`ALTER TABLE close_figures UPDATE content = replaceRegexpOne(content, '"rank":2', '"rank":1') WHERE ${row}`);
    expect(await kinds()).toEqual([]);
    await figures(`DELETE FROM close_figures WHERE ${row}`);
    expect(await kinds()).toEqual(['rows-differ']);
    const tampered = async (sql: string) => {
      await stores.dataSource.query('ALTER TABLE monthly_close DISABLE TRIGGER ALL');
      await stores.dataSource.query(sql, [made.closeId]);
      return kinds();
    };
    await expect(stores.dataSource.query(`UPDATE monthly_close SET reason = 'x'`)).rejects.toThrow(/append only/);
    expect(await tampered(`UPDATE monthly_close SET closed_by = '{"kind":"user","id":"eve","name":"Eve"}' WHERE close_id = $1`)).toContain(
      'record-edited',
    );
    expect(await tampered('DELETE FROM monthly_close WHERE close_id = $1')).toEqual(['gone', 'unknown-close']);
    expect((await ask({ level: 'brand' })).meta.closed).toMatchObject({ restatement: closes.length - 2 }); // the close that holds then
  });
});
