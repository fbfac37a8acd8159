import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report, ShowroomRow, ValueRow } from '@app/contracts';
import { NODE, ROOT, RunningProduct, get, startProgram, temporaryFolder, until, untilEnd, vitrine, vitrineJson } from '../support/cli';
import { FIGURES, prepareBrand } from '../support/cli-brand';
import { processesOn, untilNothingRunsOn } from '../support/instance-processes';
import { signedIn, type SignedIn } from '../support/sign-in';
import { asDelivered } from '../support/small-servers';

describe('life of the product', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');

  beforeAll(async () => {
    await prepareBrand(data);
    asDelivered(data);
  });
  afterAll(async () => {
    await untilNothingRunsOn(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  // one sign-in for all starts on the folder: it is in the state store, too
  let reader: SignedIn | undefined;
  const everything = async (url: string) => {
    reader ??= await signedIn(url, 'data-operator');
    const { body } = await get<Report<ValueRow>>(`${url}/api/v1/reports/value?month=2026-10&level=brand`, reader.headers);
    expect(body.rows[0].valueCny).toBe(FIGURES.valueBrand);
  };
  const refused = (url: string) =>
    fetch(url).then(
      () => false,
      () => true,
    );

  it('after SIGINT, SIGTERM and SIGKILL nothing runs on the folder, its port is free, and the next start has everything', async () => {
    let port = '0';
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      const product = RunningProduct.up(data, { env: { PORT: port } });
      const url = await product.ready();
      await everything(url);
      expect(processesOn(data).length).toBeGreaterThan(1);
      expect(await product.stop(signal)).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
      await untilNothingRunsOn(data);
      expect(await refused(url)).toBe(true);
      ({ port } = new URL(url));
    }
  });

  it('when npm is killed, what it started ends too', async () => {
    const npm = spawn('npm', ['run', '-s', 'vitrine', '--', '--data', data, 'up'], {
      cwd: ROOT,
      env: { PATH: `${path.dirname(NODE)}:${process.env.PATH}`, HOME: folder, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const product = new RunningProduct(npm);
    const url = await product.ready();
    await everything(url); // after the kill -9 of the test before
    npm.kill('SIGKILL');
    await untilNothingRunsOn(data);
    expect(await refused(url)).toBe(true);
  });

  it('an import that is killed in the middle is finished by a rerun, without a row twice', async () => {
    const rows = 150_000;
    const file = path.join(folder, 'many.ndjson');
    const start = Date.parse('2026-08-03T00:00:00Z');
    const lines: string[] = [];
    for (let row = 0; row < rows; row++)
      lines.push(
        JSON.stringify({
          platform: 'douyin',
          accountId: '007',
          viewer: `m${row % 50_000}`,
          enteredAt: start + row * 1000,
          dwellSeconds: 10,
        }),
      );
    fs.writeFileSync(file, lines.join('\n'));
    const child = startProgram(['--data', data, 'import', 'entries', file]);
    const ended = untilEnd(child);
    await until('the servers of the import', () => processesOn(data).length > 3);
    await sleep(1500);
    child.kill('SIGKILL');
    await ended;
    await untilNothingRunsOn(data);
    const again = await vitrine(['--data', data, 'import', 'entries', file]);
    expect(again.code).toBe(0);
    const counts = JSON.parse(again.out) as { read: number; accepted: number; replaced: number; unchanged: number };
    expect(counts).toMatchObject({ read: rows, replaced: 0, rejected: 0 });
    expect(counts.accepted + counts.unchanged).toBe(rows);
    const report = await vitrineJson<Report<ShowroomRow>>([
      '--data',
      data,
      'report',
      'showroom',
      '--month',
      '2026-08',
      '--level',
      'brand',
      '--json',
    ]);
    expect(report.rows[0]).toMatchObject({ entries: rows, viewers: 50_000 });
    await untilNothingRunsOn(data);
  });

  it('a taken port is an error that says what to do', async () => {
    const holder = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    try {
      const { port } = holder.address() as net.AddressInfo;
      const { code, out, err } = await vitrine(['--data', data, 'up'], { env: { PORT: String(port) } });
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(new RegExp(`端口 ${port} 已被[^]*Port ${port} is taken[^]*处理[^]*set PORT`));
      await untilNothingRunsOn(data);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  it('a second one on the same folder serves beside the first, and ends when asked though the stores went before it', async () => {
    const first = RunningProduct.up(data);
    await first.ready();
    const second = RunningProduct.up(data);
    try {
      await everything(await second.ready());
      expect(await first.stop()).toBe(0);
    } finally {
      await first.stop();
      await second.stop();
    }
    await untilNothingRunsOn(data);
  });

  it('the demo that is killed while it is made leaves nothing running', async () => {
    const demo = path.join(folder, 'demo');
    const product = new RunningProduct(startProgram(['--data', demo, 'demo', '--exit'], { env: { PORT: '0' } }));
    await until('the making of the files', () => processesOn(demo).length > 1);
    await sleep(500);
    await product.stop('SIGKILL');
    await untilNothingRunsOn(demo);
  });
});
