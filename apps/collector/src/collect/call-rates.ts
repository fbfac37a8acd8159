import { Redis } from 'ioredis';
import {
  fasterBreaker,
  MemoryCircuitBreaker,
  MemoryRateLimitsAdapter,
  RedisCircuitBreaker,
  RedisRateLimitsAdapter,
  type AssumedRates,
  type WireOptions,
} from '@app/platforms';

/** How fast time runs, and what the platforms allow. */
export interface Pace {
  /** How many times as fast as the real one the clock of the stores runs: schedules, limits and waits follow. */
  speed: number;
  /** The limits are read as if they were so many times higher. */
  limitScale?: number;
  assumedRates?: AssumedRates;
}

export interface CallRates {
  options: Pick<WireOptions, 'limits' | 'breaker' | 'limitScale' | 'assumedRates'>;
  close(): Promise<void>;
}

/** Limits and breaker: shared through Redis by all processes, or in memory when everything runs in one. */
export function openCallRates(redisUrl: string | null, pace: Pace, onError: (error: Error) => void): CallRates {
  const { speed, limitScale = 1, assumedRates } = pace;
  const scales = { limitScale: speed * limitScale, assumedRates };
  const times = fasterBreaker(speed);
  if (!redisUrl)
    return {
      options: { ...scales, limits: new MemoryRateLimitsAdapter(), breaker: new MemoryCircuitBreaker(times) },
      close: () => Promise.resolve(),
    };
  // calls ask for their allowances at the same time: one write for all of them
  const redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: null, enableAutoPipelining: true });
  redis.on('error', onError);
  const limits = new RedisRateLimitsAdapter(redis);
  return { options: { ...scales, limits, breaker: new RedisCircuitBreaker(redis, times) }, close: () => limits.close() };
}
