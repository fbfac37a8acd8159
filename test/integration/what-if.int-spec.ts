import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type RankingRow, type Report, type Subject, VitrineError, type WhatIfQuery, type WhatIfReport } from '@app/contracts';
import { type PolicyRow, type RateCardRow, StateWriter } from '@app/database';
import { type BrandScope, ReportService } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { WhatIfJobs, WhatIfService } from '@app/what-if';
import { VitrineErrorFilter } from '../../apps/api/src/http/vitrine-error.filter';
import { asOperatorOf } from '../support/asked-by';
import { WhatIfController } from '../../apps/api/src/what-if/what-if.controller';
import { FixedClock } from '../support/fixed-clock';
import { contentsOf } from '../support/store-contents';
import { type TestStores, openTestStores } from '../support/stores';
import { CARDS, POLICY, openWhatIfBrand } from '../support/what-if-brand';

const MONTH = { month: '2026-10' };
const SPAN = { from: '2026-09-01', to: '2026-11-01' };
const LEVELS = ['account', 'dealer', 'region', 'brand'] as const;
const FIGURES = ['rank', 'score', 'valueCny', 'showroomVisitors', 'earnedTier', 'trailingValueCny'] as const;
type Side = 'before' | 'after';
type Period = { month: string } | { from: string; to: string };

/** What is supposed, and the same as it would be declared. */
interface Change {
  name: string;
  supposed: Pick<WhatIfQuery, 'policy' | 'prices' | 'rateCards'>;
  policy?: Partial<PolicyRow>;
  cards?: RateCardRow[];
}

const WEIGHTS = { showroom: 10, value: 60, loyalty: 10, engagement: 10, cadence: 5, growth: 5 };
const CHANGES: Change[] = [
  { name: 'more visits', supposed: { policy: { minVisits: 5 } }, policy: { minVisits: 5 } },
  {
    name: 'fewer visits, other weights',
    supposed: { policy: { minVisits: '2', weights: WEIGHTS } },
    policy: { minVisits: 2, weights: WEIGHTS },
  },
  {
    name: 'tier bounds, peers, coverage, length of sessions',
    supposed: { policy: { headTierCny: '5000', baseTierCny: '4000.5', minPeers: 5, minCoverage: '0.5', cadenceMinSessionMinutes: 60 } },
    policy: { headTierCny: '5000', baseTierCny: '4000.5', minPeers: 5, minCoverage: 0.5, cadenceMinSessionMinutes: 60 },
  },
  { name: 'a longer gap', supposed: { policy: { visitGapMinutes: 90 } }, policy: { visitGapMinutes: 90 } },
  {
    name: 'a least dwell, another number of visits and sessions',
    supposed: { policy: { minVisitDwellSeconds: 400, minVisits: 2, minSessionMinutes: 45 } },
    policy: { minVisitDwellSeconds: 400, minVisits: 2, minSessionMinutes: 45 },
  },
  {
    name: 'prices and discounts',
    supposed: {
      prices: [
        { platform: 'douyin', line: 'live_view', unitPriceCny: '0.06' },
        { platform: 'kuaishou', line: 'live_view', discount: '0.0001' },
        { platform: 'kuaishou', line: 'video_play', unitPriceCny: '0.000001' },
      ],
    },
    cards: [
      { ...CARDS[0], unitPriceCny: '0.06' },
      { ...CARDS[1], unitPriceCny: '0.06' },
      { ...CARDS[3], discount: '0.0001' },
      { platform: 'kuaishou', line: 'video_play', unitPriceCny: '0.000001', discount: '1', validFrom: '1970-01-01' },
    ],
  },
  {
    name: 'a card that begins on another day',
    supposed: {
      rateCards: [
        { platform: 'douyin', line: 'video_play', unitPriceCny: '0.5', discount: '50%', validFrom: '2026-10-20' },
        { ...CARDS[2], validTo: '2026-10-19' },
      ],
    },
    cards: [
      { ...CARDS[2], validTo: '2026-10-19' },
      { platform: 'douyin', line: 'video_play', unitPriceCny: '0.5', discount: '0.5', validFrom: '2026-10-20' },
    ],
  },
];

