import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Redis } from 'ioredis';
import { MemoryRateLimitsAdapter, RedisCircuitBreaker, RedisRateLimitsAdapter, type Charge, type RateLimits } from '@app/platforms';
import { hasRedis, startRedis, type TestRedis } from '../support/redis';

const charge = (part: Partial<Charge> = {}): Charge => ({
  key: 'app',
  per: 'app',
  calls: 20,
  perMs: 400,
  burst: 2,
  cost: 1,
  adaptive: false,
  ...part,
});

/** The most instants in any span of that length. */
function mostIn(spanMs: number, instants: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; first < instants.length; first++) {
    while (last < instants.length && (instants[last] ?? 0) - (instants[first] ?? 0) < spanMs) last++;
    most = Math.max(most, last - first);
  }
  return most;
}

const onRedis = hasRedis() ? describe : describe.skip;

onRedis('limits that processes share through Redis (needs redis-server)', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-rates-'));
  const open: Redis[] = [];
  let redis: TestRedis;
  const connection = (): Redis => {
    const one = new Redis(redis.url, { maxRetriesPerRequest: null });
    open.push(one);
    return one;
  };
  beforeAll(async () => {
    redis = await startRedis(folder);
  });
  afterAll(async () => {
    for (const one of open) one.disconnect();
    await redis?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('three processes together never exceed a limit in any span, by the clock of the store', async () => {
    const processes = [1, 2, 3].map(() => new RedisRateLimitsAdapter(connection()));
    const clock = connection();
    const granted: number[] = [];
    const one = charge();
    await Promise.all(
      processes.map(async (limits) => {
        for (let taken = 0; taken < 25;) {
          const { waitMs } = await limits.acquire([one]);
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
          else {
            const [seconds, micros] = await clock.time();
            granted.push(Number(seconds) * 1_000 + Number(micros) / 1_000);
            taken++;
          }
        }
      }),
    );
    expect(granted).toHaveLength(75);
    // what is read after the grant may be late by a round trip: the limits leave a quarter of the span for that
    expect(
      mostIn(
        one.perMs,
        granted.sort((a, b) => a - b),
      ),
    ).toBeLessThanOrEqual(one.calls);
  });

  it('decides as the limits of a single process do', async () => {
    const shared = new RedisRateLimitsAdapter(connection());
    const single = new MemoryRateLimitsAdapter();
    const ask = async (limits: RateLimits): Promise<string[]> => {
      const slow = charge({ key: 'slow', calls: 4, perMs: 600_000, burst: 3 });
      const heavy = charge({ key: 'heavy', calls: 10, perMs: 600_000, burst: 10, cost: 4 });
      const other = charge({ key: 'other', calls: 5, perMs: 600_000, burst: 5, adaptive: true });
      const told: string[] = [];
      for (const charges of [[slow], [slow, other], [slow], [slow], [heavy], [heavy], [heavy], [other], [other]]) {
        const { waitMs, key } = await limits.acquire(charges);
        told.push(`${key} ${Math.round(waitMs / 10_000)}`);
      }
      await limits.slowDown([other, slow], 60_000);
      for (const charges of [[other], [slow]]) {
        const { waitMs, key } = await limits.acquire(charges);
        told.push(`${key} ${Math.round(waitMs / 10_000)}`);
      }
      return told;
    };
    expect(await ask(shared)).toEqual(await ask(single));
  });

  it('a circuit that one process finds broken is open for all, and one probe of all closes it', async () => {
    const times = { failures: 3, openMs: 60_000, longestMs: 120_000, probeMs: 60_000 };
    const [first, second] = [1, 2].map(() => new RedisCircuitBreaker(connection(), times));
    for (let time = 0; time < 2; time++) await first?.failed('p');
    expect(await second?.admit('p')).toBe(0);
    await second?.failed('p');
    expect(await first?.admit('p')).toBeGreaterThan(50_000);
    expect(await second?.admit('other')).toBe(0);
    // its time is over
    await connection().hset('{vitrine}:circuit:p', 'openUntil', 1);
    const admitted = await Promise.all([first?.admit('p'), second?.admit('p'), second?.admit('p')]);
    expect(admitted.filter((waitMs) => waitMs === 0)).toHaveLength(1);
    await second?.succeeded('p');
    expect([await first?.admit('p'), await second?.admit('p')]).toEqual([0, 0]);
  });
});
