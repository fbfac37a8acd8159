import { dayStart } from '@app/contracts';
import { CircuitOpen, PlatformError, type CollectorAction } from '@app/platforms';
import { backOffMs, errorClass, nextTry, TRIES } from './next-try';

const zone = 'Asia/Shanghai';
const now = dayStart('2026-10-20', zone) + 15 * 3_600_000;
const error = (action: CollectorAction, code = '1') => new PlatformError('douyin', action, code, '/x');
const tried = (one: PlatformError, failures = 1, random = 0.5) => nextTry({ error: one, failures, now, zone, random });

describe('what becomes of a job after an error', () => {
  it('every answer of a platform is of one class', () => {
    expect(errorClass(error('retry'))).toBe('retry');
    expect(errorClass(error('wait-next-day'))).toBe('wait-for-reset');
    for (const action of ['mark-revoked', 'stop-endpoint', 'stop-all', 'refresh-once'] as const)
      expect(errorClass(error(action))).toBe('needs-user');
    for (const action of ['fail', 'gone'] as const) expect(errorClass(error(action))).toBe('never');
    expect(errorClass(error('stop-endpoint', 'no such call'))).toBe('never');
  });

  it('waits grow with the failures, up to half an hour, and two accounts do not come back at once', () => {
    expect([1, 2, 3].map((failures) => tried(error('retry'), failures).at - now)).toEqual([22_500, 45_000, 90_000]);
    expect(backOffMs(50, 0.99)).toBeLessThanOrEqual(30 * 60_000);
    expect(tried(error('retry'), 1, 0.1).at).not.toBe(tried(error('retry'), 1, 0.9).at);
  });

  it('a platform that is down never uses up the tries of an account; one that answers nonsense does', () => {
    for (const down of [
      error('retry', 'timeout'),
      error('retry', 'connection'),
      error('retry', 'http 503'),
      new CircuitOpen('douyin', '/x', 1),
    ])
      expect(tried(down, 1_000).then).toBe('later');
    expect(tried(error('retry', 'not json'), TRIES).then).toBe('later');
    expect(tried(error('retry', 'not json'), TRIES + 1).then).toBe('give-up');
  });

  it('while the circuit is open nobody comes before it may close', () => {
    expect(tried(new CircuitOpen('douyin', '/x', 300_000), 1, 0).at).toBeGreaterThanOrEqual(now + 300_000);
  });

  it('a quota that is used up waits for the next business day, what needs a person for some hours, without a letter', () => {
    const tomorrow = dayStart('2026-10-21', zone);
    expect(tried(error('wait-next-day'))).toEqual({ then: 'later', at: tomorrow + 1_800_000 });
    expect(tried(error('mark-revoked'))).toEqual({ then: 'end', at: now + 6.5 * 3_600_000 });
  });

  it('what no repetition helps is a dead letter, but not a call that the product never had', () => {
    expect(tried(error('fail')).then).toBe('give-up');
    expect(tried(error('stop-endpoint', 'no such call')).then).toBe('end');
  });
});
