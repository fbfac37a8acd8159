import { loadSettings } from '@app/config';
import type { Brand, Grant, LiveBoard, LiveChange, LiveOpening, LiveSession, Role } from '@app/contracts';
import { StateReader, StateWriter, ensureBrand } from '@app/database';
import { UserService } from '@app/identity';
import { importRows } from '@app/ingest';
import { LiveFeed } from '../../apps/api/src/live/live-feed.service';
import { identityParts } from '../../apps/process/identity-services';
import { RunningRole, runRole } from '../../apps/process/run-role';
import { createEventParser } from '../../frontend/src/api/event-parser';
import { People } from '../support/sign-in';
import { TestStores, openTestStores } from '../support/stores';

const MINUTE = 60_000;
const START = Date.parse('2026-11-03T12:00:00+08:00');

/** A clock that tests put forward. */
class HandClock {
  at = START;
  now(): number {
    return this.at;
  }
}

interface Heard {
  event: string;
  id: string | null;
  body: LiveOpening & LiveChange & { reason?: string };
}

/** A page that listens. */
class Listener {
  readonly heard: Heard[] = [];
  private readonly stop = new AbortController();
  status = 0;
  closed = false;

  static readonly all: Listener[] = [];

  static async open(url: string, token: string, lastId?: string): Promise<Listener> {
    const listener = new Listener();
    Listener.all.push(listener);
    const headers = { authorization: `Bearer ${token}`, ...(lastId ? { 'last-event-id': lastId } : {}) };
    const response = await fetch(`${url}/api/v1/live/stream`, { headers, signal: listener.stop.signal });
    listener.status = response.status;
    if (!response.ok) await response.text();
    else void listener.read(response).catch(() => undefined);
    return listener;
  }

  private async read(response: Response): Promise<void> {
    const parse = createEventParser();
    const text = new TextDecoder();
    try {
      for await (const piece of response.body!)
        for (const { event, id, data } of parse(text.decode(piece, { stream: true })))
          this.heard.push({ event, id, body: JSON.parse(data) as Heard['body'] });
    } finally {
      this.closed = true;
    }
  }

  get lastId(): string | undefined {
    return this.heard.findLast(({ id }) => id !== null)?.id ?? undefined;
  }
  /** Every minute that came, as `room minute concurrency`. */
  get minutes(): string[] {
    return this.heard
      .flatMap(({ body }) => body.minutes ?? [])
      .map(({ key, minute, concurrent }) => `${key} ${(minute - START) / MINUTE} ${concurrent}`);
  }
  close(): void {
    this.stop.abort();
  }
}

