import fc from 'fast-check';
import { network } from './attempts.repository';
import { ACCOUNT_BACKOFF, begun, type Attempts } from './backoff';

const RULE = { free: 3, firstWaitMs: 1000, longestWaitMs: 8000, forgetMs: 60_000 };

/** Tries every `everyMs` for so long; how many of them may be made. */
function made(rule: typeof RULE, everyMs: number, forMs: number): number {
  let attempts: Attempts | null = null;
  let count = 0;
  for (let now = 0; now < forMs; now += everyMs) {
    const { waitMs, after } = begun(attempts, now, rule);
    attempts = after;
    if (waitMs === 0) count++;
  }
  return count;
}

describe('backoff of sign-ins', () => {
  it('waits from the last free try on, twice as long each time, up to a limit', () => {
    let attempts: Attempts | null = null;
    const waits: number[] = [];
    let now = 0;
    for (let index = 0; index < 8; index++) {
      const { waitMs, after } = begun(attempts, now, RULE);
      expect(waitMs).toBe(0);
      attempts = after;
      waits.push((after.blockedUntil ?? now) - now);
      now = after.blockedUntil ?? now;
    }
    expect(waits).toEqual([0, 0, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('a try that is held back counts nothing and makes no wait longer', () => {
    const held: Attempts = { failures: 4, lastAt: 0, blockedUntil: 2000 };
    expect(begun(held, 500, RULE)).toEqual({ waitMs: 1500, after: held });
  });

  it('is forgotten after a while without a try', () => {
    expect(begun({ failures: 90, lastAt: 0, blockedUntil: null }, RULE.forgetMs, RULE).after.failures).toBe(1);
  });

  it('lets nobody guess at a password more than a few hundred times a day, however they time it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 600_000 }), (everyMs) => {
        expect(made(ACCOUNT_BACKOFF, everyMs, 86_400_000)).toBeLessThan(120);
      }),
      { numRuns: 20, seed: 6 },
    );
  });
});

describe('where tries come from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [null, 'unknown'],
  ])('%s counts as %s', (ip, counted) => expect(network(ip)).toBe(counted));
});
