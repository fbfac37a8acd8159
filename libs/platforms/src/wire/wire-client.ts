import { errors, request, type Agent } from 'undici';
import { ForbiddenTarget, guardedAgent, platformHosts } from '@app/config';
import type { Platform } from '@app/contracts';
import { PlatformError } from '../platform-error';
import { CallQueue } from './call-queue';
import type { CircuitBreaker } from './circuit-breaker';
import { CircuitOpen } from './circuit-open';
import { chargesOf, completeRules, scaledRule, type AssumedRates, type LimitRule } from './limit-rules';
import { currentPayer, type Payer } from './payer';
import type { Charge, RateLimits } from './rate-limits';
import { readingAnswerOf } from './unreadable';
import { parseWireJson } from './wire-json';
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
  /** Limits that all processes share; none: calls are held back by `concurrency` only. */
  limits?: RateLimits;
  /** For how many times faster the limits are to be read, and what is assumed where a platform publishes none. */
  limitScale?: number;
  assumedRates?: AssumedRates;
  /** Says when a platform is not worth calling; none: every call is tried. */
  breaker?: CircuitBreaker;
  /** Gets the Date header of every answer: a server's clock, to compare ours with. */
  onAnswer?: (origin: string, dateHeader: string) => void;
  /** Addresses that are not public and may be called although only a platform's own name leads there. */
  privateTargets?: readonly string[];
}

export interface WireRequest {
  method?: 'GET' | 'POST';
  path: string;
  /** Name in the table of limits, where it is not the path. */
  endpoint?: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  json?: object;
  form?: Record<string, string>;
  signal: AbortSignal;
}

/** Says what an answer's error code asks for, or null when the answer is good. Throws nothing. */
export type AnswerCheck = (answer: WireObject, path: string) => PlatformError | null;

export interface WireProtocol {
  platform: Platform;
  check: AnswerCheck;
  /** Codes that mean "too many calls": the credential is held back, and with a second one the whole app. */
  isRateLimit: (code: string) => boolean;
  /** What the platform publishes (`limits.ts` of the connector). */
  limits?: readonly LimitRule[];
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** A second credential that is refused within this time tells of the app's limit, not of its own. */
const SAME_TROUBLE_MS = 5_000;

/** HTTP to one platform: keep-alive connections, limits, breaker, time-out, and repetition with exponential back-off of what may be repeated. */
export class WireClient {
  private readonly agent: Agent;
  private readonly calls: CallQueue;
  private readonly rules: readonly LimitRule[];
  private readonly origin: string;
  private readonly retryBaseMs: number;
  private readonly retries: number;
  private readonly complaints = new Map<string, { credential: string; at: number }>();

  constructor(
    baseUrl: string,
    private readonly protocol: WireProtocol,
    private readonly options: WireOptions = {},
  ) {
    const { concurrency = 32, timeoutMs = 15_000 } = options;
    this.origin = baseUrl.replace(/\/+$/, '');
    this.retryBaseMs = options.retryBaseMs ?? 1_000;
    this.retries = options.retries ?? 5;
    this.calls = new CallQueue(concurrency, options.limits ?? null);
    const scale = options.limitScale ?? 1;
    this.rules = options.limits ? completeRules(protocol.limits ?? [], options.assumedRates).map((rule) => scaledRule(rule, scale)) : [];
    // a server that the operator names may be anywhere; a platform's own name must lead to the public internet
    const { hostname } = new URL(this.origin);
    const trustedHosts = platformHosts().includes(hostname) ? [] : [hostname.replace(/^\[|\]$/g, '')];
    this.agent = guardedAgent(
      { privateTargets: options.privateTargets ?? [], trustedHosts },
      {
        connections: concurrency,
        keepAliveTimeout: 30_000,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        connect: { timeout: timeoutMs },
        maxResponseSize: MAX_ANSWER_BYTES,
      },
    );
  }

  /** The answer, checked. Throws PlatformError, or the reason of an abort. */
  async send(wire: WireRequest): Promise<WireObject> {
    const payer = currentPayer();
    // base URLs may be shared by stand-ins: the platform and its host name the limits
    const charges = chargesOf(this.rules, `${this.protocol.platform}@${this.origin}`, payer, wire.endpoint ?? wire.path);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.calls.run({ share: payer.share, charges, signal: wire.signal }, () => this.guarded(wire));
      } catch (error) {
        const repeatable = error instanceof PlatformError && error.action === 'retry' && !(error instanceof CircuitOpen);
        if (!repeatable) throw error;
        const longest = this.retryBaseMs * 2 ** attempt * error.waitFactor;
        const wait = longest / 2 + (Math.random() * longest) / 2;
        if (this.protocol.isRateLimit(error.wireCode)) await this.slowDown(charges, payer, wait);
        if (attempt >= this.retries) throw error;
        await sleep(wait, wire.signal);
      }
    }
  }

  private async slowDown(charges: Charge[], { app, credential }: Payer, waitMs: number): Promise<void> {
    const { limits } = this.options;
    const now = performance.now();
    const before = this.complaints.get(app);
    const everybody = before !== undefined && before.credential !== credential && now - before.at < SAME_TROUBLE_MS;
    this.complaints.set(app, { credential, at: now });
    await limits?.slowDown(
      charges.filter(({ per }) => everybody || per === 'credential'),
      waitMs,
    );
  }

  /** One call, unless the platform is known to be down. */
  private async guarded(wire: WireRequest): Promise<WireObject> {
    const { breaker } = this.options;
    if (!breaker) return this.once(wire);
    const key = this.origin;
    const waitMs = await breaker.admit(key);
    if (waitMs > 0) throw new CircuitOpen(this.protocol.platform, wire.path, waitMs);
    try {
      const answer = await this.once(wire);
      await breaker.succeeded(key);
      return answer;
    } catch (error) {
      if (error instanceof PlatformError) await (isOutage(error) ? breaker.failed(key) : breaker.succeeded(key));
      throw error;
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
      if (this.options.onAnswer && typeof response.headers.date === 'string') this.options.onAnswer(this.origin, response.headers.date);
      text = await response.body.text();
    } catch (error) {
      if (wire.signal.aborted) throw wire.signal.reason;
      if (error instanceof ForbiddenTarget) throw fail('fail', 'forbidden target', error);
      const slow =
        error instanceof errors.HeadersTimeoutError ||
        error instanceof errors.BodyTimeoutError ||
        error instanceof errors.ConnectTimeoutError;
      throw fail('retry', slow ? 'timeout' : 'connection', error);
    }
    let answer: unknown;
    try {
      answer = parseWireJson(text);
    } catch {
      throw fail(status >= 500 || status === 429 || status === 200 ? 'retry' : 'fail', status === 200 ? 'not json' : `http ${status}`);
    }
    if (!isWireObject(answer)) throw fail('fail', 'not an object');
    // an error body says more than the HTTP status, which is 200 for most errors here
    const problem = check(answer, wire.path);
    if (problem) throw problem;
    if (status >= 400) throw fail(status >= 500 || status === 429 ? 'retry' : 'fail', `http ${status}`);
    readingAnswerOf(wire.path);
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

/** No answer at all, or a server that fails: refusals are a sign of life. */
const isOutage = ({ wireCode }: PlatformError): boolean => wireCode === 'timeout' || wireCode === 'connection' || /^http 5/.test(wireCode);

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