const until = async (what: string, isSo: () => boolean): Promise<void> => {
  for (let look = 0; look < 400; look++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it has not come: ${what}`);
};

describe('rooms that are live', () => {
  let stores: TestStores;
  const running: RunningRole[] = [];
  const clock = new HandClock();
  let brand: Brand;
  let parts: ReturnType<typeof identityParts>;
  const tokens = new Map<string, string>();
  const feedOf = (at: number) => running[at].app.get(LiveFeed);
  const url = (at = 0) => running[at].url!;
  const get = async <Body>(who: string, address: string, at = 0) => {
    const response = await fetch(`${url(at)}/api/v1/${address}`, { headers: { authorization: `Bearer ${tokens.get(who)}` } });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const listen = (who: string, lastId?: string, at = 0) => Listener.open(url(at), tokens.get(who)!, lastId);
  /** One delivery: minutes of a room, as concurrency by minute after 12:00. */
  const deliver = (accountId: string, minutes: Record<number, number>) =>
    importFacts(
      'minutes',
      accountId,
      Object.entries(minutes).map(([minute, concurrent]) => ({
        sessionId: `s-${accountId}`,
        minute: new Date(START + Number(minute) * MINUTE).toISOString(),
        concurrent,
        views: concurrent * 2,
      })),
    );
  const importFacts = async (kind: string, accountId: string, rows: object[]) => {
    const { rejected, rejects } = await importRows(stores, {
      kind,
      brandId: brand.brandId,
      rows: rows.map((row) => ({ platform: 'douyin', accountId, ...row })),
    });
    if (rejected > 0) throw new Error(JSON.stringify(rejects));
  };

  beforeAll(async () => {
    stores = await openTestStores();
    const { brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    brand = await new StateReader(stores.dataSource, stores.secret).brand('acme');
    const writer = new StateWriter(stores.dataSource, stores.secret);
    await writer.upsertDealers(
      brandId,
      [1, 2].map((at) => ({ dealerId: `d${at}`, name: `Dealer ${at}`, adcode: '330100', salesRegion: '华东' })),
    );
    await writer.upsertAccounts(
      brandId,
      ['a1', 'a2', 'a3'].map((accountId, at) => ({
        platform: 'douyin' as const,
        accountId,
        name: `Room ${accountId}`,
        dealerId: at === 1 ? 'd2' : 'd1',
        ownerKind: 'dealer' as const,
      })),
    );
    const rates = { VITRINE_RATE_ADDRESS: '0', VITRINE_RATE_USER: '0', VITRINE_RATE_SIGN_IN: '0' };
    const settings = loadSettings({ VITRINE_DATA: stores.dataDir, PORT: '0', LOG_LEVEL: 'silent', ...rates });
    const opened = { ...stores, settings, clock, close: () => Promise.resolve() };
    while (running.length < 2) {
      const role = await runRole('api', opened);
      running.push(role);
      Object.assign(role.app.get(LiveFeed).timing, { poll: 60, beat: 100, rights: 100, rebuild: 200 });
    }
    parts = identityParts(opened);
    const people = new People(parts, brand);
    const everybody: [string, Role, Grant[]][] = [
      ['admin', 'brand-admin', [{ kind: 'brand' }]],
      ['reader', 'read-only', [{ kind: 'brand' }]],
      ['one', 'dealer', [{ kind: 'dealer', dealerId: 'd1' }]],
      ['two', 'dealer', [{ kind: 'dealer', dealerId: 'd2' }]],
    ];
    for (const [login, role, grants] of everybody) {
      await people.add({ login, role, grants });
      tokens.set(login, await people.token(login));
    }
    // a room without a feed: yesterday's broadcast, as the platform tells it the next day
    await importFacts('sessions', 'a3', [
      { sessionId: 's-a3', startedAt: '2026-11-02T19:00:00+08:00', endedAt: '2026-11-02T21:00:00+08:00', views: 900 },
    ]);
    await importFacts('sessions', 'a1', [{ sessionId: 's-a1', startedAt: '2026-11-03T11:50:00+08:00', title: 'Call 13812345678' }]);
  });
  afterAll(async () => {
    for (const listener of Listener.all) listener.close();
    for (const role of running) await role.close();
    await stores?.close();
  });

  it('the board: what is live, how fresh it is, and what comes only the next day; each sees their own', async () => {
    clock.at = START + 2 * MINUTE;
    await deliver('a1', { 0: 100, 1: 120 });
    await deliver('a2', { 1: 50 });
    const { body } = await get<LiveBoard>('reader', 'live');
    expect(
      body.rooms.map(({ key, freshness, concurrent, peakConcurrent, views }) => [key, freshness, concurrent, peakConcurrent, views]),
    ).toEqual([
      ['douyin/a1', 'fresh', 120, 120, 440],
      ['douyin/a2', 'fresh', 50, 50, 100],
    ]);
    expect(body.nextDay).toMatchObject([
      { key: 'douyin/a3', feed: 'none', freshness: 'next-day', lastDay: '2026-11-02', lastViews: 900, concurrent: null },
    ]);
    expect(body.totals).toEqual({ fresh: 2, stale: 0, nextDay: 1, concurrent: 170, recentEntries: null });
    expect(JSON.stringify(body)).not.toContain('13812345678');
    const own = (await get<LiveBoard>('two', 'live')).body;
    expect([own.rooms.map(({ key }) => key), own.nextDayTotal, own.totals.concurrent]).toEqual([['douyin/a2'], 0, 50]);
    expect(JSON.stringify(own)).not.toMatch(/douyin\/a[13]|Room a[13]|Dealer 1/);
  });

  it('one broadcast with its gaps, for whoever holds it; another’s is not there', async () => {
    const instant = new Date(START + MINUTE).toISOString();
    await importFacts('declarations', 'a1', [
      { declarationId: 'r1', kind: 'raffle', from: instant, to: instant, detail: 'call 13812345678' },
    ]);
    const entry = (viewer: string, minute: number, dwellSeconds?: number) => ({
      viewer,
      enteredAt: new Date(START + minute * MINUTE).toISOString(),
      dwellSeconds,
    });
    await importFacts('entries', 'a1', [
      entry('v1', 1, 9),
      entry('v2', 1, 10),
      entry('v3', 0, 4_000),
      entry('v4', 0),
      entry('v5', -14_400, 59),
    ]);
    const mine = await get<LiveSession>('one', 'live/rooms/douyin/a1');
    expect(mine.body.entries).toEqual([
      { minute: START, entries: 2 },
      { minute: START + MINUTE, entries: 2 },
    ]);
    expect(mine.body.dwell.filter(({ entries, before }) => entries + before > 0)).toEqual([
      { fromSeconds: 0, entries: 1, before: 0 },
      { fromSeconds: 10, entries: 1, before: 0 },
      { fromSeconds: 30, entries: 0, before: 1 },
      { fromSeconds: 1800, entries: 1, before: 0 },
    ]);
    expect([mine.status, mine.body.sessionId, mine.body.minutes.map(({ concurrent }) => concurrent)]).toEqual([200, 's-a1', [100, 120]]);
    expect(mine.body.markers).toMatchObject([{ kind: 'raffle', from: START + MINUTE, to: START + MINUTE }]);
    expect(JSON.stringify(mine.body)).not.toContain('13812345678');
    expect((await get('two', 'live/rooms/douyin/a1')).status).toBe(404);
    expect((await get('one', 'live/rooms/douyin/a1?sessionId=s-a2')).status).toBe(404);
    const past = await get<LiveSession>('one', 'live/rooms/douyin/a3?sessionId=s-a3');
    expect([past.body.minutes, past.body.room.freshness, past.body.notes.length]).toEqual([[], 'next-day', 1]);
  });

  it('a line that breaks and comes back, also at another process, has every minute once; nobody hears of others', async () => {
    const [all, two] = await Promise.all([listen('reader'), listen('two')]);
    await until('both boards', () => all.heard.length > 0 && two.heard.length > 0);
    clock.at = START + 3 * MINUTE;
    await deliver('a1', { 2: 130 });
    await deliver('a2', { 2: 60 });
    await until('the minutes', () => all.minutes.length === 2 && two.minutes.length === 1);
    const cut = all.lastId!;
    all.close();
    await until('one stream left', () => feedOf(0).streams === 1);
    // while nobody listens there: a delivery of two minutes, and a correction of one that had come
    await deliver('a1', { 3: 140, 4: 150 });
    await deliver('a1', { 2: 131 });
    const again = await listen('reader', cut, 1);
    await until('what was missed', () => again.heard.length > 0);
    expect(again.heard[0].body.resumed).toBe(true);
    await deliver('a2', { 5: 70 });
    await until('what comes after', () => again.minutes.some((minute) => minute.includes('a2 5')));
    expect(all.minutes.sort()).toEqual(['douyin/a1 2 130', 'douyin/a2 2 60']);
    expect(again.minutes.sort()).toEqual(['douyin/a1 2 131', 'douyin/a1 3 140', 'douyin/a1 4 150', 'douyin/a2 5 70']);
    await until('the other line', () => two.minutes.length === 2);
    expect(two.minutes).toEqual(['douyin/a2 2 60', 'douyin/a2 5 70']);
    // not a1 alone: the ids of events are random letters
    expect(JSON.stringify(two.heard)).not.toMatch(/douyin\/a1|Room a1|Dealer 1/);
    // an id of somebody else opens nothing: the board, and no minute
    const stolen = await listen('two', cut);
    await until('a board', () => stolen.heard.length > 0);
    expect([stolen.heard[0].body.resumed, stolen.minutes]).toEqual([false, []]);
    for (const listener of [again, two, stolen]) listener.close();
    await until('all gone', () => feedOf(0).streams + feedOf(1).streams === 0);
  });

  it('a long import holds back itself only, and comes whole when it ends', async () => {
    const listener = await listen('reader');
    await until('a board', () => listener.heard.length > 0);
    let end = (): void => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    async function* slowly() {
      yield { platform: 'douyin', accountId: 'a1', sessionId: 's-a1', minute: new Date(START - 30 * MINUTE).toISOString(), concurrent: 7 };
      await held;
    }
    const long = importRows(stores, { kind: 'minutes', brandId: brand.brandId, rows: slowly() });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await deliver('a2', { 6: 80 });
    await until('the short one', () => listener.minutes.includes('douyin/a2 6 80'));
    expect(listener.minutes).not.toContain('douyin/a1 -30 7');
    end();
    await long;
    await until('the long one', () => listener.minutes.includes('douyin/a1 -30 7'));
    expect(listener.minutes.filter((minute) => minute === 'douyin/a1 -30 7')).toHaveLength(1);
    listener.close();
  });

  it('a room of which nothing comes grows stale without any delivery, is in no sum, and leaves when its end is told', async () => {
    clock.at = START + 7 * MINUTE;
    const listener = await listen('reader');
    await until('a board', () => listener.heard.length > 0);
    clock.at = START + 9 * MINUTE;
    await until('a1 is stale', () =>
      listener.heard.some(({ body }) => body.rooms?.some(({ key, freshness }) => key === 'douyin/a1' && freshness === 'stale')),
    );
    const { body } = await get<LiveBoard>('reader', 'live');
    expect(body.rooms.find(({ key }) => key === 'douyin/a1')).toMatchObject({ freshness: 'stale', concurrent: 150 });
    expect(body.totals.concurrent).toBe(80);
    await importFacts('sessions', 'a1', [
      { sessionId: 's-a1', startedAt: '2026-11-03T11:50:00+08:00', endedAt: new Date(clock.at).toISOString() },
    ]);
    await until('a1 has left', () => listener.heard.some(({ body: said }) => said.gone?.includes('douyin/a1')));
    listener.close();
  });

  it('rights are looked up again: other grants give another board, a session that ends ends the stream', async () => {
    const listener = await listen('one');
    await until('a board', () => listener.heard.length > 0);
    expect(JSON.stringify(listener.heard)).not.toContain('a2');
    const users = new UserService(parts);
    const admin = { kind: 'operator' as const, id: 'test', name: 'Test' };
    const list = await users.list(brand.brandId);
    const idOf = (login: string) => list.find((user) => user.login === login)!.userId;
    const other = await listen('two');
    await until('their board', () => other.heard.length > 0);
    await users.change(brand.brandId, idOf('two'), { state: 'disabled' }, admin);
    await until('the end', () => other.closed);
    expect(other.heard.at(-1)).toMatchObject({ event: 'end', body: { reason: 'session' } });
    const grants = JSON.stringify([{ kind: 'dealer', dealerId: 'd2' }]);
    await stores.dataSource.query('UPDATE app_user SET grants = $2 WHERE user_id = $1', [idOf('one'), grants]);
    await until('the other board', () => listener.heard.filter(({ event }) => event === 'board').length === 2);
    expect(listener.heard.at(-1)!.body.board.rooms.map(({ key }) => key)).toEqual(['douyin/a2']);
    listener.close();
    expect((await listen('two')).status).toBe(401);
  });

  it('four streams a person and no fifth; one that closes frees its place, and without listeners nothing is asked', async () => {
    const four = await Promise.all([1, 2, 3, 4].map(() => listen('reader')));
    expect(four.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await listen('reader')).status).toBe(429);
    expect((await listen('admin')).status).toBe(200);
    four[0].close();
    await until('a place', () => feedOf(0).streams === 4);
    const next = await listen('reader');
    expect(next.status).toBe(200);
    expect(feedOf(0).streams).toBe(5);
    for (const listener of Listener.all) listener.close();
    await until('nobody', () => feedOf(0).streams === 0);
    const board = (feedOf(0) as unknown as { brands: Map<string, { board: { age: number } }> }).brands.get('acme')!.board;
    const { age } = board;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(board.age).toBeGreaterThanOrEqual(age + 450); // no look since
  });
});
