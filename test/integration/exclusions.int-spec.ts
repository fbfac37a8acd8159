import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { readValueUnits, unitExclusions } from '@app/analytics';
import { SystemClock } from '@app/config';
import { Actor, Basis, DEFAULT_POLICY, Exclusion, Report, ValueLine, ValueRow, addDays, monthPeriod } from '@app/contracts';
import {
  CaseRemoval,
  StateReader,
  StateWriter,
  ensureBrand,
  liftExclusion,
  listActs,
  listExclusions,
  recordExclusions,
} from '@app/database';
import { ExclusionRow, readExclusions } from '@app/ingest';
import { ReportService } from '@app/reports';
import { SHOWROOM_ROLLUP, compareRollups } from '@app/rollup';
import { ViewerKeys } from '@app/warehouse';
import { EntryDelivery, World, showroomOracle } from '../support/oracle/showroom-oracle';
import { worldArbitrary } from '../support/oracle/showroom-worlds';
import { CardGiven, Removal, money, priced, unitsOf, without } from '../support/oracle/value-oracle';
import { PlacedValue, deliver, rateCardsArbitrary, valueWorldArbitrary, dayOf as valueDayOf } from '../support/oracle/value-worlds';
import { corrections } from '../support/rollup-history';
import { Asked, DATA_INSTANT, Figures, MONTHS, RollupWorlds, ZONE, dayOf } from '../support/rollup-worlds';
import { TEST_SEED, seeded, shuffled } from '../support/seeded';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const ACTOR: Actor = { kind: 'operator', id: 'tester', name: 'Tester' };
const LONG = Boolean(process.env.VITRINE_TEST_LONG);
const halves = (account: string): string => `dealer-${BigInt(account) % 2n}`;
/** Never more without something than with it. Not here: what is a ratio, or an estimate from one. */
const NEVER_MORE = [
  ...(['entries', 'viewers', 'visits', 'showroomVisitors', 'consecutiveVisitors', 'rollingShowroomVisitors'] as const),
  ...(['showroomVisitorsOn2Days', 'grabbers'] as const),
];

