import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Clock } from '@app/config';
import { type Level, type ReportName, VALUE_LINES, addDays } from '@app/contracts';
import { type StateKind, type StateRows, StateWriter, beginDelivery, ensureBrand, finishDelivery } from '@app/database';
import { importRows } from '@app/ingest';
import { type AnyReport, type BrandQuery, ReportService } from '@app/reports';
import { accountKey, applyRetention } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';
import { TEST_SEED as SEED } from '../support/seeded';

const ZONE = 'Asia/Shanghai';
const MONTH = '2026-10';
const RUNS = Number(process.env.VITRINE_TEST_RUNS ?? 2);

class SetClock extends Clock {
  at: number | null = null;
  now(): number {
    return this.at ?? Date.now();
  }
}

type State = { [K in StateKind]: { state: K; rows: StateRows[K][] } }[StateKind];
type Facts = { facts: string; rows: object[] };
type Marks = { marks: { accountId: string; kind: string; day: string; complete: number }[] };
type Change = State | Facts | Marks;

const few = <T>(...values: T[]) => fc.constantFrom(...values);
const some = <Row>(row: fc.Arbitrary<Row>) => fc.array(row, { minLength: 1, maxLength: 6 });
const ACCOUNTS = ['a1', 'a2', 'a3'];
/** a3 is declared by nobody at first, a4 never. */
const accountId = few(...ACCOUNTS, 'a4');
const day = fc.nat({ max: 5 }).map((days) => addDays('2026-10-01', days));
const count = fc.option(fc.nat({ max: 60 }), { nil: undefined });
const source = few('file', 'feed', 'correction');
const common = {
  source,
  retracted: few(false, false, false, true),
  observedAt: fc.nat({ max: 9 }).map((minutes) => `2026-11-01T00:0${minutes}:00Z`),
};

const facts: fc.Arbitrary<Facts> = fc.oneof(
  some(
    fc.record({
      platform: fc.constant('douyin'),
      accountId,
      viewer: few('v1', 'v2', 'v3'),
      enteredAt: fc.record({ day, hour: few('08', '12', '20') }).map((when) => `${when.day}T${when.hour}:00:00+08:00`),
      dwellSeconds: count,
      ...common,
    }),
  ).map((rows) => ({ facts: 'entries', rows })),
  some(
    fc.record({
      platform: fc.constant('douyin'),
      accountId,
      sessionId: few('s1', 's2'),
      startedAt: day.map((on) => `${on}T07:00:00+08:00`),
      endedAt: day.map((on) => `${addDays(on, 7)}T21:00:00+08:00`),
      views: count,
      uniqueViewers: count,
      paidViews: count,
      comments: count,
      ...common,
    }),
  ).map((rows) => ({ facts: 'sessions', rows })),
  some(
    fc.record({
      platform: fc.constant('douyin'),
      accountId,
      videoId: few('w1', 'w2'),
      publishedAt: fc.constant('2026-10-01T00:00:00+08:00'),
      readAt: day.map((on) => `${on}T22:00:00+08:00`),
      plays: count,
      likes: count,
      ...common,
    }),
  ).map((rows) => ({ facts: 'videos', rows })),
  some(fc.record({ platform: fc.constant('douyin'), accountId, day, total: fc.nat({ max: 900 }), ...common })).map((rows) => ({
    facts: 'followers',
    rows,
  })),
);

