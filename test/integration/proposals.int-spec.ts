import type { Actor, Proposal } from '@app/contracts';
import {
  ProposalRepository,
  StateReader,
  StateWriter,
  createDataSource,
  ensureBrand,
  listActs,
  migrateDatabase,
  recordAct,
  verifyActs,
  type PolicyRow,
  type RateCardRow,
} from '@app/database';
import { ProposalService } from '@app/ingest';
import type { DataSource } from 'typeorm';
import { openEmbeddedPostgres, type PostgresUnderTest } from './database-servers';

const SECRET = 'the secret of this installation';
const li: Actor = { kind: 'user', id: 'li', name: '李' };
const wang: Actor = { kind: 'user', id: 'wang', name: '王' };
const zhao: Actor = { kind: 'operator', id: 'zhao', name: 'zhao' };
const because = (actor: Actor) => ({ actor, reason: 'agreed' });
const card = (more: Partial<RateCardRow> = {}): RateCardRow => ({
  platform: 'douyin',
  line: 'live_view',
  unitPriceCny: '0.35',
  discount: '0.5',
  validFrom: '2026-01-01',
  ...more,
});

describe('prices and policies that a second person activates', () => {
  let server: PostgresUnderTest;
  let dataSource: DataSource;
  let proposals: ProposalRepository;
  let writer: StateWriter;
  let brands = 0;

  beforeAll(async () => {
    server = await openEmbeddedPostgres();
    dataSource = createDataSource(server.address);
    await migrateDatabase(dataSource);
    proposals = new ProposalRepository(dataSource);
    writer = new StateWriter(dataSource, SECRET, zhao);
  });
  afterAll(async () => {
    if (dataSource?.isInitialized) await dataSource.destroy();
    await server?.close();
  });

  const freshBrand = async () => (await ensureBrand(dataSource, { code: `b${++brands}`, name: 'B', zone: 'Asia/Shanghai' })).brandId;
  const stateOf = (brandId: number) => new StateReader(dataSource, SECRET).state(brandId);
  const propose = (brandId: number, rows: RateCardRow[], actor = li) =>
    proposals.propose(brandId, { kind: 'rate-cards', rows, actor, reason: 'new public prices' });
  const proposePolicy = (brandId: number, row: PolicyRow, actor = li) =>
    proposals.propose(brandId, { kind: 'policies', rows: [row], actor, reason: 'as agreed' });
  const actions = async (brandId: number) => (await listActs(dataSource, brandId, { limit: 50 })).map(({ action }) => action).reverse();

  it('a proposal says what it would do and changes nothing until another person activates it, once', async () => {
    const brandId = await freshBrand();
    await writer.upsertRateCards(brandId, [card()]);
    await writer.upsertAccounts(brandId, [{ platform: 'douyin', accountId: 'a', name: 'A' }]);
    const { proposalId, ...preview } = await propose(brandId, [
      card({ validFrom: '2026-10-01', unitPriceCny: '0.40' }),
      card({ validTo: '2026-09-30' }),
    ]);
    expect(preview).toMatchObject({
      state: 'open',
      proposedBy: li,
      versions: [],
      reach: { platforms: ['douyin'], lines: ['live_view'], from: '2026-10-01', to: null, closedMonths: [], accounts: 1 },
      conflicts: [],
    });
    expect(preview.changes.map(({ subject, base, fields }) => [subject, base, fields.map(({ field }) => field)])).toEqual([
      ['douyin/live_view/2026-01-01', 'douyin/live_view/2026-01-01#1', ['validTo']],
      ['douyin/live_view/2026-10-01', 'douyin/live_view/2026-01-01#1', ['unitPriceCny']],
    ]);
    expect((await stateOf(brandId)).rateCards).toHaveLength(1);
    await expect(proposals.activate(brandId, proposalId, because(li))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(proposals.reject(brandId, proposalId, because(li))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(proposals.withdraw(brandId, proposalId, because(wang))).rejects.toMatchObject({ code: 'forbidden' });
    const both = await Promise.allSettled([wang, zhao].map((actor) => proposals.activate(brandId, proposalId, because(actor))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const decided = both.find((one): one is PromiseFulfilledResult<Proposal> => one.status === 'fulfilled')!.value;
    expect(decided).toMatchObject({ state: 'active', versions: ['douyin/live_view/2026-01-01#2', 'douyin/live_view/2026-10-01#1'] });
    expect((await stateOf(brandId)).rateCards.map(({ version, validTo, unitPriceCny }) => [version, validTo, unitPriceCny])).toEqual([
      [2, '2026-09-30', '0.35'],
      [1, null, '0.4'],
    ]);
    await expect(proposals.withdraw(brandId, proposalId, because(li))).rejects.toMatchObject({ code: 'conflict' });
    expect(await actions(brandId)).toEqual(['rate-cards.import', 'accounts.import', 'proposal.propose', 'proposal.activate']);
    const [activated] = await listActs(dataSource, brandId, { limit: 1 });
    expect(activated).toMatchObject({ actor: decided.decidedBy, subject: `proposal/${proposalId}`, reason: 'agreed' });
    expect([Object.keys(activated.before as object), Object.keys(activated.after as object)]).toEqual([
      ['douyin/live_view/2026-01-01#1'],
      ['douyin/live_view/2026-01-01#2', 'douyin/live_view/2026-10-01#1'],
    ]);
    expect(await verifyActs(dataSource, brandId)).toMatchObject({ acts: 4, faults: [] });
  });

  it('of two people who edit one policy the second is refused, with what the first changed', async () => {
    const brandId = await freshBrand();
    await writer.upsertPolicies(brandId, [{ fromMonth: '2026-01' }]);
    const first = await proposePolicy(brandId, { fromMonth: '2026-10', minVisits: 5 }, li);
    const second = await proposePolicy(brandId, { fromMonth: '2026-10', minVisits: 3 }, wang);
    expect(await proposals.activate(brandId, first.proposalId, because(wang))).toMatchObject({ versions: ['#2'] });
    expect((await proposals.get(brandId, second.proposalId)).conflicts.map(({ subject, base, now }) => [subject, base, now])).toEqual([
      ['2026-10', '#1', '#2'],
    ]);
    const refused = proposals.activate(brandId, second.proposalId, because(li));
    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      options: {
        details: [{ field: '2026-10', message: expect.stringContaining('minVisits: 4 → 5') as string }],
      },
    });
    expect((await stateOf(brandId)).policies.map(({ version, minVisits }) => [version, minVisits])).toEqual([
      [0, 4],
      [1, 4],
      [2, 5],
    ]);
    expect(await proposals.reject(brandId, second.proposalId, because(li))).toMatchObject({ state: 'rejected', decidedBy: li });
    const third = await proposePolicy(brandId, { fromMonth: '2026-10', minVisits: 3 }, wang);
    expect(third.changes).toMatchObject([{ base: '#2', fields: [{ field: 'minVisits', before: 5, after: 3 }] }]);
    expect(await proposals.withdraw(brandId, third.proposalId, because(wang))).toMatchObject({ state: 'withdrawn' });
    expect(await proposals.list(brandId, { limit: 2, before: third.proposalId })).toMatchObject([
      { state: 'rejected' },
      { state: 'active' },
    ]);
    expect(await proposals.count(brandId, { state: 'withdrawn' })).toBe(1);
  });

  it('rows that break a rule are all named, and nothing is kept; so are rows that say two things', async () => {
    const brandId = await freshBrand();
    const rows = [card(), card({ validFrom: '2026-05-01' }), card({ line: 'like', unitPriceCny: '10001' }), card({ unitPriceCny: '9' })];
    await expect(propose(brandId, rows)).rejects.toMatchObject({
      code: 'unprocessable',
      options: { details: [{ field: 'rows[1].validFrom' }, { field: 'rows[2].unitPriceCny' }, { field: 'rows[3]' }] },
    });
    await writer.upsertRateCards(brandId, [card()]);
    await expect(propose(brandId, [card()])).rejects.toMatchObject({ code: 'conflict' });
    const both = propose(brandId, [card(), card({ unitPriceCny: '9' })]);
    await expect(both).rejects.toMatchObject({ code: 'unprocessable', options: { details: [{ field: 'rows[1]' }] } });
    expect(await proposals.list(brandId, { limit: 9 })).toEqual([]);
    expect(await actions(brandId)).toEqual(['rate-cards.import']);
  });

  it('a proposal whose price came into force or into the way of another since is refused', async () => {
    const brandId = await freshBrand();
    const { proposalId } = await propose(brandId, [card({ validFrom: '2026-06-01' })]);
    await writer.upsertRateCards(brandId, [card()]);
    await expect(proposals.activate(brandId, proposalId, because(wang))).rejects.toMatchObject({
      code: 'conflict',
      options: { details: [{ field: 'douyin/live_view/2026-01-01' }] },
    });
  });

  it('the operator’s import acts at once and is written down as theirs; what changes nothing, or is tried, leaves no trace', async () => {
    const brandId = await freshBrand();
    await writer.upsert('rate-cards', brandId, [card()], true);
    await writer.upsertRateCards(brandId, [card()]);
    await writer.upsertRateCards(brandId, [card()]);
    await writer.upsertPolicies(brandId, [{ fromMonth: '2026-01' }]);
    const acts = await listActs(dataSource, brandId, { limit: 9 });
    expect(acts.map(({ actor, action, seq }) => [actor, action, seq])).toEqual([
      [zhao, 'policies.import', 2],
      [zhao, 'rate-cards.import', 1],
    ]);
    expect(acts[1]).toMatchObject({ before: {}, after: { 'douyin/live_view/2026-01-01#1': { unitPriceCny: '0.35', discount: '0.5' } } });
  });

  it('a closed month keeps its policy; a price that reaches into it is taken, and said to be pending', async () => {
    const brandId = await freshBrand();
    await writer.upsertPolicies(brandId, [{ fromMonth: '2026-01' }]);
    const late = await proposePolicy(brandId, { fromMonth: '2026-08', minVisits: 5 });
    const hash = 'a'.repeat(64);
    await dataSource.query(
      `INSERT INTO monthly_close (close_id, brand_id, sequence, month, restatement, closed_at, closed_by, forced, policy_version, rate_cards, versions,
         data_instant, deliveries, figure_rows, figures_hash, previous_hash, hash, record_hash)
       VALUES (gen_random_uuid(), $1, 1, '2026-09', 0, now(), '{}', false, 1, '{}', '{}', now(), '{}', 1, $2, $2, $2, $2)`,
      [brandId, hash],
    );
    const refused = { rejected: [{ field: 'fromMonth', text: { en: expect.stringMatching(/2026-09.*2026-10 or later/) as string } }] };
    expect(await writer.upsertPolicies(brandId, [{ fromMonth: '2026-08', minVisits: 5 }])).toMatchObject(refused);
    expect(await writer.upsertPolicies(brandId, [{ fromMonth: '2026-01' }])).toMatchObject({ unchanged: 1, rejected: [] });
    expect(await writer.upsertPolicies(brandId, [{ fromMonth: '2026-10', minVisits: 5 }])).toMatchObject({ accepted: 1, rejected: [] });
    await expect(proposals.activate(brandId, late.proposalId, because(wang))).rejects.toMatchObject({ code: 'conflict' });
    const said = await writer.upsertRateCards(brandId, [card({ validFrom: '2026-09-30', validTo: '2026-10-31' })]);
    expect(said).toMatchObject({ accepted: 1, notes: [{ en: expect.stringContaining('2026-09') as string }] });
    expect(await writer.upsertRateCards(brandId, [card({ validFrom: '2026-09-30', validTo: '2026-10-20' })])).not.toHaveProperty('notes');
    expect((await propose(brandId, [card({ validFrom: '2026-09-01', validTo: '2026-09-29' })])).reach.closedMonths).toEqual(['2026-09']);
  });

  it('over the service only who sees the whole brand may look or propose; rows are read as those of a file', async () => {
    const brandId = await freshBrand();
    const { code: brand } = (await new StateReader(dataSource, SECRET).listBrands()).find((one) => one.brandId === brandId)!;
    const service = new ProposalService({ dataSource, secret: SECRET });
    const part = { scope: new Set(['1']), brand };
    await expect(service.list({ limit: 9 }, part)).rejects.toMatchObject({ code: 'forbidden' });
    const ask = (rows: Record<string, unknown>[]) =>
      service.propose({ kind: 'policies', rows, reason: 'r', actor: li }, { scope: 'all', brand });
    await expect(ask([{ fromMonth: '2026-10', minVisits: 'four' }, {}])).rejects.toMatchObject({
      code: 'unprocessable',
      options: { details: [{ field: 'rows[0].minVisits' }, { field: 'rows[1].fromMonth' }] },
    });
    const { rows } = await ask([{ fromMonth: '2026-10', weightShowroom: '40', weightValue: 20, cpaDouyinCny: '60.50' }]);
    expect(rows).toMatchObject([{ weights: { showroom: 40, value: 20 }, cpaCny: { douyin: '60.5' } }]);
    await ask([{ fromMonth: '2026-11' }]);
    const page = await service.list({ limit: 1 }, { scope: 'all', brand });
    expect(page).toMatchObject({ total: 2, rows: [{ rows: [{ fromMonth: '2026-11' }] }] });
    const rest = await service.list({ limit: 1, cursor: page.nextCursor! }, { scope: 'all', brand });
    expect(rest).toMatchObject({ nextCursor: null, rows: [{ rows: [{ fromMonth: '2026-10' }] }] });
  });

  it.each([
    `UPDATE policy SET min_visits = 9`,
    `DELETE FROM policy`,
    `DELETE FROM rate_card`,
    `TRUNCATE rate_card`,
    `UPDATE proposal SET items = '[1]'`,
    `UPDATE proposal SET state = 'active', decided_by = proposed_by, decided_at = now() WHERE state = 'open'`,
    `UPDATE proposal SET state = 'open', decided_by = NULL, decided_at = NULL WHERE state = 'active'`,
    `DELETE FROM proposal`,
    `UPDATE audit_log SET reason = 'other'`,
    `DELETE FROM audit_log`,
    `TRUNCATE audit_log`,
    `DELETE FROM audit_head`,
    `UPDATE audit_head SET seq = seq - 1`,
  ])('the database itself refuses %s', async (sql) => {
    await expect(dataSource.query(sql)).rejects.toMatchObject({ driverError: { code: '23514' } });
  });

  describe('the audit log', () => {
    const act = (brandId: number, subject: string) => ({
      brandId,
      actor: li,
      action: 'test.act',
      subject,
      before: null,
      after: { b: 1, a: '数' },
      reason: null,
    });

    it('has no gap and no branch, however many write at once; what is rolled back was never there', async () => {
      const [brandId, other] = [await freshBrand(), await freshBrand()];
      const undone = dataSource.transaction(async (tx) => {
        await recordAct(tx, act(brandId, 'undone'));
        throw new Error('undone');
      });
      await Promise.allSettled([
        undone,
        ...Array.from({ length: 24 }, (_, at) =>
          dataSource.transaction((tx) => recordAct(tx, act(at % 4 === 0 ? other : brandId, `subject ${at}`))),
        ),
      ]);
      expect(await verifyActs(dataSource, brandId)).toMatchObject({ acts: 18, head: { seq: 18 }, faults: [] });
      expect(await verifyActs(dataSource, other)).toMatchObject({ acts: 6, head: { seq: 6 }, faults: [] });
      expect((await listActs(dataSource, brandId, { limit: 5, beforeSeq: 4 })).map(({ seq }) => seq)).toEqual([3, 2, 1]);
    });

    it.each([
      ['an edited row', `UPDATE audit_log SET after = '{"a": "数", "b": 2}' WHERE brand_id = $1 AND seq = 2`, 2],
      ['a moved instant', `UPDATE audit_log SET at = at + interval '1 ms' WHERE brand_id = $1 AND seq = 1`, 1],
      ['a removed row', `DELETE FROM audit_log WHERE brand_id = $1 AND seq = 2`, 3],
      ['the newest row removed', `DELETE FROM audit_log WHERE brand_id = $1 AND seq = 3`, 3],
      [
        'two rows that changed places',
        `UPDATE audit_log SET seq = CASE seq WHEN 1 THEN 2 ELSE 1 END + 10 WHERE brand_id = $1 AND seq < 3`,
        3,
      ],
    ])('shows %s, even to who could switch off the triggers', async (_, sql, seq) => {
      const brandId = await freshBrand();
      for (const subject of ['one', 'two', 'three']) await dataSource.transaction((tx) => recordAct(tx, act(brandId, subject)));
      await dataSource.query('ALTER TABLE audit_log DISABLE TRIGGER USER');
      await dataSource.query(sql, [brandId]);
      await dataSource.query('ALTER TABLE audit_log ENABLE TRIGGER USER');
      expect((await verifyActs(dataSource, brandId)).faults).toContainEqual(expect.objectContaining({ seq }));
    });
  });
});
