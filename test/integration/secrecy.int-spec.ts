import { fork, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DataSource } from 'typeorm';
import { loadSettings } from '@app/config';
import { StateReader, createDataSource, resealAll } from '@app/database';
import { openInstance } from '@app/embedded';
import { importRows } from '@app/ingest';
import { SpillFolder, Warehouse } from '@app/warehouse';
import { NODE, ROOT, RunningProduct, temporaryFolder, until } from '../support/cli';
import type { CommandDone, CommandTask } from '../support/command-child';
import { HostileProxy } from '../support/hostile-proxy';
import { type TestRedis, hasRedis, startRedis } from '../support/redis';
import { TEST_PASSWORD, TEST_TOTP, addTestUsers, signedIn } from '../support/sign-in';
import { fakeServer, type FakeAnswer, type FakeRequest } from '../support/fake-server';
import { openEveryDoor } from '../support/sign-in';

/** Everything that must be found nowhere: each is marked, so that a search finds also a part of it. */
const SECRET = {
  access: 'act.MARK-access-0001',
  refreshed: 'act.MARK-access-0002',
  refresh: 'rft.MARK-refresh-0001',
  given: 'act.MARK-given-0003',
  givenRefresh: 'rft.MARK-given-0004',
  code: 'MARK-code-0005',
  appSecret: 'MARK-app-secret-0006',
  channelsSecret: 'MARK-channels-secret-0007',
  channelsToken: 'MARK-channels-token-0008',
  liveSecret: 'MARK-live-secret-0009',
  viewer: 'MARK-viewer-0010',
  otherViewer: 'MARK-viewer-0011',
  text: 'MARK-text-0012',
  nickname: 'MARK-nick-0013',
  parquetViewer: 'MARK-viewer-0014',
  spilledViewer: 'MARK-viewer-0015',
  deletedViewer: 'MARK-viewer-0016',
  shortViewer: 'MARK17',
} as const;

const dataDir = temporaryFolder();
let server: Awaited<ReturnType<typeof fakeServer>>;
let running: RunningProduct;
let commands: ChildProcess | undefined;
let redis: TestRedis | null = null;
let env: Record<string, string>;
const told: string[] = [];

/** Accounts by what happens to them; the wire code of each is in the open_id. */
const CODES = [
  '28001005',
  '28003018',
  '28001007',
  '28003017',
  '28001012',
  '28001016',
  '28001046',
  '28001045',
  '28001008',
  'not-json',
  'http-500',
];

/** Errors that are tried again pass after the first time: their waits are real seconds. */
const PASSING = new Set(['28001005', '28003018', 'not-json', 'http-500']);
const refusedOnce = new Set<string>();
const GOOD = { data: { error_code: 0, has_more: false, cursor: 0, list: [], result_list: [] }, err_no: 0, room_ids: [] };

function answer({ path: called, form, query, headers, json }: FakeRequest): FakeAnswer {
  if (called === '/cgi-bin/stable_token')
    return json.secret === SECRET.channelsSecret ? { access_token: SECRET.channelsToken, expires_in: 7_200 } : { errcode: 40_001 };
  if (called === '/oauth/access_token/' && form.get('code') === SECRET.code)
    return {
      data: {
        error_code: 0,
        access_token: SECRET.given,
        expires_in: 1_296_000,
        refresh_token: SECRET.givenRefresh,
        open_id: 'o-connected',
        scope: 'user_info',
      },
    };
  if (called === '/oauth/access_token/') return { data: { error_code: 10_007, description: `code expired ${form.get('code')}` } };
  if (called === '/oauth/refresh_token/')
    return { data: { error_code: 0, access_token: SECRET.refreshed, expires_in: 1_296_000, refresh_token: SECRET.refresh } };
  const code = (query.get('open_id') ?? form.get('open_id') ?? '').replace('o-', '');
  // platforms repeat in their errors what they were sent
  const echo = { description: `token ${String(headers['access-token'])} of ${SECRET.viewer}`, logid: 'l' };
  if (PASSING.has(code) && refusedOnce.has(code)) return GOOD;
  refusedOnce.add(code);
  if (code === 'not-json') return `<html>${String(headers['access-token'])}</html>`;
  if (code === 'http-500') return { status: 500, body: { ...echo } };
  if (/^\d+$/.test(code)) return { data: { error_code: Number(code), ...echo }, extra: { error_code: Number(code), ...echo } };
  if (called.startsWith('/channels/')) return { errcode: 48_001, errmsg: `${query.get('access_token')}` };
  return GOOD;
}

