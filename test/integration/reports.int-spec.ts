import { sumCny } from '@app/analytics';
import type { Level, RankingRow, Report, ReportName, TierRow, ValueRow } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { BrandScope, DirectoryService, ReportService } from '@app/reports';
import { FixedClock } from '../support/fixed-clock';
import { TestStores, openTestStores } from '../support/stores';
import { ValueFacts, at } from './value-facts';

describe('reports of a small brand', () => {
  let stores: TestStores;
  let reports: ReportService;
  let directory: DirectoryService;
  let facts: ValueFacts;
  const key: Record<string, string> = {};

  const ask = async <Row>(name: ReportName, level: Level, more: object = {}, scope: BrandScope = 'all'): Promise<Report<Row>> =>
    (await reports.report({ name, level, basis: 'adjusted', month: '2026-10', ...more }, scope)) as unknown as Report<Row>;
  const valueOf = async (level: Level, more: object = {}) =>
    Object.fromEntries(
      (await ask<ValueRow>('value', level, more)).rows.map((row) => [
        row.accountId ?? row.dealerId ?? row.adcode ?? row.brand ?? 'none',
        row,
      ]),
    );

  beforeAll(async () => {
    stores = await openTestStores();
    const brand = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    const writer = new StateWriter(stores.dataSource, stores.secret);
    const outcomes = [
      await writer.upsertDealers(brand.brandId, [
        { dealerId: 'd1', name: 'Dealer 1', adcode: '310101', salesRegion: 'East/Shanghai' },
        { dealerId: 'd2', name: 'Dealer 2', adcode: '110101', salesRegion: 'North/Beijing' },
      ]),
      await writer.upsertAccounts(brand.brandId, [
        { platform: 'douyin', accountId: 'a1', name: 'One', dealerId: 'd1', declaredTier: 'base' },
        { platform: 'douyin', accountId: 'a2', name: 'Two', dealerId: 'd2' },
        { platform: 'douyin', accountId: 'a2', name: 'Two', dealerId: 'd1', validFrom: '2026-10-16' },
        { platform: 'douyin', accountId: 'a3', name: 'Three', dealerId: 'd2', ownerKind: 'staff' },
        { platform: 'kuaishou', accountId: 'a4', name: 'Four', ownerKind: 'brand' },
      ]),
      await writer.upsertPolicies(brand.brandId, [
        { fromMonth: '2026-01', requiredCostKinds: ['host', 'ads'], cpaCny: { douyin: '2', kuaishou: '1' } },
      ]),
      await writer.upsertRateCards(
        brand.brandId,
        (['douyin', 'kuaishou'] as const).map((platform) => ({
          platform,
          line: 'live_view',
          unitPriceCny: '0.123457',
          discount: '0.8',
          validFrom: '2025-01-01',
        })),
      ),
      await writer.upsertCosts(brand.brandId, [
        { costId: 'c1', platform: 'douyin', accountId: 'a2', day: '2026-10-20', kind: 'host', amountCny: '10.5' },
        { costId: 'c2', dealerId: 'd1', day: '2026-10-20', kind: 'ads', amountCny: '100' },
      ]),
    ];
    expect(outcomes.flatMap((outcome) => outcome.rejected)).toEqual([]);

    facts = new ValueFacts(brand.brandId);
    for (const [name, platform] of [
      ['a1', 'douyin'],
      ['a2', 'douyin'],
      ['a3', 'douyin'],
      ['a4', 'kuaishou'],
      ['x9', 'douyin'],
    ] as const)
      key[name] = facts.account(platform, name);
    const live = (name: string, start: string, views: number) =>
      facts.session(key[name], start, {
        views,
        paid_views: 1,
        ended_at: at(start) + 3_600_000,
        comments: Math.floor(views / 10),
        shares: 1,
        follows: 1,
      });
    live('a1', '2026-10-03 20:00', 1000);
    live('a1', '2026-10-04 20:00', 1000);
    live('a2', '2026-10-15 23:59', 500);
    live('a2', '2026-10-16 00:00', 70);
    live('a3', '2026-10-05 20:00', 30);
    live('a4', '2026-10-05 20:00', 40);
    live('x9', '2026-10-05 20:00', 9);
    live('a1', '2026-09-03 20:00', 11);
    live('a1', '2025-10-31 20:00', 5_000_000);
    facts.follower(key.a1, '2026-09-30', 1000);
    for (let day = 1; day <= 31; day++) facts.follower(key.a1, `2026-10-${String(day).padStart(2, '0')}`, 1069 + day);
    await facts.deliver(stores.warehouse, stores.dataSource);
    const inputs = {
      warehouse: stores.warehouse,
      dataSource: stores.dataSource,
      secret: stores.secret,
      clock: new FixedClock('2026-11-22T12:00:00+08:00'),
    };
    reports = new ReportService(inputs);
    directory = new DirectoryService(inputs);
  });
  afterAll(() => stores.close());

  it('value adds up exactly at every level, brand-owned and undeclared accounts included', async () => {
    const whole = (await valueOf('brand')).acme.valueCny!;
    expect(whole).toBe('260.9387152'); // 2,642 earned views × 0.123457 × 0.8
    for (const [level, more] of [
      ['account', {}],
      ['dealer', {}],
      ['region', { regions: 'adcode' }],
      ['region', { regions: 'sales' }],
    ] as const)
      expect(sumCny((await ask<ValueRow>('value', level, more)).rows.map((row) => row.valueCny ?? '0'))).toBe(whole);
  });

  it('a day belongs to who owned the account on it', async () => {
    const dealers = await valueOf('dealer');
    const units = (dealerId: string) =>
      dealers[dealerId].lines.filter((line) => line.line === 'live_view').reduce((sum, line) => sum + line.units, 0);
    expect([units('d1'), units('d2'), units('none')]).toEqual([999 + 999 + 69, 499 + 29, 39 + 8]);
  });

  it("a dealer's cost is in the dealer's row and above, in no account's; missing kinds are named", async () => {
    const [accounts, dealers, brand] = [await valueOf('account'), await valueOf('dealer'), await valueOf('brand')];
    expect([accounts.a1.costCny, accounts.a2.costCny, dealers.d1.costCny, dealers.d2.costCny, brand.acme.costCny]).toEqual([
      null,
      '10.5',
      '110.5',
      null,
      '110.5',
    ]);
    expect([accounts.a2.missingCostKinds, dealers.d1.missingCostKinds, dealers.d1.costComplete]).toEqual([['ads'], [], true]);
    expect(accounts.a2.missingCosts).toEqual([{ kind: 'ads', months: ['2026-10'] }]);
    expect(accounts.a2.costs).toMatchObject([{ kind: 'host', amountCny: '10.5', share: '1.0000' }]);
    expect(dealers.d1.costs.map(({ kind, share }) => [kind, share])).toEqual([
      ['ads', '0.9050'],
      ['host', '0.0950'],
    ]);
    // without a cost row the line itself is known: 1,998 earned views × 0.123457 ÷ 3
    expect(accounts.a1).toMatchObject({ passLine: null, passLineCny: '82.222362', passLineGapCny: null, roiValue: null, roiCpa: null });
    expect(accounts.a1.reasons).toMatchObject({ passLine: { zh: expect.stringContaining('成本') as string }, roiCpa: {} });
  });

  it('answers about money name the versions of the prices; each line has gross, excluded and net, and a value or a reason', async () => {
    const { rows, meta } = await ask<ValueRow>('value', 'account');
    expect(meta.rateCards).toEqual(['douyin/live_view/2025-01-01#1', 'kuaishou/live_view/2025-01-01#1']);
    const lines = rows.find((row) => row.accountId === 'a4')!.lines;
    expect(lines.find(({ line }) => line === 'live_view')).toMatchObject({
      units: 39,
      valueCny: '3.8518584',
      grossCny: '3.950624',
      excludedCny: '0.0987656',
      rateCards: ['kuaishou/live_view/2025-01-01#1'],
      sample: false,
      reason: null,
    });
    expect(lines.find(({ line }) => line === 'comment')).toMatchObject({
      valueCny: null,
      grossCny: null,
      reason: { en: expect.stringMatching(/no rate card/) as string },
    });
    expect((await ask('showroom', 'account')).meta.rateCards).toEqual([]);
    expect((await ask('tiers', 'account')).meta.rateCards).toEqual(meta.rateCards);
  });

  it('undeclared accounts count in the brand and are unranked; nobody under the known weight of the policy has a rank', async () => {
    const { rows, meta } = await ask<RankingRow>('ranking', 'account');
    expect(rows).toHaveLength(5);
    expect(rows.find((row) => row.accountId === 'x9')).toMatchObject({ undeclared: true, rank: null, score: null });
    // no viewer source: value, engagement, cadence, and growth of the one account with follower readings
    expect(rows[0]).toMatchObject({ accountId: 'a1', rank: 1, weightKnown: 50, partial: true });
    expect(rows.slice(1).every((row) => row.weightKnown < 50 && row.rank === null && row.reasons.rank)).toBe(true);
    expect(rows.find((row) => row.accountId === 'a1')!.parts.find((part) => part.metric === 'growth')).toMatchObject({
      value: '0.1000',
      percentile: 0.5,
    });
    expect(meta).toMatchObject({ accountsTotal: 5, month: '2026-10', brand: 'acme' });
  });

  it('a filter chooses rows and changes no figure', async () => {
    const all = await ask<RankingRow>('ranking', 'account');
    const some = await ask<RankingRow>('ranking', 'account', { platform: 'kuaishou' });
    const cohort = { cohortRank: null, cohortSize: null }; // nobody among these is ranked
    expect(some.rows).toEqual(all.rows.filter((row) => row.platform === 'kuaishou').map((row) => ({ ...row, ...cohort })));
  });

  it('trailing value takes twelve months and projects what began inside them', async () => {
    const { rows } = await ask<TierRow>('tiers', 'account');
    const one = rows.find((row) => row.accountId === 'a1')!;
    expect(one.trailingValueCny).toBe(sumCny([String(((999 + 999 + 10) * 1234570 * 8) / 1e8)]));
    expect(one).toMatchObject({ projected: false, earnedTier: 'incubating' }); // known since 2025-10-31, before the window
    expect(rows.find((row) => row.accountId === 'a3')).toMatchObject({ projected: false, earnedTier: null });
    const brand = (await ask<TierRow>('tiers', 'brand')).rows[0];
    expect(brand.tierCounts).toEqual({ head: 0, base: 0, outer: 0, incubating: 1 });
  });

  it('a scope shows its accounts only, and no scope shows nothing', async () => {
    const scope = new Set([key.a3]);
    expect((await ask<RankingRow>('ranking', 'account', {}, scope)).rows.map((row) => row.accountId)).toEqual(['a3']);
    expect((await ask<ValueRow>('value', 'brand', {}, scope)).rows[0].lines.map((line) => line.units)).toContain(29);
    expect((await directory.dealers(scope)).map((row) => row.dealerId)).toEqual(['d2']);
    await expect(reports.series({ level: 'dealer', dealerId: 'd1' }, '2026-10', 2, scope)).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      ask('value', 'brand', {}, undefined as unknown as BrandScope).then(() =>
        reports.report({ name: 'value', level: 'brand', basis: 'raw' }, null as never),
      ),
    ).rejects.toMatchObject({ code: 'internal' });
  });

  it('each month of a series equals its ranking report; months without facts are gaps', async () => {
    const months = await reports.series({ level: 'dealer', dealerId: 'd1' }, '2026-10', 3, 'all');
    expect(months.map((month) => [month.month, month.valueCny])).toEqual([
      ['2026-08', null],
      ['2026-09', '0.98765600'.replace(/0+$/, '')],
      ['2026-10', (await valueOf('dealer')).d1.valueCny],
    ]);
  });

  it('opens the newest complete month and names the months with facts', async () => {
    expect(await reports.overview('all')).toMatchObject({
      months: ['2026-10', '2026-09', '2025-10'],
      defaultMonth: '2026-10',
      accounts: 5,
      dealers: 2,
    });
  });

  it.each(['showroom', 'value', 'tiers', 'ranking'] as const)(
    '%s answers for regions of both kinds and for other spans than months',
    async (name) => {
      expect((await ask(name, 'region', { regions: 'sales' })).rows.length).toBe(3);
      expect((await ask(name, 'brand', { month: undefined, from: '2026-10-03', to: '2026-10-06' })).rows.length).toBe(1);
    },
  );

  it('bad periods are bad input', async () => {
    for (const period of [
      { month: '2026-13' },
      { from: '2026-10-02' },
      { from: '2026-10-02', to: '2026-10-02' },
      { from: '2026-02-30', to: '2026-03-02' },
    ])
      await expect(ask('value', 'brand', { month: undefined, ...period })).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('facts are read once for questions asked at the same time, and each scope gets its own rows', async () => {
    const asked = ['value_units', 'showroom.stored_accounts'];
    const query = jest.spyOn(stores.warehouse, 'query');
    const scope = new Set([key.a1]);
    const month = { month: '2026-09' };
    const [first, second, other] = await Promise.all([
      ask<RankingRow>('ranking', 'account', month),
      ask<RankingRow>('ranking', 'account', month),
      ask<RankingRow>('ranking', 'account', month, scope),
    ]);
    const counts = asked.map((name) => query.mock.calls.filter(([call]) => call.name === name).length);
    query.mockRestore();
    expect([first.rows.length, other.rows.length, counts]).toEqual([5, 1, [1, 1]]);
    expect(other.rows[0]).toEqual(first.rows.find(({ accountId }) => accountId === other.rows[0].accountId));
    expect(second).toEqual(first);
  });

  it('an answer that was given before follows new facts', async () => {
    const before = (await valueOf('account')).a3.effectiveViews;
    const more = new ValueFacts(Number((await stores.dataSource.query('SELECT brand_id FROM brand'))[0].brand_id));
    more.session(key.a3, '2026-10-06 20:00', { session_id: 'late', views: 6, paid_views: 0 });
    await more.deliver(stores.warehouse, stores.dataSource);
    expect((await valueOf('account')).a3.effectiveViews).toBe(before + 6);
  });
});
