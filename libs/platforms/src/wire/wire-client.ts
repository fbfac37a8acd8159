import { Agent, errors, request } from 'undici';
import type { Platform } from '@app/contracts';
import { PlatformError } from '../platform-error';
import { Limiter } from './limiter';
import { isWireObject, type WireObject } from './wire-value';

export interface WireOptions {
  /** Calls at once. Default 32. */
  concurrency?: number;
  /** Without an answer for this long a call is given up and repeated. Default 15,000. */
  timeoutMs?: number;
  /** First wait before a repetition; doubles, with jitter. Default 1,000. */
  retryBaseMs?: number;
  /** Repetitions after the first try. Default 5. */
  retries?: number;
}

export interface WireRequest {
  method?: 'GET' | 'POST';
  path: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  json?: object;
  form?: Record<string, string>;
  signal: AbortSignal;
}

/** Says what an answer's error code asks for, or null when the answer is good. Throws nothing. */
export type AnswerCheck = (answer: WireObject, path: string) => PlatformError | null;

/** Codes that mean "too many calls" hold back all calls to the platform, not only this one. */
export interface WireProtocol {
  platform: Platform;
  check: AnswerCheck;
  isRateLimit: (code: string) => boolean;
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** HTTP to one platform: keep-alive connections, limit, time-out, and repetition with exponential back-off of what may be repeated. */
export class WireClient {
  private readonly agent: Agent;
  private readonly limiter: Limiter;
  private readonly origin: string;
  private readonly retryBaseMs: number;
  private readonly retries: number;

  constructor(
    baseUrl: string,
    private readonly protocol: WireProtocol,
    options: WireOptions = {},
  ) {
    const { concurrency = 32, timeoutMs = 15_000 } = options;
    this.origin = baseUrl.replace(/\/+$/, '');
    this.retryBaseMs = options.retryBaseMs ?? 1_000;
    this.retries = options.retries ?? 5;
    this.limiter = new Limiter(concurrency);
    this.agent = new Agent({
      connections: concurrency,
      keepAliveTimeout: 30_000,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: timeoutMs },
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  /** The answer, checked. Throws PlatformError, or the reason of an abort. */
  async send(wire: WireRequest): Promise<WireObject> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.limiter.run(() => this.once(wire));
      } catch (error) {
        if (!(error instanceof PlatformError) || error.action !== 'retry' || attempt >= this.retries) throw error;
        const longest = this.retryBaseMs * 2 ** attempt * error.waitFactor;
        const wait = longest / 2 + (Math.random() * longest) / 2;
        if (this.protocol.isRateLimit(error.wireCode)) this.limiter.pause(wait);
        await sleep(wait, wire.signal);
      }
    }
  }

  private async once(wire: WireRequest): Promise<WireObject> {
    wire.signal.throwIfAborted();
    const { platform, check } = this.protocol;
    const fail = (action: PlatformError['action'], code: string, cause?: unknown) =>
      new PlatformError(platform, action, code, wire.path, 1, cause);
    let status: number;
    let text: string;
    try {
      const { url, method, headers, body } = this.encode(wire);
      const response = await request(url, { method, headers, body, dispatcher: this.agent, signal: wire.signal });
      status = response.statusCode;
      text = await response.body.text();
    } catch (error) {
      if (wire.signal.aborted) throw wire.signal.reason;
      const slow =
        error instanceof errors.HeadersTimeoutError ||
        error instanceof errors.BodyTimeoutError ||
        error instanceof errors.ConnectTimeoutError;
      throw fail('retry', slow ? 'timeout' : 'connection', error);
    }
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw fail(status >= 500 || status === 429 || status === 200 ? 'retry' : 'fail', status === 200 ? 'not json' : `http ${status}`);
    }
    if (!isWireObject(answer)) throw fail('fail', 'not an object');
    // an error body says more than the HTTP status, which is 200 for most errors here
    const problem = check(answer, wire.path);
    if (problem) throw problem;
    if (status >= 400) throw fail(status >= 500 || status === 429 ? 'retry' : 'fail', `http ${status}`);
    return answer;
  }

  private encode(wire: WireRequest): { url: string; method: 'GET' | 'POST'; headers: Record<string, string>; body?: string } {
    let url = this.origin + wire.path;
    if (wire.query) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(wire.query)) if (value !== undefined) query.set(name, String(value));
      url += `?${query.toString()}`;
    }
    const headers: Record<string, string> = { ...wire.headers };
    if (wire.json) headers['content-type'] = 'application/json';
    if (wire.form) headers['content-type'] = 'application/x-www-form-urlencoded';
    const body = wire.json ? JSON.stringify(wire.json) : wire.form ? new URLSearchParams(wire.form).toString() : undefined;
    return { url, method: wire.method ?? 'GET', headers, body };
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Builds the check of a protocol from the reader of its error code and its table of actions. An unknown code is `fail`. */
export function answerCheck(
  platform: Platform,
  codeOf: (answer: WireObject) => string | null,
  actions: Readonly<Record<string, PlatformError['action']>>,
  waitFactors: Readonly<Record<string, number>> = {},
): AnswerCheck {
  return (answer, path) => {
    const code = codeOf(answer);
    return code === null ? null : new PlatformError(platform, actions[code] ?? 'fail', code, path, waitFactors[code]);
  };
}
