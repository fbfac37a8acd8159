import audience from './fixtures/room-audience.json';
import base from './fixtures/room-base.json';
import video from './fixtures/video-row.json';
import { DOUYIN_ACTIONS, douyinCode } from './douyin-errors';
import { mapFollowers, mapRoomIds, mapSession, mapVideo } from './douyin-mapper';

describe('Douyin answers', () => {
  it('only ready metrics are in the final row; what is not ready, or was not fetched, is null there and never 0', () => {
    const { final, rows } = mapSession('7301', [base, audience]);
    expect(final).toBe(false);
    const [ready, provisional] = rows;
    expect(ready).toMatchObject({
      source: 'api-final',
      views: 10_234,
      uniqueViewers: 8_120,
      follows: 31,
      watchSeconds: null,
      likes: null,
      endedAt: 1_792_328_400_000,
    });
    expect(provisional).toMatchObject({ source: 'api-provisional', watchSeconds: 511_000, likes: null, final: false });
  });

  it('a room of which nothing is known yet gives no row', () => {
    expect(mapSession('1', [{ err_no: 0, data: { stats: [], data_ready_status: [] } }])).toEqual({
      sessionId: '1',
      startedAt: null,
      final: false,
      rows: [],
    });
    expect(mapSession('1', [{ err_no: 0 }]).rows).toEqual([]);
  });

  it('room ids are read at the top level, as text; a number that has lost digits is no id', () => {
    expect(mapRoomIds({ err_no: 0, room_ids: ['7301234567890123456', '007', 42, 2 ** 60] })).toEqual(['7301234567890123456', '007', '42']);
    expect(mapRoomIds({ err_no: 0 })).toEqual([]);
  });

  it('a private video keeps its status, the stable id and the id of its series', () => {
    expect(mapVideo(video)).toMatchObject({
      videoId: '7123456789012345678',
      seriesId: video.item_id,
      status: 'private',
      plays: 0,
      likes: 12,
      publishedAt: 1_790_000_000_000,
    });
    expect(mapVideo({ ...video, create_time: null })).toBeNull();
  });

  it('follower days without a readable total are left out', () => {
    const rows = [
      { date: '2026-10-18', total_fans: '900' },
      { date: '2026-10-19', total_fans: null },
      { date: 'x', total_fans: 1 },
    ];
    expect(mapFollowers({ data: { result_list: rows } })).toEqual([{ day: '2026-10-18', total: 900 }]);
  });

  it.each([
    [{ err_no: 0, err_msg: '' }, null],
    [{ err_no: '28001005' }, '28001005'],
    [{ data: { error_code: '0' }, extra: { error_code: 0 } }, null],
    [{ data: {}, extra: { error_code: 2190008 } }, '2190008'],
    [{ data: { error_code: 10010 }, message: 'error' }, '10010'],
    [{ base: { gateway_code: 0, biz_code: 28001014 } }, '28001014'],
  ])('the code of %j is %s', (answer, code) => {
    expect(douyinCode(answer)).toBe(code);
  });

  it('old and new numbers of one error ask for the same', () => {
    for (const [fresh, old] of [
      ['28001005', '2100004'],
      ['28001003', '2190002'],
      ['28001008', '2190008'],
      ['28001012', '2190003'],
      ['28001016', '2190016'],
      ['28003017', '2190001'],
    ])
      expect(DOUYIN_ACTIONS[String(fresh)]).toBe(DOUYIN_ACTIONS[String(old)]);
  });
});
