// npm run bench:collectors: a simulated day of many accounts, faster than real time, on Redis with three collector processes of which one is killed every minute.
import { type ChildProcess, fork } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadSettings } from '@app/config';
import { dayStart, businessDay, addDays } from '@app/contracts';
import { ensureBrand, saveTries, StateWriter } from '@app/database';
import { DOUYIN_APP, KUAISHOU_APP } from '../../../apps/platform-sim/src';
import { openStores, type Stores } from '../../../apps/process/stores';
import { benchAccounts, type BenchAccount } from './accounts';
import { FastClock, HOUR, ZONE } from './fast-clock';
import { startRedis } from '../../support/redis';
import { cpuSeconds, redisWork } from './cpu-watch';
import { figureLines, goalLines, type Measured } from './goals';
import { storeWork, watchStatements } from './store-work';
import { MemoryWatch } from './memory-watch';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '5000' },
    hours: { type: 'string', default: '24' },
    /** Hour of the day at which the simulation begins. */
    from: { type: 'string', default: '0' },
    speed: { type: 'string', default: '60' },
    processes: { type: 'string', default: '3' },
    /** Simulated hours during which one platform answers nothing but 503: `6-12`. */
    down: { type: 'string', default: '' },
    kill: { type: 'string', default: '60' },
    /** Writes a CPU profile of every collector process that ends by itself into this folder; use it with `--kill 0`. */
    profile: { type: 'string', default: '' },
    /** Says what was asked of the stores. */
    work: { type: 'boolean', default: false },
  },
});
const COUNT = Number(values.accounts);
const HOURS = Number(values.hours);
const SPEED = Number(values.speed);
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

