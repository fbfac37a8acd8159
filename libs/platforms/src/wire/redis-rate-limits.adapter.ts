import type { Redis } from 'ioredis';
import { paceOf, RateLimits, RECOVERY_MS, SAME_BURST_MS, SLOWEST, type Charge, type Grace } from './rate-limits';

/** The same steps as `spend` in rate-limits.ts, all keys or none, by the clock of Redis. ARGV: per key interval, tolerance, cost, adaptive; at the end the recovery time. */
const ACQUIRE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local recovery = tonumber(ARGV[#ARGV])
local wait, blocked, tats = 0, 0, {}
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 4
  local step, tolerance, cost = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local kept = redis.call('HMGET', key, 'tat', 'factor', 'slowed')
  if ARGV[at + 4] == '1' and kept[2] then
    step = step / math.min(1, tonumber(kept[2]) + math.max(0, now - tonumber(kept[3])) / recovery)
  end
  local tat = math.max(tonumber(kept[1]) or 0, now)
  local left = tat + (cost - 1) * step - tolerance - now
  if left > wait then wait, blocked = left, i end
  tats[i] = tat + cost * step
end
if wait > 0 then return { math.ceil(wait), blocked } end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'tat', string.format('%.3f', tats[i]))
  local kept = redis.call('HGET', key, 'slowed')
  local life = tats[i] - now
  if kept then life = math.max(life, tonumber(kept) + recovery - now) end
  redis.call('PEXPIRE', key, math.ceil(life) + 1000)
end
return { 0, 0 }`;

/** The same steps as `slowed`. ARGV: wait, recovery, slowest, same burst, then per key adaptive. */
const SLOW_DOWN = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local wait, recovery, slowest, same = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
for i, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'tat', 'factor', 'slowed')
  local tat = math.max(tonumber(kept[1]) or 0, now + wait)
  redis.call('HSET', key, 'tat', string.format('%.3f', tat))
  local before = tonumber(kept[3]) or (now - recovery)
  if ARGV[4 + i] == '1' and now - before >= same then
    local factor = math.min(1, (tonumber(kept[2]) or 1) + math.max(0, now - before) / recovery)
    redis.call('HSET', key, 'factor', string.format('%.6f', math.max(slowest, factor / 2)), 'slowed', string.format('%.3f', now))
  end
  redis.call('PEXPIRE', key, math.ceil(math.max(tat - now, recovery)) + 1000)
end
return 0`;

/** Limits shared by all processes on one Redis: one script per call, so nothing comes between reading and taking. */
export class RedisRateLimitsAdapter extends RateLimits {
  constructor(private readonly redis: Redis) {
    super();
    redis.defineCommand('vitrineAcquire', { lua: ACQUIRE });
    redis.defineCommand('vitrineSlowDown', { lua: SLOW_DOWN });
  }

  async acquire(charges: readonly Charge[]): Promise<Grace> {
    if (charges.length === 0) return { waitMs: 0, key: null };
    const args = charges.flatMap((charge) => {
      const { intervalMs, toleranceMs } = paceOf(charge);
      return [intervalMs, toleranceMs, charge.cost, charge.adaptive ? 1 : 0];
    });
    const [waitMs, blocked] = (await this.call('vitrineAcquire', charges, [...args, RECOVERY_MS])) as [number, number];
    return { waitMs, key: charges[blocked - 1]?.key ?? null };
  }

  async slowDown(charges: readonly Charge[], waitMs: number): Promise<void> {
    if (charges.length === 0) return;
    await this.call('vitrineSlowDown', charges, [
      waitMs,
      RECOVERY_MS,
      SLOWEST,
      SAME_BURST_MS,
      ...charges.map(({ adaptive }) => (adaptive ? 1 : 0)),
    ]);
  }

  private call(command: string, charges: readonly Charge[], args: number[]): Promise<unknown> {
    const commands = this.redis as unknown as Record<string, (...given: (string | number)[]) => Promise<unknown>>;
    // one hash slot for all: on a cluster a script may only touch one
    return commands[command](charges.length, ...charges.map(({ key }) => `{vitrine}:limit:${key}`), ...args);
  }

  async close(): Promise<void> {
    await this.redis.quit().catch(() => this.redis.disconnect());
  }
}
