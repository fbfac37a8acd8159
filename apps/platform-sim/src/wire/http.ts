import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the wire handlers see it. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A listening server on the loopback. `close` also ends connections that clients keep open. */
export interface Listener {
  url: string;
  close(): Promise<void>;
}

/** An answer that does not come as a whole JSON body with HTTP 200. */
export class Delivery {
  constructor(
    readonly text: string,
    readonly how: {
      status?: number;
      type?: string;
      /** `cut`: half of the body, then the connection ends; `reset`: it ends before an answer. */
      fault?: 'cut' | 'reset';
      delayMs?: number;
      /** The `Date` header's instant, epoch ms. */
      date?: number;
    } = {},
  ) {}
}

/** Serves answers: an object is JSON with HTTP 200, as these platforms answer even errors. Port 0 takes a free one. */
export function listen(port: number, answer: (call: Call) => object): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (request.method === 'GET') reply(request, response, '', answer);
    else {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => reply(request, response, Buffer.concat(chunks).toString('utf8'), answer));
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${bound}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

function reply(request: IncomingMessage, response: ServerResponse, body: string, answer: (call: Call) => object): void {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  let delivery: Delivery;
  try {
    const answered = answer({ method: request.method ?? 'GET', path, query, headers: request.headers, body });
    delivery = answered instanceof Delivery ? answered : new Delivery(JSON.stringify(answered));
  } catch (error) {
    delivery = new Delivery(JSON.stringify({ error: error instanceof Error ? error.message : 'failed' }), { status: 500 });
  }
  if (delivery.how.delayMs) setTimeout(() => send(response, delivery), delivery.how.delayMs);
  else send(response, delivery);
}

function send(response: ServerResponse, { text, how }: Delivery): void {
  if (how.fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const headers: Record<string, string | number> = {
    'content-type': how.type ?? 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(how.date === undefined ? {} : { date: new Date(how.date).toUTCString() }),
  };
  response.writeHead(how.status ?? 200, headers);
  if (how.fault === 'cut') response.write(text.slice(0, text.length >> 1), () => response.socket?.destroy());
  else response.end(text);
}

/** The fields of a body, whether JSON, form or multipart; empty when there is none or it cannot be read. */
export function bodyFields(call: Call): Record<string, unknown> {
  const type = call.headers['content-type'] ?? '';
  if (type.includes('multipart/')) {
    return Object.fromEntries([...call.body.matchAll(/name="([^"]+)"\r\n\r\n([^\r]*)\r\n/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
  }
  if (type.includes('form-urlencoded')) return Object.fromEntries(new URLSearchParams(call.body));
  try {
    const parsed: unknown = JSON.parse(call.body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A parameter out of query or body as text; empty when absent. */
export function text(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
