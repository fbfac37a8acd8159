import { createHash } from 'node:crypto';
import { RowGrants } from '@app/access';
import { CaseService, type CaseAsker } from '@app/cases';
import type { Report, Signal, SignalReportRow, SignalSubject } from '@app/contracts';
import { StateReader, StateWriter, ensureBrand, keepSignals, type SignalOfAccount } from '@app/database';
import { importRows } from '@app/ingest';
import { InspectionService } from '@app/inspection';
import { DETECTORS, runScan, type ScanAsk, type ScanResult } from '@app/integrity';
import { ReconciliationService, ReportService } from '@app/reports';
import { LiveSessionReader } from '../../apps/api/src/live/live-session.reader';
import { LiveSessionService } from '../../apps/api/src/live/live-session.service';
import { LiveReader } from '../../apps/api/src/live/live.reader';
import { FixedClock } from '../support/fixed-clock';
import { DISAGREEING, TAMPERED, WINDOW, account, instantOf, openIntegrityBrand, sessionRow } from '../support/integrity-brand';
import { TestStores, openTestStores } from '../support/stores';

const AUDITOR: CaseAsker = { scope: 'all', actor: { kind: 'user', id: 'ann', name: 'Ann' }, grants: [{ kind: 'brand' }] };
const accountOf = (subject: SignalSubject): string => ('accountId' in subject ? subject.accountId : subject.kind);
const known = ({ signalId, strength, evidence }: Signal) => ({ signalId, strength, sqlHash: evidence.sqlHash });
const inOrder = (signals: readonly Signal[]) => signals.map(known).sort((a, b) => (a.signalId < b.signalId ? -1 : 1));

