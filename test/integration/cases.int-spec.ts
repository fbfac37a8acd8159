import * as fs from 'node:fs';
import * as path from 'node:path';
import { RowGrants } from '@app/access';
import {
  AppealFiles,
  AppealService,
  CaseIntake,
  CaseService,
  DecisionService,
  RectificationService,
  S3Files,
  besideOf,
  type CaseAsker,
  type Repull,
} from '@app/cases';
import { Clock, loadSettings } from '@app/config';
import type { DetectorFamily, Grant, Inorganic, IntegrityCase, RankingRow, Signal, SignalSubject } from '@app/contracts';
import { StateReader, keepSignals, listActs, listExclusions, penaltiesOf, verifyActs } from '@app/database';
import { listLegalHolds } from '@app/privacy';
import { ReportService } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { identityParts } from '../../apps/process/identity-services';
import { runRole } from '../../apps/process/run-role';
import { holdsOf, malusOf } from '../support/case-settlement';
import { TEST_SEED, seeded, shuffled } from '../support/seeded';
import { openS3Server } from '../support/s3-server';
import { People } from '../support/sign-in';
import { TestStores, openTestStores } from '../support/stores';
import { openWhatIfBrand } from '../support/what-if-brand';

const LONG = process.env.VITRINE_TEST_LONG === '1';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [OCTOBER, NOVEMBER] = ['2026-10-01', '2026-11-01'].map((day) => Date.parse(`${day}T00:00:00+08:00`));
const iso = (at: number): string => new Date(at).toISOString();

class MovingClock extends Clock {
  at = Date.parse('2026-11-03T12:00:00+08:00');
  now(): number {
    return this.at;
  }
}

/** Figures beside each other, with what decides them left to the state: equal text, equal figures. */
type Shown = Record<string, string>;

