import * as http from 'node:http';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FOOTFALL_REASONS, LEAD_WEEKS, weeksInside, withWeeksBefore } from '@app/analytics';
import { FootfallRow, Level, METRICS, Metric, Page, Report, ReportQuery, addDays, dayStart } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { importRows } from '@app/ingest';
import { BrandScope, MethodologyService, ReportService } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { VitrineErrorFilter } from '../../apps/api/src/http/vitrine-error.filter';
import { asOperatorOf } from '../support/asked-by';
import { MetricsController } from '../../apps/api/src/metrics/metrics.controller';
import { FixedClock } from '../support/fixed-clock';
import { TestStores, openTestStores } from '../support/stores';

const ZONE = 'Asia/Shanghai';
const SPAN = { from: '2026-08-10', to: '2026-10-19' };
const WEEKS = weeksInside(SPAN.from, SPAN.to);
/** Weeks of traffic that take part, with three more: a window reaches over four Wednesdays. */
const TOLD = withWeeksBefore(WEEKS, LEAD_WEEKS + 3);
/** Viewers who come four times in a week, by week. */
const CAME = [0, 0, 2, 0, 3, 0, 0, 2, 5, 3, 0, 0, 1, 1, 3, 0, 0, 0, 2, 1, 0];
/** The Wednesdays of four weeks lie in the 720 hours before a week's end. */
const rolling = (at: number) => CAME.slice(Math.max(0, at - 3), at + 1).reduce((sum, viewers) => sum + viewers, 0);
const MISSING = WEEKS[4];

/** Pearson's r by sums, another way than the product's. */
function correlation(x: number[], y: number[]): number {
  const n = x.length;
  const sum = (of: (at: number) => number) => x.reduce((total, _, at) => total + of(at), 0);
  const [sx, sy] = [sum((at) => x[at]), sum((at) => y[at])];
  const cross = n * sum((at) => x[at] * y[at]) - sx * sy;
  return cross / Math.sqrt((n * sum((at) => x[at] ** 2) - sx ** 2) * (n * sum((at) => y[at] ** 2) - sy ** 2));
}

