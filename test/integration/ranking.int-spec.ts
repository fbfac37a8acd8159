import type { Level, RankingRow, Report, ShowroomRow } from '@app/contracts';
import { StateWriter, ensureBrand, recordExclusions } from '@app/database';
import { importRows } from '@app/ingest';
import { BrandScope, ReportService } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { FixedClock } from '../support/fixed-clock';
import { TestStores, openTestStores } from '../support/stores';

const ACCOUNTS = [
  { platform: 'douyin', accountId: 'a1', dealerId: 'd1' },
  { platform: 'douyin', accountId: 'a2', dealerId: 'd1' },
  { platform: 'douyin', accountId: 'a3', dealerId: 'd2' },
  { platform: 'douyin', accountId: 'a4', dealerId: 'd2' },
  { platform: 'douyin', accountId: 'a5', dealerId: 'd3' },
  { platform: 'kuaishou', accountId: 'k6', dealerId: 'd3' },
] as const;
/** Showroom visitors of the accounts: who led in September is last in October. */
const VISITORS = { '2026-09': [6, 5, 4, 3, 2, 1], '2026-10': [1, 2, 3, 4, 5, 6], '2026-11': [2, 0, 0, 0, 0, 0] };

/** Four evenings of each month; visitor n of an account is the same person in every month, but for one in November. */
function factsOf() {
  const sessions: object[] = [];
  const entries: object[] = [];
  for (const [month, counts] of Object.entries(VISITORS))
    for (const [at, { platform, accountId }] of ACCOUNTS.entries())
      for (const day of ['02', '03', '04', '05']) {
        const start = `${month}-${day}T20:00:00+08:00`;
        const common = { platform, accountId, sessionId: `${month}-${day}` };
        sessions.push({
          ...common,
          startedAt: start,
          endedAt: start.replace('T20', 'T21'),
          views: 10 * (at + 1) + 20,
          paidViews: 0,
          comments: at + 1,
          shares: 1,
          follows: 2,
        });
        const enter = (viewer: string, dwellSeconds: number) =>
          entries.push({ ...common, viewer: `${accountId}-${viewer}`, enteredAt: start.replace('20:00', '20:10'), dwellSeconds });
        for (let visitor = 0; visitor < counts[at]; visitor++)
          enter(month === '2026-11' && visitor === 1 ? 'new' : `v${visitor}`, 60 + 5 * visitor);
        for (let other = 0; other < 8; other++) if (day === '02') enter(`o${other}`, 20 + other);
      }
  const totals = { '2026-08-31': 90, '2026-09-30': 100, '2026-10-08': 200, '2026-10-10': 220, '2026-10-15': 300 };
  const followers = ACCOUNTS.flatMap(({ platform, accountId }) =>
    Object.entries(totals).map(([day, total]) => ({ platform, accountId, day, total })),
  );
  return { sessions, entries, followers };
}