describe('cases and appeals', () => {
  let stores: TestStores;
  let brandId: number;
  let clock: MovingClock;
  let cases: CaseService;
  let decisions: DecisionService;
  let appeals: AppealService;
  let files: AppealFiles;
  let orders: RectificationService;
  let intake: CaseIntake;
  const asked: Parameters<Repull>[] = [];
  let away = false;

  const person = (id: string, grants: Grant[] = [{ kind: 'brand' }]): CaseAsker => ({
    ...{ brand: 'acme', scope: grants[0]?.kind === 'brand' ? 'all' : new RowGrants(grants), grants },
    actor: { kind: 'user', id, name: id },
  });
  const [ANN, BOB, CAI] = ['ann', 'bob', 'cai'].map((id) => person(id));
  const OWNER = person('dan', [{ kind: 'brand' }, { kind: 'dealer', dealerId: 'd0' }]);
  /** Accounts a0, a5, a10 are of d0; a3, a8 of d3. */
  const DEALER = person('shop', [{ kind: 'dealer', dealerId: 'd0' }]);
  const RIVAL = person('rival', [{ kind: 'dealer', dealerId: 'd3' }]);

  let made = 0;
  const platformOf = (at: number) => (at % 3 === 2 ? 'kuaishou' : 'douyin');
  const signal = (subject: SignalSubject, more: Partial<Signal> & { removes?: Inorganic[]; from?: number; to?: number } = {}): Signal => {
    const { removes, from = OCTOBER + 5 * DAY, to = OCTOBER + 8 * DAY, ...own } = more;
    const hash = (++made).toString(16).padStart(64, '0');
    return {
      ...{ signalId: hash.slice(32), detector: 'ownRatioDrift', version: 1, family: 'ratio' as DetectorFamily, subject, dealerId: 'd0' },
      ...{ window: { from: iso(from), to: iso(to) }, strength: 0.99999, dataTier: 'T1' },
      evidence: {
        ...{ text: { zh: '点赞比异常', en: 'likes per view are off' }, figures: [], removes, sqlHash: hash },
        ...{ sql: 'SELECT 1 AS one', parameters: { staffViewers: ['12345678901234567890'] } },
      },
      ...own,
    };
  };
  const account = (at: number): SignalSubject => ({ kind: 'account', platform: platformOf(at), accountId: `a${at}` });
  /** About a part of the entries of an account in some days: whatever the parameters name no viewer. */
  const entries = (at: number, part: number, parts = 3): Inorganic => ({
    ...{ kind: 'entries', platform: platformOf(at), accountId: `a${at}`, count: 40, low: 20, high: 60 },
    sql: `SELECT toString(account_key) AS account, toString(viewer_key) AS viewerKey, toUnixTimestamp64Milli(entered_at) AS enteredAt, toString(entry_key) AS entryKey
FROM entries FINAL
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND cityHash64(viewer_key, entered_at) % {parts: UInt8} = {part: UInt8}`,
    parameters: { account: accountKey(brandId, platformOf(at), `a${at}`).toString(), part, parts },
  });
  /** Units of a session by name, or (item null) of whatever the account had on the day. */
  const units = (at: number, day: number, amount: number, item = true): Inorganic => ({
    ...{
      kind: 'units',
      platform: platformOf(at),
      accountId: `a${at}`,
      line: 'live_view',
      units: amount,
      low: amount / 2,
      high: amount * 2,
    },
    ...{
      origin: item ? 'session' : null,
      item: item ? `s${day}` : null,
      day: iso(Date.parse('2026-09-01T20:00:00Z') + day * DAY).slice(0, 10),
    },
  });

  /** The n-th broadcast of an account in October, by the number of its day. */
  const on = (at: number, n: number): number => broadcasts.get(accountKey(brandId, platformOf(at), `a${at}`).toString())![n];
  const broadcasts = new Map<string, number[]>();

  const ASKED = [
    ['value', 'account'],
    ['showroom', 'account'],
    ['ranking', 'dealer'],
    ...(LONG
      ? ([
          ['showroom', 'dealer'],
          ['ranking', 'account'],
        ] as const)
      : []),
  ] as const;
  /** Rows of a ranking hold value, visitors and every part of the score. */
  const RANKING = [['ranking', 'account']] as const;
  /** What reports say, adjusted, by account and dealer. */
  const figures = async (asked: readonly (readonly ['value' | 'showroom' | 'ranking', 'account' | 'dealer'])[] = ASKED): Promise<Shown> => {
    const reports = new ReportService({ ...stores, clock });
    const shown: Shown = {};
    for (const month of LONG ? ['2026-09', '2026-10'] : ['2026-10'])
      for (const [name, level] of asked) {
        const { rows } = await reports.report({ brand: 'acme', name, month, level, basis: 'adjusted' }, 'all');
        shown[`${name} ${level} ${month}`] = JSON.stringify(rows);
      }
    return shown;
  };
  const held = async (): Promise<string[]> =>
    [...new Set((await listExclusions(stores.dataSource, brandId, { held: true })).map(({ caseId }) => caseId))].sort();
  const opened = async (...signals: Signal[]): Promise<string> => {
    const taken = await intake.take(brandId, signals);
    expect(taken.opened).toHaveLength(1);
    return taken.opened[0];
  };
  const confirmed = async (caseId: string, more: object = {}): Promise<IntegrityCase> => {
    await cases.claim(ANN, caseId);
    return decisions.decide(ANN, caseId, { outcome: 'confirmed', reasonCode: 'detectors-agree', reason: '两类检测一致', ...more });
  };
  const refused = (work: Promise<unknown>, code = 'conflict') => expect(work).rejects.toMatchObject({ code });

  beforeAll(async () => {
    stores = await openTestStores();
    brandId = await openWhatIfBrand(stores);
    const sessions = await stores.warehouse.query<{ account: string; days: number[] }>({
      name: 'test.broadcasts',
      sql: `SELECT toString(account_key) AS account, arraySort(groupArray(toUInt32(substring(session_id, 2)))) AS days
FROM sessions FINAL WHERE brand_id = {brandId: UInt32} GROUP BY account_key`,
      params: { brandId },
    });
    for (const { account: key, days } of sessions)
      broadcasts.set(
        key,
        days.filter((day) => day >= 30),
      );
    clock = new MovingClock();
    const repull: Repull = (...given) => {
      if (away) return Promise.reject(new Error('the queue is away'));
      asked.push(given);
      return Promise.resolve(given[1].accounts.length);
    };
    const on = { ...stores, clock, repull, reports: new ReportService({ ...stores, clock }) };
    cases = new CaseService(on);
    decisions = new DecisionService(cases);
    appeals = new AppealService(cases, decisions);
    files = new AppealFiles(appeals, cases);
    orders = new RectificationService(cases);
    intake = new CaseIntake(on);
  });
  afterAll(() => stores?.close());

  it('signals of one subject that overlap are one case; scans may be repeated; after a decision a linked one opens', async () => {
    const first = signal(account(4), { dealerId: null });
    const caseId = await opened(first);
    expect(await intake.take(brandId, [first])).toMatchObject({ opened: [], joined: [], left: 1 });
    const weak = { strength: 0.91, family: 'growth' as const, from: OCTOBER + 7 * DAY, to: OCTOBER + 10 * DAY };
    expect(await intake.take(brandId, [signal(account(4), weak)])).toMatchObject({ opened: [], joined: [caseId] });
    // alone it opens nothing, nor does it join the case of another subject or of other days
    expect(await intake.take(brandId, [signal(account(2), weak)])).toMatchObject({ opened: [], joined: [], left: 1 });
    const joined = await cases.get(ANN, caseId);
    expect(joined).toMatchObject({ state: 'open', families: ['growth', 'ratio'], period: { to: iso(OCTOBER + 10 * DAY) } });
    expect(joined.log.map(({ step, actor }) => [step, actor?.kind])).toEqual([
      ['open', 'system'],
      ['join', 'system'],
    ]);
    expect((await listLegalHolds(stores.dataSource, brandId)).map((hold) => [hold.caseId, hold.accountId])).toEqual([[caseId, 'a4']]);
    await cases.claim(ANN, caseId);
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual([['d4', '2026-10', 'case']]);
    // what joins while a person looks holds as well: facts to the end of it, settlements of its months and dealers
    const longer = { ...weak, from: OCTOBER + 9 * DAY, to: NOVEMBER + DAY };
    expect(await intake.take(brandId, [signal(account(4), longer)])).toMatchObject({ joined: [caseId] });
    expect((await listLegalHolds(stores.dataSource, brandId)).map(({ accountId, to }) => [accountId, to])).toEqual([
      ['a4', iso(NOVEMBER + DAY)],
    ]);
    const months = ['2026-10', '2026-11'];
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual(months.map((month) => ['d4', month, 'case']));
    await decisions.decide(ANN, caseId, { outcome: 'dismissed', reasonCode: 'honest-cause', reason: '节日直播' });
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual([]);
    expect(await listLegalHolds(stores.dataSource, brandId)).toEqual([]);
    const next = await opened(signal(account(4)));
    expect(await cases.get(ANN, next)).toMatchObject({ linkedTo: caseId, state: 'open' });
  });

  it('an account that changed hands: findings of each owner’s time are a case of theirs; of a window over both each sees their own days, and nobody is blamed', async () => {
    const [D1, D2] = ['d1', 'd2'].map((dealerId) => person(`shop-${dealerId}`, [{ kind: 'dealer', dealerId }]));
    const change = Date.parse('2026-10-12T00:00:00+08:00');
    const of = (from: number, to: number, more: object = {}) => signal(account(1), { from, to, dealerId: null, ...more });
    const [before, after] = [of(change - 4 * DAY, change), of(change, change + 3 * DAY)];
    const minutes = [change - HOUR, change + HOUR].map((at) => ({ at: iso(at), value: 9, expected: 1 }));
    const both = of(change - DAY, change + DAY);
    both.evidence = { ...both.evidence, minutes, rows: [{ sessionId: 'of the other' }] };
    const { opened: ids } = await intake.take(brandId, [before, after, both]);
    expect(ids).toHaveLength(3);
    const by = new Map((await cases.list(ANN, { accountId: 'a1' })).map((row) => [row.dealerIds.join('+'), row.caseId]));
    for (const caseId of ids) await cases.claim(ANN, caseId);
    const seenBy = async (who: CaseAsker) =>
      (await cases.list(who, { accountId: 'a1' })).map(({ dealerIds }) => dealerIds.join('+')).sort();
    expect([await seenBy(D1), await seenBy(D2)]).toEqual([
      ['d1', 'd1+d2'],
      ['d1+d2', 'd2'],
    ]);
    await refused(cases.get(D2, by.get('d1')!), 'not_found');
    const shared = by.get('d1+d2')!;
    const told = await cases.get(D2, shared);
    expect(told.findings[0].minutes).toEqual([minutes[1]]);
    expect(JSON.stringify(told)).not.toContain('of the other');
    expect((await decisions.preview(D2, shared)).lines).toEqual([]);
    const verdict = { outcome: 'confirmed' as const, reasonCode: 'admitted', reason: '是' };
    await refused(decisions.decide(ANN, shared, { ...verdict, warn: true }));
    // a decision on no finding would strike them all
    await refused(decisions.decide(ANN, shared, { ...verdict, signalIds: [] }), 'bad_input');
    await decisions.decide(ANN, shared, verdict);
    const { appealId } = await appeals.file(D1, shared, { ground: 'identity', text: '不是我' });
    expect((await appeals.get(D1, appealId)).text).toBe('不是我');
    await refused(appeals.get(D2, appealId), 'not_found');
    expect((await cases.get(D2, shared)).appeals).toEqual([]);
    for (const caseId of ids.filter((id) => id !== shared))
      await decisions.decide(ANN, caseId, { outcome: 'dismissed', reasonCode: 'honest-cause', reason: '节日直播' });
    await appeals.decide(CAI, appealId, { outcome: 'overturned', reason: '证据成立' });
  });

  it('what was found in the time of the former owner is no evidence beside the next one’s first week', async () => {
    const change = Date.parse('2026-10-12T00:00:00+08:00');
    const known = signal(account(1), { from: change - 6 * DAY, to: change - 5 * DAY, dealerId: 'd1', detector: 'besideProbe' });
    const key = accountKey(brandId, platformOf(1), 'a1').toString();
    const range = { brandId, judgedFrom: known.window.from, to: known.window.to, detectors: ['besideProbe'], accounts: null };
    const keep = (found: Signal[]) =>
      stores.dataSource.transaction((tx) =>
        keepSignals(
          tx,
          range,
          found.map((one) => ({ ...one, accountKey: key })),
        ),
      );
    const state = await new StateReader(stores.dataSource, stores.secret).state(brandId);
    const beside = (from: number, to: number) => besideOf({ reads: stores.dataSource, state }, account(1), { from, to });
    await keep([known]);
    expect((await beside(change - 4 * DAY, change)).map((week) => week.length)).toEqual([1, 0]);
    expect((await beside(change, change + 3 * DAY)).map((week) => week.length)).toEqual([0, 0]);
    await keep([]);
  });

  it('files of appeals may lie in a store that speaks S3: signed requests, and what cannot be kept has no row', async () => {
    const key = { region: 'cn-north-1', keyId: 'AKID', secret: 'shh' };
    const store = await openS3Server(key);
    try {
      const filesOf = (secret: string) => {
        const own = new CaseService({ ...stores, clock, files: new S3Files({ ...key, secret, url: store.url }, () => clock.now()) });
        return new AppealFiles(new AppealService(own, new DecisionService(own)), own);
      };
      const OWN = person('shop-d1', [{ kind: 'dealer', dealerId: 'd1' }]);
      const caseId = await opened(signal(account(6), { dealerId: 'd1', from: OCTOBER + 20 * DAY, to: OCTOBER + 22 * DAY }));
      await confirmed(caseId);
      const { appealId } = await appeals.file(OWN, caseId, { ground: 'explanation', text: '嘉宾' });
      const bytes = async function* () {
        yield await Promise.resolve(Buffer.from('%PDF-1.4 proof'));
      };
      const { fileId } = await filesOf('shh').add(OWN, appealId, { name: '截图.pdf', bytes: bytes() });
      expect([...store.objects]).toEqual([[`appeals/${appealId}/${fileId}`, Buffer.from('%PDF-1.4 proof')]]);
      expect((await filesOf('shh').read(BOB, { appealId, fileId })).content.toString()).toBe('%PDF-1.4 proof');
      await refused(filesOf('other').add(OWN, appealId, { name: 'a.pdf', bytes: bytes() }), 'not_available');
      expect(store.refused).toEqual(['SignatureDoesNotMatch']);
      expect((await appeals.get(OWN, appealId)).files).toHaveLength(1);
      store.objects.clear();
      await refused(filesOf('shh').read(BOB, { appealId, fileId }), 'internal');
      await appeals.decide(CAI, appealId, { outcome: 'overturned', reason: '证据成立' });
    } finally {
      await store.close();
    }
  });

  it('the queue has most at stake first; whoever is drawn or named by a person stands in it as well', async () => {
    const small = await opened(signal(account(6), { removes: [units(6, on(6, 0), 10)] }));
    const large = await opened(signal(account(9), { removes: [units(9, on(9, 0), 5000), units(9, on(9, 0), 100)], dealerId: 'd4' }));
    const bots = await opened(signal(account(7), { removes: [entries(7, 0)], family: 'viewer', dealerId: 'd2' }));
    const drawn = await cases.openByHand(ANN, {
      subject: { kind: 'dealer', dealerId: 'd4' },
      window: { from: iso(OCTOBER), to: iso(NOVEMBER) },
      origin: 'sample',
      reason: '抽查',
    });
    const heldOf = async () => (await listLegalHolds(stores.dataSource, brandId)).filter((one) => one.caseId === drawn.caseId);
    expect((await heldOf()).map(({ accountId }) => accountId).sort()).toEqual(['a4', 'a9']);
    const twice = { subject: drawn.subject, window: { from: iso(NOVEMBER - DAY), to: iso(NOVEMBER + DAY) }, origin: 'person' as const };
    await refused(cases.openByHand(ANN, { ...twice, reason: '再开' }));
    const queue = await cases.list(ANN, { states: ['open'] });
    const place = (id: string) => queue.findIndex(({ caseId }) => caseId === id);
    expect(place(large)).toBe(0);
    expect(queue[place(large)].risk.valueCny).toBe((5000 * 0.35 * 0.5).toFixed(2));
    const money = queue.map(({ risk }) => Number(risk.valueCny ?? -1));
    expect(money).toEqual([...money].sort((a, b) => b - a));
    expect(queue[place(bots)].risk).toMatchObject({ entries: 40, visitors: expect.any(Number) as number });
    expect(queue[place(drawn.caseId)].risk.valueCny).toBeNull();
    expect(place(drawn.caseId)).toBeGreaterThan(Math.max(place(small), place(bots)));
    expect((await cases.list(ANN, { detector: 'ownRatioDrift', accountId: 'a9' })).map(({ caseId }) => caseId)).toEqual([large]);
    for (const [offset, { caseId }] of queue.slice(0, 3).entries()) {
      const { rows, total } = await cases.page(ANN, { states: ['open'] }, { offset, limit: 1 });
      expect([rows.map((row) => row.caseId), total]).toEqual([[caseId], queue.length]);
    }
    const named = async (q: string) => (await cases.list(ANN, { states: ['open'], q })).map(({ caseId }) => caseId);
    expect([await named(` ${large.toUpperCase()} `), await named('no such name')]).toEqual([[large], []]);
    expect(await named('A9')).toContain(large);
    expect(await named('D4')).toContain(drawn.caseId);
    await refused(
      cases.openByHand(ANN, { subject: account(99), window: { from: iso(0), to: iso(DAY) }, origin: 'person', reason: 'x' }),
      'bad_input',
    );
    const preview = await decisions.preview(ANN, large);
    const [line] = preview.lines.filter((one) => one.line === 'live_view');
    expect(Number(line.reported) - Number(line.adjusted)).toBeGreaterThan(0);
    expect(await held()).toEqual([]);
  });

  it('one case from claim to overturned: locks, four eyes, holds, files, second instance; afterwards every figure is what it was', async () => {
    const before = await figures();
    const removes = [units(0, on(0, 1), 300), units(0, on(0, 3), 90, false), entries(0, 1)];
    const caseId = await opened(
      signal(account(0), { removes, detector: 'staffFarm', family: 'shape' }),
      signal(account(0), { family: 'text', detector: 'chatTemplates' }),
    );
    const list = async (who: CaseAsker) => (await cases.list(who)).map((row) => row.caseId);
    expect([await list(DEALER), await list(RIVAL)]).toEqual([[], []]);
    await refused(cases.claim(OWNER, caseId), 'forbidden');
    await cases.claim(ANN, caseId);
    expect([await list(DEALER), await list(RIVAL)]).toEqual([[caseId], []]);
    await refused(cases.get(RIVAL, caseId), 'not_found');
    await refused(cases.claim(BOB, caseId));
    clock.at += 5 * HOUR;
    await cases.claim(BOB, caseId);
    await refused(decisions.decide(ANN, caseId, { outcome: 'dismissed', reasonCode: 'declared', reason: 'x' }));
    await cases.release(BOB, caseId);
    await cases.note(BOB, caseId, '只给审核人看');
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual([['d0', '2026-10', 'case']]);
    expect(await held()).toEqual([]);

    const done = await confirmed(caseId, { warn: true });
    expect(done).toMatchObject({
      state: 'confirmed',
      effects: [
        { kind: 'exclude', state: 'in_force' },
        { kind: 'warn', dealerId: 'd0' },
      ],
    });
    expect(done.appealUntil).toBe(iso(Date.parse('2026-11-11T00:00:00+08:00')));
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual([]);
    const after = await figures();
    for (const name of ['value account', 'showroom account', 'ranking dealer'])
      expect([name, after[`${name} 2026-10`] === before[`${name} 2026-10`]]).toEqual([name, false]);

    const proposed = await decisions.propose(ANN, caseId, { reason: '自行购买' });
    const { effectId } = proposed.effects.find(({ kind }) => kind === 'penalty')!;
    await refused(decisions.confirm(ANN, { caseId, effectId }, '同意'), 'forbidden');
    await refused(decisions.confirm(OWNER, { caseId, effectId }, '同意'), 'forbidden');
    expect(await penaltiesOf(stores.dataSource, brandId, '2026-10')).toEqual(new Map());
    // nor past the services
    const forced = stores.dataSource.query(
      `UPDATE integrity_case_effect SET state = 'in_force', confirmed_by = made_by WHERE effect_id = $1`,
      [effectId],
    );
    await expect(forced).rejects.toThrow(/four_eyes/);
    await expect(stores.dataSource.query('DELETE FROM integrity_case_step')).rejects.toThrow(/never changed/);
    await decisions.confirm(BOB, { caseId, effectId }, '同意');
    expect(await penaltiesOf(stores.dataSource, brandId, '2026-10')).toEqual(new Map([['d0', 1]]));
    expect(await penaltiesOf(stores.dataSource, brandId, '2026-11')).toEqual(new Map());
    expect(malusOf(await penaltiesOf(stores.dataSource, brandId, '2026-10'), 'd0')).toBe('-200.00');

    const seen = await cases.get(DEALER, caseId);
    const text = JSON.stringify(seen);
    expect(text).not.toMatch(/\b(ann|bob)\b|只给审核人看|"sql"|viewerKey|12345678901234567890/);
    expect(seen.findings.map(({ text: told }) => told.zh)).toEqual(['点赞比异常', '点赞比异常']);
    await refused(appeals.file(RIVAL, caseId, { ground: 'identity', text: '不是我' }), 'not_found');
    away = true;
    const { appealId, repull } = await appeals.file(DEALER, caseId, { ground: 'data', text: '平台数据有误' });
    away = false;
    expect([repull, asked]).toEqual([null, []]);
    await intake.take(brandId, []);
    expect((await appeals.get(DEALER, appealId)).repull).toMatchObject({ accounts: 1 });
    await intake.take(brandId, []);
    expect(asked).toHaveLength(1);
    expect(asked[0][1]).toEqual({ accounts: [{ platform: 'douyin', accountId: 'a0' }], fromDay: '2026-10-06', toDay: '2026-10-09' });
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual([['d0', '2026-10', 'appeal']]);
    expect(await held()).toEqual([caseId]);

    const bytesOf = async function* (content: string | Buffer) {
      yield await Promise.resolve(Buffer.from(content));
    };
    const attached = await files.add(DEALER, appealId, { name: '../../../etc/截图.pdf', bytes: bytesOf('%PDF-1.4 proof') });
    expect(attached).toMatchObject({ name: '截图.pdf', mediaType: 'application/pdf', bytes: 14 });
    expect((await files.read(BOB, { appealId, fileId: attached.fileId })).content.toString()).toBe('%PDF-1.4 proof');
    await refused(files.read(RIVAL, { appealId, fileId: attached.fileId }), 'not_found');
    await refused(files.add(DEALER, appealId, { name: 'a.pdf', bytes: bytesOf('MZ\u0000 program') }), 'unsupported_media');
    await refused(files.add(DEALER, appealId, { name: 'a.pdf', bytes: bytesOf(Buffer.alloc(20 * 1024 * 1024 + 1, 65)) }), 'too_large');
    const kept = path.join(stores.dataDir, 'files', 'appeals', appealId);
    expect(fs.readdirSync(kept)).toEqual([attached.fileId]);

    for (const who of [ANN, BOB, OWNER])
      await refused(appeals.decide(who, appealId, { outcome: 'overturned', reason: '证据成立' }), 'forbidden');
    const end = await appeals.decide(CAI, appealId, { outcome: 'overturned', reason: '证据成立' });
    expect(end).toMatchObject({ state: 'overturned', appeals: [{ state: 'overturned' }] });
    expect(end.effects.map(({ kind, state }) => [kind, state])).toEqual([
      ['exclude', 'ended'],
      ['warn', 'ended'],
      ['penalty', 'ended'],
    ]);
    expect(await holdsOf(stores.dataSource, brandId, caseId)).toEqual([]);
    expect(await penaltiesOf(stores.dataSource, brandId, '2026-10')).toEqual(new Map());
    expect((await listLegalHolds(stores.dataSource, brandId)).some((hold) => hold.caseId === caseId)).toBe(false);
    expect(await figures()).toEqual(before);
    const acts = await listActs(stores.dataSource, brandId, { text: caseId, limit: 100 });
    expect(acts.length).toBeGreaterThan(10);
    expect(await verifyActs(stores.dataSource, brandId)).toMatchObject({ faults: [] });
  });

  it('findings fall one by one: what the others list stays out; an effect ends for itself', async () => {
    const before = await figures(RANKING);
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => units(3, on(3, n), 5000));
    const alone = await opened(signal(account(3), { removes: [...all], from: OCTOBER + 9 * DAY, to: OCTOBER + 12 * DAY }));
    const ranks = (shown: Shown) =>
      new Map((JSON.parse(shown['ranking account 2026-10']) as RankingRow[]).map((row) => [row.accountId!, row.rank]));
    const stood = ranks(before);
    const told = (await decisions.preview(ANN, alone)).ranking!;
    expect(told[0]).toMatchObject({ accountId: 'a3', own: true });
    await confirmed(alone);
    // what the preview said of the ranking is what the ranking says
    const moved = new Map(told.map(({ accountId, rank }) => [accountId, rank.after]));
    const only = await figures(RANKING);
    expect(ranks(only)).toEqual(new Map([...stood].map(([id, rank]) => [id, moved.has(id) ? moved.get(id)! : rank])));
    expect(told.length).toBeGreaterThan(1);
    expect((await decisions.preview(RIVAL, alone)).ranking).toBeNull();
    expect(only).not.toEqual(before);
    const { effectId } = (await cases.get(ANN, alone)).effects[0];
    await decisions.end(BOB, { caseId: alone, effectId }, '重新核算');
    expect(await figures(RANKING)).toEqual(before);
    expect((await cases.get(ANN, alone)).state).toBe('confirmed');

    const days = { from: OCTOBER + 20 * DAY, to: OCTOBER + 23 * DAY, dealerId: 'd3' };
    const [keeps, falls] = [
      signal(account(3), { ...days, removes: [...all] }),
      signal(account(3), { ...days, family: 'shape', removes: [units(3, on(3, 11), 77)] }),
    ];
    const both = await opened(keeps, falls);
    await confirmed(both);
    await refused(appeals.file(RIVAL, both, { ground: 'explanation', text: '嘉宾', signalIds: ['none'] }), 'bad_input');
    const { appealId } = await appeals.file(RIVAL, both, { ground: 'explanation', text: '嘉宾', signalIds: [falls.signalId] });
    const ended = await appeals.decide(BOB, appealId, { outcome: 'overturned', reason: '有嘉宾' });
    expect(ended).toMatchObject({ state: 'upheld', effects: [{ kind: 'exclude', state: 'in_force' }] });
    expect(ended.findings.map(({ signalId, stands }) => [signalId === keeps.signalId, stands]).sort()).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(await figures(RANKING)).toEqual(only);
    await decisions.end(BOB, { caseId: both, effectId: ended.effects[0].effectId }, '收尾');
    expect(await figures(RANKING)).toEqual(before);
  });

  it('nobody is penalised for findings that a decision or an appeal struck', async () => {
    const own = (from: number) => [
      signal(account(8), { detector: 'staffFarm', family: 'shape', from, to: from + DAY, dealerId: 'd3' }),
      signal(account(8), { detector: 'chatTemplates', family: 'text', from, to: from + DAY, dealerId: 'd3' }),
      signal(account(8), { from, to: from + DAY, dealerId: 'd3' }),
    ];
    const first = own(OCTOBER + 2 * DAY);
    const struck = await opened(...first);
    const before = await cases.get(ANN, struck);
    const after = await confirmed(struck, { signalIds: [first[2].signalId] });
    expect(before.attributable!).toBeGreaterThanOrEqual(0.5);
    expect(after.attributable!).toBeLessThan(0.5);
    await refused(decisions.propose(ANN, struck, { reason: '凭已撤销的发现' }));

    const second = own(OCTOBER + 15 * DAY);
    const caseId = await opened(...second);
    await confirmed(caseId);
    const { effects } = await decisions.propose(ANN, caseId, { reason: '自行购买' });
    await decisions.confirm(BOB, { caseId, effectId: effects[0].effectId }, '同意');
    expect(await penaltiesOf(stores.dataSource, brandId, '2026-10')).toEqual(new Map([['d3', 1]]));
    const signalIds = [second[0].signalId, second[1].signalId];
    const { appealId } = await appeals.file(RIVAL, caseId, { ground: 'identity', text: '不是本店', signalIds });
    const ended = await appeals.decide(CAI, appealId, { outcome: 'overturned', reason: '属实' });
    expect(ended).toMatchObject({ state: 'upheld', effects: [{ kind: 'penalty', state: 'ended' }] });
    expect(await penaltiesOf(stores.dataSource, brandId, '2026-10')).toEqual(new Map());
  });

  it('after the deadline in working days nobody appeals; an order is opened again by the same detector, and by no other', async () => {
    await stores.dataSource.query(`INSERT INTO calendar_day (brand_id, day, working) VALUES ($1, '2026-11-05', false)`, [brandId]);
    const caseId = await opened(signal(account(5), { detector: 'followerSpike', family: 'self', removes: [units(5, on(5, 2), 40)] }));
    const { appealUntil } = await confirmed(caseId);
    expect(appealUntil).toBe(iso(Date.parse('2026-11-12T00:00:00+08:00')));
    await refused(decisions.propose(ANN, caseId, { reason: '人人都可能刷' }));
    const { rectificationId } = await orders.order(ANN, caseId, { text: '停止购买粉丝' });
    await refused(orders.answer(RIVAL, rectificationId, '已改'), 'not_found');
    expect(await orders.answer(DEALER, rectificationId, '已更换代运营')).toMatchObject({ state: 'answered' });
    await refused(orders.close(OWNER, rectificationId, '已改'), 'forbidden');
    expect(await orders.close(BOB, rectificationId, '已核实')).toMatchObject({ state: 'closed', reopened: 0 });
    clock.at = Date.parse('2026-11-13T12:00:00+08:00');
    await refused(appeals.file(DEALER, caseId, { ground: 'explanation', text: '太晚' }));
    const later = { from: clock.at - DAY, to: clock.at };
    expect((await intake.take(brandId, [signal(account(5), { ...later, detector: 'ownRatioDrift' })])).reopened).toEqual([]);
    const again = signal(account(5), { ...later, detector: 'followerSpike', family: 'self' });
    expect((await intake.take(brandId, [again])).reopened).toEqual([rectificationId]);
    expect(await orders.list(DEALER, { state: 'open' })).toMatchObject([{ rectificationId, reopened: 1 }]);
    const [exclude] = (await cases.get(ANN, caseId)).effects;
    await decisions.end(ANN, { caseId, effectId: exclude.effectId }, '收尾');
  });

  it('over HTTP: routes, roles, pages, bodies that are refused, files as bytes', async () => {
    clock.at += HOUR;
    const rates = { VITRINE_RATE_ADDRESS: '0', VITRINE_RATE_USER: '0', VITRINE_RATE_SIGN_IN: '0' };
    const settings = loadSettings({ VITRINE_DATA: stores.dataDir, PORT: '0', LOG_LEVEL: 'silent', ...rates });
    const opened_ = { ...stores, settings, clock, close: () => Promise.resolve() };
    const running = await runRole('api', opened_);
    try {
      const people = new People(identityParts(opened_), await new StateReader(stores.dataSource, stores.secret).brand('acme'));
      const tokens = new Map<string, string>();
      for (const role of ['auditor', 'senior-auditor', 'dealer'] as const) {
        await people.add({ login: role, role, grants: role === 'dealer' ? [{ kind: 'dealer', dealerId: 'd0' }] : [{ kind: 'brand' }] });
        tokens.set(role, await people.token(role));
      }
      const send = async (who: string, method: string, address: string, body?: object | string, type = 'application/json') => {
        const headers: Record<string, string> = { authorization: `Bearer ${tokens.get(who)}` };
        if (body !== undefined) headers['content-type'] = type;
        const text = typeof body === 'string' ? body : body && JSON.stringify(body);
        const response = await fetch(`${running.url}/api/v1/${address}`, { method, headers, body: text });
        const answer = await response.text();
        const json = answer.startsWith('{') || answer.startsWith('[') ? (JSON.parse(answer) as Record<string, never>) : {};
        return { status: response.status, json: json as Record<string, unknown>, text: answer, headers: response.headers };
      };
      const caseId = await opened(signal(account(10), { removes: [units(10, on(10, 4), 60)] }), signal(account(10), { family: 'shape' }));
      expect((await send('dealer', 'GET', `cases/${caseId}`)).status).toBe(404);
      expect((await send('dealer', 'POST', `cases/${caseId}/claim`, {})).status).toBe(403);
      expect((await send('auditor', 'POST', `cases/${caseId}/claim`)).json).toMatchObject({ state: 'in_review' });
      expect((await send('senior-auditor', 'POST', `cases/${caseId}/claim`, {})).status).toBe(409);
      const page = await send('auditor', 'GET', 'cases?state=in_review,open&limit=1&order=opened');
      expect(page.json).toMatchObject({ rows: [{ caseId }], nextCursor: expect.any(String) as string });
      expect(
        (await send('auditor', 'GET', `cases?limit=1&order=opened&state=in_review,open&cursor=${String(page.json.nextCursor)}`)).status,
      ).toBe(200);
      for (const body of [
        {},
        { outcome: 'guilty', reasonCode: 'x', reason: 'x' },
        { outcome: 'confirmed', reasonCode: 'framed', reason: 'x' },
      ])
        expect((await send('auditor', 'POST', `cases/${caseId}/decide`, body)).status).toBe(400);
      const decision = { outcome: 'confirmed', reasonCode: 'detectors-agree', reason: '一致', warn: true };
      expect((await send('auditor', 'POST', `cases/${caseId}/decide`, decision)).json).toMatchObject({ state: 'confirmed' });
      const seen = await send('dealer', 'GET', `cases/${caseId}`);
      expect([seen.status, /auditor|"sql"/.test(seen.text)]).toEqual([200, false]);
      expect((await send('auditor', 'POST', `cases/${caseId}/appeals`, { ground: 'data', text: 'x' })).status).toBe(403);
      const filed = await send('dealer', 'POST', `cases/${caseId}/appeals`, { ground: 'explanation', text: '店庆' });
      expect([filed.status, filed.json.state]).toEqual([201, 'filed']);
      const place = `appeals/${String(filed.json.appealId)}`;
      const upload = (type: string) => send('dealer', 'POST', `${place}/files?name=${encodeURIComponent('说明.txt')}`, '当日店庆', type);
      expect([(await upload('text/plain')).status, (await upload('multipart/form-data')).status]).toEqual([415, 415]);
      const file = await upload('application/octet-stream');
      expect([file.status, file.json]).toMatchObject([201, { name: '说明.txt', mediaType: 'text/plain', bytes: 12 }]);
      const download = await send('senior-auditor', 'GET', `${place}/files/${String(file.json.fileId)}`);
      expect([download.text, download.headers.get('content-disposition')?.startsWith('attachment')]).toEqual(['当日店庆', true]);
      expect((await send('auditor', 'POST', `${place}/decide`, { outcome: 'upheld', reason: 'x' })).status).toBe(403);
      const ended = await send('senior-auditor', 'POST', `${place}/decide`, { outcome: 'overturned', reason: '属实' });
      expect([ended.status, ended.json.state]).toEqual([200, 'overturned']);
      expect((await send('auditor', 'GET', 'cases/summary')).json).toMatchObject({ appealsFiled: 0 });
      expect((await send('dealer', 'GET', 'rectifications')).status).toBe(200);
    } finally {
      await running.close();
    }
  });

  it(`${LONG ? 12 : 1} random sequences of decisions: the same cases in force, the same figures; all overturned, those of the beginning`, async () => {
    const known = new Map<string, Shown>();
    const start = await figures();
    known.set('', start);
    for (let round = 0; round < (LONG ? 12 : 1); round++) {
      const random = seeded(TEST_SEED + round);
      const from = OCTOBER + (12 + round) * DAY;
      const world = [0, 2, 4, 6].map((at) => ({
        at,
        subject: { kind: 'session', platform: platformOf(at), accountId: `a${at}`, sessionId: `r${round}-${at}` } as SignalSubject,
        removes: [
          units(at, on(at, Math.floor(random() * 10)), 50 + Math.floor(random() * 400), random() < 0.5),
          ...(random() < 0.7 ? [entries(at, at % 3, 4)] : []),
        ],
      }));
      const ids: string[] = [];
      for (const { subject, removes } of world) ids.push(await opened(signal(subject, { from, to: from + DAY, dealerId: null, removes })));
      const inForce = new Set<string>();
      for (const caseId of shuffled(ids, random)) {
        const outcome = (['confirmed', 'confirmed', 'confirmed', 'third_party', 'dismissed'] as const)[Math.floor(random() * 5)];
        const reasonCode = { confirmed: 'physically-impossible', third_party: 'framed', dismissed: 'data-fault' }[outcome];
        await cases.claim(ANN, caseId);
        await decisions.decide(ANN, caseId, { outcome, reasonCode, reason: '随机' });
        if (outcome !== 'dismissed') inForce.add(caseId);
        if (random() < 0.5) await undo(caseId, random, inForce);
        expect(await held()).toEqual([...inForce].sort());
        if (random() < (LONG ? 0.5 : 0.3)) await same(known, inForce, world, ids);
      }
      for (const caseId of shuffled([...inForce], random)) {
        await undo(caseId, () => 0.9, inForce);
        if (LONG && random() < 0.3) await same(known, inForce, world, ids);
      }
      expect(await held()).toEqual([]);
      expect(await figures()).toEqual(start);
    }
  });

  /** Takes back what a case removes, by an appeal or by ending its effect; or has an appeal fail. */
  const undo = async (caseId: string, random: () => number, inForce: Set<string>): Promise<void> => {
    const found = await cases.get(ANN, caseId);
    const effect = found.effects.find(({ kind, state }) => kind === 'exclude' && state === 'in_force');
    if (!effect) return;
    if (found.state !== 'confirmed') {
      await decisions.end(BOB, { caseId, effectId: effect.effectId }, '撤销');
      inForce.delete(caseId);
      return;
    }
    const owner = found.subject.kind === 'session' ? { ...ANN, actor: { kind: 'user' as const, id: 'filer', name: 'filer' } } : DEALER;
    const { appealId } = await appeals.file(owner, caseId, { ground: 'explanation', text: '申诉' });
    const outcome = random() < 0.3 ? 'upheld' : 'overturned';
    await appeals.decide(BOB, appealId, { outcome, reason: '复核' });
    if (outcome === 'overturned') inForce.delete(caseId);
  };

  /** Figures depend on what is removed alone: whatever way led there. */
  const same = async (known: Map<string, Shown>, inForce: Set<string>, world: { removes: Inorganic[] }[], ids: string[]): Promise<void> => {
    const key = JSON.stringify(ids.flatMap((id, at) => (inForce.has(id) ? [world[at].removes] : [])));
    const now = await figures();
    const before = known.get(key === '[]' ? '' : key);
    if (before) expect(now).toEqual(before);
    else known.set(key, now);
  };
});