const state: fc.Arbitrary<State> = fc.oneof(
  some(fc.record({ dealerId: few('d1', 'd2'), name: few('One', 'Two'), adcode: few('310101', '440106') })).map((rows) => ({
    state: 'dealers' as const,
    rows,
  })),
  some(
    fc.record({
      platform: fc.constant('douyin' as const),
      accountId: few(...ACCOUNTS),
      name: few('A', 'B'),
      dealerId: fc.option(few('d1', 'd2')),
      declaredTier: few('head' as const, 'base' as const),
      validFrom: fc.option(day),
    }),
  ).map((rows) => ({ state: 'accounts' as const, rows })),
  some(
    fc.record({
      platform: fc.constant('douyin' as const),
      line: few(...VALUE_LINES.filter((line) => line !== 'live_viewer')),
      unitPriceCny: few('1', '0.5', '2.25'),
      discount: few('1', '0.5'),
      validFrom: fc.constant('2026-01-01'),
    }),
  ).map((rows) => ({ state: 'rate-cards' as const, rows })),
  some(
    fc.record({
      costId: few('c1', 'c2'),
      dealerId: few('d1', 'd2'),
      day,
      kind: few('host' as const, 'ads' as const),
      amountCny: few('10', '99.5'),
    }),
  ).map((rows) => ({ state: 'costs' as const, rows })),
  fc
    .record({ minVisits: fc.integer({ min: 1, max: 3 }), minVisitDwellSeconds: few(0, 30) })
    .map((policy) => ({ state: 'policies' as const, rows: [{ fromMonth: '2026-01', ...policy }] })),
  fc.record({ viewer: few('v1', 'v2') }).map(({ viewer }) => ({
    state: 'declarations' as const,
    rows: [{ declarationId: 'staff', kind: 'staff' as const, from: 0, to: Date.parse('2027-01-01T00:00:00Z'), viewer }],
  })),
  fc.record({ viewer: few('v2', 'v3') }).map((row) => ({ state: 'sentinels' as const, rows: [row] })),
);

const marks: fc.Arbitrary<Marks> = some(
  fc.record({ accountId: few(...ACCOUNTS), kind: few('sessions', 'videos', 'followers'), day, complete: few(0, 1) }),
).map((rows) => ({ marks: rows }));

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: facts },
  { weight: 3, arbitrary: state },
  { weight: 1, arbitrary: marks },
);

const QUESTIONS: [name: ReportName, level: Level][] = [
  ['ranking', 'account'],
  ['ranking', 'dealer'],
  ['showroom', 'brand'],
  ['showroom', 'account'],
  ['value', 'dealer'],
  ['value', 'account'],
  ['tiers', 'region'],
];

