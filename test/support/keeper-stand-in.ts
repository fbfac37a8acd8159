import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WarehouseAddress } from '@app/warehouse';

/** What a test sees of a stand-in. */
export interface KeeperStandIn {
  /** The first node, as one with Keeper would be. */
  address: WarehouseAddress;
  /** Statements that Keeper would have carried to every node, as they were sent. */
  carried: string[];
  close(): Promise<void>;
}

const ON_CLUSTER = / ON CLUSTER `[\w-]+`/;
const REPLICATED = /Replicated(\w*MergeTree)\('[^']*', '[^']*'(?:, )?/;

/**
 * Stands before the first of some servers and does what Keeper would do for the migrator: carries statements with ON CLUSTER to every node, and
 * answers questions about Keeper. Engines lose their replication on the way, for there is none. All else is passed on as it is.
 */
export async function standInForKeeper(nodes: readonly WarehouseAddress[]): Promise<KeeperStandIn> {
  const carried: string[] = [];
  const ask = async (node: WarehouseAddress, request: http.IncomingMessage, body: Buffer) => {
    const answer = await fetch(`${node.url}${request.url}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': node.username, 'X-ClickHouse-Key': node.password },
      body: new Uint8Array(body),
    });
    return {
      status: answer.status,
      code: answer.headers.get('x-clickhouse-exception-code'),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
  const answered = async (request: http.IncomingMessage, body: Buffer) => {
    const sql = body.toString();
    if (/system\.zookeeper/.test(sql)) return ask(nodes[0], request, Buffer.from('SELECT 1 AS name FORMAT JSONEachRow'));
    if (/SYSTEM SYNC REPLICA/.test(sql)) return ask(nodes[0], request, Buffer.from('SELECT 1 FORMAT Null'));
    if (!ON_CLUSTER.test(sql)) return ask(nodes[0], request, body);
    carried.push(sql);
    const plain = Buffer.from(sql.replace(ON_CLUSTER, '').replace(REPLICATED, '$1('));
    const answers = [];
    for (const node of nodes) answers.push(await ask(node, request, plain));
    return answers.find(({ status }) => status !== 200) ?? answers[0];
  };
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answered(request, Buffer.concat(chunks)).then(
        ({ status, code, body }) => response.writeHead(status, code ? { 'x-clickhouse-exception-code': code } : {}).end(body),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: { ...nodes[0], url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    carried,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