const started = (file: string, env: Record<string, string>): ChildProcess =>
  fork(path.join(__dirname, file), {
    env: { ...process.env, ...env },
    execArgv: [
      ...process.execArgv,
      '--expose-gc',
      ...(values.profile && file === 'worker.ts' ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []),
    ],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
const told = <T>(child: ChildProcess): Promise<T> => new Promise((resolve) => child.once('message', (message) => resolve(message as T)));

/** Grants, and the health of a brand whose yesterday was collected: a day like any other, not the first one. */
async function prepare(stores: Stores, accounts: readonly BenchAccount[], start: number): Promise<number> {
  const brand = await ensureBrand(stores.dataSource, { code: 'bench', name: 'Bench', zone: ZONE });
  const state = new StateWriter(stores.dataSource, stores.instance.secret);
  for (let at = 0; at < accounts.length; at += 500)
    await state.upsertGrants(
      brand.brandId,
      accounts.slice(at, at + 500).map(({ product, principalId, accountId, token }) => ({
        product,
        principalId,
        accounts: [accountId],
        accessToken: token,
        refreshToken: 'r',
        // the token of an app is fetched, every two hours
        ...(product === 'channels-app' ? { appId: principalId, appSecret: 's', accessExpiresAt: start } : {}),
      })) as never,
    );
  const past = {
    at: start,
    day: addDays(businessDay(start, ZONE), -1),
    error: null,
    nextTryAt: null,
    newestFactAt: null,
    newestFactDay: null,
  };
  for (const kind of ['sessions', 'videos', 'followers', 'leads', 'sessions-history'])
    await saveTries(
      stores.dataSource,
      accounts.map(({ product, accountId }) => ({ ...past, brandId: brand.brandId, product, accountId, kind })),
    );
  const through = addDays(businessDay(start, ZONE), -2);
  await stores.dataSource.query(
    `INSERT INTO collection_cursor (brand_id, platform, account_id, kind, cursor)
     SELECT brand_id, platform, unnest(account_ids), kind, cursor FROM platform_grant, (VALUES ('sessions', $2::jsonb), ('leads', $3::jsonb)) AS known (kind, cursor)
     WHERE brand_id = $1`,
    [
      brand.brandId,
      ...[{ finalThrough: through, final: {} }, { through: past.day }].map((cursor) =>
        JSON.stringify({ cursor, lastOkAt: start, problem: null }),
      ),
    ],
  );
  return brand.brandId;
}

interface ServerStory {
  limits: Record<string, { calls: number; exceeded: number; worst: number }>;
  refused: number;
  callsByHour: Record<string, number[]>;
  reads: [string, number[]][];
  calls: Record<string, number>;
}

async function run(folder: string): Promise<void> {
  const redis = await startRedis(folder, { durable: true });
  const children = new Set<ChildProcess>();
  const accounts = benchAccounts(COUNT);
  const env: Record<string, string> = { VITRINE_DATA: path.join(folder, 'data'), REDIS_URL: redis.url, LOG_LEVEL: 'error' };
  const stores = await openStores(loadSettings(env));
  try {
    // a past day: facts from the future are refused
    const start = dayStart(addDays(businessDay(Date.now(), ZONE), -30), ZONE);
    const begin = start + Number(values.from) * HOUR;
    const brandId = await prepare(stores, accounts, begin);
    if (values.work) await watchStatements(stores);
    const clock = new FastClock(begin, Date.now() + 15_000, SPEED);
    const [downFrom = 0, downTo = 0] = values.down.split('-').map((hour) => start + Number(hour) * HOUR);
    const shared = {
      ...env,
      BENCH_CLOCK: clock.text,
      BENCH_ACCOUNTS: String(COUNT),
      BENCH_START: String(start),
      BENCH_BEGIN: String(begin),
    };
    const server = started('platform-server.ts', {
      ...shared,
      BENCH_DOWN: JSON.stringify(values.down ? { from: downFrom, to: downTo } : { from: 0, to: 0 }),
    });
    children.add(server);
    const { urls } = await told<{ urls: Record<string, string> }>(server);
    const workerEnv = {
      ...shared,
      DOUYIN_BASE_URL: urls.douyin ?? '',
      DOUYIN_CLIENT_KEY: DOUYIN_APP.clientKey,
      DOUYIN_CLIENT_SECRET: DOUYIN_APP.clientSecret,
      KUAISHOU_BASE_URL: urls.kuaishou ?? '',
      KUAISHOU_APP_ID: KUAISHOU_APP.appId,
      KUAISHOU_APP_SECRET: KUAISHOU_APP.appSecret,
      CHANNELS_BASE_URL: urls.channels ?? '',
    };
    const memory = new MemoryWatch();
    const workers: ChildProcess[] = [];
    const work = (place: number): void => {
      const worker = started('worker.ts', workerEnv);
      workers[place] = worker;
      children.add(worker);
      memory.add(worker);
      worker.once('exit', () => children.delete(worker));
    };
    for (let place = 0; place < Number(values.processes); place++) work(place);
    say(`${COUNT} accounts, ${HOURS} h at ${SPEED} x: ${Math.round((HOURS * 60) / SPEED)} min`);
    const end = begin + HOURS * HOUR;
    const before = cpuSeconds();
    const kills: number[] = [];
    let nextKill = Date.now() + 75_000;
    // an hour more: what is due at the end has the time that everything else had
    while (clock.now() < end + HOUR / 2) {
      await sleep(1_000);
      if (Number(values.kill) > 0 && Date.now() >= nextKill && clock.now() < end) {
        const place = Math.floor(Math.random() * workers.length);
        workers[place]?.kill('SIGKILL');
        work(place);
        kills.push(clock.now());
        nextKill += Number(values.kill) * 1_000;
        say(`simulated ${((clock.now() - begin) / HOUR).toFixed(1)} h, ${kills.length} kills`);
      }
    }
    const cpu = cpuSeconds();
    for (const worker of workers) worker.kill('SIGTERM');
    await Promise.race([Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))), sleep(15_000)]);
    const story = told<ServerStory>(server);
    server.send('tell');
    const outcome = await story;
    const measured: Measured = {
      ...outcome,
      accounts,
      brandId,
      start: begin,
      end,
      kills,
      slopes: memory.slopes(),
      down: { from: downFrom, to: downTo },
      hours: HOURS,
    };
    for (const line of [...(await goalLines(stores, measured)), ...figureLines(measured, memory.overTime())])
      console.log(JSON.stringify(line));
    const calls = Object.values(outcome.calls).reduce((sum, one) => sum + one, 0);
    const spent = Object.entries(cpu).map(([part, seconds]): [string, number] => [part, seconds - (before[part] ?? 0)]);
    const perThousand = (seconds: number): number => Math.round((seconds / calls) * 10_000) / 10;
    const total = spent.reduce((sum, [, seconds]) => sum + seconds, 0);
    const parts = spent.map(([part, seconds]) => `${part} ${perThousand(seconds)}`).join(', ');
    console.log(
      JSON.stringify({ name: 'CPU seconds per 1,000 calls', value: perThousand(total), note: `${parts}; ${Math.round(total)} s` }),
    );
    if (values.work)
      console.log(JSON.stringify({ calls: outcome.calls, redis: await redisWork(redis.url), ...(await storeWork(stores)) }, null, 1));
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await stores.close();
    await redis.stop();
  }
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-bench-collectors-'));
void run(folder)
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