describe('a scan', () => {
  let stores: TestStores;
  let brandId: number;
  let whole: ScanResult;
  const scan = (ask: Partial<ScanAsk> = {}) => runScan(stores, { ...WINDOW, ...ask });
  const strongest = (accountId: string, detector: string): Signal | undefined =>
    whole.signals.find((signal) => accountOf(signal.subject) === accountId && signal.detector === detector);

  const inspections = (): InspectionService => {
    const { warehouse, dataSource, secret } = stores;
    const clock = new FixedClock(new Date(instantOf(80)).toISOString());
    const read = { ...stores, clock };
    const states = new StateReader(dataSource, secret);
    const broadcasts = new LiveSessionService(states, warehouse, new LiveReader(warehouse), new LiveSessionReader(warehouse), clock);
    return new InspectionService({ ...read, broadcasts, cases: new CaseService(read), reconciled: new ReconciliationService(read) });
  };

  beforeAll(async () => {
    stores = await openTestStores();
    brandId = await openIntegrityBrand(stores);
    whole = await scan();
  });
  afterAll(() => stores?.close());

  it('finds each way of tampering by the detector that looks for it', () => {
    const found = {
      views: strongest(TAMPERED.views, 'ownRatioDrift'),
      likes: strongest(TAMPERED.likes, 'ownRatioDrift'),
      curve: strongest(TAMPERED.curve, 'concurrencyShape'),
      export: strongest(TAMPERED.export, 'counterSanity'),
      followers: strongest(TAMPERED.followers, 'followerSpike'),
    };
    for (const [way, signal] of Object.entries(found)) expect([way, (signal?.strength ?? 0) > 0.985]).toEqual([way, true]);
    const plays = strongest(TAMPERED.plays, 'ownRatioDrift');
    expect(plays).toMatchObject({ subject: { kind: 'account' }, window: { from: expect.any(String) as string } });
    expect(plays!.evidence.removes).toContainEqual(expect.objectContaining({ line: 'video_play', origin: null }));
    expect(found.views!.evidence.text.en).toContain('Views without reactions');
    expect(found.likes!.evidence.figures[0].name).toBe('likesPerView');
  });

  it('honest accounts are silent at the strength at which a case would be high', () => {
    const tampered: readonly string[] = Object.values(TAMPERED);
    const loud = whole.signals.filter(({ subject, strength }) => strength >= 0.999 && !tampered.includes(accountOf(subject)));
    expect(loud.map(({ detector, subject, strength }) => [detector, accountOf(subject), strength])).toEqual([]);
  });

  it('what two sources tell differently, beyond the policy’s tolerance, is a finding of the week with what each of them says', () => {
    const found = (accountId: string) =>
      whole.signals.filter(({ detector, subject }) => detector === 'sourceReconciliation' && accountOf(subject) === accountId);
    const told = ({ evidence }: Signal) => (evidence.rows ?? []).map(({ kind, figure, source }) => `${kind} ${figure} ${source}`);
    const [ofSession] = found(DISAGREEING.account);
    const [ofVideo] = found(DISAGREEING.video);
    expect([found(DISAGREEING.account).length, found(DISAGREEING.video).length]).toEqual([1, 1]);
    expect(ofSession).toMatchObject({ family: 'data', dataTier: 'T1', strength: 0.95, subject: { kind: 'account' } });
    expect(Date.parse(ofSession.window.from)).toBeLessThanOrEqual(instantOf(DISAGREEING.day));
    expect(Date.parse(ofSession.window.to)).toBeGreaterThan(instantOf(DISAGREEING.day));
    expect(told(ofSession)).toEqual(['day followers feed', 'day followers file', 'session likes feed', 'session likes file']);
    expect(ofSession.evidence.text.en).toMatch(/^Likes of a21-62: \d+ by file, \d+ by feed; and 1 more/);
    expect(told(ofVideo)).toContain('video plays feed');
    const others = whole.signals.filter(({ detector }) => detector === 'sourceReconciliation').length;
    expect(others).toBe(2);
  });

  it('the corrected number of views is about the true one', () => {
    const week = whole.signals.filter(
      ({ detector, subject, window }) =>
        detector === 'ownRatioDrift' &&
        subject.kind === 'account' &&
        subject.accountId === TAMPERED.views &&
        Date.parse(window.from) === WINDOW.from,
    );
    const listed = week.flatMap(({ evidence }) => evidence.removes ?? []).filter((one) => one.kind === 'units');
    const sumOf = (measure: string | undefined): number =>
      listed.filter((one) => one.measure === measure).reduce((sum, { units }) => sum + units, 0);
    const removed = sumOf(undefined);
    const reported = week.flatMap(({ evidence }) => evidence.rows ?? []).reduce((sum, { views }) => sum + Number(views), 0);
    expect(reported).toBeGreaterThan(0);
    expect(removed / reported).toBeGreaterThan(0.35);
    expect(removed / reported).toBeLessThan(0.65); // half of them
    // every finding of the week says how many views by both measures, and the same: whichever is struck, the others still do
    const ofWeek = whole.signals.filter(
      ({ subject, window }) =>
        accountOf(subject) === TAMPERED.views && subject.kind === 'account' && Date.parse(window.from) === WINDOW.from,
    );
    const measures = ofWeek
      .map(({ evidence }) => (evidence.removes ?? []).filter((one) => one.kind === 'units' && one.measure !== undefined))
      .filter((own) => own.length > 0);
    expect(measures.length).toBeGreaterThan(1);
    for (const own of measures) expect(own).toEqual(measures[0]);
    const measured = new Map<string, number>();
    for (const one of measures[0])
      if (one.kind === 'units' && one.measure) measured.set(one.measure, (measured.get(one.measure) ?? 0) + one.units);
    expect([...measured.keys()].sort()).toEqual(['level', 'reactions']);
    for (const amount of measured.values()) {
      expect(amount / reported).toBeGreaterThan(0.3);
      expect(amount / reported).toBeLessThan(0.7);
    }
  });

  it('the statement of a signal, run by hand with its parameters, gives its rows', async () => {
    const statements = new Set<string>();
    for (const { detector, evidence } of whole.signals) {
      if (statements.has(evidence.sql) || !evidence.rows) continue;
      statements.add(evidence.sql);
      expect(evidence.sql).not.toContain('facts(');
      const rows = await stores.warehouse.query<object>({ name: 'by.hand', sql: evidence.sql, params: { ...evidence.parameters } });
      expect([detector, rows]).toEqual([detector, evidence.rows]);
    }
    expect(statements.size).toBeGreaterThanOrEqual(5);
  });

  it('says who cannot be assessed and why, and what it did', () => {
    const { summary, notAssessable } = whole;
    expect(summary).toMatchObject({ mode: 'full', brand: 'acme', signals: whole.signals.length });
    expect(summary.detectors.map(({ detector }) => detector)).toEqual(DETECTORS.map(({ name }) => name));
    // nobody but the first eight has minutes
    const shapes = notAssessable.filter(({ detector }) => detector === 'concurrencyShape');
    expect(shapes).toHaveLength(18);
    expect(shapes[0].reason.zh).not.toBe('');
  });

  it('again finds the same signals, and keeps each once', async () => {
    const again = await scan();
    expect(inOrder(again.signals)).toEqual(inOrder(whole.signals));
    const [{ kept }] = (await stores.dataSource.query('SELECT count(*)::int AS kept FROM integrity_signal WHERE gone_at IS NULL')) as {
      kept: number;
    }[];
    expect(kept).toBe(whole.signals.length);
  });

  it('rows are shown to whoever may see their account over the period, with the fields of the contract', async () => {
    const reports = new ReportService({ ...stores, clock: new FixedClock(new Date(instantOf(80)).toISOString()) });
    const query = { name: 'signals', level: 'account', basis: 'adjusted', from: '2026-10-01', to: '2026-11-01' } as const;
    const all = (await reports.report(query, 'all')) as Report<SignalReportRow>;
    expect(all.rows).toHaveLength(whole.signals.length);
    expect(Object.keys(all.rows[0]).sort()).toEqual(
      ['dataTier', 'detector', 'evidence', 'signalId', 'strength', 'subject', 'version', 'window'].sort(),
    );
    expect(all.meta).toMatchObject({ report: 'signals', accountsKnown: 26, notes: [] });
    const scope = new RowGrants([{ kind: 'dealer', dealerId: `d-${TAMPERED.likes}` }]);
    const own = (await reports.report(query, scope)) as Report<SignalReportRow>;
    expect(new Set(own.rows.map(({ subject }) => accountOf(subject)))).toEqual(new Set([TAMPERED.likes]));
    expect(all.rows.every(({ evidence }) => evidence.sql && evidence.parameters)).toBe(true);
    expect(JSON.stringify(own.rows)).not.toMatch(/"(sql|parameters)":/); // they name other accounts
    const before = (await reports.report({ ...query, from: '2026-07-01', to: '2026-08-01' }, 'all')) as Report<SignalReportRow>;
    expect([before.rows, before.meta.accountsKnown, before.meta.notes.length]).toEqual([[], 0, 1]);
  });

  it('an inspection of an account says what the scan says of it, detector by detector, and its hash is that of its content', async () => {
    const inspected = await inspections().inspect(AUDITOR, { ...account(TAMPERED.curve), from: '2026-10-05', to: '2026-10-26' });
    const { sha256, ...content } = inspected;
    expect(sha256).toBe(createHash('sha256').update(JSON.stringify(content)).digest('hex'));
    expect(inspected.detectors.map(({ detector }) => detector)).toEqual(DETECTORS.map(({ name }) => name));
    const own = whole.signals.filter(({ subject }) => accountOf(subject) === TAMPERED.curve);
    expect(own.length).toBeGreaterThan(0);
    expect(inOrder(inspected.detectors.flatMap(({ signals }) => signals))).toEqual(inOrder(own));
    for (const { outcome, signals, reasons } of inspected.detectors) {
      expect(outcome === 'found').toBe(signals.length > 0);
      if (outcome === 'not-assessable') expect(reasons.length).toBeGreaterThan(0);
    }
    const sessions = new Set(own.flatMap(({ subject }) => (subject.kind === 'session' ? [subject.sessionId] : [])));
    expect(inspected.broadcastsWithFindings).toBe(sessions.size);
    expect(inspected.broadcasts.length).toBeGreaterThan(0);
    for (const { sessionId, minutes } of inspected.broadcasts) expect([sessions.has(sessionId), minutes.length > 0]).toEqual([true, true]);
  });

  it('an inspection has a measure or says that there is none, and an account that is not the asker’s is not there', async () => {
    const ask = (more: object, asker: CaseAsker = AUDITOR) =>
      inspections().inspect(asker, { ...account(TAMPERED.curve), from: '2026-10-05', to: '2026-10-26', ...more });
    await expect(ask({ from: '2025-10-01', to: '2025-11-01' })).rejects.toMatchObject({ code: 'not_available' });
    await expect(ask({ accountId: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
    const other: CaseAsker = { ...AUDITOR, scope: new RowGrants([{ kind: 'dealer', dealerId: `d-${TAMPERED.likes}` }]) };
    await expect(ask({}, other)).rejects.toMatchObject({ code: 'not_found' });
    // the account alone would be its own measure
    const rename = (from: string, to: string) =>
      stores.dataSource.query('UPDATE integrity_reference SET name = $2 WHERE name = $1', [from, to]);
    await rename('drift.seasonLevel', 'forgotten');
    const { detectors } = await ask({});
    await rename('forgotten', 'drift.seasonLevel');
    const level = detectors.find(({ detector }) => detector === 'seasonLevel');
    expect([level?.outcome, level?.signals.length, level?.reasons.length]).toEqual(['not-assessable', 0, 1]);
    expect(detectors.filter(({ reasons }) => reasons.some(({ reason }) => reason.en === level?.reasons[0].reason.en))).toHaveLength(1);
  });

  it('after a delivery, what the touched accounts show is what a full scan by the same measure finds', async () => {
    const late = { views: 9000, likes: 60, comments: 15, shares: 5, follows: 4, leads: 2, peak: 900 };
    await importRows(stores, { kind: 'sessions', brandId, rows: [14, 15, 16].map((day) => sessionRow('a20', 56 + day, late)) });
    const incremental = await scan({ mode: 'incremental' });
    expect(incremental.summary).toMatchObject({ mode: 'incremental' });
    expect(new Set(incremental.signals.map(({ subject }) => accountOf(subject)))).toEqual(new Set(['a20']));
    expect(incremental.signals[0].strength).toBeGreaterThan(0.99);
    const kept = (await stores.dataSource.query(`SELECT signal_id AS id FROM integrity_signal WHERE gone_at IS NULL ORDER BY id`)) as {
      id: string;
    }[];
    const full = await scan({ reference: 'kept' });
    const ofAccount = (signals: readonly Signal[]) => inOrder(signals.filter(({ subject }) => accountOf(subject) === 'a20'));
    expect(ofAccount(full.signals)).toEqual(ofAccount(incremental.signals));
    expect(full.signals.map(({ signalId }) => signalId).sort()).toEqual(kept.map(({ id }) => id));
    const nothing = await scan({ mode: 'incremental' });
    expect(nothing.signals).toEqual([]);
  });

  it('what is corrected is gone, and what was declared as an outage is missing', async () => {
    await importRows(stores, {
      kind: 'sessions',
      brandId,
      rows: [14, 15, 16].map((day) => ({
        ...sessionRow('a20', 56 + day, { views: 0, likes: 0, comments: 0, shares: 0, follows: 0, leads: 0, peak: 0 }),
        retracted: true,
      })),
    });
    const corrected = await scan({ mode: 'incremental' });
    const ofSessions = corrected.signals.filter(({ subject, family }) => subject.kind === 'session' || family === 'ratio');
    expect([corrected.summary.mode, ofSessions.filter(({ strength }) => strength > 0.99).map(known)]).toEqual(['incremental', []]);
    const declared = { declarationId: 'gap', kind: 'outage' as const, ...account(TAMPERED.views) };
    const { rejected } = await new StateWriter(stores.dataSource, stores.secret).upsertDeclarations(brandId, [{ ...declared, ...WINDOW }]);
    expect(rejected).toEqual([]);
    const without = await scan({ mode: 'incremental' });
    expect(without.summary.mode).toBe('full'); // the state has changed
    expect(
      without.signals.filter(({ subject, detector }) => accountOf(subject) === TAMPERED.views && detector === 'ownRatioDrift'),
    ).toEqual([]);
    expect(without.notAssessable).toContainEqual(
      expect.objectContaining({ detector: 'ownRatioDrift', subject: { kind: 'account', ...account(TAMPERED.views) } }) as object,
    );
  });

  it('where a later scan reached less far, the next one of the longer window is a full one', async () => {
    const only = { detectors: ['ownRatioDrift'] };
    const modeOf = async (ask: Partial<ScanAsk>) => (await scan({ ...only, ...ask })).summary.mode;
    await scan({ ...only, to: WINDOW.from + 14 * 86_400_000 });
    expect(await modeOf({ mode: 'incremental' })).toBe('full');
    expect(await modeOf({ mode: 'incremental' })).toBe('incremental');
  });

  it('what was judged again and not found is gone, what was not judged stays, and what grows is one signal', async () => {
    const of = (from: string, to: string, sessionId?: string): SignalOfAccount => ({
      ...whole.signals[0],
      signalId: createHash('sha256').update(from).digest('hex').slice(0, 32),
      ...{ detector: 'probe', accountKey: null, dealerId: null, window: { from: `${from}:00.000Z`, to: `${to}:00.000Z` } },
      subject: sessionId === undefined ? { kind: 'brand' } : { kind: 'session', ...account('probe'), sessionId },
    });
    const month = of('2026-10-01T00:00', '2026-10-20T00:00');
    const before = of('2026-08-31T00:00', '2026-10-01T00:00');
    const overMidnight = of('2026-09-27T23:50', '2026-09-28T02:00', 's');
    const week = of('2026-09-28T00:00', '2026-10-05T00:00');
    const keep = (judgedFrom: string, to: string, signals: SignalOfAccount[]) =>
      stores.dataSource.transaction((tx) =>
        keepSignals(
          tx,
          { brandId, judgedFrom: `${judgedFrom}T00:00:00.000Z`, to: `${to}T00:00:00.000Z`, detectors: ['probe'], accounts: null },
          signals,
        ),
      );
    const standing = () =>
      stores.dataSource.query<{ from: string; to: string }[]>(
        `SELECT to_char(window_from AT TIME ZONE 'UTC', 'MM-DD') AS from, to_char(window_to AT TIME ZONE 'UTC', 'MM-DD') AS to
         FROM integrity_signal WHERE detector = 'probe' AND gone_at IS NULL ORDER BY window_from`,
      );
    await keep('2026-08-01', '2026-11-01', [month, before, overMidnight, week]);
    await keep('2026-10-05', '2026-10-12', [{ ...month, window: { from: '2026-10-02T00:00:00.000Z', to: '2026-10-25T00:00:00.000Z' } }]);
    expect((await standing()).map(({ from, to }) => [from, to])).toEqual([
      ['08-31', '10-01'],
      ['09-27', '09-28'],
      ['09-28', '10-05'],
      ['10-02', '10-25'],
    ]);
    await keep('2026-10-05', '2026-10-12', []); // most of the month was judged again
    expect((await standing()).map(({ from }) => from)).toEqual(['08-31', '09-27', '09-28']);
    await keep('2026-09-28', '2026-10-12', []);
    expect((await standing()).map(({ from }) => from)).toEqual(['08-31', '09-27']);
  });

  it('a dealer sees the signals of an account whose window lies in the time it owned it', async () => {
    const sold = {
      ...account(TAMPERED.likes),
      name: TAMPERED.likes,
      dealerId: 'd-a5',
      ownerKind: 'dealer' as const,
      validFrom: '2026-10-19',
    };
    const { rejected } = await new StateWriter(stores.dataSource, stores.secret).upsertAccounts(brandId, [sold]);
    expect(rejected).toEqual([]);
    const reports = new ReportService({ ...stores, clock: new FixedClock(new Date(instantOf(80)).toISOString()) });
    const windowsOf = async (dealerId: string) => {
      const query = { name: 'signals', level: 'account', basis: 'adjusted', from: '2026-10-01', to: '2026-11-01' } as const;
      const { rows } = (await reports.report(query, new RowGrants([{ kind: 'dealer', dealerId }]))) as Report<SignalReportRow>;
      return rows.filter(({ subject }) => accountOf(subject) === TAMPERED.likes).map(({ window }) => window);
    };
    const day = Date.parse('2026-10-19T00:00:00+08:00');
    const [before, after] = [await windowsOf(`d-${TAMPERED.likes}`), await windowsOf('d-a5')];
    expect([before.length > 0, before.every(({ to }) => Date.parse(to) <= day)]).toEqual([true, true]);
    expect([after.length > 0, after.every(({ from }) => Date.parse(from) >= day)]).toEqual([true, true]);
  });

  it('year values that pile up above a tier border are told of the brand, with a statement that gives who is there', async () => {
    const { brandId: network } = await ensureBrand(stores.dataSource, { code: 'network', name: 'Network', zone: 'Asia/Shanghai' });
    const card = { platform: 'douyin' as const, line: 'live_view' as const, unitPriceCny: '2', discount: '0.5', validFrom: '2025-01-01' };
    await new StateWriter(stores.dataSource, stores.secret).upsertRateCards(network, [card]);
    const made = `SELECT ${network} AS brand, number + 1 AS key, toInt64(if(number < 900, 500000 * exp(number / 900 * 1.4), 1000000 * exp(0.0004 * (number - 900)))) AS worth FROM numbers(960)`;
    await stores.warehouse.command(
      `INSERT INTO account_keys (brand_id, account_key, platform, account_id) SELECT brand, key, 'douyin', toString(key) FROM (${made})`,
    );
    await stores.warehouse.command(`INSERT INTO account_day (brand_id, month, account_key, day, line, origin, gross, net, counts, version)
      SELECT brand, 202610, key, '2026-10-08', 'live_view', 'session', worth, worth, 3, 1 FROM (${made})`);
    const { signals } = await scan({ brand: 'network', detectors: ['borderBunching'] });
    expect(signals).toMatchObject([{ subject: { kind: 'brand' }, dealerId: null, detector: 'borderBunching' }]);
    const [{ strength, evidence }] = signals;
    expect(strength).toBeGreaterThan(0.99);
    expect(evidence.text.en).toContain('1,000,000 CNY a year');
    expect(evidence.rows!.length).toBe(50);
    const rows = await stores.warehouse.query<object>({ name: 'by.hand', sql: evidence.sql, params: { ...evidence.parameters } });
    expect(rows).toEqual(evidence.rows);
  });

  it('an empty window, and a detector that nobody knows, are bad input', async () => {
    await expect(scan({ to: WINDOW.from })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(scan({ detectors: ['nonsense'] })).rejects.toMatchObject({ code: 'bad_input' });
  });
});
