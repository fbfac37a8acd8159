import { dayStart } from '@app/contracts';
import report from './fixtures/live-user-report.json';
import { isMagneticRateLimit, magneticAction } from './magnetic-errors';
import { liveUserOf, mapBroadcasts } from './magnetic-mapper';

const at = (text: string): number => Date.parse(`${text}+08:00`);
const finalBefore = dayStart('2026-10-20', 'Asia/Shanghai');

describe('Magnetic Engine answers', () => {
  const readings = mapBroadcasts(report.data.details, finalBefore);

  it('the days of a broadcast over midnight add up to its paid views', () => {
    expect(readings[0]).toEqual({
      sessionId: 'KsLive1',
      startedAt: at('2026-10-18T23:00:00'),
      final: true,
      rows: [
        {
          sessionId: 'KsLive1',
          startedAt: at('2026-10-18T23:00:00'),
          endedAt: at('2026-10-19T01:00:00'),
          paidViews: 420,
          final: true,
          source: 'ads-api',
        },
      ],
    });
  });

  it("what advertising led to is never the room's: no views, viewers, follows or dwell", () => {
    const fields = new Set(readings.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row))));
    expect([...fields].sort()).toEqual(['endedAt', 'final', 'paidViews', 'sessionId', 'source', 'startedAt']);
  });

  it('without the total the two kinds of entry are added; without either it is unknown; times come in three forms', () => {
    expect(readings[1]).toMatchObject({ startedAt: 1_792_407_600_000, rows: [{ endedAt: 1_792_414_800_000, paidViews: 10 }] });
    expect(readings[2]).toMatchObject({ final: false, rows: [{ endedAt: null, paidViews: null }] });
  });

  it('a day of which nothing is known makes the sum unknown', () => {
    const [first = {}] = report.data.details;
    expect(
      mapBroadcasts(
        [first, { ...first, live_played_started: 'n/a', standard_live_played_started: null, simple_live_played_started: null }],
        0,
      )[0]?.rows[0]?.paidViews,
    ).toBeNull();
  });

  it('accounts are told by number and by text alike', () => {
    expect(report.data.details.map(liveUserOf)).toEqual(['4021000001', '4021000001', '4021000001', '9']);
  });

  it('without a table of codes the message says what to do', () => {
    const action = (message: string) => magneticAction({ code: 4, message });
    expect(action('access_token is expired')).toBe('refresh-once');
    expect(action('refresh_token 已失效')).toBe('mark-revoked');
    expect(action('请求过于频繁')).toBe('retry');
    expect(isMagneticRateLimit({ message: '请求过于频繁' })).toBe(true);
    expect(action('没有该广告主的权限')).toBe('stop-endpoint');
    expect(action('参数错误')).toBe('fail');
  });
});
