import list from './fixtures/live-list.json';
import { channelsCode } from './channels-errors';
import { mapDashboard, mapFinder, mapOnlineMinutes, mapLeadTotals, mapLive } from './channels-mapper';

describe('Channels answers', () => {
  const row = list.item[0] ?? {};
  const end = (1_792_321_200 + 7_200) * 1_000;

  it('the platform counts persons: views stay unknown', () => {
    const reading = mapLive(row, end + 1);
    expect(reading).toMatchObject({ sessionId: 'export/UzFf1', startedAt: 1_792_321_200_000, final: true });
    expect(reading?.rows[0]).toMatchObject({
      uniqueViewers: 8_120,
      endedAt: end,
      averageDwellSeconds: 58.4,
      comments: 391,
      source: 'api-final',
    });
    expect(reading?.rows[0]).not.toHaveProperty('views');
    expect(reading?.rows[0]).not.toHaveProperty('watchSeconds');
  });

  it('a live that ended today is provisional, and so is one of unknown length', () => {
    expect(mapLive(row, end)).toMatchObject({ final: false, rows: [{ source: 'api-provisional', final: false }] });
    expect(mapLive({ ...row, live_duration_in_seconds: null }, end + 1)).toMatchObject({ final: false, rows: [{ endedAt: null }] });
  });

  it('the account is read from an object and from a list', () => {
    const finder = { uniq_id: 'sph1', nickname: 'n', fans_count: 3 };
    expect(mapFinder({ finder_attr: [finder] })).toEqual(mapFinder({ finder_attr: finder }));
    expect(mapFinder({}).followers).toBeNull();
  });

  it('no code and 0 are good', () => {
    expect([channelsCode({}), channelsCode({ errcode: '0' }), channelsCode({ errcode: -1 })]).toEqual([null, null, '-1']);
  });

  it("a day's leads are the sum of its components, with the part from advertising; a part without a number makes the day unknown", () => {
    const item = [
      { component_type: 0, traffic_type: 0, leads_count: 3 },
      { component_type: '1', traffic_type: '1', leads_count: '2' },
    ];
    expect(mapLeadTotals({ item }, '2026-10-18')).toEqual({
      leadId: 'count:2026-10-18',
      day: '2026-10-18',
      count: 5,
      paid: 2,
      source: 'api-final',
    });
    expect(mapLeadTotals({ errcode: 0 }, '2026-10-18')).toMatchObject({ count: 0, paid: 0 });
    expect(mapLeadTotals({ item: [...item, { traffic_type: 0, leads_count: null }] }, '2026-10-18')).toBeNull();
    expect(mapLeadTotals({ item: 'new' }, '2026-10-18')).toBeNull();
  });

  it('the dashboard is JSON inside JSON, once or twice, and nothing where there is no shop', () => {
    const summary = { impression_uv: '5400', comment_uv: 77, sharing_uv: 9 };
    const known = { impressionViewers: 5_400, commenters: 77 };
    expect(mapDashboard({ live_dashboard_data: JSON.stringify({ live_dashboard_data: { summary } }) })).toEqual(known);
    expect(mapDashboard({ live_dashboard_data: JSON.stringify({ live_dashboard_data: JSON.stringify({ summary }) }) })).toEqual(known);
    expect(mapDashboard({ live_dashboard_data: { summary } })).toEqual(known);
    for (const broken of ['{', '', null, 7, [], '{"live_dashboard_data":[]}'])
      expect(mapDashboard({ live_dashboard_data: broken })).toEqual({ impressionViewers: null, commenters: null });
  });

  it('the curve of viewers online is the series of all of them by minute; parts of it, or other steps, are none', () => {
    const at = 1_792_400_400;
    const points = [
      { ts: at, value: '12' },
      { ts: String(at + 60), value: 0 },
      { ts: at + 120, value: 'many' },
    ];
    const sex = { type: 3, ux_label: '女', dimension_value: '2' };
    const portrait = {
      online_watch_uv: [
        { step: 60, points: [{ ts: at, value: 5 }], dimensions: [sex] },
        { step: '60', points, dimensions: [] },
      ],
    };
    expect(mapOnlineMinutes({ live_dashboard_data: JSON.stringify({ live_dashboard_data: { portrait } }) }, 's')).toEqual([
      { sessionId: 's', minute: at * 1_000, concurrent: 12, source: 'api-final' },
      { sessionId: 's', minute: (at + 60) * 1_000, concurrent: 0, source: 'api-final' },
    ]);
    const [parts, whole] = portrait.online_watch_uv;
    for (const series of [[parts], [{ ...whole, step: 300 }], [], 'x'])
      expect(mapOnlineMinutes({ live_dashboard_data: { portrait: { online_watch_uv: series } } }, 's')).toEqual([]);
    expect(mapOnlineMinutes({}, 's')).toEqual([]);
  });
});
