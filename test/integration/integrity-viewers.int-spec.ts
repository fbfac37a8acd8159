import type { Inorganic, Signal, SignalSubject } from '@app/contracts';
import { StateReader, StateWriter, ensureBrand, halfOfLock, whileHolding } from '@app/database';
import { importRows } from '@app/ingest';
import { boundParameters, listsTogether, runScan, sweepStagedEntries, type ScanResult } from '@app/integrity';
import { FactRow, accountKey, commentsTable, entriesTable, sessionsTable } from '@app/warehouse';
import { TEST_SEED, seeded } from '../support/seeded';
import { TestStores, openTestStores } from '../support/stores';

const DAY = 86_400_000;
const MINUTE = 60_000;
const LENGTH = 120 * MINUTE;
const WINDOW = { from: Date.parse('2026-10-01T00:00:00+08:00'), to: Date.parse('2026-11-01T00:00:00+08:00') };
/** Every second evening from August on, 20:00 to 22:00; the ones of October are the last sixteen. */
const STARTS = Array.from({ length: 46 }, (_, at) => WINDOW.from - 60 * DAY + at * 2 * DAY + 20 * 60 * MINUTE);
const OF_OCTOBER = STARTS.filter((start) => start >= WINDOW.from);
const DETECTORS = [
  'startStayShape',
  'dwellSynchrony',
  'freshAccounts',
  'redPacketGrabbers',
  'thresholdGaming',
  'lockstepGroups',
  'mutualAidRings',
  'staffFarm',
  'chatTemplates',
  'audiencePlace',
  'audienceMix',
  'commenterMix',
  'sourceReconciliation',
];

interface View {
  viewer: bigint;
  /** Minutes since the start of the session. */
  minute: number;
  seconds: number | null;
  isNew?: number;
  adcode?: string;
}

/** Hand-made rooms: an honest public, and what is added to one of their evenings. */
class Rooms {
  readonly entries: FactRow[] = [];
  readonly sessions: FactRow[] = [];
  readonly comments: FactRow[] = [];
  readonly random = seeded(TEST_SEED + 38);
  private viewers = 1000n;

  constructor(private readonly brandId: number) {}

  key = (room: string): bigint => accountKey(this.brandId, 'douyin', room);
  viewer = (): bigint => ++this.viewers;
  people = (count: number): bigint[] => Array.from({ length: count }, this.viewer);
  private normal = (): number => Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  stay = (): number => Math.max(2, Math.round(70 * Math.exp(1.3 * this.normal())));

  session(room: string, start: number, length = LENGTH): void {
    this.sessions.push({
      ...empty(sessionsTable.columns),
      ...this.common(),
      ...{ account_key: this.key(room), session_id: sessionId(room, start), started_at: start, ended_at: start + length },
    });
  }

  enter(room: string, start: number, views: readonly View[], length = LENGTH): void {
    for (const { viewer, minute, seconds, isNew, adcode } of views) {
      const entered = start + Math.round(minute * MINUTE);
      this.entries.push({
        ...empty(entriesTable.columns),
        ...this.common(),
        ...{
          month: 202_600 + new Date(entered + 8 * 60 * MINUTE).getUTCMonth() + 1,
          account_key: this.key(room),
          viewer_key: viewer,
          entered_at: entered,
        },
        ...{ dwell_seconds: seconds === null ? null : Math.max(1, Math.min(seconds, Math.floor((start + length - entered) / 1000))) },
        ...{ session_id: sessionId(room, start), is_new_account: isNew ?? Number(this.random() < 0.05) },
        ...{ adcode: adcode ?? (this.random() < 0.8 ? '440100' : '440300'), traffic_source: this.random() < 0.7 ? 'recommend' : 'follow' },
      });
    }
  }

  say(room: string, start: number, said: readonly { viewer: bigint; minute: number; text: string }[]): void {
    for (const { viewer, minute, text } of said)
      this.comments.push({
        ...empty(commentsTable.columns),
        ...this.common(),
        ...{
          account_key: this.key(room),
          session_id: sessionId(room, start),
          viewer_key: viewer,
          at: start + Math.round(minute * MINUTE),
          text,
        },
      });
  }

