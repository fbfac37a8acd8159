import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  form: URLSearchParams;
  json: Record<string, unknown>;
}
export type FakeAnswer = object | string | { status: number; body: object | string } | 'hang';

/** A server of a test's own that answers what `handler` says, HTTP 200 unless told otherwise; `hang` never answers. */
export async function fakeServer(
  handler: (request: FakeRequest) => FakeAnswer,
): Promise<{ url: string; calls: FakeRequest[]; close(): Promise<void> }> {
  const calls: FakeRequest[] = [];
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const url = new URL(incoming.url ?? '/', 'http://fake');
      const isJson = incoming.headers['content-type']?.includes('json') ?? false;
      const request: FakeRequest = {
        method: incoming.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        form: new URLSearchParams(isJson ? '' : text),
        json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
      calls.push(request);
      const answer = handler(request);
      if (answer === 'hang') return;
      const { status, body } =
        typeof answer === 'object' && 'status' in answer && 'body' in answer
          ? (answer as { status: number; body: object | string })
          : { status: 200, body: answer };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
