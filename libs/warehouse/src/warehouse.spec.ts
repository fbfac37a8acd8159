import { type Server, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Warehouse } from './warehouse';

const IDLE_MS = 2500;

/** Nothing else happens in the process meanwhile. */
const busyFor = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('connections to the fact store', () => {
  const sockets = new Set<Socket>();
  let server: Server;
  let warehouse: Warehouse;

  beforeAll(async () => {
    server = createServer((request, response) => {
      sockets.add(request.socket);
      request.resume().on('end', () => response.end('{"one":1}\n'));
    });
    server.keepAliveTimeout = 600_000;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    warehouse = Warehouse.connect({ url: `http://127.0.0.1:${port}`, username: '', password: '', database: 'default' });
  });
  afterAll(async () => {
    await warehouse.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const ask = () => warehouse.query<{ one: number }>({ name: 'test.one', sql: 'SELECT 1 AS one' });

  it('are used again while they are fresh, never after a pause in which the server may have closed them, however busy the process was', async () => {
    await ask();
    await ask();
    expect(sockets.size).toBe(1);
    setTimeout(() => busyFor(IDLE_MS + 300), 0); // when it has passed, the query goes out before any timer that is overdue
    expect(await ask()).toEqual([{ one: 1 }]);
    expect(sockets.size).toBe(2);
  });
});
