import * as net from 'node:net';
import { portTaken } from './failures';

/** A loopback port that was free a moment ago; who uses it must expect to lose the race. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** An error of `listen` as one that says what to do; everything else as it was. */
export function listenError(error: unknown, port: number): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EADDRINUSE') return portTaken(port, 'taken');
  if (code === 'EACCES') return portTaken(port, 'forbidden');
  return error;
}

/** Throws `conflict` with a remedy when nobody may listen on the port now. */
export function assertPortFree(port: number, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', (error) => reject(listenError(error, port)));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
