import { CallQueue } from './call-queue';
import { MemoryRateLimitsAdapter } from './memory-rate-limits.adapter';
import { RateLimits, type Charge, type Grace } from './rate-limits';

const charge = (key: string, calls: number): Charge => ({ key, per: 'app', calls, perMs: 200, burst: 1, cost: 1, adaptive: false });
const signal = new AbortController().signal;

/** Limits whose answers a test gives. */
class AskedLimits extends RateLimits {
  readonly asked: { key: string; answer: (grace: Grace) => void }[] = [];
  acquire(charges: readonly Charge[]): Promise<Grace> {
    return new Promise((answer) => this.asked.push({ key: charges[0]?.key ?? '', answer }));
  }
  slowDown(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

class CountedLimits extends MemoryRateLimitsAdapter {
  asked = 0;
  override acquire(charges: readonly Charge[]): Promise<Grace> {
    this.asked++;
    return super.acquire(charges);
  }
}

describe('calls that wait for an allowance', () => {
  it('dealers take turns, however many calls each has waiting', async () => {
    const queue = new CallQueue(1, new MemoryRateLimitsAdapter());
    const order: string[] = [];
    const call = (share: string) => queue.run({ share, charges: [charge('app', 40)], signal }, () => Promise.resolve(order.push(share)));
    await Promise.all([...Array.from({ length: 12 }, () => call('large')), call('small'), call('small')]);
    // the first call of the large one was let go before the small one asked
    expect(order.slice(0, 5)).toEqual(['large', 'small', 'large', 'small', 'large']);
  });

  it('a dealer for whom nothing is being asked comes before one who has many answers out', async () => {
    const limits = new AskedLimits();
    const queue = new CallQueue(32, limits);
    const stop = new AbortController();
    const call = (share: string) => queue.run({ share, charges: [charge(share, 1)], signal: stop.signal }, () => Promise.resolve());
    const calls = [...Array.from({ length: 20 }, () => call('large')), call('small')].map((one) => one.catch(() => undefined));
    expect(limits.asked.map(({ key }) => key)).toEqual(Array(16).fill('large'));
    limits.asked[0]?.answer({ waitMs: 10_000, key: null });
    await new Promise((resolve) => setImmediate(resolve));
    expect(limits.asked.slice(16).map(({ key }) => key)).toEqual(['small']);
    for (const { answer } of limits.asked) answer({ waitMs: 0, key: null });
    stop.abort(new Error('enough'));
    await Promise.all(calls);
  });

  it('processes that share a scarce allowance ask little more often than they get it, and get all of it', async () => {
    // by a clock that the machine's other work does not hold up: how often they ask again is a matter of milliseconds
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    try {
      const limits = new CountedLimits();
      const queues = [1, 2, 3].map(() => new CallQueue(32, limits));
      const app: Charge = { ...charge('app', 40), burst: 8 };
      const began = performance.now();
      let ended = Infinity;
      const calls = Array.from({ length: 120 }, (_, at) =>
        queues[at % 3]?.run({ share: `dealer ${at % 30}`, charges: [app], signal }, () => Promise.resolve()),
      );
      const all = Promise.all(calls).then(() => (ended = performance.now()));
      await jest.advanceTimersByTimeAsync(5_000);
      await all;
      expect(limits.asked).toBeLessThan(3 * calls.length);
      // 33 in 250 ms are the steady pace of such a limit
      expect(ended - began).toBeLessThan(2_500);
    } finally {
      jest.useRealTimers();
    }
  });

  it('a call that waits for its own credential holds up nobody', async () => {
    const queue = new CallQueue(4, new MemoryRateLimitsAdapter());
    const order: string[] = [];
    const call = (name: string, share: string) =>
      queue.run({ share, charges: [charge(`credential ${name}`, 1)], signal }, () => Promise.resolve(order.push(name)));
    await Promise.all([call('a', 'x'), call('a', 'x'), call('b', 'x'), call('c', 'y')]);
    expect([...order.slice(0, 3)].sort()).toEqual(['a', 'b', 'c']);
    expect(order[3]).toBe('a');
  });

  it('no more than the given number run at once, and one that fails gives its place back', async () => {
    const queue = new CallQueue(2, null);
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      throw new Error('broken');
    };
    const results = await Promise.allSettled(Array.from({ length: 7 }, () => queue.run({ share: '', charges: [], signal }, work)));
    expect([most, results.every(({ status }) => status === 'rejected')]).toEqual([2, true]);
  });

  it('who is asked to stop leaves the line', async () => {
    const queue = new CallQueue(1, null);
    let end = (): void => undefined;
    const first = queue.run({ share: '', charges: [], signal }, () => new Promise<void>((resolve) => (end = resolve)));
    const stop = new AbortController();
    const second = queue.run({ share: '', charges: [], signal: stop.signal }, () => Promise.resolve());
    stop.abort(new Error('asked to stop'));
    await expect(second).rejects.toThrow('asked to stop');
    end();
    await first;
    await expect(queue.run({ share: '', charges: [], signal }, () => Promise.resolve(1))).resolves.toBe(1);
  });
});