const RUN_TS = ['-r', path.join(ROOT, 'tools/run-ts.cjs')];
const person = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...env });

/** Runs a command to its end; what it says is kept for the search. */
async function ran(args: string[], own: Record<string, string> = {}): Promise<CommandDone> {
  if (!commands) {
    commands = fork(path.join(ROOT, 'test/support/command-child.ts'), {
      execPath: NODE,
      execArgv: RUN_TS,
      cwd: ROOT,
      env: person(),
      silent: true,
    });
    for (const stream of [commands.stdout, commands.stderr]) stream?.on('data', (bytes: Buffer) => told.push(bytes.toString()));
  }
  const answer = new Promise<CommandDone>((resolve, reject) => {
    const ended = (code: unknown): void => reject(new Error(`the commands ended with ${String(code)}: ${told.slice(-3).join('')}`));
    commands?.once('exit', ended);
    commands?.once('message', (done) => {
      commands?.off('exit', ended);
      resolve(done as CommandDone);
    });
  });
  const task: CommandTask = { args: ['--data', dataDir, ...args], env: own };
  commands.send(task, (error) => {
    if (error) commands?.emit('exit', error.message);
  });
  const done = await answer;
  told.push(done.out);
  return done;
}

beforeAll(async () => {
  server = await fakeServer(answer);
  // jobs on Redis where there is one, with its log beside everything else that is written; else they are in the state store
  fs.mkdirSync(path.join(dataDir, 'redis'), { recursive: true });
  if (hasRedis()) redis = await startRedis(path.join(dataDir, 'redis'), { durable: true });
  env = {
    LOG_LEVEL: 'trace',
    DOUYIN_BASE_URL: server.url,
    DOUYIN_CLIENT_KEY: 'ck',
    DOUYIN_CLIENT_SECRET: SECRET.appSecret,
    CHANNELS_BASE_URL: server.url,
    DOUYIN_LIVE_SECRETS: SECRET.liveSecret,
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  const child = spawn(NODE, [...RUN_TS, path.join(ROOT, 'apps/cli/src/main.ts'), '--data', dataDir, 'up'], {
    cwd: ROOT,
    env: { ...person(), PORT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running = new RunningProduct(child);
}, 180_000);
afterAll(async () => {
  commands?.disconnect();
  await running?.stop();
  await redis?.stop();
  await server?.close();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

const md5 = (...parts: string[]): string => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('base64');
};

/** Pushes with viewers and texts: good, forged, of unknown kinds. */
async function pushes(url: string): Promise<void> {
  const send = async (channel: string, body: string, headers: Record<string, string>): Promise<number> => {
    const response = await fetch(`${url}/api/v1/webhooks/${channel}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    told.push(await response.text());
    return response.status;
  };
  const comments = JSON.stringify([
    { msg_id: 'c1', sec_openid: SECRET.viewer, content: SECRET.text, nickname: SECRET.nickname, timestamp: Date.now() },
  ]);
  const live = { 'x-msg-type': 'live_comment', 'x-nonce-str': 'n', 'x-roomid': 'r1', 'x-timestamp': String(Date.now()) };
  const signed = Object.entries(live)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  expect(await send('douyin-live', comments, { ...live, 'x-signature': md5(signed, comments, SECRET.liveSecret) })).toBe(200);
  expect(await send('douyin-live', comments, { ...live, 'x-signature': 'forged' })).toBe(401);
  const reply = JSON.stringify({
    event: 'item_comment_reply',
    from_user_id: SECRET.otherViewer,
    client_key: 'ck',
    content: { content: SECRET.text },
  });
  const sha1 = createHash('sha1').update(SECRET.appSecret).update(reply).digest('hex');
  expect(await send('douyin', reply, { 'x-douyin-signature': sha1, 'msg-id': 'm1' })).toBe(200);
  const challenge = '{"event":"verify_webhook","client_key":"ck","content":{"challenge":12345678901234567890}}';
  const asked = createHash('sha1').update(SECRET.appSecret).update(challenge).digest('hex');
  expect(await send('douyin', challenge, { 'x-douyin-signature': asked })).toBe(200);
  expect(told.at(-1)).toBe('{"challenge":12345678901234567890}');
  expect(await send('douyin', `${reply} `, { 'x-douyin-signature': sha1 })).toBe(401);
  expect(await send('douyin', 'x'.repeat(1_100_000), {})).toBe(413);
}

/** Grants whose every call ends in another error, and one that works. */
async function importGrants(): Promise<void> {
  const file = path.join(dataDir, 'given.ndjson');
  const rows = [...CODES, 'good'].map((code) => ({
    product: 'douyin-open',
    principalId: `o-${code}`,
    accounts: [`a-${code}`],
    accessToken: SECRET.access,
    refreshToken: SECRET.refresh,
  }));
  const bad = { product: 'nonsense', principalId: 'x', accessToken: SECRET.access };
  fs.writeFileSync(file, [...rows, bad].map((row) => JSON.stringify(row)).join('\n'));
  await ran(['import', 'grants', file]);
  fs.rmSync(file);
  const entries = path.join(dataDir, 'entries.ndjson');
  const entry = {
    platform: 'douyin',
    accountId: 'a-good',
    viewer: SECRET.viewer,
    enteredAt: '2026-10-01T20:00:00+08:00',
    dwellSeconds: 60,
  };
  fs.writeFileSync(
    entries,
    [entry, { ...entry, viewer: SECRET.otherViewer, dwellSeconds: -1 }].map((row) => JSON.stringify(row)).join('\n'),
  );
  await ran(['import', 'entries', entries]);
  fs.rmSync(entries);
}

/** The stores of the running product, for as long as `work` takes. */
async function withStores<Result>(
  work: (stores: { warehouse: Warehouse; dataSource: DataSource; secret: string }) => Promise<Result>,
): Promise<Result> {
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const dataSource = await createDataSource(instance.postgres).initialize();
  const warehouse = Warehouse.connect(instance.clickhouse);
  try {
    return await work({ warehouse, dataSource, secret: instance.secret });
  } finally {
    await warehouse.close();
    await dataSource.destroy();
    await instance.stop();
  }
}

const entryOf = (viewer: string, second = 0) => ({
  platform: 'douyin',
  accountId: 'a-good',
  viewer,
  enteredAt: `2026-10-01T21:00:${String(second).padStart(2, '0')}+08:00`,
  dwellSeconds: 60,
});

/** Files of Parquet, whole and damaged: their footers hold the least and greatest value of each column. */
async function importParquet(): Promise<void> {
  const file = path.join(dataDir, 'entries.parquet');
  const bytes = await withStores(async ({ warehouse: { address } }) => {
    const sql = `SELECT 'douyin' AS platform, 'a-good' AS accountId, '${SECRET.parquetViewer}' AS viewer, toDateTime64('2026-10-01 13:00:00', 3, 'UTC') AS enteredAt,
      toUInt32(60) AS dwellSeconds FROM numbers(3) FORMAT Parquet SETTINGS output_format_parquet_compression_method = 'none', log_queries = 0`;
    const authorization = `Basic ${Buffer.from(`${address.username}:${address.password}`).toString('base64')}`;
    const response = await fetch(`${address.url}/?database=${address.database}`, { method: 'POST', body: sql, headers: { authorization } });
    return Buffer.from(await response.arrayBuffer());
  });
  expect(bytes.toString('latin1')).toContain(SECRET.parquetViewer);
  fs.writeFileSync(file, bytes);
  expect(JSON.parse((await ran(['--json', 'import', 'entries', file])).out)).toMatchObject({ read: 3, rejected: 0 });
  if (!process.env.VITRINE_TEST_LONG) return fs.rmSync(file);
  const damaged = Buffer.from(bytes);
  damaged.fill(0xff, 8, 64);
  fs.writeFileSync(file, damaged);
  await ran(['import', 'entries', file]);
  const footer = Buffer.from(bytes);
  footer.fill(0xff, bytes.length - 40, bytes.length - 20);
  fs.writeFileSync(file, footer);
  expect((await ran(['import', 'entries', file])).code).toBe(2);
  fs.rmSync(file);
}

/** Rows that wait on disk while the fact store does not answer; nobody takes them in. */
async function spill(): Promise<void> {
  await withStores(async (stores) => {
    const proxy = await HostileProxy.before(stores.warehouse.address.url);
    const through = Warehouse.connect({ ...stores.warehouse.address, url: proxy.embeddedUrl });
    proxy.fault = () => ({ do: 'reset-before' });
    const { brandId } = await new StateReader(stores.dataSource, stores.secret).brand();
    const folder = path.join(dataDir, 'spilled');
    const on = { ...stores, warehouse: through, dataDir, retryMs: 200, spill: new SpillFolder(folder, 10) };
    expect(await importRows(on, { kind: 'entries', brandId, rows: [entryOf(SECRET.spilledViewer)] })).toMatchObject({ waiting: true });
    await through.close();
    await proxy.close();
    expect(filesOf(folder).length).toBeGreaterThan(0);
  });
}

/** A person is exported, deleted, refused when they come again: by an id that is in no argument. */
async function deletePerson(): Promise<void> {
  const [id, rows] = [path.join(dataDir, 'id.txt'), path.join(dataDir, 'again.ndjson')];
  fs.writeFileSync(id, `${SECRET.deletedViewer}\n`);
  fs.writeFileSync(rows, [entryOf(SECRET.deletedViewer, 1), entryOf('someone-else', 2)].map((row) => JSON.stringify(row)).join('\n'));
  const asked = ['--platform', 'douyin', '--viewer-file', id, '--reason', 'request 1'];
  await ran(['import', 'entries', rows]);
  expect(JSON.parse((await ran(['--json', 'person', 'export', ...asked])).out)).toMatchObject({ entries: [{}] });
  expect(JSON.parse((await ran(['--json', 'person', 'delete', ...asked])).out)).toMatchObject({ state: 'done', removed: { entries: 1 } });
  fs.appendFileSync(rows, '\n');
  expect(JSON.parse((await ran(['--json', 'import', 'entries', rows])).out)).toMatchObject({ read: 2, rejected: 1 });
  expect((await ran(['person', 'list'])).out).toContain('request 1');
  expect((await ran(['retention', 'show'])).code).toBe(0);
  for (const file of [id, rows]) fs.rmSync(file);
}

/** Somebody signs in and asks about a person; answers what must be found nowhere. */
async function signInAndAsk(url: string): Promise<string[]> {
  await withStores(async (stores) => addTestUsers(stores, await new StateReader(stores.dataSource, stores.secret).brand()));
  const { headers, cookie } = await signedIn(url);
  const ask = async (place: string, init: RequestInit = {}): Promise<number> => {
    const response = await fetch(`${url}/api/v1/${place}`, {
      ...init,
      headers: { ...headers, cookie, 'content-type': 'application/json' },
    });
    told.push(await response.text());
    return response.status;
  };
  expect(await ask('connections')).toBe(200);
  const person = { platform: 'douyin', viewer: SECRET.deletedViewer, reason: 'request 2' };
  expect(await ask('persons/export', { method: 'POST', body: JSON.stringify(person) })).toBe(200);
  // refused for the reason, which names the person; for a field that there is not; for a body that is no JSON, of which parsers quote the place
  expect(await ask('persons/deletions', { method: 'POST', body: JSON.stringify({ ...person, reason: SECRET.deletedViewer }) })).toBe(400);
  expect(await ask('persons/deletions', { method: 'POST', body: JSON.stringify({ ...person, more: SECRET.otherViewer }) })).toBe(400);
  expect(await ask('persons/deletions', { method: 'POST', body: `{"viewer":${SECRET.shortViewer}}` })).toBe(400);
  return [headers.authorization.replace('Bearer ', ''), cookie.slice(cookie.indexOf('=') + 1), TEST_PASSWORD, TEST_TOTP];
}

/** The comment waits for its session: the job has looked at it. */
async function waitingWasSeen(): Promise<boolean> {
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const dataSource = await createDataSource(instance.postgres).initialize();
  const [message] = (await dataSource.query(`SELECT outcome FROM webhook_message WHERE channel = 'douyin-live'`)) as {
    outcome: string | null;
  }[];
  await dataSource.destroy();
  await instance.stop();
  return message?.outcome === 'session not known yet';
}

/** Both stores as text: every table and column, bytes also as text and base64. */
async function everythingStored(): Promise<string[]> {
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const dataSource = await createDataSource(instance.postgres).initialize();
  const warehouse = Warehouse.connect(instance.clickhouse);
  try {
    const tables = (await dataSource.query(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    )) as { name: string }[];
    const stored: string[] = [];
    for (const { name } of tables) {
      const rows = (await dataSource.query(`SELECT * FROM ${name}`)) as Record<string, unknown>[];
      stored.push(
        name,
        JSON.stringify(rows, (_, value: unknown) => (Buffer.isBuffer(value) ? value.toString('latin1') : value)),
      );
      for (const value of rows.flatMap((row) => Object.values(row))) if (Buffer.isBuffer(value)) stored.push(value.toString('latin1'));
    }
    const facts = await warehouse.query<{ table: string }>({
      name: 'test.tables',
      sql: `SELECT name AS table FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View%'`,
    });
    for (const { table } of facts)
      stored.push(JSON.stringify(await warehouse.query({ name: 'test.all', sql: `SELECT toString(tuple(*)) AS row FROM \`${table}\`` })));
    const log = { name: 'test.log', sql: 'SELECT query, exception, log_comment FROM system.query_log' };
    stored.push(JSON.stringify(await warehouse.query(log).catch(() => [])));
    return stored;
  } finally {
    await warehouse.close();
    await dataSource.destroy();
    await instance.stop();
  }
}

/** Rotates twice, the second time cut short after its commit; answers every secret that was in force. */
async function rotations(): Promise<string[]> {
  const file = path.join(dataDir, 'secret');
  const secret = (): string => fs.readFileSync(file, 'utf8');
  const secrets = [secret()];
  expect((await ran(['secret', 'rotate'])).code).toBe(0);
  secrets.push(secret());
  const next = 'n'.repeat(43);
  const settings = loadSettings({ VITRINE_DATA: dataDir });
  const instance = await openInstance(settings);
  const dataSource = await createDataSource(instance.postgres).initialize();
  fs.writeFileSync(`${file}.next`, next);
  await resealAll(dataSource, { previous: instance.secret, next });
  await dataSource.destroy();
  await instance.stop();
  const finished = await ran(['--json', 'secret', 'rotate']);
  expect(JSON.parse(finished.out)).toMatchObject({ resealed: 0 });
  expect([secret(), fs.existsSync(`${file}.next`)]).toEqual([next, false]);
  expect(new Set([...secrets, next]).size).toBe(3);
  return [...secrets, next];
}

/** How a text looks in base64 wherever it begins; signs that hang on its neighbours are left out. */
const base64Of = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.from('\0'.repeat(before) + text)
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6));
  });