  /** Strangers at any time of the evening, and regulars of whom each comes with a likelihood of their own. */
  honest(room: string, strangers = 90): void {
    const regulars = this.people(90).map((viewer) => ({ viewer, likelihood: 0.04 + 0.4 * this.random() ** 1.5 }));
    for (const start of STARTS) {
      this.session(room, start);
      const who = [
        ...this.people(strangers),
        ...regulars.flatMap(({ viewer, likelihood }) => (this.random() < likelihood ? [viewer] : [])),
      ];
      this.enter(
        room,
        start,
        who.map((viewer) => ({ viewer, minute: 118 * this.random() ** 1.2, seconds: this.stay() })),
      );
      this.say(
        room,
        start,
        who.slice(0, 55).map((viewer) => ({ viewer, minute: 118 * this.random(), text: this.random() < 0.3 ? '多少钱' : this.sentence() })),
      );
    }
  }

  private sentence = (): string =>
    Array.from({ length: 9 }, () => String.fromCodePoint(0x4e00 + Math.floor(this.random() * 3000))).join('');
  private common = () => ({ brand_id: this.brandId, source: 'file', observed_at: WINDOW.to, ingested_at: WINDOW.to, delivery_id: 1n });
}

const sessionId = (room: string, start: number): string => `${room}-${new Date(start).toISOString().slice(0, 10)}`;
const empty = (columns: Readonly<Record<string, string>>): FactRow =>
  Object.fromEntries(
    Object.entries(columns).map(([column, type]) => [column, type.startsWith('Nullable') ? null : type.includes('String') ? '' : 0]),
  );
const EVENING = OF_OCTOBER[8];
const spread = (count: number, of: (at: number) => Omit<View, 'viewer'>, viewer: () => bigint): View[] =>
  Array.from({ length: count }, (_, at) => ({ viewer: viewer(), ...of(at) }));

/** Attacks and, beside each, an honest evening that looks alike at first sight. */
function addEvenings(rooms: Rooms): void {
  const { random, viewer, people } = rooms;
  rooms.enter(
    'bots',
    EVENING,
    spread(70, () => ({ minute: 12 + 5 * random(), seconds: 9e6, isNew: 1, adcode: '540100' }), viewer),
  );
  rooms.enter(
    'repost',
    EVENING,
    spread(250, () => ({ minute: 60 + 3 * random(), seconds: rooms.stay() }), viewer),
  );
  rooms.enter(
    'together',
    EVENING,
    spread(45, () => ({ minute: 24.05 + 0.4 * random(), seconds: 2700 - Math.round(3 * random()) }), viewer),
  );
  rooms.enter(
    'guest',
    EVENING,
    spread(60, (at) => ({ minute: 24 + at / 30, seconds: Math.round(60 * (46 - at / 30 + random())) }), viewer),
  );
  rooms.enter(
    'grabbers',
    EVENING,
    spread(75, () => ({ minute: 61 + random(), seconds: 40 + Math.round(80 * random()), isNew: 1 }), viewer),
  );
  rooms.enter(
    'raffle',
    EVENING,
    spread(110, () => ({ minute: 60 + random(), seconds: 40 + Math.round(80 * random()) }), viewer),
  );
  const late = [OF_OCTOBER[1], OF_OCTOBER[5], OF_OCTOBER[9], OF_OCTOBER[15]];
  for (const lifted of people(45))
    for (const start of late) rooms.enter('lifted', start, [{ viewer: lifted, minute: 100 * random(), seconds: rooms.stay() }]);
  const army = people(14);
  const shoppers = people(14);
  ['room1', 'room2', 'room3', 'room4', 'room5', 'room6'].forEach((room, at) => {
    const visit = (who: bigint, minute: number): View => ({ viewer: who, minute, seconds: 200 + Math.round(200 * random()) });
    rooms.enter(room, EVENING, [...army.map((who) => visit(who, 5 + 12 * at + 4 * random()))]);
    shoppers.forEach((who, n) => rooms.enter(room, OF_OCTOBER[(n + at) % 15], [visit(who, 110 * random())]));
  });
  const ring = ['room1', 'room2', 'room3'];
  for (const home of ring)
    for (const helper of people(9)) {
      for (const start of OF_OCTOBER.slice(0, 12))
        rooms.enter(home, start, [{ viewer: helper, minute: 30 * random(), seconds: 2500 + Math.round(2500 * random()) }]);
      for (const host of ring.filter((room) => room !== home))
        for (const start of OF_OCTOBER.slice(2, 7))
          rooms.enter(host, start, [{ viewer: helper, minute: 90 * random(), seconds: rooms.stay() }]);
    }
  for (const [room, farm] of [['farm', people(14)] as const, ['staff', STAFF.map((_, at) => rooms.key(`staff ${at}`))] as const])
    for (const who of farm)
      for (const start of OF_OCTOBER.slice(1))
        rooms.enter(room, start, [{ viewer: who, minute: 1.5 * random(), seconds: 5000 + Math.round(1500 * random()) }]);
  const templates = ['这款车真的很值得买', '主播讲得特别详细', '我朋友刚提了一台', '价格比别家便宜多了'];
  rooms.say(
    'bots',
    EVENING,
    people(40).map((who, at) => ({ viewer: who, minute: 100 * random(), text: `${templates[at % 4]}${'！'.repeat(at % 3)}` })),
  );
  rooms.say(
    'repost',
    EVENING,
    people(60).map((who) => ({ viewer: who, minute: 40 + 4 * random(), text: '恭喜发财好运来' })),
  );
}
const STAFF = Array.from({ length: 14 }, (_, at) => `staff-${at}`);
const ROOMS = [
  'bots',
  'repost',
  'together',
  'guest',
  'grabbers',
  'raffle',
  'lifted',
  'farm',
  'staff',
  'room1',
  'room2',
  'room3',
  'room4',
  'room5',
  'room6',
];