describe('footfall of a brand with three dealers', () => {
  let stores: TestStores;
  let reports: ReportService;
  let brandId: number;
  const clock = new FixedClock('2026-11-22T12:00:00+08:00');
  const given = async function* (rows: object[]) {
    yield* rows;
  };
  const ask = async (level: Level, more: Partial<ReportQuery> = {}, scope: BrandScope = 'all') =>
    (await reports.report({ name: 'footfall', level, basis: 'adjusted', ...SPAN, ...more }, scope)) as Report<FootfallRow>;
  const keyOf = (accountId: string) => String(accountKey(brandId, 'douyin', accountId));

  const entries = (accountId: string, week: string, viewers: number) =>
    Array.from({ length: viewers }, (_, viewer) =>
      [10, 12, 14, 16].map((hour) => ({
        platform: 'douyin',
        accountId,
        viewer: `${week} ${viewer}`,
        enteredAt: new Date(dayStart(addDays(week, 2), ZONE) + hour * 3_600_000).toISOString(),
        dwellSeconds: 60,
      })),
    ).flat();
  const days = (dealerId: string, week: string, visitors: number) =>
    Array.from({ length: 7 }, (_, day) => ({ dealerId, day: addDays(week, day), visitors: day === 0 ? visitors : 0 }));

  beforeAll(async () => {
    stores = await openTestStores();
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'foot', name: 'Foot', zone: ZONE }));
    const writer = new StateWriter(stores.dataSource, stores.secret);
    const dealer = (dealerId: string) => ({ dealerId, name: dealerId, adcode: '310101' });
    const account = (accountId: string, dealerId: string) => ({ platform: 'douyin' as const, accountId, name: accountId, dealerId });
    const outcomes = [
      await writer.upsertDealers(brandId, ['d1', 'd2', 'd3'].map(dealer)),
      await writer.upsertAccounts(brandId, [account('a1', 'd1'), account('a2', 'd2'), account('b2', 'd2'), account('a3', 'd3')]),
      await writer.upsertPolicies(brandId, [{ fromMonth: '2026-01', headTierCny: '6000000' }]),
    ];
    expect(outcomes.flatMap((outcome) => outcome.rejected)).toEqual([]);
    const came = TOLD.flatMap((week, at) => entries('a1', week, CAME[at]));
    const late = TOLD.slice(-7).flatMap((week, at) => entries('a2', week, at + 1));
    const first = { platform: 'douyin', accountId: 'a1', viewer: 'early', enteredAt: '2026-01-05T12:00:00+08:00', dwellSeconds: 1 };
    await importRows(stores, { kind: 'entries', rows: given([first, ...came, ...late, ...entries('a3', WEEKS[0], 1)]), brandId });
    const visitors = [
      ...WEEKS.flatMap((week, at) => days('d1', week, 3 * rolling(at + LEAD_WEEKS + 3) + (at % 3))),
      ...WEEKS.flatMap((week, at) => days('d2', week, 10 + at)),
    ].filter(({ dealerId, day }) => dealerId !== 'd1' || day !== addDays(MISSING, 6));
    const { rejected } = await importRows(stores, { kind: 'footfall', rows: given(visitors), brandId });
    expect(rejected).toBe(0);
    reports = new ReportService({ ...stores, clock });
  });
  afterAll(() => stores.close());

  it('each week is the rolling traffic at its end beside the visitors of its seven days; a week without a day is unknown', async () => {
    const { rows, meta } = await ask('dealer');
    expect(rows.map((row) => row.dealerId)).toEqual(['d1', 'd2', 'd3']);
    expect(rows[0].points).toEqual(
      WEEKS.map((week, at) => ({
        week,
        dealerId: null,
        weeklyShowroomVisitors: rolling(at + LEAD_WEEKS + 3),
        footfallVisitors: week === MISSING ? null : 3 * rolling(at + LEAD_WEEKS + 3) + (at % 3),
      })),
    );
    expect([rows[0].fromWeek, rows[0].toWeek, rows[0].weeksPaired, rows[0].weeksMissing]).toEqual(['2026-08-10', '2026-10-12', 9, 1]);
    expect(meta.notes.some(({ en }) => en.includes('Correlation is not cause'))).toBe(true);
  });

  it('the figures are those of the points, and what supports nothing is null with its reason', async () => {
    const { rows } = await ask('dealer');
    const [one, two, three] = rows;
    const known = one.points.filter(({ footfallVisitors }) => footfallVisitors !== null);
    const r = correlation(
      known.map((point) => point.weeklyShowroomVisitors!),
      known.map((point) => point.footfallVisitors!),
    );
    expect(one.pearson).toBe(Math.round(r * 10_000) / 10_000);
    expect(one.lags.map((lag) => [lag.lagWeeks, lag.weeksPaired])).toEqual([0, 1, 2, 3, 4].map((lag) => [lag, 9]));
    expect(one.lags[2].pearson).toBeCloseTo(
      correlation(
        WEEKS.map((_, at) => at)
          .filter((at) => at !== 4)
          .map((at) => rolling(at + LEAD_WEEKS + 1)),
        known.map((point) => point.footfallVisitors!),
      ),
      4,
    );
    expect([one.footfallAssociation, one.bestLagWeeks, one.lagsTested]).toEqual(['together', 0, 5]);
    expect(one.bestPearsonLow!).toBeLessThan(one.pearsonLow!);
    // a source that begins inside the span: its first windows are not whole
    expect(two).toMatchObject({
      weeksPaired: 3,
      pearson: null,
      footfallAssociation: null,
      reasons: { pearson: FOOTFALL_REASONS.fewPoints },
    });
    expect(three).toMatchObject({ weeksPaired: 0, weeksMissing: 10, bestLagWeeks: null, reasons: { pearson: FOOTFALL_REASONS.fewPoints } });
    expect(one.reasons).toEqual({ betweenPearson: FOOTFALL_REASONS.oneDealer });
  });

  it('pooled rows are made of the dealers of the group; accounts are answered by dealers, and say so', async () => {
    const [brand] = (await ask('brand')).rows;
    const [region] = (await ask('region')).rows;
    expect(region).toMatchObject({ adcode: '310100', pearson: brand.pearson, dealers: 3 });
    expect(brand).toMatchObject({
      brand: 'foot',
      dealers: 3,
      dealersPaired: 2,
      weeksPaired: 12,
      reasons: { betweenPearson: FOOTFALL_REASONS.fewDealers },
    });
    expect(brand.points.map(({ dealerId }) => dealerId)).toEqual(['d1', 'd2', 'd3']);
    const accounts = await ask('account');
    expect(accounts.rows).toEqual((await ask('dealer')).rows);
    expect(accounts.meta).toMatchObject({ level: 'dealer' });
    expect(accounts.meta.notes.length).toBe((await ask('dealer')).meta.notes.length + 1);
  });

  it('a span without a whole week is refused, and says what to give', async () => {
    const refused = ask('dealer', { from: '2026-10-06', to: '2026-10-12' });
    await expect(refused).rejects.toMatchObject({ code: 'bad_input', options: { remedy: { en: expect.stringContaining('eight weeks') } } });
  });

  it('footfall is the shop’s: who sees a part of its accounts does not see it', async () => {
    const week = { from: WEEKS[9] };
    expect((await ask('dealer', week, new Set([keyOf('a1'), keyOf('a2')]))).rows.map((row) => row.dealerId)).toEqual(['d1']);
    expect((await ask('brand', week, new Set([keyOf('a1'), keyOf('a2')]))).rows).toMatchObject([{ dealers: 1, dealersPaired: 1 }]);
    expect((await ask('dealer', week, new Set())).rows).toEqual([]);
  });

  it('catalogue and method over HTTP: paged, by key, 304 for who knows them, in the brand’s numbers', async () => {
    const methods = { provide: MethodologyService, useValue: new MethodologyService({ ...stores, clock }) };
    const app = await NestFactory.create(
      { module: class {}, controllers: [MetricsController], providers: [methods] },
      { logger: false, forceCloseConnections: true },
    );
    app.use(asOperatorOf('foot'));
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    app.useGlobalFilters(new VitrineErrorFilter(silent as never));
    await app.listen(0, '127.0.0.1');
    try {
      const url = await app.getUrl();
      const get = (path: string) => fetch(`${url}/api/v1/${path}`);
      // not by fetch, which says `Cache-Control: no-cache` with every If-None-Match
      const again = (path: string, tag: string) =>
        new Promise((resolve) =>
          http.get(`${url}/api/v1/${path}`, { headers: { 'if-none-match': tag } }, (answer) => resolve(answer.resume().statusCode)),
        );
      const listed = await get('metrics?limit=500');
      expect(((await listed.json()) as Page<Metric>).rows.map(({ key }) => key)).toEqual(METRICS.map(({ key }) => key));
      const tag = listed.headers.get('etag')!;
      expect([await again('metrics?limit=500', tag), await again('metrics?limit=7', tag)]).toEqual([304, 200]);
      expect(await (await get('metrics/loyalShare')).json()).toMatchObject({ key: 'loyalShare', formula: { section: '3.14' } });
      expect((await get('metrics/nothing')).status).toBe(404);
      expect(await (await get('methodology?lang=en&month=2026-10')).text()).toContain('≥ 6,000,000 head');
    } finally {
      await app.close();
    }
  });
});
