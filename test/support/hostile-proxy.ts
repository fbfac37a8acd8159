import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the proxy does to one request. Sizes are bytes of the body that pass before the fault. */
export type Fault =
  | { do: 'reset-before' }
  | { do: 'reset-in-request'; after: number }
  | { do: 'reset-after' }
  | { do: 'half-answer'; after: number }
  /** Cut, and ended as if it were whole: what a proxy does that cannot tell a lost upstream from a finished one. */
  | { do: 'short-answer'; after: number }
  /** The whole answer, status 200, then this text. */
  | { do: 'append'; text: string }
  | { do: 'slow'; bytesAtOnce: number; pauseMs: number }
  /** The request reaches the server twice, one after the other; the answer is that of the second. */
  | { do: 'twice' }
  /** Settings added to the request's address. */
  | { do: 'settings'; settings: Record<string, string> };

export interface ProxiedRequest {
  /** Counts from 0 over the life of the proxy. */
  number: number;
  /** The statement, where it stands in the address (inserts) or else the start of the body; empty for a ping. */
  statement: string;
}

/** An HTTP proxy in front of ClickHouse that treats requests as `fault` says; undefined passes a request unharmed. */
export class HostileProxy {
  /** How often a fault was done. */
  struck = 0;
  private requests = 0;
  private readonly server = http.createServer((request, answer) => void this.handle(request, answer).catch(() => answer.destroy()));

  private constructor(
    private readonly target: URL,
    public fault: (request: ProxiedRequest) => Fault | undefined,
  ) {}

  static async before(url: string, fault: (request: ProxiedRequest) => Fault | undefined = () => undefined): Promise<HostileProxy> {
    const proxy = new HostileProxy(new URL(url), fault);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** By name, as a server elsewhere is addressed: the embedded servers are addressed by number. */
  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** By number, as the embedded servers are. */
  get embeddedUrl(): string {
    return this.url.replace('localhost', '127.0.0.1');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: http.IncomingMessage, answer: http.ServerResponse): Promise<void> {
    const number = this.requests++;
    request.on('error', () => undefined);
    answer.on('error', () => undefined);
    const inAddress = new URL(request.url ?? '/', this.target).searchParams.get('query');
    const body = inAddress === null ? await bytesOf(request) : undefined;
    const fault = this.fault({ number, statement: inAddress ?? body?.toString('utf8', 0, 2000) ?? '' });
    if (fault) this.struck++;
    if (fault?.do === 'reset-before') return reset(request);
    if (fault?.do === 'reset-in-request') return this.cutRequest(request, body, fault.after);
    if (fault?.do === 'twice') {
      const whole = body ?? (await bytesOf(request));
      await bytesOf(await this.forward(request, whole));
      return pass(await this.forward(request, whole), answer);
    }
    const address = new URL(request.url ?? '/', this.target);
    if (fault?.do === 'settings') for (const [name, value] of Object.entries(fault.settings)) address.searchParams.set(name, value);
    const got = await this.forward(request, body ?? request, address, answer);
    if (!fault || fault.do === 'settings') return pass(got, answer);
    await this.spoil(fault, got, request, answer);
  }

  private async spoil(fault: Fault, got: http.IncomingMessage, request: http.IncomingMessage, answer: http.ServerResponse): Promise<void> {
    if (fault.do === 'reset-after') {
      await bytesOf(got);
      return reset(request);
    }
    answer.writeHead(got.statusCode ?? 502, withoutFraming(got.headers));
    let passed = 0;
    for await (const chunk of got as AsyncIterable<Buffer>) {
      if (fault.do === 'slow')
        for (let at = 0; at < chunk.length; at += fault.bytesAtOnce) {
          answer.write(chunk.subarray(at, at + fault.bytesAtOnce));
          await new Promise((resolve) => setTimeout(resolve, fault.pauseMs));
        }
      else if (fault.do === 'half-answer' || fault.do === 'short-answer') {
        answer.write(chunk.subarray(0, Math.max(0, fault.after - passed)));
        passed += chunk.length;
        if (passed >= fault.after) break;
      } else answer.write(chunk);
    }
    if (fault.do === 'half-answer') {
      await new Promise((resolve) => setTimeout(resolve, 20)); // what was written shall arrive before the reset
      return reset(request);
    }
    answer.end(fault.do === 'append' ? fault.text : undefined);
  }

  private forward(
    request: http.IncomingMessage,
    body: Buffer | http.IncomingMessage,
    address = new URL(request.url ?? '/', this.target),
    answer?: http.ServerResponse,
  ): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers: http.OutgoingHttpHeaders = { ...withoutFraming(request.headers), host: this.target.host, connection: 'close' };
      if (Buffer.isBuffer(body)) headers['content-length'] = body.length;
      const up = http.request(address, { method: request.method, headers, agent: false }, resolve).once('error', reject);
      answer?.once('close', () => up.destroy()); // a caller that goes away is gone for the server, too
      if (Buffer.isBuffer(body)) up.end(body);
      else body.pipe(up);
    });
  }

  /** The server gets the head and the first bytes of the body; then both connections break. */
  private async cutRequest(request: http.IncomingMessage, body: Buffer | undefined, after: number): Promise<void> {
    const address = new URL(request.url ?? '/', this.target);
    const headers = { ...withoutFraming(request.headers), host: this.target.host };
    const up = http.request(address, { method: request.method, headers, agent: false }).on('error', () => undefined);
    let passed = 0;
    const part = (chunk: Buffer) => {
      const rest = chunk.subarray(0, Math.max(0, after - passed));
      passed += rest.length;
      return new Promise<void>((resolve) => (rest.length ? up.write(rest, () => resolve()) : resolve()));
    };
    if (body) await part(body);
    else
      for await (const chunk of request as AsyncIterable<Buffer>) {
        await part(chunk);
        if (passed >= after) break;
      }
    await new Promise((resolve) => setTimeout(resolve, 10));
    up.destroy();
    reset(request);
  }
}

const reset = ({ socket }: http.IncomingMessage): void => void socket.resetAndDestroy();

function withoutFraming(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const kept = { ...headers };
  for (const name of ['connection', 'transfer-encoding', 'content-length', 'host', 'keep-alive']) delete kept[name];
  return kept;
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pass(got: http.IncomingMessage, answer: http.ServerResponse): void {
  answer.writeHead(got.statusCode ?? 502, withoutFraming(got.headers));
  got.on('error', () => answer.destroy()).pipe(answer);
}
