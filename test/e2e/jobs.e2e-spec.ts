import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { loadSettings } from '@app/config';
import { addMonths, businessMonth } from '@app/contracts';
import { StateReader, createDataSource } from '@app/database';
import { openInstance } from '@app/embedded';
import { BullQueueAdapter, type JobEnd } from '@app/queue';
import { KUAISHOU_APP, PlatformSim, createWorld, startPlatformSim } from '../../apps/platform-sim/src';
import { accountRows, grantRows } from '../../apps/platform-sim/src/files/rows';
import { Commands, RunningProduct, startProgram, temporaryFolder, until } from '../support/cli';
import { ndjson } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { fillWithStores } from '../support/stores';

const ACCOUNTS = 12;
const hasRedis = spawnSync('which', ['redis-server']).status === 0;
const world = createWorld({ seed: 11, endMonth: addMonths(businessMonth(Date.now(), 'Asia/Shanghai'), -1) });

/** A server before the simulator that, once told to, lets so many requests through and answers no further one. */
async function gate(target: string) {
  let left = Infinity;
  const held: http.ServerResponse[] = [];
  const server = http.createServer((request, response) => {
    if (left-- <= 0) return void held.push(response);
    const onward = http.request(new URL(request.url ?? '/', target), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    letThrough: (count: number) => (left = count),
    held: () => held.length,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function startRedis(folder: string) {
  const socket = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => socket.once('listening', resolve));
  const { port } = socket.address() as net.AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await until('Redis', () => /Ready to accept connections/.test(said));
  return {
    url: `redis://127.0.0.1:${port}/0`,
    stop: () => new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGTERM'))),
  };
}

describe.each([
  { store: 'PostgreSQL', run: true },
  { store: 'Redis (needs redis-server)', run: hasRedis },
])('jobs on $store', ({ store, run }) => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  const env: Record<string, string> = { KUAISHOU_APP_ID: KUAISHOU_APP.appId, KUAISHOU_APP_SECRET: KUAISHOU_APP.appSecret };
  const some = world.of('kuaishou').slice(0, ACCOUNTS);
  const ids = new Set<unknown>(some.map(({ accountId }) => accountId));
  const isOurs = (row: Record<string, unknown>) => ids.has(row.accountId ?? (row.accounts as string[])[0]);
  const guarantee = run ? it : it.skip;
  let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
  let sim: PlatformSim;
  let door: Awaited<ReturnType<typeof gate>>;
  let product: RunningProduct;
  let commands: Commands;

  const command = async (brand: string, ...args: string[]) => {
    const ran = await commands.run(['--data', data, '--brand', brand, ...args]);
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.code}\n${ran.err}`);
    return ran.out;
  };
  const exported = async (brand: string, kind: string, ...fields: string[]) => {
    const rows = (await command(brand, 'export', kind)).trim().split('\n');
    return rows.map((line) => fields.map((field) => String((JSON.parse(line) as Record<string, unknown>)[field])).join(' ')).sort();
  };
  const readings = async (brand: string) => [
    ...(await exported(brand, 'videos', 'platform', 'accountId', 'videoId', 'plays')),
    ...(await exported(brand, 'followers', 'platform', 'accountId', 'day', 'followers')),
  ];
  const prepare = async (brand: string) => {
    for (const [kind, rows] of [
      ['accounts', accountRows(world).map((row) => ({ ...row, dealerId: undefined, ownerKind: 'brand' }))],
      ['grants', grantRows(world)],
    ] as const) {
      const file = path.join(folder, `${kind}.ndjson`);
      fs.writeFileSync(file, ndjson(rows.filter(isOurs)));
      await command(brand, 'import', kind, file);
    }
  };

  beforeAll(async () => {
    if (!run) return;
    if (store !== 'PostgreSQL') redis = await startRedis(folder);
    if (redis) env.REDIS_URL = redis.url;
    sim = await startPlatformSim({ world, trouble: 'none' });
    sim.setNow(Date.now()); // the same figures at every reading
    door = await gate(sim.urls.kuaishou);
    env.KUAISHOU_BASE_URL = door.url;
    await fillWithStores(data);
    product = RunningProduct.up(data, { env }, ['--role', 'api']);
    await product.ready();
    commands = new Commands({ env, cwd: folder });
    await prepare('brand');
    await commands.run(['--data', data, 'brand', 'add', 'killed', '--name', 'killed']);
    await prepare('killed');
  });
  afterAll(async () => {
    await commands?.stop();
    await product?.stop();
    await door?.close();
    await sim?.stop();
    await redis?.stop();
    await untilNothingRunsOn(data);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  guarantee('what `collect` reads from the platform stands in the exports', async () => {
    const out = await command('brand', 'collect', '--platform', 'kuaishou');
    expect(out).toMatch(new RegExp(`^kuaishou: ${ACCOUNTS} accounts, .* 0 failures`));
    const rows = await readings('brand');
    expect(new Set(rows.map((row) => row.split(' ')[1]))).toEqual(ids);
  });

  guarantee('a job whose worker is killed in the middle is finished after a restart, and nothing is doubled', async () => {
    const instance = await openInstance(loadSettings({ VITRINE_DATA: data }));
    const dataSource = await createDataSource(instance.postgres).initialize();
    const { brandId } = await new StateReader(dataSource, instance.secret).brand('killed').finally(() => dataSource.destroy());
    const queue = new BullQueueAdapter({ redisUrl: redis?.url ?? null, postgres: instance.postgres });
    const worker = () => new RunningProduct(startProgram(['--data', data, 'up', '--role', 'collector'], { env }));
    let second: RunningProduct | undefined;
    const first = worker();
    try {
      await until('the first worker', () => /^ready/m.test(first.out));
      door.letThrough(10);
      const jobs = some.flatMap(({ accountId }) =>
        (['videos', 'followers'] as const).map((kind) => ({
          payload: { brandId, product: 'kuaishou-open' as const, accountId, kind, now: true as const },
        })),
      );
      const asked = await queue.enqueueMany('collect-stream', jobs);
      await until('requests in the middle of the job', () => door.held() > 0);
      await first.stop('SIGKILL');
      door.letThrough(Infinity);
      second = worker();
      const ends: JobEnd[] = [];
      await queue.waitMany('collect-stream', asked, (end) => ends.push(end));
      expect(ends.map((end) => ('result' in end ? Object.keys(end.result as object) : end))).toEqual(asked.map(() => ['committed']));
      expect(await readings('killed')).toEqual(await readings('brand'));
    } finally {
      await first.stop('SIGKILL');
      await second?.stop();
      await queue.close();
      await instance.stop();
    }
  });
});
