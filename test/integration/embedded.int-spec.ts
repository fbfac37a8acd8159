import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Client } from 'pg';
import { loadSettings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { assertPortFree, Instance, openInstance } from '@app/embedded';
import { askClickHouse, untilNothingRunsOn } from '../support/instance-processes';

const SECRET = 's'.repeat(40);
const refusal = async (run: Promise<unknown>): Promise<VitrineError> => {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VitrineError);
  return error as VitrineError;
};
const postgresAnswers = async (postgres: Instance['postgres'], sql = 'SHOW server_version'): Promise<string> => {
  const { host, port, username: user, database, url } = postgres;
  const client = new Client(url ? { connectionString: url } : { host, port, user, database });
  await client.connect();
  try {
    return String(Object.values((await client.query<Record<string, string>>(sql)).rows[0])[0]);
  } finally {
    await client.end();
  }
};

describe('the embedded servers of a data folder', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-embedded-'));
  const dataDir = path.join(root, 'data');
  const settings = loadSettings({ VITRINE_DATA: dataDir });
  let instance: Instance;
  const app = (sql: string, query = '') => askClickHouse(instance.clickhouse, sql, instance.clickhouse, query);

  beforeAll(async () => {
    const own = path.join(dataDir, 'clickhouse/users.d');
    fs.mkdirSync(own, { recursive: true, mode: 0o700 });
    const profile = '<clickhouse><profiles><vitrine><max_threads>3</max_threads></vitrine></profiles></clickhouse>';
    fs.writeFileSync(path.join(own, 'own.xml'), profile);
    instance = await openInstance(settings);
  });
  afterAll(async () => {
    await instance?.stop();
    await untilNothingRunsOn(root);
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('are the versions that the folder’s marker names', async () => {
    const marker = JSON.parse(fs.readFileSync(path.join(dataDir, 'vitrine.json'), 'utf8')) as { clickhouse: string; postgres: string };
    expect((await app('SELECT version()')).text).toMatch(new RegExp(`^${marker.clickhouse}\\.`));
    expect(await postgresAnswers(instance.postgres)).toMatch(new RegExp(`^${marker.postgres}\\.`));
    expect(instance).toMatchObject({ owned: true, redisUrl: null });
  });

  it('keep password and secret readable by their owner only, the same at every start', async () => {
    for (const file of ['secret', 'clickhouse/password', 'vitrine.json'])
      expect(fs.statSync(path.join(dataDir, file)).mode & 0o777).toBe(0o600);
    for (const folder of ['.', 'clickhouse', 'postgres']) expect(fs.statSync(path.join(dataDir, folder)).mode & 0o777).toBe(0o700);
    expect(instance.secret).toBe(fs.readFileSync(path.join(dataDir, 'secret'), 'utf8'));
    expect(instance.secret.length).toBeGreaterThanOrEqual(32);
    expect(instance.clickhouse.password.length).toBeGreaterThanOrEqual(32);
  });

  it('take settings of their owner over ours', async () => {
    expect((await app("SELECT getSetting('max_threads'), getSetting('max_execution_time')")).text).toBe('3\t600\n');
  });

  it('a second opener finds and uses them, and its stop leaves them running', async () => {
    const second = await openInstance(settings);
    expect(second).toMatchObject({ owned: false, clickhouse: instance.clickhouse, postgres: instance.postgres, secret: instance.secret });
    await second.stop();
    expect((await app('SELECT 1')).status).toBe(200);
    expect(await postgresAnswers(instance.postgres, 'SELECT 1')).toBe('1');
  });

  it.each([
    'SELECT count() FROM vitrine_test.t',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    'CREATE DATABASE x',
    'CREATE TABLE default.x (a Int8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE x (a Int8)',
    'INSERT INTO vitrine_test.t VALUES (1)',
    'DROP DATABASE vitrine_test',
    'SELECT * FROM system.processes',
    'SELECT * FROM system.users',
    'SYSTEM SHUTDOWN',
    'KILL QUERY WHERE 1',
    "BACKUP DATABASE vitrine_test TO File('/tmp/x')",
  ])('the passwordless user may not: %s', async (sql) => {
    await app('CREATE DATABASE IF NOT EXISTS vitrine_test ENGINE = Atomic');
    await app('CREATE TABLE IF NOT EXISTS vitrine_test.t (a Int8) ENGINE = MergeTree ORDER BY a');
    const { status, text } = await askClickHouse(instance.clickhouse, sql, { username: 'default', password: '' });
    expect({ status, denied: text.includes('ACCESS_DENIED') }).toEqual({ status: 500, denied: true });
  });

  it.each(["SELECT * FROM file('/etc/passwd', 'LineAsString')", "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')"])(
    'the application’s user reads no file and no address of the machine: %s',
    async (sql) => {
      expect((await app(sql)).text).toContain('ACCESS_DENIED');
    },
  );

  it('a wrong password is refused, and nothing listens beyond loopback', async () => {
    expect((await askClickHouse(instance.clickhouse, 'SELECT 1', { username: 'vitrine', password: 'x' })).status).not.toBe(200);
    const port = Number(new URL(instance.clickhouse.url).port).toString(16).toUpperCase().padStart(4, '0');
    const listening = ['tcp', 'tcp6'].flatMap((table) =>
      fs
        .readFileSync(`/proc/net/${table}`, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === '0A' && columns[1]?.endsWith(`:${port}`))
        .map((columns) => columns[1].split(':')[0]),
    );
    expect(listening).toEqual(['0100007F']);
    expect(await postgresAnswers(instance.postgres, 'SHOW listen_addresses')).toBe('');
  });

  it('take a parameter of eight million characters in the address', async () => {
    const numbers = encodeURIComponent(`[${Array.from({ length: 800_000 }, () => '123456789').join(',')}]`);
    expect(await app('SELECT length({list: Array(UInt64)})', `param_list=${numbers}`)).toEqual({ status: 200, text: '800000\n' });
  });

  it('own servers are used as they are, with the secret of the settings, and never stopped', async () => {
    const { url, username, password } = instance.clickhouse;
    const CLICKHOUSE_URL = url.replace('//', `//${username}:${encodeURIComponent(password)}@`);
    const DATABASE_URL = `postgres://postgres@/postgres?host=${encodeURIComponent(instance.postgres.host!)}`;
    const unused = path.join(root, 'unused');
    const own = await openInstance(
      loadSettings({ CLICKHOUSE_URL, DATABASE_URL, VITRINE_SECRET: SECRET, VITRINE_DATA: unused, REDIS_URL: 'redis://r' }),
    );
    expect(own).toMatchObject({ owned: false, secret: SECRET, redisUrl: 'redis://r', postgres: { url: DATABASE_URL } });
    expect(own.clickhouse).toEqual({ url, username, password, database: 'vitrine', cluster: null });
    await own.stop();
    expect((await app('SELECT 1')).status).toBe(200);
    expect(fs.existsSync(unused)).toBe(false);
    const missing = { ...settings, clickhouseUrl: CLICKHOUSE_URL, secret: null };
    expect((await refusal(openInstance(missing))).code).toBe('bad_input');
    expect((await refusal(openInstance({ ...settings, clickhouseCluster: 'main' }))).options.remedy?.en).toContain('CLICKHOUSE_URL');
  });

  it('an own ClickHouse goes together with an embedded PostgreSQL, of which two openers at once start one', async () => {
    const mixed = loadSettings({ CLICKHOUSE_URL: instance.clickhouse.url, VITRINE_SECRET: SECRET, VITRINE_DATA: path.join(root, 'mixed') });
    const both = await Promise.all([openInstance(mixed), openInstance(mixed)]);
    expect(both.map(({ owned }) => owned).sort()).toEqual([false, true]);
    expect(both[0].postgres).toEqual(both[1].postgres);
    expect(await postgresAnswers(both[0].postgres, 'SELECT 1')).toBe('1');
    for (const one of both) await one.stop();
  });

  it('a lost race for a port is run again on another one, also under a path with blanks that is too long for a socket', async () => {
    const blocker = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port: taken } = blocker.address() as net.AddressInfo;
    const ports = [taken, taken, 0];
    const pickPort = async () => {
      const next = ports.shift()!;
      if (next) return next;
      const probe = net.createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => probe.once('listening', resolve));
      const { port } = probe.address() as net.AddressInfo;
      await new Promise((resolve) => probe.close(resolve));
      return port;
    };
    const deep = path.join(root, 'A & <B>, "c"', 'd'.repeat(100));
    const other = await openInstance(loadSettings({ VITRINE_DATA: deep }), { pickPort });
    expect(ports).toEqual([]);
    expect((await askClickHouse(other.clickhouse, 'SELECT 1', other.clickhouse)).text).toBe('1\n');
    expect(await postgresAnswers(other.postgres, 'SELECT 1')).toBe('1');
    await expect(assertPortFree(taken)).rejects.toMatchObject({ code: 'conflict' });
    await other.stop();
    blocker.close();
    fs.rmSync(other.postgres.host!, { recursive: true, force: true });
  });

  it.each([
    ['a newer format', { 'vitrine.json': '{"format":2,"clickhouse":"26.7","postgres":"18"}' }],
    ['another PostgreSQL', { 'vitrine.json': '{"format":1,"clickhouse":"26.7","postgres":"17"}' }],
    ['a newer ClickHouse', { 'vitrine.json': '{"format":1,"clickhouse":"26.10","postgres":"18"}' }],
    ['a marker that is not ours', { 'vitrine.json': 'hello' }],
    ['a PostgreSQL of somebody else', { PG_VERSION: '18' }],
  ])('%s: the folder is refused untouched, with what to do', async (_case, files) => {
    const dir = fs.mkdtempSync(path.join(root, 'other-'));
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text);
    const before = fs.statSync(dir).mtimeMs;
    const error = await refusal(openInstance(loadSettings({ VITRINE_DATA: dir })));
    expect(error.code).toBe('wrong_version');
    expect(error.options.remedy?.en).toContain('restore');
    expect(fs.readdirSync(dir)).toEqual(Object.keys(files));
    expect(fs.statSync(dir).mtimeMs).toBe(before);
  });
});