describe('reports as of an instant', () => {
  let stores: TestStores;
  let writer: StateWriter;
  const clock = new SetClock();
  let brands = 0;
  beforeAll(async () => {
    stores = await openTestStores();
    writer = new StateWriter(stores.dataSource, stores.secret);
  });
  afterAll(() => stores?.close());
  beforeEach(() => {
    clock.at = null;
  });

  const service = () => new ReportService({ ...stores, clock });
  const freshBrand = async (): Promise<{ code: string; brandId: number }> => {
    const code = `brand-${++brands}`;
    const { brandId } = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
    await writer.upsertDealers(brandId, [
      { dealerId: 'd1', name: 'One', adcode: '310101' },
      { dealerId: 'd2', name: 'Two', adcode: '440106' },
    ]);
    await writer.upsertAccounts(brandId, [
      { platform: 'douyin', accountId: 'a1', name: 'A', dealerId: 'd1' },
      { platform: 'douyin', accountId: 'a2', name: 'B', dealerId: 'd2' },
    ]);
    return { code, brandId };
  };
  const apply = async (brandId: number, one: Change): Promise<void> => {
    if ('facts' in one) {
      const { rejected } = await importRows({ ...stores }, { kind: one.facts, rows: one.rows, brandId });
      expect(rejected).toBe(0);
    } else if ('state' in one) await writer.upsert(one.state, brandId, one.rows as StateRows[StateKind][]);
    else
      await stores.warehouse.insertRows(
        'collection_days',
        one.marks.map(({ accountId: id, ...mark }) => ({
          brand_id: brandId,
          account_key: accountKey(brandId, 'douyin', id).toString(),
          ...mark,
          observed_at: new Date().toISOString(),
        })),
      );
  };
  /** An instant after all that was done and before all that follows. */
  const pause = async (): Promise<number> => {
    await sleep(15);
    const now = Date.now();
    await sleep(15);
    return now;
  };
  const query = (code: string, [name, level]: [ReportName, Level]): BrandQuery => ({
    name,
    level,
    basis: 'adjusted',
    month: MONTH,
    brand: code,
  });

  it('what a report answered at an instant, it answers as of that instant for ever (domain.md 9.5)', async () => {
    let differed = 0;
    const history = fc.array(
      fc.record({
        changes: fc.array(change, { minLength: 1, maxLength: 4 }),
        asked: fc.uniqueArray(few(...QUESTIONS), { minLength: 2, maxLength: 3 }),
      }),
      { minLength: 3, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const { code, brandId } = await freshBrand();
        const live = service();
        const answers: { asOf: number; query: BrandQuery; answer: AnyReport }[] = [];
        for (const { changes, asked } of steps) {
          for (const one of changes) await apply(brandId, one);
          const asOf = await pause();
          clock.at = asOf;
          for (const question of asked) {
            const asking = query(code, question);
            answers.push({ asOf, query: asking, answer: await live.report(asking, 'all') });
          }
          clock.at = null;
        }
        const later = service();
        for (const { asOf, query: asking, answer } of answers) {
          const past = await later.report({ ...asking, asOf: new Date(asOf).toISOString() }, 'all');
          expect(past).toEqual(answer);
        }
        const [{ query: asking, answer }] = answers;
        if (JSON.stringify((await later.report(asking, 'all')).rows) !== JSON.stringify(answer.rows)) differed++;
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(differed).toBeGreaterThan(0); // else nothing that came later would have shown
  });

  it('an instant after the data instant is answered at the data instant, and the answer says so', async () => {
    const { code } = await freshBrand();
    await pause();
    const asking = query(code, ['showroom', 'brand']);
    const future = await service().report({ ...asking, asOf: '2099-01-01T00:00:00Z' }, 'all');
    expect(Date.parse(future.meta.dataInstant)).toBeLessThanOrEqual(Date.now());
    expect(future.meta.notes.map(({ en }) => en).join(' ')).toContain(`answered as of ${future.meta.dataInstant}`);
    const { deliveryId } = await beginDelivery(stores.dataSource, { brandId: brands, kind: 'entries', source: 'file', contentHash: code });
    const began = Date.now();
    await sleep(5);
    const during = await service().report({ ...asking, asOf: new Date().toISOString() }, 'all');
    expect(Date.parse(during.meta.dataInstant)).toBeLessThan(began);
    await finishDelivery(stores.dataSource, deliveryId, { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 });
    const known = await service().report({ ...asking, asOf: String(Date.now() - 1) }, 'all');
    expect(known.meta.notes.map(({ en }) => en).join(' ')).not.toContain('answered as of');
  });

  it('an instant before the history, before the brand, or that is none is refused with what to do', async () => {
    const before = new Date(await pause()).toISOString();
    const { code } = await freshBrand();
    const ask = (asOf: string) => service().report({ ...query(code, ['value', 'brand']), asOf }, 'all');
    await expect(ask('2020-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'bad_input',
      options: { remedy: { en: /earliest possible instant is 20/ } },
    });
    await expect(ask(before)).rejects.toMatchObject({ code: 'bad_input', text: { en: /was not recorded by/ } });
    for (const wrong of ['yesterday', '2026-10-18', '2026-10-18T10:00:00', '5'])
      await expect(ask(wrong)).rejects.toMatchObject({ code: 'bad_input', options: { details: [{ field: 'asOf' }] } });
  });

  it('an instant below the floor of a trimmed landing log is refused, and the floor named', async () => {
    const { code } = await freshBrand();
    const at = await pause();
    const floor = at + 60_000;
    await applyRetention(stores.warehouse, 62, floor + 62 * 86_400_000);
    await expect(service().report({ ...query(code, ['value', 'brand']), asOf: String(at) }, 'all')).rejects.toMatchObject({
      code: 'bad_input',
      options: { remedy: { en: `The earliest possible instant is ${new Date(floor).toISOString()}` } },
    });
  });
});
