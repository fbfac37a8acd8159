import { MemoryCircuitBreaker } from './circuit-breaker';

const TIMES = { failures: 3, openMs: 1_000, longestMs: 4_000, probeMs: 500 };

describe('circuit breaker', () => {
  const at = { now: 0 };
  let breaker: MemoryCircuitBreaker;
  const fail = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) await breaker.failed('p');
  };
  beforeEach(() => {
    at.now = 10;
    breaker = new MemoryCircuitBreaker(TIMES, () => at.now);
  });

  it('opens after failures in a row, not after as many with an answer between them, and for that platform only', async () => {
    await fail(2);
    await breaker.succeeded('p');
    await fail(2);
    expect(await breaker.admit('p')).toBe(0);
    await fail(1);
    expect(await breaker.admit('p')).toBe(1_000);
    expect(await breaker.admit('other')).toBe(0);
  });

  it('lets one probe through at a time when its time is over', async () => {
    await fail(3);
    at.now += 1_000;
    expect(await breaker.admit('p')).toBe(0);
    expect(await breaker.admit('p')).toBe(500);
    at.now += 500;
    expect(await breaker.admit('p')).toBe(0);
  });

  it('a good probe closes it; each bad one opens it for twice as long, up to a bound', async () => {
    await fail(3);
    for (const openMs of [2_000, 4_000, 4_000]) {
      at.now += 10_000;
      expect(await breaker.admit('p')).toBe(0);
      await breaker.failed('p');
      expect(await breaker.admit('p')).toBe(openMs);
    }
    at.now += 10_000;
    await breaker.admit('p');
    await breaker.succeeded('p');
    expect([await breaker.admit('p'), await breaker.admit('p')]).toEqual([0, 0]);
  });

  it('calls that were under way when it opened do not keep it open', async () => {
    await fail(3);
    at.now += 600;
    await fail(20);
    expect(await breaker.admit('p')).toBe(400);
  });
});