describe('rankings of a small brand', () => {
  let stores: TestStores;
  let reports: ReportService;
  let brandId: number;
  let writer: StateWriter;
  const service = () => new ReportService({ ...stores, clock: new FixedClock('2026-11-12T12:00:00+08:00') });
  const ask = async (level: Level, more: object, scope: BrandScope = 'all', by = reports): Promise<Report<RankingRow>> =>
    (await by.report({ name: 'ranking', level, basis: 'adjusted', ...more }, scope)) as Report<RankingRow>;
  const visitorsOf = ({ rows }: Report<RankingRow>) =>
    Object.fromEntries(rows.map((row) => [row.accountId ?? row.dealerId ?? row.adcode ?? row.brand, row.showroomVisitors]));
  const find = ({ rows }: Report<RankingRow>, id: string) => rows.find((row) => [row.accountId, row.dealerId].includes(id))!;

  beforeAll(async () => {
    stores = await openTestStores();
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' }));
    writer = new StateWriter(stores.dataSource, stores.secret);
    await writer.upsertRegions(brandId, [{ path: 'East' }, { path: 'East/Shanghai' }, { path: 'South' }]);
    const outcomes = [
      await writer.upsertDealers(brandId, [
        { dealerId: 'd1', name: 'One', adcode: '310101', salesRegion: 'East/Shanghai', group: 'G1' },
        { dealerId: 'd2', name: 'Two', adcode: '310115', salesRegion: 'East', group: 'G2' },
        { dealerId: 'd3', name: 'Three', adcode: '440106', salesRegion: 'South', group: 'G1' },
      ]),
      await writer.upsertAccounts(
        brandId,
        ACCOUNTS.map((account) => ({ ...account, name: account.accountId, declaredTier: 'base' as const })),
      ),
      await writer.upsertRateCards(
        brandId,
        (['douyin', 'kuaishou'] as const).map((platform) => ({
          platform,
          line: 'live_view' as const,
          unitPriceCny: '0.5',
          discount: '1',
          validFrom: '2025-01-01',
        })),
      ),
    ];
    expect(outcomes.flatMap(({ rejected }) => rejected)).toEqual([]);
    for (const [kind, rows] of Object.entries(factsOf()))
      expect((await importRows(stores, { kind, rows, brandId } as Parameters<typeof importRows>[1])).rejected).toBe(0);
    reports = service();
  });
  afterAll(() => stores?.close());

  it('a quarter and a year count who was a showroom visitor in any of their months, once', async () => {
    expect(visitorsOf(await ask('account', { period: '2026-10' }))).toMatchObject({ a1: 1, a2: 2, k6: 6 });
    expect(visitorsOf(await ask('account', { period: '2026-Q4' }))).toMatchObject({ a1: 2, a2: 2, k6: 6 });
    expect(visitorsOf(await ask('account', { period: '2026' }))).toMatchObject({ a1: 7, a2: 5, k6: 6 });
    expect(visitorsOf(await ask('dealer', { period: '2026' }))).toMatchObject({ d1: 12, d2: 8, d3: 11 });
    expect((await ask('brand', { period: '2026' })).meta).toMatchObject({ period: '2026', month: null });
  });

  it('days and weeks take the rolling number at their end', async () => {
    // 720 h before 20 October hold all four evenings, those before 2 November three of them
    expect(visitorsOf(await ask('account', { period: '2026-10-19' }))).toMatchObject({ a1: 1, k6: 6 });
    expect(visitorsOf(await ask('account', { period: '2026-11-01' }))).toMatchObject({ a1: 0, k6: 0 });
    const week = await ask('account', { period: '2026-W42' });
    expect(visitorsOf(week)).toMatchObject({ a1: 1, k6: 6 });
    expect(week.meta).toMatchObject({ period: '2026-W42', from: '2026-10-11T16:00:00.000Z', before: { to: '2026-10-11T16:00:00.000Z' } });
  });

  it('growth of a span compares with the last reading before the span, not before its month', async () => {
    const growth = async (period: string) =>
      find(await ask('account', { period }), 'a1').parts.find(({ metric }) => metric === 'growth')!.value;
    expect([await growth('2026-W42'), await growth('2026-10'), await growth('2026-Q4')]).toEqual(['0.3636', '2', '2']);
  });

  it('the live score is told at the data instant, with the newest day of each platform', async () => {
    const { rows, meta } = await ask('account', { period: 'live' });
    expect(meta).toMatchObject({
      period: 'live',
      from: '2026-10-13T16:00:00.000Z',
      to: '2026-11-12T16:00:00.000Z',
      newestDays: { douyin: '2026-11-05', kuaishou: '2026-11-05' },
    });
    const showroom = (await reports.report(
      { name: 'showroom', level: 'account', basis: 'adjusted', from: '2026-10-14', to: '2026-11-13' },
      'all',
    )) as Report<ShowroomRow>;
    for (const row of rows)
      expect(row.showroomVisitors).toBe(showroom.rows.find(({ accountId }) => accountId === row.accountId)!.rollingShowroomVisitors);
    expect(visitorsOf({ rows, meta })).toMatchObject({ a1: 2, k6: 0 });
  });

  it('rank changes are those between the two rankings; a climb is positive', async () => {
    const [now, then] = [await ask('account', { period: '2026-10' }), await ask('account', { period: '2026-09' })];
    for (const row of now.rows) {
      expect(row.rankBefore).toBe(find(then, row.accountId!).rank);
      expect(row.rankChange).toBe(row.rankBefore! - row.rank!);
    }
    const ranked = now.rows.filter(({ rankChange }) => rankChange !== null);
    expect(ranked.length).toBe(6);
    expect(find(now, 'k6').rankChange).toBeGreaterThan(0);
    expect(find(then, 'k6')).toMatchObject({ rankBefore: null, rankChange: null, reasons: { rankBefore: { en: expect.any(String) } } });
  });

  it('a filter chooses rows with the ranks of the brand, and ranks them among each other', async () => {
    const all = await ask('account', { period: '2026-10' });
    for (const filter of [
      { adcode: '31' },
      { adcode: '310000' },
      { salesRegion: 'East' },
      { platform: 'douyin' },
      { group: 'G1' },
      { dealerId: 'd2' },
    ]) {
      const some = await ask('account', { period: '2026-10', ...filter });
      const ids = some.rows.map(({ accountId }) => accountId);
      expect(some.rows.map(({ rank }) => rank)).toEqual(
        all.rows.filter(({ accountId }) => ids.includes(accountId)).map(({ rank }) => rank),
      );
      expect(some.rows.map(({ cohortRank }) => cohortRank)).toEqual(some.rows.map((_, at) => at + 1));
      expect(some.rows.every(({ cohortSize }) => cohortSize === some.rows.length)).toBe(true);
    }
    const idsOf = async (level: Level, filter: object) =>
      (await ask(level, { period: '2026-10', ...filter })).rows
        .map((row) => row.accountId ?? row.dealerId ?? row.adcode ?? row.salesRegion)
        .sort();
    expect(await idsOf('account', { adcode: '310115' })).toEqual(['a3', 'a4']);
    expect(await idsOf('account', { salesRegion: 'East/Shanghai' })).toEqual(['a1', 'a2']);
    expect(await idsOf('dealer', { group: 'G1' })).toEqual(['d1', 'd3']);
    expect(await idsOf('region', { adcode: '44' })).toEqual(['440100']);
    expect(await idsOf('region', { regions: 'sales', salesRegion: 'East' })).toEqual(['East', 'East/Shanghai']);
    // what is no kind of region of the rows chooses what their figures are made of
    expect(visitorsOf(await ask('brand', { period: '2026-10', salesRegion: 'East' }))).toEqual({ acme: 10 });
    expect(find(await ask('dealer', { period: '2026-10', adcode: '31' }), 'd1').showroomVisitors).toBe(3);
  });

  it('who asks sees their own rows, with the rank in the whole cohort', async () => {
    const scope = new Set([accountKey(brandId, 'douyin', 'a3').toString()]);
    const [row] = (await ask('account', { period: '2026-10', adcode: '31' }, scope)).rows;
    expect(row).toMatchObject({
      accountId: 'a3',
      cohortSize: 4,
      cohortRank: find(await ask('account', { period: '2026-10', adcode: '31' }), 'a3').cohortRank,
    });
    expect((await ask('account', { period: '2026-10' }, scope)).rows[0].cohortRank).toBeUndefined();
  });

  it.each(['account', 'dealer', 'region', 'brand'] as const)(
    'ranks of the level %s lie in intervals that the same question gives again',
    async (level) => {
      const asked = { period: '2026-10', confidence: true };
      const [first, again] = [await ask(level, asked), await ask(level, asked, 'all', service())];
      expect(again.rows).toEqual(first.rows);
      for (const { rank, rankLow, rankHigh } of first.rows)
        if (rank === null) expect([rankLow, rankHigh]).toEqual([null, null]);
        else expect(rankLow! <= rank && rank <= rankHigh!).toBe(true);
      if (level === 'account') expect(first.rows.some(({ rankLow, rankHigh }) => rankLow! < rankHigh!)).toBe(true);
    },
  );

  it('where nothing is known nobody has an interval', async () => {
    const { rows } = await ask('account', { period: '2026-08', confidence: true });
    expect(rows.map(({ rank, rankLow, rankHigh }) => [rank, rankLow, rankHigh])).toEqual(ACCOUNTS.map(() => [null, null, null]));
  });

  it('score and percentiles are given so that the score can be computed again', async () => {
    for (const row of (await ask('account', { period: '2026-10' })).rows) {
      const parts = row.parts.filter(({ percentileExact }) => percentileExact);
      const valueOf = (text: string) => Number(text.split('/')[0]) / Number(text.split('/')[1]);
      const sum = parts.reduce((all, { weight, percentileExact }) => all + weight * valueOf(percentileExact!), 0);
      expect(row.score).toBeCloseTo((100 * sum) / row.weightKnown, 3);
      expect(row.parts.find(({ metric }) => metric === 'loyalty')!.components).toMatchObject([
        { metric: 'loyalShare' },
        { metric: 'dwellRatio' },
      ]);
    }
  });

  it('rank and score before exclusions stand beside them, once something is excluded', async () => {
    expect((await ask('account', { period: '2026-10' })).rows.every(({ rawRank }) => rawRank === undefined)).toBe(true);
    const removed = ['02', '03', '04', '05'].map((day) => ({
      ...{ platform: 'kuaishou' as const, accountId: 'k6', origin: 'session' as const, line: 'live_view' as const },
      ...{ target: `2026-10-${day}`, day: `2026-10-${day}`, units: 80 },
    }));
    await recordExclusions(
      stores,
      { brandId, actor: { kind: 'operator', id: 'tester', name: 'Tester' }, reason: 'confirmed' },
      removed.map((one) => ({ caseId: 'c1', removed: one })),
    );
    for (const level of ['account', 'dealer', 'region'] as const) {
      const [adjusted, raw] = [await ask(level, { period: '2026-10' }), await ask(level, { period: '2026-10', basis: 'raw' })];
      const known = new Map(raw.rows.map((row) => [row.name, row]));
      for (const row of adjusted.rows) expect([row.rawRank, row.rawScore]).toEqual([known.get(row.name)!.rank, known.get(row.name)!.score]);
      expect(raw.rows.every(({ rawRank }) => rawRank === undefined)).toBe(true);
    }
    const own = find(await ask('account', { period: '2026-10' }), 'k6');
    expect(own.valueCny).toBe('0');
    expect(own.score).toBeLessThan(own.rawScore!);
    // no draw finds what is removed: only who draws no session at all stands beside it
    await writer.upsertPolicies(brandId, [
      { fromMonth: '2026-10', weights: { showroom: 0, value: 100, loyalty: 0, engagement: 0, cadence: 0, growth: 0 } },
    ]);
    const { rank, rankLow } = find(await ask('account', { period: '2026-10', confidence: true }), 'k6');
    expect(rank).toBe(6);
    expect(rankLow).toBeGreaterThanOrEqual(5);
  });

  it('other periods and places are bad input', async () => {
    for (const more of [{ period: '2026-W60' }, { period: '2026-10', month: '2026-10' }, { adcode: '3' }, { adcode: 'Shanghai' }])
      await expect(ask('account', more)).rejects.toMatchObject({ code: 'bad_input', options: { remedy: expect.anything() } });
  });
});