describe('detectors that look at viewers', () => {
  let stores: TestStores;
  let result: ScanResult;
  const found = (detector: string): Signal[] => result.signals.filter((signal) => signal.detector === detector);
  const roomsOf = (detector: string, least = 0.9): string[] =>
    [
      ...new Set(
        found(detector).flatMap(({ subject, strength }) => ('accountId' in subject && strength >= least ? [subject.accountId] : [])),
      ),
    ].sort();
  const reasonsOf = (accountId: string): string[] =>
    result.notAssessable.filter(({ subject }) => 'accountId' in subject && subject.accountId === accountId).map(({ detector }) => detector);
  const query = async (sql: string, parameters: Signal['evidence']['parameters']) => {
    const state = await new StateReader(stores.dataSource, stores.secret).state(Number(parameters.brandId));
    const params = boundParameters(sql, parameters, state);
    return stores.warehouse.query<Record<string, unknown>>({ name: 'test.evidence', sql, params });
  };
  const staged = () =>
    stores.warehouse.query<{ name: string }>({
      name: 'test.staged',
      sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'scan_staging_')`,
    });
  const removedBy = (one: Inorganic | undefined) => (one?.kind === 'entries' ? query(one.sql, one.parameters) : Promise.resolve([]));

  beforeAll(async () => {
    stores = await openTestStores();
    const { brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    const writer = new StateWriter(stores.dataSource, stores.secret, { kind: 'operator', id: 'ann', name: 'Ann' });
    const all = [...ROOMS, 'hidden', 'brief'];
    await writer.upsertDealers(
      brandId,
      all.map((room, n) => ({ dealerId: `d-${room}`, name: room, adcode: `44${['01', '03', '04', '06', '13', '19'][n % 6]}00` })),
    );
    await writer.upsertAccounts(
      brandId,
      all.map((room) => ({ platform: 'douyin' as const, accountId: room, name: room, dealerId: `d-${room}` })),
    );
    const at = (minute: number) => EVENING + minute * MINUTE;
    const of = (room: string) => ({ platform: 'douyin' as const, accountId: room });
    const rooms = new Rooms(brandId);
    const declared = await writer.upsertDeclarations(brandId, [
      { declarationId: 'guest', ...of('guest'), kind: 'guest', from: at(24), to: at(70) },
      { declarationId: 'guest again', ...of('guest'), kind: 'event', from: at(20), to: at(72) },
      { declarationId: 'raffle', ...of('raffle'), kind: 'raffle', from: at(60), to: at(62) },
      ...STAFF.map((viewer, place) => ({
        ...{ declarationId: viewer, dealerId: 'd-staff', kind: 'staff' as const, from: STARTS[0], to: WINDOW.to },
        viewer: `vk1:${rooms.key(`staff ${place}`).toString(16).padStart(16, '0')}`,
      })),
    ]);
    expect(declared.rejected).toEqual([]);
    for (const room of ROOMS) rooms.honest(room);
    addEvenings(rooms);
    const hidden = (await new StateReader(stores.dataSource, stores.secret).state(brandId)).sentinelKeys.map(BigInt);
    for (const start of OF_OCTOBER) {
      rooms.session('hidden', start);
      rooms.enter(
        'hidden',
        start,
        spread(
          80,
          (n) => ({ minute: 1 + n, seconds: null }),
          () => hidden[0],
        ),
      );
    }
    // more came than the platform counts, on one evening
    for (const row of rooms.sessions) if (row.account_key === rooms.key('bots')) row.views = row.started_at === EVENING ? 20 : 5_000;
    rooms.session('brief', EVENING, 3 * MINUTE);
    rooms.enter('brief', EVENING, [{ viewer: rooms.viewer(), minute: 1, seconds: 30 }], 3 * MINUTE);
    await stores.warehouse.insert(sessionsTable, rooms.sessions);
    for (const month of [8, 9, 10])
      await stores.warehouse.insert(
        entriesTable,
        rooms.entries.filter((row) => row.month === 202_600 + month),
      );
    await stores.warehouse.insert(commentsTable, rooms.comments);
    await stores.warehouse.insertRows(
      'account_keys',
      all.map((room) => ({ brand_id: brandId, account_key: String(rooms.key(room)), platform: 'douyin', account_id: room })),
    );
    result = await runScan(stores, { brand: 'acme', ...WINDOW, detectors: DETECTORS });
  });
  afterAll(() => stores?.close());
  it('a feed that saw more than the platform counted is told, of that evening only', () => {
    const told = found('sourceReconciliation');
    expect(told.map(({ subject, evidence }) => [subject, evidence.rows])).toEqual([
      [
        expect.objectContaining({ kind: 'session', accountId: 'bots', sessionId: sessionId('bots', EVENING) }),
        [{ sessionId: sessionId('bots', EVENING), entries: expect.any(Number) }],
      ],
    ]);
  });
  it('the shape shows viewbots, and not a repost, a guest, a raffle', () => {
    expect(roomsOf('startStayShape', 0.99)).toContain('bots');
    for (const honest of ['repost', 'guest', 'raffle', 'staff']) expect(roomsOf('startStayShape', 0.99)).not.toContain(honest);
  });

  it('of the views that are peeled off, hardly one is honest and hardly a bot stays', async () => {
    const [signal] = found('startStayShape').filter(({ subject }) => isRoom(subject, 'bots'));
    const [list] = signal.evidence.removes ?? [];
    const rows = await removedBy(list);
    expect(rows).toHaveLength(list.kind === 'entries' ? list.count : -1);
    const bots = rows.filter(({ enteredAt }) => Number(enteredAt) >= EVENING + 12 * MINUTE && Number(enteredAt) <= EVENING + 17 * MINUTE);
    expect(bots.length).toBeGreaterThanOrEqual(65);
    expect(bots.length / rows.length).toBeGreaterThan(0.93);
  });

  it('who comes together and leaves together is seen, a declared guest’s crowd is not', () => {
    expect(roomsOf('dwellSynchrony', 0.99)).toContain('together');
    for (const honest of ['repost', 'guest', 'raffle']) expect(roomsOf('dwellSynchrony', 0.95)).not.toContain(honest);
  });

  it('a wave of new accounts that leave at once is seen, a raffle’s and a repost’s crowd is not', () => {
    expect(roomsOf('redPacketGrabbers', 0.99)).toContain('grabbers');
    for (const honest of ['raffle', 'repost', 'guest']) expect(roomsOf('redPacketGrabbers', 0.95)).not.toContain(honest);
  });

  it('new accounts beyond the room’s habit are seen, in these two rooms only', () => {
    expect(roomsOf('freshAccounts')).toEqual(['bots', 'grabbers']);
  });

  it('viewers lifted to four visits are seen, in that room only', () => {
    expect(roomsOf('thresholdGaming', 0.97)).toEqual(['lifted']);
  });

  it('an army is seen in the six rooms that it was in, shoppers who visit as many are in no group', async () => {
    expect(roomsOf('lockstepGroups')).toEqual(['room1', 'room2', 'room3', 'room4', 'room5', 'room6']);
    for (const signal of found('lockstepGroups')) expect(await removedBy(signal.evidence.removes?.[0])).toHaveLength(14);
  });

  it('dealers whose people visit each other are a ring, the others are in none', async () => {
    expect(roomsOf('mutualAidRings')).toEqual(['room1', 'room2', 'room3']);
    for (const signal of found('mutualAidRings')) expect((await removedBy(signal.evidence.removes?.[0])).length).toBeGreaterThanOrEqual(90);
  });

  it('accounts that are always there from the first minute are seen, declared staff are not', async () => {
    expect(roomsOf('staffFarm')).toContain('farm');
    expect(roomsOf('staffFarm')).not.toContain('staff');
    const [farm] = found('staffFarm').filter(({ subject }) => isRoom(subject, 'farm'));
    expect(await removedBy(farm.evidence.removes?.[0])).toHaveLength(14 * (OF_OCTOBER.length - 1));
  });

  it('templates are seen, a keyword that all send at once is not, and no text is in any signal', () => {
    expect(roomsOf('chatTemplates')).toEqual(['bots']);
    expect(JSON.stringify(result.signals)).not.toMatch(/值得买|讲得特别|恭喜发财/);
  });

  it('a crowd from elsewhere is soft evidence', () => {
    expect(roomsOf('audiencePlace', 0.97)).toEqual(['bots']);
    expect(Math.max(...found('audiencePlace').map(({ strength }) => strength))).toBeLessThanOrEqual(0.98);
  });

  it('rooms whose viewers are hidden, and one of three minutes with one viewer, are not assessable; nothing is said against them', () => {
    expect(new Set(reasonsOf('hidden'))).toEqual(
      new Set([
        ...['startStayShape', 'dwellSynchrony', 'freshAccounts', 'redPacketGrabbers', 'staffFarm', 'thresholdGaming'],
        ...['audienceMix', 'commenterMix'],
      ]),
    );
    expect(reasonsOf('brief')).toEqual(
      expect.arrayContaining(['startStayShape', 'dwellSynchrony', 'redPacketGrabbers', 'staffFarm', 'audiencePlace']),
    );
    const named = result.signals.filter(({ subject }) => isRoom(subject, 'hidden') || isRoom(subject, 'brief'));
    expect(named).toEqual([]);
  });

  it('what is read once for all looks gives what each look reads by itself, and nothing of it stays', async () => {
    const direct = await runScan(stores, { brand: 'acme', ...WINDOW, detectors: DETECTORS, direct: true });
    expect(inOrder(direct.signals)).toEqual(inOrder(result.signals));
    expect(direct.notAssessable).toEqual(result.notAssessable);
    const statements = (scan: ScanResult) => scan.summary.cost.statements.map(({ name }) => name);
    expect([statements(result).includes('integrity.stage-entries'), statements(direct).includes('integrity.stage-entries')]).toEqual([
      true,
      false,
    ]);
    expect(await staged()).toEqual([]);
  });

  it('what a killed scan has staged is swept, what a running one holds is not', async () => {
    const scan = `scan_staging_${'0a'.repeat(8)}`;
    await stores.warehouse.command(`CREATE TABLE ${scan}_entries (viewer UInt64) ENGINE = Memory`);
    await whileHolding(stores.dataSource, { lock: 'staging', of: halfOfLock(scan) }, () => sweepStagedEntries(stores, 0));
    await sweepStagedEntries(stores); // it is too young
    expect(await staged()).toEqual([{ name: `${scan}_entries` }]);
    await sweepStagedEntries(stores, 0);
    expect(await staged()).toEqual([]);
  });

  it('of the rooms that a delivery touches, an incremental scan finds what a full one by the same measure does', async () => {
    const { brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
    const [start] = OF_OCTOBER.slice(-1);
    const row = {
      platform: 'douyin',
      accountId: 'grabbers',
      sessionId: sessionId('grabbers', start),
      startedAt: new Date(start).toISOString(),
    };
    await importRows(stores, { kind: 'sessions', brandId, rows: [{ ...row, endedAt: new Date(start + LENGTH - MINUTE).toISOString() }] });
    // what is usual everywhere is seen in all rooms together: templates wait for the next full scan
    const detectors = DETECTORS.filter((name) => name !== 'chatTemplates');
    const incremental = await runScan(stores, { brand: 'acme', ...WINDOW, detectors, mode: 'incremental' });
    const full = await runScan(stores, { brand: 'acme', ...WINDOW, detectors, reference: 'kept' });
    const ofAccounts = full.signals.filter(({ detector }) => incremental.summary.detectors.some((one) => one.detector === detector));
    const touched = new Set(incremental.summary.detectors.map(({ subjects }) => subjects));
    const own = (signals: readonly Signal[]) => inOrder(signals.filter(({ subject }) => isRoom(subject, 'grabbers')));
    expect([incremental.summary.mode, full.summary.mode, touched.size]).toEqual(['incremental', 'full', 1]);
    expect(own(incremental.signals).length).toBeGreaterThan(1);
    expect(own(incremental.signals)).toEqual(own(ofAccounts));
  });

  it('lists that are read together name the entries that each names by itself', async () => {
    const some = DETECTORS.flatMap((name) => found(name).slice(0, 3));
    const lists = some.flatMap(({ evidence }) => evidence.removes ?? []).filter((one) => one.kind === 'entries');
    const { sql, params } = listsTogether(
      lists,
      await new StateReader(stores.dataSource, stores.secret).state(Number(lists[0].parameters.brandId)),
    );
    const identityOf = ({ account, viewerKey, enteredAt, entryKey }: Record<string, unknown>) =>
      [account, viewerKey, enteredAt, entryKey].map(String).join('/');
    const together = lists.map((): string[] => []);
    for (const row of await stores.warehouse.query<Record<string, unknown> & { lists: number[] }>({ name: 'test.lists', sql, params }))
      for (const at of row.lists) together[at].push(identityOf(row));
    expect(sql.split('UNION ALL').length).toBeLessThan(lists.length);
    for (const [at, one] of lists.entries()) expect([at, together[at].sort()]).toEqual([at, (await removedBy(one)).map(identityOf).sort()]);
  });

  it('the query of every signal, run with who is declared as staff, gives its rows; nobody’s key is kept', async () => {
    expect(result.signals.length).toBeGreaterThan(10);
    for (const { detector, evidence } of DETECTORS.flatMap((name) => found(name).slice(0, 2))) {
      const rows = (await query(evidence.sql, evidence.parameters)).map(withNumbers);
      expect({ detector, rows }).toEqual({ detector, rows: evidence.rows });
    }
    const told = JSON.stringify(result.signals);
    expect(told).toContain('{staffViewers: Array(UInt64)}');
    expect(told).not.toMatch(/viewerKey"|"viewers":\["|"staffViewers":/);
    const [{ kept }] = await stores.dataSource.query<{ kept: number }[]>(
      `SELECT count(*)::int AS kept FROM integrity_signal WHERE evidence::text LIKE '%"staffViewers":%'`,
    );
    expect(kept).toBe(0);
  });
});

const inOrder = (signals: readonly Signal[]) =>
  signals
    .map(({ signalId, strength, evidence: { sqlHash, rows, removes } }) => ({ signalId, strength, sqlHash, rows, removes }))
    .sort((a, b) => (a.signalId < b.signalId ? -1 : 1));
const isRoom = (subject: SignalSubject, room: string): boolean => 'accountId' in subject && subject.accountId === room;
const withNumbers = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value]),
  );