function filesOf(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesOf(file);
    return entry.isFile() ? [file] : [];
  });
}

/** A person and a program who ask, rightly and wrongly. What was shown to whoever made them is not searched: it is shown there, once. */
async function everyDoor(url: string): Promise<string[]> {
  const invited = await ran(['--json', 'users', 'invite', 'door', '--name', 'Door', '--role', 'auditor']);
  told.pop();
  const made = await ran(['--json', 'api-keys', 'create', '--name', 'door', '--action', 'overview.read']);
  told.pop();
  const { token: link } = JSON.parse(invited.out) as { token: string };
  const { secret: key } = JSON.parse(made.out) as { secret: string };
  return openEveryDoor(url, { login: 'door', link, key });
}

it('no credential, viewer id or text of a person is in any store, job, log, answer or file, whatever happened', async () => {
  const url = await running.ready(120);
  await importGrants();
  // the ways to connect: with a good code, a wrong one, an address of nobody, an app with a good and with a wrong secret
  const begun = await ran(['--json', 'connect', 'douyin-open', '--accept-terms']);
  const { authorizeUrl } = JSON.parse(begun.out) as { authorizeUrl: string };
  const state = new URL(authorizeUrl).searchParams.get('state') ?? '';
  const callback = await fetch(`${url}/api/v1/connections/douyin-open/callback?code=${SECRET.code}&state=${state}&scopes=user_info&uid=7`);
  expect(callback.status).toBe(200);
  told.push(await callback.text());
  const again = await fetch(`${url}/api/v1/connections/douyin-open/callback?code=${SECRET.code}&state=${state}`);
  expect(again.status).toBe(400);
  told.push(await again.text());
  expect((await ran(['connect', 'douyin-open', '--accept-terms', '--code', 'MARK-wrong-code'])).code).toBe(1);
  const app = (secret: string) => ({ CHANNELS_APP_ID: `wx-${secret.length}`, CHANNELS_APP_SECRET: secret });
  expect((await ran(['connect', 'channels-app', '--accept-terms'], app(SECRET.channelsSecret))).code).toBe(0);
  expect((await ran(['connect', 'channels-app', '--accept-terms'], app('MARK-wrong-secret'))).code).toBe(1);
  await ran(['collect', '--platform', 'douyin']);
  await ran(['collect', '--platform', 'channels']);
  await pushes(url);
  await until('the work on pushes', () => waitingWasSeen());
  told.push(await (await fetch(`${url}/metrics`)).text());
  expect(told.at(-1)).toContain('vitrine_webhooks_total{channel="douyin-live",outcome="stored"} 1');
  expect(told.at(-1)).toContain('vitrine_webhooks_total{channel="douyin-live",outcome="signature"} 1');
  const connections = await ran(['connections']);
  expect(connections.out).toContain('revoked');
  told.push(await (await fetch(`${url}/api/v1/connections`)).text());
  const doors = await everyDoor(url);
  expect((await ran(['doctor'])).out).toContain('revoked');
  expect((await ran(['secret', 'rotate'])).code).toBe(1);

  await importParquet();
  await deletePerson();
  const signedInWith = await signInAndAsk(url);
  await spill();
  const stored = await everythingStored();
  // the search can find: what may be there is found
  expect(stored.some((text) => text.includes('o-connected'))).toBe(true);
  expect(stored.some((text) => text.includes('28001045'))).toBe(true);
  expect(fs.readdirSync(path.join(dataDir, 'rejects')).length).toBeGreaterThan(1);
  if (redis)
    expect(
      filesOf(path.join(dataDir, 'redis')).some(
        (file) => fs.readFileSync(file).includes('o-28001045') || fs.readFileSync(file).includes('collect-'),
      ),
    ).toBe(true);
  await running.stop();
  told.push(running.out, running.err);
  const secrets = await rotations();
  for (const secret of secrets) expect([...stored, ...told].some((text) => text.includes(secret))).toBe(false);
  const wanted = [...Object.values(SECRET), ...signedInWith, ...doors, 'MARK-wrong-code', 'MARK-wrong-secret'];
  const found = (where: string, text: string): string[] =>
    wanted.flatMap((secret) => {
      const forms = [secret, ...base64Of(secret), Buffer.from(secret).toString('hex')];
      return forms.some((form) => text.includes(form)) ? [`${where}: ${secret}`] : [];
    });
  const leaks = [
    ...stored.flatMap((text, index) => found(`store ${stored[index - 1]?.slice(0, 60)}`, text)),
    ...told.flatMap((text, index) => found(`told ${index}`, text)),
    ...filesOf(dataDir).flatMap((file) => found(path.relative(dataDir, file), fs.readFileSync(file).toString('latin1'))),
  ];
  expect(leaks).toEqual([]);
}, 300_000);
