import list from './fixtures/live-list.json';
import { channelsCode } from './channels-errors';
import { mapFinder, mapLive } from './channels-mapper';

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
});
