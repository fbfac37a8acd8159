import { linesOf } from './preview';

const account = { platform: 'douyin' as const, accountId: 'a' };
const unit = (line: string, id: string, net: bigint) => ({ line, day: '2026-10-01', origin: 'session' as const, id, net });
const removed = (target: string, units: number) => ({
  ...account,
  origin: 'session' as const,
  target,
  line: 'live_view' as const,
  day: '2026-10-01',
  units,
});

describe('preview by line', () => {
  it('takes off what is listed, of no session more than it has, and leaves a negative day as it is', () => {
    const evidence = [unit('live_view', 's1', 100n), unit('live_view', 's2', 30n), unit('live_view', 's3', -5n), unit('like', 's1', 7n)];
    expect(linesOf(account, evidence, [removed('s1', 40), removed('s2', 500), removed('s3', 9), removed('gone', 3)])).toEqual([
      { ...account, line: 'like', reported: '7', adjusted: '7' },
      { ...account, line: 'live_view', reported: '125', adjusted: '55' },
    ]);
  });
});