/** A job as it comes over HTTP. */
interface Answer {
  id: string;
  state: string;
  result: { rows: unknown[]; nextCursor: string | null; total: number } | null;
}

const ALL = { scope: 'all' } as const;

describe('what if', () => {
  let stores: TestStores;
  let brandId: number;
  let reports: ReportService;
  let service: WhatIfService;
  let writer: StateWriter;

  beforeAll(async () => {
    stores = await openTestStores();
    brandId = await openWhatIfBrand(stores);
    writer = new StateWriter(stores.dataSource, stores.secret);
    reports = new ReportService({ ...stores, clock: new FixedClock('2026-11-22T12:00:00+08:00') });
    service = new WhatIfService(reports);
  });
  afterAll(() => stores?.close());

  const ranking = async (level: (typeof LEVELS)[number], period: Period) =>
    (await reports.report({ name: 'ranking', level, basis: 'raw', ...period }, 'all')) as Report<RankingRow>;
  const ask = (query: Partial<WhatIfQuery>, scope: BrandScope = 'all') =>
    service.ask({ level: 'account', basis: 'raw', ...MONTH, ...query }, scope);
  const idOf = ({ platform, accountId, dealerId, adcode, brand }: Subject) =>
    accountId ? `${platform}/${accountId}` : (dealerId ?? adcode ?? brand ?? 'unassigned');
  const figuresOf = (rows: readonly RankingRow[]) =>
    Object.fromEntries(rows.map((row) => [idOf(row), [...FIGURES.map((figure) => row[figure]), row.tierCounts]]));
  const sideOf = ({ rows }: WhatIfReport, side: Side) =>
    Object.fromEntries(rows.map((row) => [idOf(row), [...FIGURES.map((figure) => row[figure][side]), row.tierCounts?.[side]]]));
  const refusal = (query: Partial<WhatIfQuery>) =>
    ask(query).then(
      () => null,
      (error: unknown) => error as VitrineError,
    );

  it('with nothing supposed every row is the row of the report, and nothing moves', async () => {
    for (const period of [MONTH, SPAN])
      for (const level of LEVELS) {
        const report = await ask({ month: undefined, ...period, level });
        const figures = figuresOf((await ranking(level, period)).rows);
        expect(sideOf(report, 'before')).toEqual(figures);
        expect(sideOf(report, 'after')).toEqual(figures);
        expect(report.summary).toMatchObject({ changed: 0, ranksUp: 0, ranksDown: 0, tiersChanged: 0 });
        expect(report.rows.flatMap((row) => row.reasons)).toEqual([]);
      }
  });

  it('what it says is what the report says once it is declared, and it touches nothing', async () => {
    const answers = new Map<string, WhatIfReport>();
    type Asked = { period: Period; level: (typeof LEVELS)[number] };
    const all = ([MONTH, SPAN] as Period[]).flatMap((period) => LEVELS.map((level): Asked => ({ period, level })));
    const few: Asked[] = [
      { period: MONTH, level: 'account' },
      { period: SPAN, level: 'dealer' },
    ];
    // what each change may have to do with levels is in the first two; VITRINE_TEST_LONG=1 asks every question of every change
    const questionsOf = (change: Change): Asked[] => (process.env.VITRINE_TEST_LONG || CHANGES.indexOf(change) < 2 ? all : few);
    const before = await contentsOf(stores);
    for (const change of CHANGES)
      for (const { period, level } of questionsOf(change)) {
        const report = await ask({ month: undefined, ...period, level, ...change.supposed });
        answers.set(JSON.stringify([change.name, period, level]), report);
      }
    expect(await contentsOf(stores)).toEqual(before);

    for (const change of CHANGES) {
      const { name, policy, cards } = change;
      if (policy) expect((await writer.upsertPolicies(brandId, [{ ...POLICY, ...policy }])).rejected).toEqual([]);
      if (cards) expect((await writer.upsertRateCards(brandId, cards)).rejected).toEqual([]);
      for (const { period, level } of questionsOf(change)) {
        const supposed = answers.get(JSON.stringify([name, period, level]))!;
        expect([name, period, level, sideOf(supposed, 'after')]).toEqual([
          name,
          period,
          level,
          figuresOf((await ranking(level, period)).rows),
        ]);
        if (level === 'account' && period === MONTH) expect(supposed.summary.changed).toBeGreaterThan(0); // the change shows
      }
      await writer.upsertPolicies(brandId, [POLICY]);
      await restoreCards(cards ?? []);
    }
  }, 600_000);

  /** Cards are never deleted: those that only the change had end before anything began. */
  async function restoreCards(cards: RateCardRow[]): Promise<void> {
    if (cards.length === 0) return;
    const own = new Set(CARDS.map(({ platform, line, validFrom }) => `${platform} ${line} ${validFrom}`));
    const added = cards.filter(({ platform, line, validFrom }) => !own.has(`${platform} ${line} ${validFrom}`));
    await writer.upsertRateCards(
      brandId,
      added.map((card) => ({ ...card, validTo: card.validFrom })),
    );
    await writer.upsertRateCards(brandId, CARDS);
  }

  it('sorts by the size of the move, counts who moves, and says why', async () => {
    const { rows, summary } = await ask({ policy: { weights: WEIGHTS, headTierCny: '27000' }, rankStep: 2 });
    const size = rows.map(({ places }) => Math.abs(places ?? 0));
    expect(size).toEqual([...size].sort((a, b) => b - a));
    expect(summary.ranksUp + summary.ranksDown).toBe(size.filter((places) => places > 0).length);
    expect(summary.ranksByStep).toBe(size.filter((places) => places >= 2).length);
    expect(summary.tiersUp).toBe(rows.filter(({ earnedTier }) => earnedTier.before === 'base' && earnedTier.after === 'head').length);
    expect(summary.tiersUp).toBeGreaterThan(0);
    for (const { rank, earnedTier, reasons } of rows)
      expect(reasons.length > 0).toBe(rank.before !== rank.after || earnedTier.before !== earnedTier.after || reasons.length > 0);
    const up = rows.find(({ earnedTier }) => earnedTier.before !== earnedTier.after)!;
    expect(up.reasons.map(({ en }) => en)).toContain('tier base → head: the bounds are others');
  });

  it.each<[string, Partial<WhatIfQuery>, string]>([
    ['weights that do not add up', { policy: { 'weights.showroom': 40 } }, 'policy.weights'],
    ['a bound below the other', { policy: { headTierCny: '10' } }, 'policy.headTierCny'],
    ['a field that no policy has', { policy: { minVisit: 3 } }, 'policy.minVisit'],
    ['what is no whole number', { policy: { minVisits: 'three' } }, 'minVisits'],
    ['too many decimals', { prices: [{ platform: 'douyin', line: 'live_view', unitPriceCny: '0.0000001' }] }, 'unitPriceCny'],
    ['a discount above one', { prices: [{ platform: 'douyin', line: 'live_view', discount: '1.1' }] }, 'discount'],
    ['a discount without a card', { prices: [{ platform: 'channels', line: 'gift', discount: '0.5' }] }, 'prices'],
    [
      'cards that overlap',
      { rateCards: [{ platform: 'douyin', line: 'live_view', unitPriceCny: '1', discount: '1', validFrom: '2026-10-20' }] },
      'rateCards.validFrom',
    ],
    ['stability of regions', { level: 'region', stability: {} }, 'level'],
    ['a share of everything', { stability: { share: '1.5' } }, 'stability.share'],
  ])('refuses %s and names the field', async (_, query, field) => {
    const error = await refusal(query);
    expect(error).toBeInstanceOf(VitrineError);
    expect(error?.code).toBe('bad_input');
    expect(error?.options.details?.map((detail) => detail.field)).toEqual([field]);
    expect(error?.options.remedy?.zh).toBeTruthy();
  });

  it('of an open month compares today with today, though nothing but the day has changed', async () => {
    let now = '2026-10-03T12:00:00+08:00';
    class MovingClock extends FixedClock {
      override now(): number {
        return Date.parse(now);
      }
    }
    const moving = new WhatIfService(new ReportService({ ...stores, clock: new MovingClock(now) }));
    const open: WhatIfQuery = { level: 'account', basis: 'raw', ...MONTH };
    const first = await moving.ask(open, 'all');
    now = '2026-10-30T12:00:00+08:00';
    const later = await moving.ask(open, 'all');
    expect(sideOf(later, 'before')).not.toEqual(sideOf(first, 'before'));
    expect(later.summary.changed).toBe(0);
  });

  it('shows an asker the accounts of the scope only, with the ranks of all, and nobody who does not say it anything', async () => {
    const scope = new Set([String(accountKey(brandId, 'douyin', 'a0')), String(accountKey(brandId, 'douyin', 'a3'))]);
    const supposed = { policy: { minVisits: 2 } };
    const all = await ask(supposed);
    const own = await ask(supposed, scope);
    expect(own.rows.map(idOf).sort()).toEqual(['douyin/a0', 'douyin/a3']);
    const ranks = ({ rows }: WhatIfReport) => new Map(rows.map((row) => [idOf(row), row.rank]));
    for (const [id, rank] of ranks(own)) expect(ranks(all).get(id)).toEqual(rank);
    await expect(service.ask({ level: 'account', ...MONTH }, undefined as unknown as BrandScope)).rejects.toThrow('without a scope');

    const stability = { draws: 4, seed: 7 };
    const [whole, part] = [(await ask({ stability })).stability!, (await ask({ stability }, scope)).stability!];
    const isOwn = ({ subject }: { subject: Subject }) => scope.has(String(accountKey(brandId, subject.platform!, subject.accountId!)));
    expect(part.intervals).toEqual(whole.intervals.filter(isOwn));
    expect(part.intervals.length).toBeGreaterThan(0);
    expect(JSON.stringify(part)).not.toMatch(/Account (?!0"|3")/);
    for (const [at, { moves, tau, valueCny }] of part.scenarios.entries()) {
      expect([moves, tau]).toEqual([whole.scenarios[at].moves, whole.scenarios[at].tau]);
      expect(Number(valueCny!.greatest)).toBeLessThan(Number(whole.scenarios[at].valueCny!.least));
    }
  });

  it('tries the ranking under other prices: the same seed gives the same, and all trials keep the exact total between their bounds', async () => {
    const stability = { share: '0.1', draws: 6, seed: 7 };
    const { stability: first, rows, summary } = await ask({ stability });
    expect((await ask({ stability })).stability).toEqual(first);
    expect(first!.ranked).toBeGreaterThan(5); // the largest league
    expect(first!.intervals).toHaveLength(first!.ranked);
    for (const { subject, rank, lowest, highest } of first!.intervals) {
      const row = rows.find((own) => idOf(own) === idOf(subject))!;
      expect(rank).toBe(row.rank.after);
      expect(highest <= rank && rank <= lowest).toBe(true);
    }
    const all = first!.scenarios.find(({ moves }) => moves === 'all')!;
    expect(all.trials).toBe(2 + 6);
    const total = Number(summary.valueCny.after);
    expect(Number(all.valueCny!.least)).toBeCloseTo(total * 0.81, 1); // both corners; the discount of 1 cannot rise
    expect(Number(all.valueCny!.greatest)).toBeGreaterThan(total);
    expect(Number(all.valueCny!.greatest)).toBeLessThan(total * 1.21);
    expect(first!.scenarios.map(({ moves }) => moves)).toEqual(['all', 'douyin/live_view', 'douyin/video_play', 'kuaishou/live_view']);
  });

  it('answers what is quick at once, one long question of a brand at a time, and ends it when asked', async () => {
    const jobs = new WhatIfJobs(service);
    const query: WhatIfQuery = { level: 'account', basis: 'raw', ...MONTH };
    expect(await jobs.start({ ...query, policy: { minVisits: 4 } }, ALL)).toMatchObject({ state: 'done', error: null });
    const long = await jobs.start({ ...query, policy: { visitGapMinutes: 45 } }, ALL);
    expect(long).toMatchObject({ state: 'running', result: null });
    await expect(jobs.start({ ...query, policy: { visitGapMinutes: 50 } }, ALL)).rejects.toMatchObject({ code: 'conflict' });
    expect((await jobs.start({ ...query, policy: { minVisits: 5 } }, ALL)).state).toBe('done');
    expect(() => jobs.find(long.id, { scope: new Set(['1']) })).toThrow('no such question');
    while (jobs.find(long.id, ALL).state === 'running') await new Promise((done) => setTimeout(done, 20));
    const ended = jobs.find(long.id, ALL);
    expect(ended.state).toBe('done');
    expect(ended.result?.meta.work).toBe('visits');

    const cancelled = await jobs.start({ ...query, policy: { visitGapMinutes: 55 } }, ALL);
    expect((await jobs.cancel(cancelled.id, ALL)).state).toBe('cancelled');
    expect((await jobs.start({ ...query, policy: { visitGapMinutes: 45 } }, ALL)).state).toBe('running');
    await jobs.close();
  });

  it('answers over HTTP in pages, a long question as a job to ask about again, and refuses what it cannot judge', async () => {
    const jobs = new WhatIfJobs(service);
    const module = { module: class {}, controllers: [WhatIfController], providers: [{ provide: WhatIfJobs, useValue: jobs }] };
    const app = await NestFactory.create(module, { logger: false, forceCloseConnections: true });
    app.use(asOperatorOf('acme'));
    app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    app.useGlobalFilters(new VitrineErrorFilter(silent as never));
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const send = async (method: string, path: string, body?: object) => {
      const sent = { method, headers: { 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) };
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/what-if${path}`, sent);
      return { status: response.status, body: (await response.json()) as Answer };
    };
    try {
      const asked = { ...MONTH, basis: 'raw', policy: { weights: WEIGHTS } };
      const { rows } = await ask({ policy: { weights: WEIGHTS } });
      const first = await send('POST', '', { ...asked, limit: 5 });
      expect([first.status, first.body.state, first.body.result?.total]).toEqual([200, 'done', rows.length]);
      const rest = await send('GET', `/${first.body.id}?cursor=${first.body.result?.nextCursor}`);
      expect([...first.body.result!.rows, ...rest.body.result!.rows]).toEqual(rows);
      const long = await send('POST', '', { ...MONTH, policy: { minVisitDwellSeconds: 77 } });
      expect([long.status, long.body.state]).toEqual([202, 'running']);
      expect((await send('DELETE', `/${long.body.id}`)).body.state).toMatch(/cancelled|done/);
      expect((await send('POST', '', { ...MONTH, policy: { 'weights.value': 99 } })).status).toBe(400);
      expect((await send('POST', '', { ...MONTH, level: 'city' })).status).toBe(400);
      expect((await send('POST', '', { ...MONTH, prices: [{ platform: 'douyin', line: 'smile' }] })).status).toBe(400);
      expect((await send('GET', '/nothing')).status).toBe(404);
    } finally {
      await jobs.close();
      await app.close();
    }
  });
});
