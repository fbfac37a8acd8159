import { RowGrants } from '@app/access';
import { CloseService } from '@app/close';
import { Clock } from '@app/config';
import { Actor, Platform, TierRow, TierSpan, VitrineError } from '@app/contracts';
import { StateWriter, ensureBrand, liftExclusion, listActs, recordExclusions, verifyActs } from '@app/database';
import { ForwardingService, ReportService, TierService, forwarderOf } from '@app/reports';
import { rememberAnswers } from '../support/remembered-answers';
import { TestStores, openTestStores } from '../support/stores';
import { ValueFacts, at } from './value-facts';

const NOW = Date.parse('2026-11-22T12:00:00+08:00');
const OPERATOR: Actor = { kind: 'operator', id: 'ann', name: 'Ann' };

class SetClock extends Clock {
  at: number | null = NOW;
  now(): number {
    return this.at ?? Date.now();
  }
}

describe('tiers of a small brand', () => {
  let stores: TestStores;
  let brandId: number;
  let writer: StateWriter;
  let tiers: TierService;
  let reports: ReportService;
  let forwarding: ForwardingService;
  const clock = new SetClock();
  const key: Record<string, string> = {};
  /** The session that makes `falls` what it was. */
  let bigSession: string;
  let lastSession: string;

  const rowsOf = async (month = '2026-10'): Promise<Record<string, TierRow>> => {
    const { rows } = await reports.report({ name: 'tiers', level: 'account', basis: 'adjusted', month }, 'all');
    return Object.fromEntries((rows as TierRow[]).map((row) => [row.accountId, row]));
  };
  const spansOf = async (accountId: string, more: object = {}): Promise<TierSpan[]> =>
    (await tiers.history({ accountId, month: '2026-10', ...more }, 'all'))[0].spans;
  const told = (spans: TierSpan[]) => spans.map(({ from, to, tier, reason }) => `${from}..${to} ${tier} ${reason.code}`);

  beforeAll(async () => {
    stores = await openTestStores();
    rememberAnswers(stores.warehouse);
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' }));
    writer = new StateWriter(stores.dataSource, stores.secret, OPERATOR);
    const account = (platform: Platform, accountId: string, more: object = {}) => ({
      platform,
      accountId,
      name: accountId,
      dealerId: 'd1',
      ...more,
    });
    const outcomes = [
      await writer.upsertDealers(brandId, [
        { dealerId: 'd1', name: 'One', adcode: '310101' },
        { dealerId: 'd2', name: 'Two', adcode: '110101' },
      ]),
      await writer.upsertAccounts(brandId, [
        account('douyin', 'ends', { declaredTier: 'head' }),
        account('douyin', 'falls', { declaredTier: 'base' }),
        account('douyin', 'opened', { dealerId: 'd2' }),
        account('kuaishou', 'under', { ownerKind: 'staff', declaredTier: 'outer' }),
        account('kuaishou', 'base', { ownerKind: 'staff' }),
        account('kuaishou', 'over', { ownerKind: 'brand', dealerId: undefined }),
        account('kuaishou', 'head', { dealerId: 'd2' }),
      ]),
      await writer.upsertPolicies(brandId, [{ fromMonth: '2026-01' }, { fromMonth: '2026-06', tierDownMonths: 3, tierDownMargin: 0.05 }]),
      await writer.upsertRateCards(brandId, [
        { platform: 'douyin', line: 'live_view', unitPriceCny: '2', discount: '0.5', validFrom: '2025-01-01' },
        { platform: 'kuaishou', line: 'live_view', unitPriceCny: '0.0004', discount: '0.25', validFrom: '2025-01-01' },
      ]),
    ];
    expect(outcomes.flatMap(({ rejected }) => rejected)).toEqual([]);

    const facts = new ValueFacts(brandId);
    const live = (name: string, day: string, views: number) => facts.session(key[name], `${day} 20:00`, { views, paid_views: 0 }, 'file');
    for (const name of ['ends', 'falls', 'opened']) key[name] = facts.account('douyin', name);
    for (const name of ['under', 'base', 'over', 'head']) key[name] = facts.account('kuaishou', name);
    live('ends', '2025-10-05', 5_000_000);
    live('ends', '2026-02-10', 1_000_000);
    live('falls', '2025-06-01', 1);
    bigSession = live('falls', '2025-07-15', 1_000_000);
    live('falls', '2026-01-15', 1_000);
    lastSession = live('falls', '2026-01-16', 3_000);
    live('opened', '2026-10-10', 100_000);
    for (const [name, value] of [
      ['under', 9_999_999_999],
      ['base', 10_000_000_000],
      ['over', 49_999_999_999],
      ['head', 50_000_000_000],
    ] as const) {
      live(name, '2025-10-20', 7);
      live(name, '2026-05-05', value);
    }
    await facts.deliver(stores.warehouse, stores.dataSource);
    const inputs = { warehouse: stores.warehouse, dataSource: stores.dataSource, secret: stores.secret, clock };
    reports = new ReportService(inputs);
    tiers = new TierService(reports);
    forwarding = new ForwardingService(inputs);
  });
  afterAll(() => stores.close());

  it('boundary values are exact, and declared stands beside earned', async () => {
    const rows = await rowsOf();
    const shown = (name: string) => [rows[name].trailingValueCny, rows[name].earnedTier, rows[name].declaredTier, rows[name].agreement];
    expect(shown('under')).toEqual(['999999.9999', 'outer', 'outer', 'same']);
    expect(shown('base')).toEqual(['1000000', 'base', null, null]);
    expect(shown('over')).toEqual(['4999999.9999', 'base', null, null]);
    expect(shown('head')).toEqual(['5000000', 'head', null, null]);
    expect(shown('ends')).toEqual(['1000000', 'base', 'head', 'earnedLower']);
  });

  it('a history names every change with its month, and ends with what the report says', async () => {
    const spans = await spansOf('ends');
    expect(told(spans)).toEqual([
      '2025-10..2025-10 null shortlyObserved',
      '2025-11..2026-09 head projected',
      '2026-10..2026-10 base projectionEnded',
    ]);
    expect(spans[1].yearValueCny).toBe('32017543.8596491228'); // 5,000,000 × 365 ÷ 57
    expect(spans[2].reason.zh).toContain('1000000 元');
    const rows = await rowsOf();
    const histories = await tiers.history({ month: '2026-10' }, 'all');
    expect(histories.map(({ accountId }) => accountId).sort()).toEqual(Object.keys(key).sort());
    for (const { accountId, spans: own } of histories) {
      const last = own.at(-1)!;
      const row = rows[accountId!];
      expect([last.tier, last.earnedTier, last.trailingValueCny, last.yearValueCny, last.projected, last.declared]).toEqual([
        row.effectiveTier,
        row.earnedTier,
        row.trailingValueCny,
        row.yearValueCny,
        row.projected,
        row.declared,
      ]);
    }
  });

  it('hysteresis of the policy holds a tier, in the report as in the history', async () => {
    expect(told(await spansOf('falls', { from: '2026-06' }))).toEqual([
      '2026-05..2026-06 base projectionEnded',
      '2026-07..2026-08 base held',
      '2026-09..2026-10 incubating holdEnded',
    ]);
    const held = (await rowsOf('2026-08')).falls;
    expect([held.earnedTier, held.effectiveTier, held.trailingValueCny]).toEqual(['incubating', 'base', '4000']);
    expect((await rowsOf('2026-09')).falls.effectiveTier).toBe('incubating');
  });

  it('distance: what is missing, in sessions at the own median, or why not', async () => {
    const rows = Object.fromEntries((await tiers.distance({ month: '2026-10' }, 'all')).map((row) => [row.accountId, row]));
    expect(rows.ends).toMatchObject({
      nextTier: 'head',
      gapCny: '4000000',
      medianSessionCny: '1000000',
      sessionsKnown: 1,
      sessions: 4,
      months: null,
    });
    expect(rows.ends.reasons.months?.zh).toContain('12 个月内达不到');
    expect(rows.falls).toMatchObject({ nextTier: 'base', gapCny: '996000', medianSessionCny: '2000', sessions: 498, sessionsKnown: 2 });
    expect(rows.under).toMatchObject({ gapCny: '0.0001', sessions: 1 });
    expect(rows.head).toMatchObject({ nextTier: null, gapCny: null, sessions: null });
    expect(rows.opened).toMatchObject({ earnedTier: null, nextTier: null });
  });

  it('the median session is without what confirmed cases remove', async () => {
    const median = async () => (await tiers.distance({ month: '2026-10', accountId: 'falls' }, 'all'))[0].medianSessionCny;
    const removed = {
      ...{ platform: 'douyin' as const, accountId: 'falls', origin: 'session' as const, target: lastSession },
      ...{ line: 'live_view' as const, day: '2026-01-16', units: 1_000 },
    };
    const decision = { brandId, actor: OPERATOR, reason: 'confirmed' };
    await recordExclusions(stores, decision, [{ caseId: 'c1', removed }]);
    expect(await median()).toBe('1500'); // 1,000 and 3,000 − 1,000
    await liftExclusion(stores.dataSource, { ...decision, caseId: 'c1' });
    expect(await median()).toBe('2000');
  });

  it('an opening value is declared with its note, marked, logged, and a question as of before does not know it', async () => {
    const before = await spansOf('opened');
    expect(told(before)).toEqual(['2026-10..2026-10 null shortlyObserved']);
    const [{ now }] = (await stores.dataSource.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')) as {
      now: string;
    }[];
    const value = {
      platform: 'douyin' as const,
      accountId: 'opened',
      yearTo: '2026-10-09',
      valueCny: '4000000',
      sourceNote: '2026 后台导出',
    };
    const again = { ...value, yearTo: '2025-11-09' };
    const taken = await writer.upsertOpeningValues(brandId, [value, again]);
    expect([taken.accepted, taken.rejected.map(({ field }) => field)]).toEqual([1, ['yearTo']]);
    const row = (await rowsOf()).opened;
    expect(row).toMatchObject({ trailingValueCny: '100000', earnedTier: 'base', declared: true, projected: false });
    expect(row.yearValueCny).toBe('3858904.109589041'); // 4,000,000 × 343 ÷ 365 + 100,000
    const [act] = await listActs(stores.dataSource, brandId, { limit: 1 });
    expect(act).toMatchObject({
      action: 'opening-value.declare',
      actor: OPERATOR,
      after: { valueCny: '4000000' },
      reason: '2026 后台导出',
    });
    clock.at = null;
    expect(await spansOf('opened', { asOf: now })).toEqual(before);
    const [ofThen] = await tiers.history({ accountId: 'opened', asOf: now }, 'all');
    const later = new ValueFacts(brandId);
    later.account('douyin', 'opened');
    later.session(key.opened, '2026-11-03 20:00', { views: 1, paid_views: 0 }, 'file');
    await later.deliver(stores.warehouse, stores.dataSource);
    clock.at = Date.parse('2026-12-05T12:00:00+08:00');
    expect(await tiers.history({ accountId: 'opened', asOf: now }, 'all')).toEqual([ofThen]);
    clock.at = NOW;
    expect((await spansOf('opened')).at(-1)).toMatchObject({ tier: 'base', declared: true, reason: { code: 'openingValue' } });
  });

  it('structure is judged for the brand and its dealers, and hides what the scope hides', async () => {
    const [brand] = await tiers.structure({ month: '2026-10' }, 'all');
    expect(brand).toMatchObject({ accounts: 7, topPlatform: 'kuaishou', structureWarning: false });
    expect(brand.findings.length).toBeGreaterThan(2);
    const dealers = await tiers.structure({ month: '2026-10', level: 'dealer' }, 'all');
    expect(dealers.map(({ dealerId, accounts }) => [dealerId, accounts])).toEqual([
      ['d1', 4],
      ['d2', 2],
      [null, 1],
    ]);
    const [some] = await tiers.structure({ month: '2026-10' }, new Set([key.under]));
    expect(some).toMatchObject({ accounts: 1, structureWarning: true });
    expect(await tiers.history({ month: '2026-10' }, new Set([key.under]))).toHaveLength(1);
    const counts = async (query: object, scope: 'all' | Set<string> = 'all') => {
      const { meta } = await reports.report({ name: 'tiers', level: 'account', basis: 'adjusted', month: '2026-10', ...query }, scope);
      return [meta.accountsKnown, meta.accountsTotal];
    };
    expect([await counts({}), await counts({ level: 'dealer' })].flat()).toEqual([7, 7, 7, 7]);
    expect([await counts({}, new Set([key.under])), await counts({ level: 'dealer', dealerId: 'd1' })].flat()).toEqual([1, 1, 4, 4]);
    await expect(tiers.distance({ month: '2026-10' }, undefined as never)).rejects.toThrow(VitrineError);
  });

  it('a closed month says what its close says, in histories, distances and under hysteresis, and the months after it go on from there', async () => {
    clock.at = null;
    const inputs = { warehouse: stores.warehouse, dataSource: stores.dataSource, secret: stores.secret, clock };
    await new CloseService(inputs, reports).close('all', OPERATOR, { month: '2026-07', kind: 'close' });
    const told7 = async () => ({
      span: (await spansOf('falls', { per: 'month' })).find(({ from }) => from === '2026-07'),
      distance: await tiers.distance({ month: '2026-07', accountId: 'falls' }, 'all'),
      next: (await rowsOf('2026-08')).falls.effectiveTier,
    });
    const { span, distance, next } = await told7();
    expect([span!.tier, span!.earnedTier, span!.trailingValueCny, next]).toEqual(['base', 'incubating', '4000', 'base']);
    expect(distance).toMatchObject([{ earnedTier: 'incubating', effectiveTier: 'base', gapCny: '996000' }]);
    const correction = new ValueFacts(brandId);
    const ingested_at = Date.now();
    const views = { session_id: bigSession, views: 900_000, paid_views: 0, observed_at: at('2026-11-02 00:00'), ingested_at };
    correction.session(key.falls, '2025-07-15 20:00', views, 'file');
    correction.session(key.falls, '2026-07-15 20:00', { session_id: 'late', views: 5, paid_views: 0, ingested_at }, 'file');
    await correction.deliver(stores.warehouse, stores.dataSource);
    const live = await reports.liveReport({ name: 'tiers', level: 'account', basis: 'adjusted', month: '2026-07' }, 'all');
    expect((live.rows as TierRow[]).find(({ accountId }) => accountId === 'falls')).toMatchObject({
      effectiveTier: 'incubating',
      trailingValueCny: '4005',
    });
    const after = await told7();
    expect([after.span!.tier, after.span!.trailingValueCny, after.distance, after.next]).toEqual(['base', '4000', distance, 'base']);
    expect((await spansOf('falls', { per: 'month' })).find(({ from }) => from === '2026-06')!.tier).toBe('incubating');
    clock.at = NOW;
  });

  describe('forwarding tasks', () => {
    const ask = { actor: OPERATOR, scope: 'all' as const };
    const task = { taskId: 'F1', platform: 'kuaishou' as const, accountId: 'head', contentKind: 'session' as const, contentId: 's9' };
    const dueAt = NOW + 3_600_000;
    const states = async (more: object = {}) =>
      (await forwarding.list('all', { taskId: 'F1', ...more }))[0].assignments.map(({ state }) => state).join(' ');

    it('go to the staff accounts of a dealer and to its staff, once', async () => {
      const row = await forwarding.assign(ask, { ...task, dueAt, toOuterOf: 'd1', forwarders: [forwarderOf('staff:d2/E17')] });
      expect(row.assignments.map(({ forwarder, dealerId }) => [forwarder.kind, dealerId])).toEqual([
        ['account', 'd1'],
        ['account', 'd1'],
        ['staff', 'd2'],
      ]);
      expect((await forwarding.assign(ask, { ...task, dueAt, toOuterOf: 'd1' })).assignments).toHaveLength(3);
      for (const other of [{ dueAt: dueAt + 1 }, { taskId: ' F1 ', contentId: 's10' }, { contentKind: 'video' as const }])
        await expect(forwarding.assign(ask, { ...task, dueAt, toOuterOf: 'd1', ...other })).rejects.toMatchObject({ code: 'conflict' });
      const contents = ['s1', 's2', 's3', 's4'].map((contentId) => ({ ...task, taskId: 'F2', contentId, dueAt, toOuterOf: 'd1' }));
      const taken = await Promise.allSettled(contents.map((given) => forwarding.assign(ask, given)));
      expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const wrong of ['staff:d2/13800138000', 'weibo/x', 'staff:nobody/E1'])
        await expect((async () => forwarding.assign(ask, { ...task, dueAt, forwarders: [forwarderOf(wrong)] }))()).rejects.toThrow(
          VitrineError,
        );
    });

    it('are done, late, missed or waived by what is recorded, and count joins with their source', async () => {
      expect(await states()).toBe('assigned assigned assigned');
      const base = forwarderOf('kuaishou/base');
      const proof = { forwardedAt: NOW - 60_000, link: 'https://v.kuaishou.com/x1' };
      await expect(forwarding.prove(ask, 'F1', base, { ...proof, joins: 3 })).rejects.toThrow(VitrineError);
      await expect(forwarding.prove(ask, 'F1', base, { ...proof, forwardedAt: NOW + 3_000_000 })).rejects.toThrow(VitrineError);
      await expect(forwarding.prove(ask, 'F1', base, { forwardedAt: NOW })).rejects.toThrow(VitrineError);
      await expect(forwarding.prove(ask, 'F1', forwarderOf('kuaishou/over'), proof)).rejects.toMatchObject({ code: 'not_found' });
      await forwarding.prove(ask, 'F1', base, { ...proof, joins: 3, joinUsers: 2, joinSource: 'channels-assistant' });
      await forwarding.prove(ask, 'F1', base, { ...proof, joins: 12, joinUsers: 9, joinSource: 'channels-assistant' });
      await forwarding.waive(ask, 'F1', forwarderOf('staff:d2/E17'), '请假');
      await expect(forwarding.waive(ask, 'F1', base, 'x')).rejects.toMatchObject({ code: 'conflict' });
      expect(await states()).toBe('done assigned waived');
      clock.at = dueAt + 60_000;
      expect(await states()).toBe('done missed waived');
      await forwarding.prove(ask, 'F1', forwarderOf('kuaishou/under'), { forwardedAt: dueAt + 1, textReference: 'IMG-0042' });
      expect(await states()).toBe('done late waived');
      clock.at = NOW;
      const completion = await forwarding.completion('all');
      expect(
        completion.map(({ level, dealerId, counts, completion: share, joins }) => [level, dealerId, counts.done, share, joins]),
      ).toEqual([
        ['dealer', 'd1', 1, 0.5, 12],
        ['forwarder', 'd1', 1, 1, 12],
        ['forwarder', 'd1', 0, 0, null],
        ['dealer', 'd2', 0, null, null],
        ['forwarder', 'd2', 0, null, null],
      ]);
    });

    it('show a dealer its own only, and leave a trail that cannot be edited', async () => {
      const [seen] = await forwarding.list(new Set([key.head, key.opened]));
      expect(seen.assignments.map(({ forwarder }) => forwarder.kind)).toEqual(['staff']);
      await expect(
        forwarding.prove({ ...ask, scope: new Set([key.head]) }, 'F1', forwarderOf('kuaishou/base'), {
          forwardedAt: NOW,
          link: 'https://x.cn/1',
        }),
      ).rejects.toMatchObject({ code: 'not_found' });
      for (const table of ['forwarding_task', 'forwarding_assignment', 'forwarding_proof', 'forwarding_waiver'])
        await expect(stores.dataSource.query(`DELETE FROM ${table}`)).rejects.toThrow('append only');
      const actions = (await listActs(stores.dataSource, brandId, { limit: 50, subject: 'F1' })).map(({ action }) => action);
      expect(actions.reverse()).toEqual([
        'forwarding.assign',
        'forwarding.prove',
        'forwarding.prove',
        'forwarding.waive',
        'forwarding.prove',
      ]);
      expect((await verifyActs(stores.dataSource, brandId)).faults).toEqual([]);
    });

    it('are listed to the end, however many there are, the latest deadline first', async () => {
      await stores.dataSource.query(
        `INSERT INTO forwarding_task (brand_id, task_id, title, platform, account_id, content_kind, content_id, due_at)
         SELECT $1, 'M' || n, 'many', 'kuaishou', 'head', 'account', NULL, to_timestamp(($2::numeric + 1000 * (n / 300)) / 1000) FROM generate_series(1, 1200) AS n`,
        [brandId, NOW - 86_400_000],
      );
      await stores.dataSource.query(
        `INSERT INTO forwarding_assignment (brand_id, task_id, forwarder, dealer_id, staff_id)
         SELECT $1, 'M' || n, 'staff:d2/E9', 'd2', 'E9' FROM generate_series(1, 1200) AS n`,
        [brandId],
      );
      const many = (await forwarding.list('all', { dueTo: NOW })).map(({ taskId, dueAt: due }) => ({ taskId, due }));
      expect(new Set(many.map(({ taskId }) => taskId)).size).toBe(1200);
      const inOrder = [...many].sort((a, b) => (a.due === b.due ? (a.taskId < b.taskId ? -1 : 1) : a.due < b.due ? 1 : -1));
      expect(many).toEqual(inOrder);
    });

    it('of others are like none to whoever names one: an id tells nothing', async () => {
      const d2 = { actor: OPERATOR, scope: new RowGrants([{ kind: 'dealer', dealerId: 'd2' }]) };
      const given = { platform: 'kuaishou' as const, contentKind: 'account' as const, forwarders: [forwarderOf('staff:d2/E17')] };
      const own = 'head';
      const answers = await Promise.allSettled(
        ['F2', 'F2', 'no-such-task'].map((taskId, at) =>
          forwarding.assign(d2, { ...given, accountId: own, taskId, dueAt: at === 1 ? NOW - 1 : dueAt }),
        ),
      );
      const texts = answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as VitrineError) : null));
      expect(texts.map((error) => [error?.code, error?.text.en.replace(/F2|no-such-task/, 'X')])).toEqual(
        Array(3).fill(['not_found', 'There is no task X']),
      );
      for (const taskId of ['F2', 'no-such-task']) {
        await expect(forwarding.get(d2.scope, taskId)).rejects.toMatchObject({ code: 'not_found' });
        await expect(
          forwarding.prove(d2, taskId, forwarderOf('staff:d2/E17'), { forwardedAt: NOW - 1, link: 'https://x.cn/1' }),
        ).rejects.toMatchObject({ code: 'not_found' });
        await expect(forwarding.waive(d2, taskId, forwarderOf('staff:d2/E17'), 'x')).rejects.toMatchObject({ code: 'not_found' });
      }
      // their own they may name, and new ones get an id
      const made = await forwarding.assign(d2, { ...given, accountId: own, dueAt });
      expect(made.taskId).toMatch(/^F-[0-9a-f]{8}$/);
      const more = [forwarderOf('staff:d2/E18')];
      expect(
        (await forwarding.assign(d2, { ...given, accountId: own, dueAt, taskId: made.taskId, forwarders: more })).assignments,
      ).toHaveLength(2);
    });
  });
});
