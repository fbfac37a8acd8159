import { spawn, spawnSync } from 'node:child_process';
import * as net from 'node:net';

/** Is there a redis-server on this machine? */
export const hasRedis = (): boolean => spawnSync('which', ['redis-server']).status === 0;

export interface TestRedis {
  url: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server of its own, in memory, or with its log in `folder` kept over a restart. */
export async function startRedis(folder: string, { durable = false } = {}): Promise<TestRedis> {
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', durable ? 'yes' : 'no', '--dir', folder];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (/Ready to accept connections/.test(said)) resolve();
    });
  });
  return {
    url: `redis://127.0.0.1:${port}/0`,
    stop: () => {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