describe('what confirmed cases remove', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  const held = async (brandId: number): Promise<readonly Exclusion[]> =>
    (await new StateReader(stores.dataSource, stores.secret).state(brandId)).exclusions ?? [];
  const record = (brandId: number, caseId: string, removed: CaseRemoval['removed'][]) =>
    recordExclusions(
      stores,
      { brandId, actor: ACTOR, reason: 'confirmed' },
      removed.map((one) => ({ caseId, removed: one })),
    );
  const lift = (brandId: number, caseId: string) =>
    liftExclusion(stores.dataSource, { brandId, caseId, actor: ACTOR, reason: 'overturned' });

  describe('entries', () => {
    const policy = { ...DEFAULT_POLICY, minVisits: 2, minVisitDwellSeconds: 30, consecutiveSessions: 2 };
    let brand: RollupWorlds;
    /** Entries of each case, as the oracle knows them. */
    const cases = new Map<string, { account: string; entry: EntryDelivery }[]>();
    let raw: Figures[];

    const [, FEBRUARY] = MONTHS;
    const ASKED = LONG ? MONTHS : MONTHS.slice(0, 2);
    /** By account, and with viewers of several accounts and months together; `of`: how much is asked. */
    const figuresOf = async (basis: Basis, { stored, of }: { stored: boolean; of: 'accounts' | 'all' }): Promise<Figures[]> => {
      const asked: Asked[] = of === 'all' ? [{ months: ASKED, grouping: halves }] : [];
      const figures: Figures[] = [];
      for (const one of [{ month: FEBRUARY }, ...asked]) figures.push(await brand.figures({ ...one, basis }, stored));
      return figures;
    };
    const hold = async () => {
      brand.exclusions = await held(brand.brandId);
      return brand.refresh(ASKED);
    };
    /** Kept rows, and where `of` says all, also the entries on demand, say what the formula says; never more than raw. */
    const agree = async (of: 'accounts' | 'all' = 'accounts') => {
      const kept = await figuresOf('adjusted', { stored: true, of });
      if (of === 'all') expect(await figuresOf('adjusted', { stored: false, of })).toEqual(kept);
      const excluded = new Map<string, EntryDelivery[]>();
      for (const caseId of new Set(brand.exclusions.map((one) => one.caseId)))
        for (const { account, entry } of cases.get(caseId)!) excluded.set(account, [...(excluded.get(account) ?? []), entry]);
      for (const row of kept[0]) againstOracle(row, excluded.get(row.group) ?? []);
      const middle = monthPeriod(FEBRUARY, ZONE).from + 17 * 86_400_000 + 3;
      if (of === 'all')
        for (const row of await brand.figures({ month: FEBRUARY, basis: 'adjusted', dataInstant: middle }, true))
          againstOracle(row, excluded.get(row.group) ?? [], middle);
      for (const [at, figures] of kept.entries())
        for (const [place, row] of figures.entries())
          for (const field of NEVER_MORE) expect([field, (row[field] ?? 0) <= (raw[at][place][field] ?? 0)]).toEqual([field, true]);
      return kept;
    };
    const againstOracle = (row: Figures[number], excluded: EntryDelivery[], dataInstant = DATA_INSTANT) => {
      const world: World = { ...brand.worlds.get(row.group)!, excluded };
      const oracle = showroomOracle(world, policy, monthPeriod(FEBRUARY, ZONE), dataInstant, dayOf);
      const { entries, identifiability } = oracle;
      const known = {
        ...{ viewers: oracle.viewers, visits: oracle.visits, showroomVisitors: oracle.showroomVisitors },
        ...{ consecutiveVisitors: oracle.consecutiveVisitors, rollingShowroomVisitors: oracle.rollingShowroomVisitors },
        ...{ showroomVisitorsOn2Days: oracle.showroomVisitorsOn2Days, grabbers: oracle.grabbers },
        ...{ loyalShare: oracle.loyalShare, dwellRatio: oracle.dwellRatio, showroomVisitorsHigh: oracle.high },
      };
      const text = `${dataInstant} ${JSON.stringify({ world, excluded }).slice(0, 5000)}`;
      expect({ text, row }).toMatchObject({ text, row: { entries, identifiability, ...(oracle.known ? known : {}) } });
    };
    const recordEntries = (caseId: string, removed: { account: string; entry: EntryDelivery }[]) => {
      cases.set(caseId, removed);
      return record(
        brand.brandId,
        caseId,
        removed.map(({ account, entry: { viewer, enteredAt } }) => ({
          ...{ platform: 'douyin' as const, accountId: brand.idOf(account), enteredAt },
          ...{ viewerKey: brand.viewerKey(viewer), entryKey: 0n },
        })),
      );
    };

    beforeAll(async () => {
      brand = await RollupWorlds.open(stores, 'entries', policy);
      const worlds = fc.sample(worldArbitrary, { seed: TEST_SEED + 29, numRuns: worldCount(120) });
      await brand.deliver(worlds.flatMap((world) => brand.add(world)));
      const keys = brand.accounts.map((account) => ({ account_key: account, platform: 'douyin', account_id: brand.idOf(account) }));
      await stores.warehouse.insertRows(
        'account_keys',
        keys.map((key) => ({ brand_id: brand.brandId, ...key })),
      );
      await brand.refresh();
      raw = await figuresOf('raw', { stored: true, of: 'all' });
    });

    it('leaves out the union of entries, by kept rows, on demand and by the formula; lifted in any order, every figure is what it was', async () => {
      const random = seeded(TEST_SEED);
      const touched = shuffled(brand.accounts, random).slice(0, Math.ceil(brand.accounts.length * 0.7));
      const entries = touched.flatMap((account) => brand.worlds.get(account)!.entries.map((entry) => ({ account, entry })));
      const some = (share: number) => entries.filter(() => random() < share);
      const viewers = new Set(touched.map((account) => `${account} ${['ann', 'ben', 'cai', 'dan'][Math.floor(random() * 4)]}`));
      await recordEntries('scattered', some(0.25));
      await recordEntries('overlapping', [...cases.get('scattered')!.filter(() => random() < 0.5), ...some(0.1)]);
      await recordEntries(
        'whole viewers',
        entries.filter(({ account, entry }) => viewers.has(`${account} ${entry.viewer}`)),
      );
      expect((await hold()).keys).toBeGreaterThan(0);
      expect(await agree('all')).not.toEqual(raw);
      expect(await figuresOf('raw', { stored: true, of: 'all' })).toEqual(raw);
      const keys = LONG ? touched.map((accountKey) => ({ accountKey, month: FEBRUARY })) : [{ accountKey: touched[0], month: FEBRUARY }];
      expect((await compareRollups(stores.warehouse, [SHOWROOM_ROLLUP], brand.state(), { keys }))[0].differences).toEqual([]);

      for (const [at, caseId] of shuffled([...cases.keys()], random).entries()) {
        await lift(brand.brandId, caseId);
        if (at === 1 && !LONG) continue;
        await hold();
        if (at < 2) await agree();
      }
      expect(brand.exclusions).toEqual([]);
      expect(await figuresOf('adjusted', { stored: true, of: 'all' })).toEqual(raw);
    });

    it('what arrives later is in both bases; only accounts that a case touches are computed anew', async () => {
      const [account] = brand.accounts.filter((one) => brand.worlds.get(one)!.entries.length > 3);
      const own = brand.worlds.get(account)!.entries.map((entry) => ({ account, entry }));
      await recordEntries('one account', own.slice(1, 3));
      expect((await hold()).keys).toBeLessThanOrEqual(ASKED.length);
      await brand.deliver(corrections(own, seeded(7)));
      await brand.refresh([FEBRUARY]);
      raw = await figuresOf('raw', { stored: true, of: 'accounts' });
      await agree();
    });

    it('rows that a lifted case leaves behind tell nothing, whatever becomes of the entries', async () => {
      const later = { month: '2026-12', basis: 'raw' as const };
      const heard = (await brand.figures(later, true)).filter(({ viewers }) => viewers !== null).map(({ group }) => group);
      const account = brand.accounts.findLast(
        (one) =>
          heard.includes(one) && brand.worlds.get(one)!.entries.some(({ enteredAt }) => ASKED.includes(dayOf(enteredAt).slice(0, 7))),
      )!;
      const own = brand.worlds.get(account)!.entries.map((entry) => ({ account, entry }));
      await recordEntries('lifted', own.slice(0, 2));
      await hold();
      await lift(brand.brandId, 'lifted');
      await hold();
      const observedAt = Date.parse('2027-01-01T00:00:00Z');
      await brand.deliver(own.map(({ entry }) => ({ account, entry: { ...entry, retracted: true, observedAt } })));
      await brand.refresh(MONTHS);
      const kept = await brand.figures(later, true);
      expect(kept.find(({ group }) => group === account)).toMatchObject({ viewers: null, showroomVisitors: null });
      expect(kept).toEqual(await brand.figures(later, false));
    });
  });

  describe('units', () => {
    let brandId: number;
    let placed: PlacedValue[];
    let cards: CardGiven[];
    let reports: ReportService;
    const cases = new Map<string, (Removal & { accountId: string })[]>();
    const inForce = new Set<string>();

    beforeAll(async () => {
      brandId = (await ensureBrand(stores.dataSource, { code: 'units', name: 'units', zone: ZONE })).brandId;
      placed = fc
        .sample(valueWorldArbitrary, { seed: TEST_SEED + 30, numRuns: worldCount(64) })
        .map((world, at) => ({ world, accountId: `u-${at}` }));
      [cards] = fc.sample(rateCardsArbitrary, { seed: TEST_SEED, numRuns: 1 });
      const writer = new StateWriter(stores.dataSource, stores.secret);
      await writer.upsertAccounts(
        brandId,
        placed.map(({ world, accountId }) => ({ platform: world.platform, accountId, name: accountId })),
      );
      await writer.upsertRateCards(brandId, cards);
      await deliver(stores.warehouse, brandId, placed);
      reports = new ReportService({ ...stores, clock: new SystemClock() });
    });

    const report = (basis: Basis, more: object = {}) =>
      reports.report({ brand: 'units', name: 'value', month: '2026-02', level: 'account', basis, ...more }, 'all') as unknown as Promise<
        Report<ValueRow>
      >;
    const removalsOf = (accountId: string) => {
      return [...cases].filter(([caseId]) => inForce.has(caseId)).flatMap(([, own]) => own.filter((one) => one.accountId === accountId));
    };
    const expected = ({ world, accountId }: PlacedValue) => {
      const all = unitsOf(world, DEFAULT_POLICY.sourceOrder, valueDayOf);
      const units = without(all.units, removalsOf(accountId));
      return priced({ platform: world.platform, ...all, units }, cards, (day) => day.startsWith('2026-02'));
    };
    const recordUnits = async (caseId: string, removals: (Removal & { accountId: string })[]) => {
      cases.set(caseId, removals);
      await record(
        brandId,
        caseId,
        removals.map(({ accountId, target, line, day, units }) => ({
          platform: placed.find((one) => one.accountId === accountId)!.world.platform,
          ...{ accountId, line, day, units: Number(units) },
          origin: target.startsWith('session') ? ('session' as const) : ('video' as const),
          target: target.slice(target.indexOf(' ') + 1),
        })),
      );
      inForce.add(caseId);
    };
    /** Rows are what the formula says; answers them. */
    const agree = async () => {
      const { rows, meta } = await report('adjusted');
      for (const row of rows) {
        const oracle = expected(placed.find(({ accountId }) => accountId === row.accountId)!);
        const [value, gross] = oracle.priced ? [money(oracle.value), money(oracle.gross)] : [null, null];
        expect([row.accountId, row.valueCny, row.grossCny]).toEqual([row.accountId, value, gross]);
        expect(row.effectiveViews).toBe(Number(oracle.effectiveViews));
        for (const line of row.lines) expect(line.grossUnits - line.excludedUnits).toBe(line.units);
      }
      return { rows, meta };
    };
    /** The kept days say what the facts say on demand, of the month and of a week of it. */
    const keptAgree = async () => {
      const state = await new StateReader(stores.dataSource, stores.secret).state(brandId);
      const exclusions = unitExclusions(state, 'adjusted');
      for (const [from, to] of [
        [1, 29],
        [8, 15],
      ] as const) {
        const days = Array.from({ length: to - from }, (_, at) => `2026-02-${String(from + at).padStart(2, '0')}`);
        const toDay = addDays(days[days.length - 1], 1);
        const window = { brandId, zone: ZONE, fromDay: days[0], toDay, sourceOrder: DEFAULT_POLICY.sourceOrder };
        const [kept, now] = await Promise.all(
          [true, false].map((stored) => readValueUnits(stores.warehouse, { ...window, stored, exclusions }, [], days)),
        );
        expect(kept.some(({ excluded }) => excluded)).toBe(true);
        expect(kept).toEqual(now);
      }
    };

    it('takes the larger of what cases name off net, never below 0, as the formula does; gross stays; lifted, every figure is what it was', async () => {
      const random = seeded(TEST_SEED + 1);
      const before = await report('raw');
      expect((await report('adjusted')).rows).toEqual(before.rows);
      expect((await report('adjusted')).meta.notes.map(({ en }) => en).join()).toMatch(/adjusted equals raw/);
      const units = placed.flatMap(({ world, accountId }) =>
        unitsOf(world, DEFAULT_POLICY.sourceOrder, valueDayOf)
          .units.filter(({ day, target }) => day.startsWith('2026-02') && !target.endsWith(' '))
          .map((unit) => ({ ...unit, accountId })),
      );
      const some = (share: number) =>
        units
          .filter(() => random() < share)
          .map((unit) => ({ ...unit, units: BigInt(1 + Math.floor(random() * 2 * Math.max(1, Math.abs(Number(unit.net))))) }));
      await recordUnits('first', some(0.4));
      const alone = await agree();
      const moment = new Date(Date.now() + 5).toISOString();
      await sleep(20); // what is recorded from here on, is recorded later
      await recordUnits('second', [...some(0.3), ...cases.get('first')!.map((one) => ({ ...one, units: one.units / 2n + 1n }))]);
      const both = await agree();
      await keptAgree();
      expect(both.meta.exclusions).toEqual(['first', 'second']);
      expect(both.rows).not.toEqual(alone.rows);
      for (const [at, row] of both.rows.entries()) expect(Number(row.valueCny)).toBeLessThanOrEqual(Number(before.rows[at].valueCny));
      const raw = await report('raw');
      expect([raw.rows, raw.meta.exclusions]).toEqual([before.rows, []]);
      const total = placed.map(expected).reduce((sum, { value }) => sum + value, 0n);
      expect((await report('adjusted', { level: 'brand' })).rows[0].valueCny).toBe(money(total));
      const asOf = await report('adjusted', { asOf: moment });
      expect([asOf.rows.map(({ valueCny }) => valueCny), asOf.meta.exclusions]).toEqual([
        alone.rows.map(({ valueCny }) => valueCny),
        ['first'],
      ]);
      await lift(brandId, 'first');
      inForce.delete('first');
      await agree();
      await lift(brandId, 'second');
      expect((await report('adjusted')).rows).toEqual(before.rows);
    });

    it('rows that name nothing known are counted; an unknown account is refused, and nothing of the call is recorded', async () => {
      const [{ world, accountId, target, day }] = placed.flatMap((one) =>
        unitsOf(one.world, DEFAULT_POLICY.sourceOrder, valueDayOf)
          .units.filter((unit) => unit.target.startsWith('session'))
          .map((unit) => ({ ...unit, ...one })),
      );
      const known = {
        ...{ platform: world.platform, accountId, origin: 'session' as const, target: target.slice('session '.length) },
        ...{ line: 'like' as ValueLine, day, units: 1 },
      };
      const decision = { brandId, actor: ACTOR, reason: 'confirmed' };
      const [list] = await recordExclusions(stores, decision, [
        { caseId: 'named', removed: known },
        { caseId: 'named', removed: { ...known, target: 'no such session' } },
      ]);
      expect([list.rows, list.unmatched]).toEqual([2, 1]);
      await lift(brandId, 'named');
      const unknown = { ...known, accountId: 'nobody' };
      await expect(
        recordExclusions(stores, decision, [
          { caseId: 'right', removed: known },
          { caseId: 'wrong', removed: unknown },
        ]),
      ).rejects.toMatchObject({ code: 'bad_input', options: { details: [{ field: 'accountId' }] } });
      expect(await held(brandId)).toEqual([]);
      expect(await stores.dataSource.query(`SELECT FROM account WHERE account_id = 'nobody'`)).toEqual([]);
    });

    it('is recorded once, lifted once, and written down with actor and reason', async () => {
      const [{ accountId, world }] = placed;
      const removed = {
        platform: world.platform,
        accountId,
        origin: 'video' as const,
        target: 'v',
        line: 'like' as ValueLine,
        day: '2026-02-01',
        units: 1,
      };
      await record(brandId, 'once', [removed, removed]);
      await expect(record(brandId, 'once', [removed])).rejects.toMatchObject({ code: 'conflict' });
      await expect(record(brandId, 'empty', [])).rejects.toMatchObject({ code: 'bad_input' });
      const other = { caseId: 'another', removed };
      const lists = await recordExclusions(stores, { brandId, actor: ACTOR, reason: 'confirmed' }, [
        { caseId: 'two lines', removed },
        other,
        { caseId: 'two lines', removed: { ...removed, line: 'share' } },
      ]);
      expect(lists.map(({ caseId, rows }) => [caseId, rows])).toEqual([
        ['two lines', 2],
        ['another', 1],
      ]);
      const unsaid = { brandId, caseId: 'another', actor: ACTOR, reason: ' ' };
      await expect(recordExclusions(stores, unsaid, [{ ...other, caseId: 'third' }])).rejects.toMatchObject({ code: 'bad_input' });
      await expect(liftExclusion(stores.dataSource, unsaid)).rejects.toMatchObject({ code: 'bad_input' });
      await lift(brandId, 'another');
      await lift(brandId, 'two lines');
      await lift(brandId, 'once');
      await expect(lift(brandId, 'once')).rejects.toMatchObject({ code: 'not_found' });
      await expect(stores.dataSource.query(`DELETE FROM exclusion`)).rejects.toThrow(/only be lifted/);
      const [row] = (await listExclusions(stores.dataSource, brandId, { held: false })).filter(({ caseId }) => caseId === 'once');
      expect(row).toMatchObject({
        rows: 1,
        fromDay: '2026-02-01',
        reason: 'confirmed',
        liftReason: 'overturned',
        recordedBy: 'operator:tester',
      });
      const acts = await listActs(stores.dataSource, brandId, { limit: 9, subject: 'case once' });
      expect(acts.map(({ action, reason }) => [action, reason])).toEqual([
        ['exclusion.lift', 'overturned'],
        ['exclusion.record', 'confirmed'],
      ]);
    });
  });

  it('a file’s bad rows are refused with line, field and reason, never with the viewer', async () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-exclusions-')), 'rows.ndjson');
    const account = { caseId: 'c', platform: 'douyin', accountId: 'a' };
    const rows = [
      { ...account, viewer: 'secret viewer', enteredAt: '2026-02-01T10:00:00+08:00' },
      { ...account, viewer: 'secret viewer', enteredAt: '2026-02-01 10:00' },
      { ...account, viewer: 'secret viewer', sessionId: 's', enteredAt: '2026-02-01T10:00:00+08:00' },
      { ...account, sessionId: 's', line: 'live_view', day: '2026-02-01', units: 3 },
      { ...account, sessionId: 's', line: 'views', day: '2026-02-01', units: 3 },
      { ...account, videoId: 'v', line: 'like', day: '2026-02-31', units: 3 },
      { ...account, videoId: 'v', line: 'like', day: '2026-02-01', units: 0 },
      { ...account, platform: 'weibo', videoId: 'v' },
      { platform: 'douyin', accountId: 'a' },
      { ...account, viewer: 'vk9:0123456789abcdef', enteredAt: 1769911200000 },
    ];
    fs.writeFileSync(file, [...rows.map((row) => JSON.stringify(row)), '{'].join('\n'));
    const read: ExclusionRow[] = [];
    const keys = new ViewerKeys('a secret of at least thirty-two characters', 1);
    for await (const row of readExclusions(file, keys, () => DATA_INSTANT)) read.push(row);
    fs.rmSync(path.dirname(file), { recursive: true });
    expect(read.map((row) => ('removed' in row ? row.line : [row.line, row.field]))).toEqual([
      ...[
        1,
        [2, 'enteredAt'],
        [3, null],
        4,
        [5, 'line'],
        [6, 'day'],
        [7, 'units'],
        [8, 'platform'],
        [9, 'caseId'],
        [10, 'viewer'],
        [11, null],
      ],
    ]);
    expect(read.flatMap((row) => ('reason' in row ? [row.caseId] : []))).toEqual([...Array<string>(6).fill('c'), null, 'c', null]);
    const told = JSON.stringify(read.filter((row) => 'reason' in row));
    expect(told).not.toMatch(/secret viewer|0123456789abcdef/);
  });
});
