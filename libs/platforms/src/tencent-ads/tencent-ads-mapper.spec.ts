import { dayStart } from '@app/contracts';
import live from './fixtures/live-data.json';
import { tencentAdsAction } from './tencent-ads-errors';
import { mapFans, mapLeadDays, mapShowing } from './tencent-ads-mapper';

const finalBefore = dayStart('2026-10-20', 'Asia/Shanghai');
const [first = {}, second = {}] = live.data.living_info_list;

describe('Tencent Ads answers', () => {
  it('the platform counts persons: views stay unknown', () => {
    const reading = mapShowing(first, finalBefore);
    expect(reading).toMatchObject({ sessionId: 's-1', startedAt: Date.parse('2026-10-18T19:00:00+08:00'), final: true });
    expect(reading?.rows[0]).toMatchObject({
      uniqueViewers: 8_120,
      averageDwellSeconds: 58.4,
      likes: 30_211,
      shares: 45,
      source: 'ads-api',
    });
    for (const field of ['views', 'watchSeconds', 'peakConcurrent', 'follows', 'impressions'])
      expect(reading?.rows[0]).not.toHaveProperty(field);
  });

  it('without an end the length gives it; without both the broadcast is not final', () => {
    expect(mapShowing(second, finalBefore)?.rows[0]).toMatchObject({ sessionId: '12', endedAt: 1_792_411_200_000 });
    expect(mapShowing({ ...second, living_duration: '' }, finalBefore)).toMatchObject({ final: false, rows: [{ endedAt: null }] });
  });

  it('days are numbers or text', () => {
    expect(mapFans({ date: 20261018, fans_cnt: '15230' })).toEqual({ day: '2026-10-18', total: 15_230, source: 'ads-api' });
    expect(mapFans({ date: '2026-10-18', fans_cnt: null })).toBeNull();
  });

  it("a day's leads are the sum over its dealers, with the paid part; half a day is no day", () => {
    const rows = [
      { date: 20261018, dealer_id: 1, leads_cnt: 5, ad_leads_cnt: 2, natural_leads_cnt: 3 },
      { date: '20261018', dealer_id: 2, leads_cnt: '4', ad_leads_cnt: '1' },
      { date: 20261019, leads_cnt: 3, ad_leads_cnt: null },
      { date: 20261020, dealer_id: 1, leads_cnt: 1, ad_leads_cnt: 0 },
      { date: 20261020, dealer_id: 2, leads_cnt: '?', ad_leads_cnt: 0 },
      { date: 20261021, leads_cnt: 9, ad_leads_cnt: 9 },
    ];
    expect(mapLeadDays(rows, { fromDay: '2026-10-18', toDay: '2026-10-21' })).toEqual([
      { leadId: 'count:2026-10-18', day: '2026-10-18', count: 9, paid: 3, source: 'ads-api' },
      { leadId: 'count:2026-10-19', day: '2026-10-19', count: 3, paid: null, source: 'ads-api' },
    ]);
  });

  it('codes: expired, invalid, too often, used up, not allowed, the server itself', () => {
    expect(['11000', '11002', '11017', '11018', '11014', '11012', '30012', '31033'].map(tencentAdsAction)).toEqual([
      'refresh-once',
      'refresh-once',
      'retry',
      'wait-next-day',
      'stop-endpoint',
      'mark-revoked',
      'retry',
      'fail',
    ]);
  });
});
