import fc from 'fast-check';
import { completeRules, scaledRule } from './limit-rules';
import { MemoryRateLimitsAdapter } from './memory-rate-limits.adapter';
import type { Charge } from './rate-limits';

const seed = Number(process.env.VITRINE_TEST_SEED ?? 20_261_122);
const charge = (part: Partial<Charge>): Charge => ({
  key: 'k',
  per: 'app',
  calls: 10,
  perMs: 1_000,
  burst: 1,
  cost: 1,
  adaptive: false,
  ...part,
});

/** The most calls in any half-open span: it is enough to look at spans that begin with a call. */
function mostIn(spanMs: number, calls: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; first < calls.length; first++) {
    while (last < calls.length && (calls[last] ?? 0) - (calls[first] ?? 0) < spanMs) last++;
    most = Math.max(most, last - first);
  }
  return most;
}

describe('rate limits', () => {
  it('no span, wherever it begins, ever holds more calls than the limit, even when calls arrive late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 200, max: 120_000 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.record({ pause: fc.nat({ max: 3_000 }), late: fc.nat({ max: 1_000 }), give: fc.boolean() }), {
          minLength: 20,
          maxLength: 150,
        }),
        async (calls, perMs, burst, steps) => {
          let now = 5_000;
          const limits = new MemoryRateLimitsAdapter(() => now);
          const one = charge({ calls, perMs, burst });
          const arrived: number[] = [];
          for (const { pause, late, give } of steps) {
            now += pause;
            let { waitMs } = await limits.acquire([one]);
            if (waitMs > 0 && give) continue;
            for (; waitMs > 0; { waitMs } = await limits.acquire([one])) now += waitMs;
            arrived.push(now + (late / 1_000) * Math.min(2_000, perMs / 4));
          }
          expect(
            mostIn(
              perMs,
              arrived.sort((a, b) => a - b),
            ),
          ).toBeLessThanOrEqual(calls);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  it('a caller that waits as told reaches at least two thirds of the limit', async () => {
    let now = 0;
    const limits = new MemoryRateLimitsAdapter(() => now);
    let taken = 0;
    while (now < 60_000) {
      const { waitMs } = await limits.acquire([charge({ calls: 20, burst: 2 })]);
      if (waitMs === 0) taken++;
      else now += waitMs;
    }
    expect(taken).toBeGreaterThan((60 * 20 * 2) / 3);
  });

  it('several limits are taken together or not at all, and the one to wait for is named', async () => {
    let now = 0;
    const limits = new MemoryRateLimitsAdapter(() => now);
    const app = charge({ key: 'app', calls: 2, burst: 2 });
    const own = charge({ key: 'own', calls: 1, perMs: 10_000 });
    expect(await limits.acquire([app, own])).toMatchObject({ waitMs: 0 });
    expect(await limits.acquire([app, own])).toMatchObject({ key: 'own' });
    expect(await limits.acquire([app])).toMatchObject({ waitMs: 0 });
    expect(await limits.acquire([app])).toMatchObject({ key: 'app' });
    now += 20_000;
    expect(await limits.acquire([app, own])).toMatchObject({ waitMs: 0 });
  });

  it('an assumed pace halves when the platform complains and comes back slowly; a published one stays', async () => {
    let now = 0;
    const limits = new MemoryRateLimitsAdapter(() => now);
    const pace = async (one: Charge): Promise<number> => {
      await limits.acquire([one]);
      return (await limits.acquire([one])).waitMs;
    };
    for (const adaptive of [true, false]) {
      const one = charge({ key: String(adaptive), adaptive });
      const before = await pace(one);
      now += 10_000;
      await limits.slowDown([one], 0);
      await limits.slowDown([one], 0);
      const after = await pace(one);
      expect(Math.round((after / before) * 10)).toBe(adaptive ? 20 : 10);
      now += 700_000;
      expect(await pace(one)).toBeCloseTo(before);
    }
  });

  it('where time runs faster, windows shrink with it, and below a second the calls grow instead', () => {
    const rule = { per: 'app', calls: 10_000, perMs: 60_000, published: true } as const;
    expect(scaledRule(rule, 60)).toMatchObject({ calls: 10_000, perMs: 1_000 });
    expect(scaledRule({ ...rule, calls: 10, perMs: 1_000 }, 60)).toMatchObject({ calls: 600, perMs: 1_000 });
    expect(scaledRule({ ...rule, calls: 1, perMs: 30_000 }, 60)).toMatchObject({ calls: 2, perMs: 1_000 });
  });

  it('a platform that publishes nothing is called at the assumed rates', () => {
    expect(completeRules([], { app: 7, credential: 3 })).toMatchObject([
      { per: 'app', calls: 7, published: false },
      { per: 'credential', calls: 3, published: false },
    ]);
    expect(completeRules([{ per: 'app', calls: 1, perMs: 1_000, published: true }])).toHaveLength(2);
  });
});
