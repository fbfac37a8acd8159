import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadSettings } from '@app/config';
import { Instance, openInstance } from '@app/embedded';
import { askClickHouse, ChildInstance, openInChild, processesOn, untilNothingRunsOn } from '../support/instance-processes';
import { TEST_SEED, seeded } from '../support/seeded';

const KILLS = process.env.VITRINE_TEST_LONG ? 20 : 2;

describe(`embedded servers under faults (seed ${TEST_SEED})`, () => {
  const random = seeded(TEST_SEED);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-faults-'));
  fs.chmodSync(root, 0o711);
  const children: ChildInstance[] = [];
  const start = (...args: Parameters<typeof openInChild>) => {
    const child = openInChild(...args);
    children.push(child);
    return child;
  };
  const reopen = (dataDir: string): Promise<Instance> => openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const shared = path.join(root, 'shared'); // the cases that need a complete folder take the same
  const freshDir = () => path.join(fs.mkdtempSync(path.join(root, 'case-')), 'data');
  const serverOn = (dataDir: string, program: RegExp) =>
    processesOn(dataDir).filter(({ args }) => program.test(args[0]) || program.test(args[1] ?? ''));

  afterAll(async () => {
    for (const { process } of children) process.kill('SIGKILL');
    await untilNothingRunsOn(root);
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('of three processes that start at the same instant on an empty folder one starts the servers, the others use them', async () => {
    const dataDir = freshDir();
    const three = [start(dataDir), start(dataDir), start(dataDir)];
    const opened = await Promise.all(three.map(({ open }) => open));
    expect(opened.map(({ owned }) => owned).sort()).toEqual([false, false, true]);
    expect(new Set(opened.map(({ clickhouse, postgres }) => JSON.stringify([clickhouse, postgres]))).size).toBe(1);
    const owner = opened.findIndex(({ owned }) => owned);
    for (const [index, { process, ended }] of three.entries())
      if (index !== owner) {
        process.kill('SIGTERM');
        expect(await ended).toBe(0);
      }
    expect((await askClickHouse(opened[0].clickhouse, 'SELECT 1', opened[0].clickhouse)).status).toBe(200);
    three[owner].process.kill('SIGTERM');
    expect(await three[owner].ended).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);
  });

  it('after Ctrl-C, SIGTERM and SIGKILL of the parent no process and no port is left, and what was written is there at the next start', async () => {
    const dataDir = shared;
    let rows = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      const child = start(dataDir);
      const { clickhouse } = await child.open;
      const ask = (sql: string) => askClickHouse(clickhouse, sql, clickhouse);
      await ask('CREATE DATABASE IF NOT EXISTS kept ENGINE = Atomic');
      await ask('CREATE TABLE IF NOT EXISTS kept.rows (n UInt32) ENGINE = MergeTree ORDER BY n');
      expect((await ask('SELECT count() FROM kept.rows')).text).toBe(`${rows}\n`);
      await ask(`INSERT INTO kept.rows VALUES (${rows++})`);
      child.process.kill(signal);
      expect(await child.ended).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
      await untilNothingRunsOn(dataDir);
      await expect(fetch(clickhouse.url)).rejects.toThrow();
    }
  });

  const partOf = (dataDir: string, pattern: RegExp) => fs.readdirSync(dataDir).some((name) => pattern.test(name));
  it.each<[string, (dataDir: string) => boolean]>([
    ['the folder was claimed', (dir) => fs.existsSync(path.join(dir, 'vitrine.json'))],
    ['ClickHouse was started', (dir) => fs.existsSync(path.join(dir, 'clickhouse/server.json'))],
    ['PostgreSQL’s folder was begun', (dir) => partOf(dir, /^postgres\.new-/)],
    ['PostgreSQL’s folder was made', (dir) => fs.existsSync(path.join(dir, 'postgres'))],
  ])('killed with -9 in the first start a moment after %s, the next start works', async (_moment, reached) => {
    const dataDir = freshDir();
    const child = start(dataDir);
    while (!fs.existsSync(dataDir) || !reached(dataDir)) await sleep(3);
    await sleep(random() * 150);
    child.process.kill('SIGKILL');
    const instance = await reopen(dataDir);
    expect(instance.owned).toBe(true);
    expect((await askClickHouse(instance.clickhouse, 'SELECT 1', instance.clickhouse)).text).toBe('1\n');
    await instance.stop();
    await untilNothingRunsOn(dataDir);
    expect(fs.readdirSync(dataDir).sort()).toEqual(['clickhouse', 'postgres', 'secret', 'vitrine.json']);
  });

  it('servers whose owner was killed this very moment are not taken, though they still answer', async () => {
    for (let kills = 0; kills < KILLS; kills++) {
      const child = start(shared);
      await child.open;
      child.process.kill('SIGKILL');
      const instance = await reopen(shared);
      expect(instance.owned).toBe(true);
      await instance.stop();
    }
    await untilNothingRunsOn(shared);
  });

  it('a PostgreSQL beside a ClickHouse elsewhere whose owner was killed this very moment is not taken either', async () => {
    const elsewhere = { CLICKHOUSE_URL: 'http://127.0.0.1:9', VITRINE_SECRET: 'the secret of stores that are apart' };
    const dataDir = freshDir();
    for (let kills = 0; kills < KILLS; kills++) {
      const child = start(dataDir, ['env', ...Object.entries(elsewhere).map(([name, value]) => `${name}=${value}`)]);
      await child.open;
      child.process.kill('SIGKILL');
      const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir, ...elsewhere }));
      expect(instance.owned).toBe(true);
      await instance.stop();
    }
    await untilNothingRunsOn(dataDir);
  });

  it.each([
    ['PostgreSQL', /bin\/postgres$/],
    ['ClickHouse', /clickhouse-child/],
  ])('when %s alone is killed the owner ends, and the next start works', async (_server, program) => {
    const dataDir = shared;
    const child = start(dataDir);
    await child.open;
    for (const { pid } of serverOn(dataDir, program)) process.kill(pid, 'SIGKILL');
    expect(await child.ended).toBe(0);
    const instance = await reopen(dataDir);
    expect(instance.owned).toBe(true);
    await instance.stop();
    await untilNothingRunsOn(dataDir);
  });

  it('a process that uses the servers of another ends when these end with their owner', async () => {
    const dataDir = shared;
    const owner = start(dataDir);
    await owner.open;
    const user = start(dataDir);
    expect(await user.open).toMatchObject({ owned: false });
    owner.process.kill('SIGKILL');
    expect(await user.ended).toBe(0);
    await untilNothingRunsOn(dataDir);
  });

  it('a PostgreSQL that outlived everything else is ended and replaced', async () => {
    const dataDir = shared;
    const child = start(dataDir);
    await child.open;
    const others = processesOn(dataDir).filter(({ args }) => !/bin\/postgres$/.test(args[0]));
    // parent, ClickHouse and the life lines at once: stopped first, so that no life line ends PostgreSQL while its turn has not come
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const { pid } of others) process.kill(pid, signal);
    await child.ended;
    const orphans = serverOn(dataDir, /bin\/postgres$/).map(({ pid }) => pid);
    expect(orphans.length).toBeGreaterThan(0);
    const instance = await reopen(dataDir);
    expect(instance.owned).toBe(true);
    expect(serverOn(dataDir, /bin\/postgres$/).some(({ pid }) => orphans.includes(pid))).toBe(false);
    await instance.stop();
    await untilNothingRunsOn(dataDir);
  });

  it('a process that does not wait is told that another one holds the folder', async () => {
    const dataDir = shared;
    const child = start(dataDir);
    await child.open;
    const [postmaster] = serverOn(dataDir, /bin\/postgres$/);
    fs.renameSync(path.join(dataDir, 'postgres/postmaster.pid'), path.join(dataDir, 'postgres/hidden')); // as while it starts
    await expect(openInstance(loadSettings({ VITRINE_DATA: dataDir }), { wait: false })).rejects.toMatchObject({ code: 'conflict' });
    fs.renameSync(path.join(dataDir, 'postgres/hidden'), path.join(dataDir, 'postgres/postmaster.pid'));
    expect(processesOn(dataDir).map(({ pid }) => pid)).toContain(postmaster.pid);
    child.process.kill('SIGTERM');
    await child.ended;
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('an ordinary user can do all this, too', async () => {
    const home = fs.mkdtempSync(path.join(root, 'user-'));
    fs.chownSync(home, 1000, 1000);
    const child = start(path.join(home, 'data'), ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups', '--']);
    const { clickhouse } = await child.open;
    expect((await askClickHouse(clickhouse, 'SELECT 1', clickhouse)).text).toBe('1\n');
    expect(fs.statSync(path.join(home, 'data/postgres')).uid).toBe(1000);
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe(0);
  });

  asRoot('root can do it where other users cannot look, as in a clone under a 0700 home', async () => {
    const home = fs.mkdtempSync(path.join(root, 'home-'));
    fs.chmodSync(home, 0o700);
    const clone = path.join(home, 'clone');
    fs.mkdirSync(clone);
    const mounted = ['unshare', '--mount', '--', 'sh', '-c', `mount --bind "${path.resolve('.')}" "${clone}" && exec "$@"`, 'sh'];
    const child = start(path.join(home, 'data'), mounted, clone);
    const { postgres } = await child.open;
    expect(postgres.host).toBe(path.join(home, 'data/postgres'));
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe(0);
    await untilNothingRunsOn(home);
  });

  asRoot('root can do it where user namespaces are refused, and a folder goes back and forth between the two ways', async () => {
    const refusing = fs.mkdtempSync(path.join(root, 'bin-'));
    fs.writeFileSync(path.join(refusing, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    for (const [before, uid] of [
      [['env', `PATH=${refusing}:${process.env.PATH}`], 65_534],
      [[], 0],
    ] as const) {
      const child = start(shared, [...before]);
      await child.open;
      expect(fs.statSync(path.join(shared, 'postgres/PG_VERSION')).uid).toBe(uid);
      child.process.kill('SIGTERM');
      expect(await child.ended).toBe(0);
      await untilNothingRunsOn(shared);
    }
  });
});
