import type { Redis } from 'ioredis';

/** Port to the state of a platform that all processes share: is it worth calling? */
export abstract class CircuitBreaker {
  /** 0: call. Else how long not to; after that one call at a time is let through as a probe. */
  abstract admit(key: string): Promise<number>;
  /** No answer, or a server error. */
  abstract failed(key: string): Promise<void>;
  /** Any answer, also one that refuses: the platform lives. */
  abstract succeeded(key: string): Promise<void>;
  abstract close(): Promise<void>;
}

export interface BreakerTimes {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it is open first; doubles with every probe that fails, up to `longestMs`. */
  openMs: number;
  longestMs: number;
  /** A probe that says nothing for so long is given up, and another is let through. */
  probeMs: number;
}

/** At real time; divide by the speed where time runs faster. */
export const BREAKER_TIMES: BreakerTimes = { failures: 12, openMs: 30_000, longestMs: 300_000, probeMs: 30_000 };

export const fasterBreaker = (speed: number): BreakerTimes => ({
  failures: BREAKER_TIMES.failures,
  openMs: BREAKER_TIMES.openMs / speed,
  longestMs: BREAKER_TIMES.longestMs / speed,
  probeMs: Math.max(2_000, BREAKER_TIMES.probeMs / speed),
});

export interface BreakerState {
  failures: number;
  /** How often it was opened in a row. */
  opened: number;
  /** 0: closed. */
  openUntil: number;
  probeUntil: number;
}
export const CLOSED: BreakerState = { failures: 0, opened: 0, openUntil: 0, probeUntil: 0 };

/** May a call go now, and the state after that answer. */
export function admitted(state: BreakerState, now: number, times: BreakerTimes): { waitMs: number; state: BreakerState } {
  if (state.openUntil === 0) return { waitMs: 0, state };
  const until = Math.max(state.openUntil, state.probeUntil);
  return now < until ? { waitMs: until - now, state } : { waitMs: 0, state: { ...state, probeUntil: now + times.probeMs } };
}

/** The state after a failure: calls that were under way when it opened do not open it further. */
export function afterFailure(state: BreakerState, now: number, times: BreakerTimes): BreakerState {
  const failures = state.failures + 1;
  const opens = state.openUntil === 0 ? failures >= times.failures : now >= state.openUntil;
  if (!opens) return { ...state, failures };
  const openMs = Math.min(times.longestMs, times.openMs * 2 ** Math.min(state.opened, 20));
  return { failures, opened: state.opened + 1, openUntil: now + openMs, probeUntil: 0 };
}

/** Breakers of a single process. */
export class MemoryCircuitBreaker extends CircuitBreaker {
  private readonly states = new Map<string, BreakerState>();

  constructor(
    private readonly times: BreakerTimes = BREAKER_TIMES,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
  }

  admit(key: string): Promise<number> {
    const { waitMs, state } = admitted(this.states.get(key) ?? CLOSED, this.now(), this.times);
    this.states.set(key, state);
    return Promise.resolve(waitMs);
  }

  failed(key: string): Promise<void> {
    this.states.set(key, afterFailure(this.states.get(key) ?? CLOSED, this.now(), this.times));
    return Promise.resolve();
  }

  succeeded(key: string): Promise<void> {
    this.states.delete(key);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** ARGV: failures, openMs, longestMs, probeMs. The same steps as `admitted`; answers the wait and whether anything is to be forgotten by a success. */
const ADMIT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local kept = redis.call('HMGET', KEYS[1], 'openUntil', 'probeUntil', 'failures')
local open, probe = tonumber(kept[1]) or 0, tonumber(kept[2]) or 0
if open == 0 then return { 0, kept[3] and 1 or 0 } end
local till = math.max(open, probe)
if now < till then return { math.ceil(till - now), 1 } end
redis.call('HSET', KEYS[1], 'probeUntil', string.format('%.3f', now + tonumber(ARGV[4])))
return { 0, 1 }`;

const FAILED = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local kept = redis.call('HMGET', KEYS[1], 'openUntil', 'opened')
local open, opened = tonumber(kept[1]) or 0, tonumber(kept[2]) or 0
redis.call('PEXPIRE', KEYS[1], 86400000)
if open == 0 and failures < tonumber(ARGV[1]) then return 0 end
if open > 0 and now < open then return 0 end
local span = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) * 2 ^ math.min(opened, 20))
redis.call('HSET', KEYS[1], 'openUntil', string.format('%.3f', now + span), 'opened', opened + 1, 'probeUntil', 0)
return 1`;

/** For so long a platform that was well is not asked about again. */
const WELL_MS = 250;

/** Breakers shared by all processes on one Redis. */
export class RedisCircuitBreaker extends CircuitBreaker {
  /** Keys with something to forget; without it every good answer would cost a command. */
  private readonly troubled = new Set<string>();
  /** Until when platforms are taken for well: without it every call would cost a command. */
  private readonly well = new Map<string, number>();

  constructor(
    private readonly redis: Redis,
    private readonly times: BreakerTimes = BREAKER_TIMES,
  ) {
    super();
    redis.defineCommand('vitrineAdmit', { numberOfKeys: 1, lua: ADMIT });
    redis.defineCommand('vitrineFailed', { numberOfKeys: 1, lua: FAILED });
  }

  async admit(key: string): Promise<number> {
    if ((this.well.get(key) ?? 0) > performance.now()) return 0;
    const [waitMs, trouble] = (await this.call('vitrineAdmit', key)) as [number, number];
    if (trouble) this.troubled.add(key);
    else this.well.set(key, performance.now() + WELL_MS);
    return waitMs;
  }

  async failed(key: string): Promise<void> {
    this.troubled.add(key);
    this.well.delete(key);
    await this.call('vitrineFailed', key);
  }

  async succeeded(key: string): Promise<void> {
    if (!this.troubled.delete(key)) return;
    await this.redis.del(placeOf(key));
  }

  private call(command: string, key: string): Promise<unknown> {
    const { failures, openMs, longestMs, probeMs } = this.times;
    const commands = this.redis as unknown as Record<string, (...given: (string | number)[]) => Promise<unknown>>;
    return commands[command](placeOf(key), failures, openMs, longestMs, probeMs);
  }

  /** The connection belongs to the limits. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const placeOf = (key: string): string => `{vitrine}:circuit:${key}`;
