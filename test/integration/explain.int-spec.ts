import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { sumCny } from '@app/analytics';
import { CloseService } from '@app/close';
import { SystemClock } from '@app/config';
import { METRICS, type ExplainQuery, type ExplainRow, type Explanation, type Level, type ReportName } from '@app/contracts';
import { StateWriter, recordExclusions } from '@app/database';
import { ExplainService, explainedFigures } from '@app/explain';
import { importFiles, importRows } from '@app/ingest';
import { type BrandScope, ReportService } from '@app/reports';
import { accountKey, applyRetention } from '@app/warehouse';
import { FixedClock } from '../support/fixed-clock';
import { rememberAnswers } from '../support/remembered-answers';
import { TestStores, openTestStores } from '../support/stores';
import { openWhatIfBrand } from '../support/what-if-brand';

/** a1 changes its owner inside October; d2 is who it comes to. */
const SUBJECTS: [Level, string | undefined][] = [
  ['account', 'douyin:a1'],
  ['dealer', 'd2'],
  ['region', '440100'],
  ['brand', undefined],
];
/** Reports whose figures are all explained by rows. */
const OF_ROWS: ReportName[] = ['showroom', 'value', 'tiers', 'ranking'];
const LINES = new Set(['units', 'grossUnits', 'excludedUnits', 'unitPriceCny', 'discount', 'paidUnknown']);
/** What only a filter, a bootstrap or a confirmed case makes: said as the report says it. */
const WITHOUT_ROWS = new Set(['cohortRank', 'cohortSize', 'rankLow', 'rankHigh', 'rawRank', 'rawScore']);
const PARTS = new Set(['percentile', 'percentileExact', 'peers', 'weight', 'smallGroup']);
/** Figures that no sum or formula over rows gives again: what somebody declared, marks, means of shares. */
const UNCHECKED = new Set([
  'declaredTier',
  'accountsKnown',
  'coverage',
  'weight',
  'smallGroup',
  'partial',
  'agreements',
  'structure',
  'trailingAtLeast',
  'paidUnknown',
]);

describe('explanations of a generated brand', () => {
  let stores: TestStores;
  let explained: ExplainService;
  let reports: ReportService;
  let brandId: number;

  const explain = (figure: string, more: Partial<ExplainQuery> = {}, scope: BrandScope = 'all'): Promise<Explanation> =>
    explained.explain(
      {
        figure,
        month: '2026-10',
        level: 'account',
        subject: more.level === 'brand' ? undefined : 'douyin:a1',
        basis: 'adjusted',
        nested: false,
        ...(LINES.has(figure) ? { line: 'live_view' as const } : {}),
        ...(PARTS.has(figure) ? { part: 'value' as const } : {}),
        ...more,
      },
      scope,
    );
  const failed = ({ checks }: Explanation) => checks.filter(({ holds }) => !holds);

  beforeAll(async () => {
    stores = await openTestStores();
    rememberAnswers(stores.warehouse);
    brandId = await openWhatIfBrand(stores);
    const writer = new StateWriter(stores.dataSource, stores.secret);
    const outcomes = [
      await writer.upsertCosts(brandId, [
        { costId: 'c1', platform: 'douyin', accountId: 'a1', day: '2026-10-05', kind: 'host', amountCny: '100.25' },
        { costId: 'c2', dealerId: 'd2', day: '2026-10-20', kind: 'ads', amountCny: '30' },
      ]),
      await writer.upsertDeclarations(brandId, [
        {
          declarationId: 'r1',
          kind: 'raffle',
          platform: 'douyin',
          accountId: 'a1',
          from: Date.parse('2026-10-07T20:00:00+08:00'),
          to: Date.parse('2026-10-07T20:05:00+08:00'),
        },
        {
          declarationId: 's1',
          kind: 'staff',
          platform: 'douyin',
          accountId: 'a1',
          from: Date.parse('2026-10-01T00:00:00+08:00'),
          to: Date.parse('2026-11-01T00:00:00+08:00'),
          viewer: 'u5',
        },
      ]),
    ];
    expect(outcomes.flatMap(({ rejected }) => rejected)).toEqual([]);
    await deliverMore();
    const inputs = { ...stores, clock: new FixedClock('2026-11-22T12:00:00+08:00') };
    reports = new ReportService(inputs);
    explained = new ExplainService(inputs, reports);
  });
  afterAll(() => stores.close());

  /** A viewer of whom a file and a feed tell the dwell, and a feed alone the session; a raffle grab; an entry without a usable id; leads. */
  async function deliverMore(): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-explain-'));
    const at = (day: number) => `2026-10-0${day}T18:05:00+08:00`;
    const visits = [2, 3, 4, 5].map((day) => ({ platform: 'douyin', accountId: 'a1', viewer: 'guest', enteredAt: at(day) }));
    try {
      const file = path.join(folder, 'october.ndjson');
      const rows = [
        ...visits.map((row) => ({ ...row, dwellSeconds: 321 })),
        { platform: 'douyin', accountId: 'a1', viewer: 'grabber', enteredAt: '2026-10-07T20:01:00+08:00', dwellSeconds: 60 },
        { platform: 'douyin', accountId: 'a1', viewer: '', entryId: 'e1', enteredAt: at(2) },
      ];
      fs.writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
      const told = await importFiles(stores, { kind: 'entries', files: [file], brandId });
      expect(told.rejected).toBe(0);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
    await importRows(stores, {
      kind: 'entries',
      rows: visits.map((row) => ({ ...row, sessionId: 's31', dwellSeconds: 999 })),
      brandId,
      source: 'feed',
    });
    await importRows(stores, {
      kind: 'leads',
      rows: [{ platform: 'douyin', accountId: 'a1', day: '2026-10-05', count: 4, paid: 1 }],
      brandId,
    });
  }

  const figures = new Map(OF_ROWS.flatMap((report) => explainedFigures(report).map((figure) => [figure, report] as const)).reverse());
  const rotated = [...figures]
    .map(([figure, report]) => ({ report, figure }))
    .flatMap(({ report, figure }, at) =>
      (process.env.VITRINE_TEST_LONG ? SUBJECTS : [SUBJECTS[at % SUBJECTS.length]]).map(([level, subject]) => ({
        report,
        figure,
        level,
        subject,
      })),
    );

  it.each(rotated)('rows of $figure of $report at level $level add up to it', async ({ report, figure, level, subject }) => {
    const told = await explain(figure, { report, level, subject });
    expect(failed(told)).toEqual([]);
    if (told.value !== null && !UNCHECKED.has(figure)) expect(told.checks.length).toBeGreaterThan(0);
    if (told.value === null && !LINES.has(figure)) expect(told.reason ?? told.checks.length + told.rows.total).toBeTruthy();
    expect(told.versions).toMatchObject({ policy: 1 });
    for (const { explain: link } of told.inputs) if (link) expect(METRICS.map(({ key }) => key as string)).toContain(link.figure);
  });

  it('every figure of these reports has rows behind it, but those of a filter, a draw or a case', async () => {
    const unexplained = OF_ROWS.flatMap((report) =>
      METRICS.filter(({ key, reports: held }) => held.includes(report) && !explainedFigures(report).includes(key)),
    );
    expect(new Set(unexplained.map(({ key }) => key))).toEqual(WITHOUT_ROWS);
    await expect(explain('nothing')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('pages of showroom visitors hold everybody once', async () => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { rows, value } = await explain('showroomVisitors', { level: 'brand', subject: undefined, limit: 20, cursor });
      found.push(...rows.rows.map(({ id }) => id));
      expect(rows.total).toBe(value);
      cursor = rows.nextCursor ?? undefined;
    } while (cursor);
    const { value } = await explain('showroomVisitors', { level: 'brand', subject: undefined });
    expect([found.length, new Set(found).size]).toEqual([value, value]);
    expect(found.every((viewer) => /^vk1:[0-9a-f]{16}$/.test(viewer))).toBe(true);
    await expect(explain('showroomVisitors', { cursor: '???' })).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('a showroom visitor is followed to the file and the feed that told of each entry, and to which of them each field is from', async () => {
    const { rows } = await explain('showroomVisitors', { nested: true, limit: 500 });
    const deliveriesOf = (visit: ExplainRow) => visit.rows!.flatMap((entry) => entry.rows!);
    const guest = rows.rows.find((row) => row.rows?.some((visit) => visit.rows!.some(({ fields }) => fields.sessionFrom === 'feed')))!;
    expect(guest.fields).toMatchObject({ countedVisits: 4, showroomVisitor: true });
    expect(guest.rows!.filter(({ amount }) => amount === '1')).toHaveLength(4);
    for (const visit of guest.rows!) {
      expect(visit.fields).toMatchObject({ dwellSeconds: 321, account: 'douyin:a1' });
      expect(visit.rows![0].fields).toMatchObject({ dwellFrom: 'file', sessionFrom: 'feed' });
      expect(deliveriesOf(visit).map(({ fields }) => [fields.source, fields.file, fields.importKind])).toEqual([
        ['file', 'october.ndjson', 'entries'],
        ['feed', null, 'entries'],
      ]);
      expect(deliveriesOf(visit).every(({ id }) => Number(id) > 0)).toBe(true);
    }
    expect(JSON.stringify(rows)).not.toMatch(/guest|grabber|"u\d/);
  });

  it('declared staff is no viewer, a grab counts in no visit', async () => {
    const [viewers, grabbers] = [await explain('viewers', { limit: 500 }), await explain('grabbers', { nested: true })];
    expect(grabbers.value).toBe(1);
    const [grabber] = grabbers.rows.rows;
    expect(viewers.rows.rows.map(({ id }) => id)).toContain(grabber.id);
    expect(grabber.rows!.map((visit) => [visit.amount, visit.rows![0].fields.leftOut])).toEqual([['0', 'raffle']]);
    const { rows } = await explain('entries', { limit: 500, nested: true });
    expect(rows.rows.find(({ fields }) => fields.usable === false)).toMatchObject({ amount: '1', rows: [{ kind: 'entry' }] });
  });

  it('a day of a line is the sessions, readings and leads behind it, with the price of its span', async () => {
    const { rows } = await explain('valueCny', { nested: true, limit: 500 });
    for (const row of rows.rows) {
      const units = row.rows!.reduce((sum, fact) => sum + Number(fact.amount), 0);
      expect([row.id, units]).toEqual([row.id, row.fields.units]);
    }
    const video = rows.rows.find(({ fields }) => fields.line === 'video_play' && fields.day !== '2026-10-01')!;
    const [counter] = video.rows!;
    expect(Number(counter.fields.lastReading) - Number(counter.fields.baseline)).toBe(Number(counter.fields.grossUnits));
    expect(counter.rows!.length).toBeGreaterThanOrEqual(2);
    const live = rows.rows.filter(({ fields }) => fields.line === 'live_view');
    expect(new Set(live.map(({ fields }) => [String(fields.day) < '2026-10-16', fields.unitPriceCny].join()))).toEqual(
      new Set(['true,0.35', 'false,0.4']),
    );
    expect(live.every((row) => row.rows!.every((session) => session.kind === 'session' && session.rows!.length > 0))).toBe(true);
    expect(live[0].fields.formula).toBe(`${live[0].fields.units} × 0.35 × 0.5 = ${live[0].amount}`);
  });

  it('facts add up to what the figure counts: all of them for gross, what is paid for excluded, reactions and reach for engagement', async () => {
    const counted = async (figure: string, more: object, of: (row: Explanation['rows']['rows'][number]) => number) => {
      const { rows } = await explain(figure, { nested: true, limit: 500, ...more });
      expect(rows.rows.length).toBeGreaterThan(0);
      for (const row of rows.rows)
        expect([row.id, row.rows!.reduce((sum, fact) => sum + Number(fact.amount), 0)]).toEqual([row.id, of(row)]);
      return rows.rows.some(({ fields }) => fields.grossUnits !== fields.units);
    };
    const gross = ({ fields }: { fields: object }) => Number((fields as Record<string, number>).grossUnits);
    const both = ['grossUnits', 'grossCny'].map((figure) => counted(figure, {}, gross));
    expect(await Promise.all(both)).toEqual([true, true]); // some of it is paid
    await counted('excludedUnits', {}, (row) => gross(row) - Number(row.fields.units));
    await counted('engagement', { part: undefined }, gross);
  });

  it('above the account each row leads to the account in the days of the row, and these make the figure again', async () => {
    const { rows, value } = await explain('valueCny', { level: 'dealer', subject: 'd2', limit: 500 });
    const behind = new Map(rows.rows.map(({ explain: link }) => [JSON.stringify(link), [] as string[]]));
    for (const { explain: link, amount } of rows.rows) behind.get(JSON.stringify(link))!.push(amount!);
    expect([...behind.keys()].some((link) => link.includes('"from"'))).toBe(true); // a1 came in the middle of the month
    const found: string[] = [];
    for (const [link, amounts] of behind) {
      const own = await explained.explain({ ...(JSON.parse(link) as ExplainQuery), nested: false }, 'all');
      expect([link, sumCny(amounts)]).toEqual([link, own.value]);
      found.push(String(own.value));
    }
    expect(sumCny(found)).toBe(value);
  });

  it('a line names itself, its price its version; a figure of one line asks for it', async () => {
    await expect(explain('units', { line: undefined })).rejects.toMatchObject({
      code: 'bad_input',
      options: { details: [{ field: 'line' }] },
    });
    const { rows } = await explain('unitPriceCny');
    expect(rows.rows.map(({ fields }) => fields.rateCards)).toEqual(['douyin/live_view/2025-01-01#1', 'douyin/live_view/2026-10-16#1']);
  });

  it('leads of a day are those that came as rows of their own', async () => {
    const { rows } = await explain('units', { line: 'lead', nested: true });
    expect(rows.rows).toMatchObject([
      { amount: '3', rows: [{ kind: 'lead', amount: '3', rows: [{ kind: 'delivery', fields: { count: '4', paid: '1' } }] }] },
    ]);
  });

  describe('of a score', () => {
    it('contributions add up to it as exact fractions', async () => {
      const { contributions, checks, value } = await explain('score');
      expect(checks.every(({ holds }) => holds) && checks.length > 1).toBe(true);
      const sum = contributions.reduce((total, { contributionDecimal }) => total + Number(contributionDecimal ?? 0), 0);
      expect(sum).toBeCloseTo(Number(value), 2);
    });

    it.each<[string, Pick<ExplainQuery, 'againstMonth' | 'againstSubject'>]>([
      ['the month before', { againstMonth: '2026-09' }],
      ['another account', { againstSubject: 'douyin:a3' }],
      ['another account in another month', { againstMonth: '2026-09', againstSubject: 'kuaishou:a2' }],
    ])('the difference to %s parts the account from its peers and adds up exactly', async (_, against) => {
      const { waterfall, checks } = await explain('score', against);
      expect(checks.find(({ name }) => name.en.includes('steps'))).toMatchObject({ holds: true });
      expect(waterfall!.reason).toBeNull();
      expect(waterfall!.sides.policy).toBe('0');
      const back = await explain('score', {
        month: against.againstMonth ?? '2026-10',
        subject: against.againstSubject ?? 'douyin:a1',
        againstMonth: '2026-10',
        againstSubject: 'douyin:a1',
      });
      expect(back.waterfall!.steps.map(({ change }) => change)).toEqual(
        waterfall!.steps.map(({ change }) => (change.startsWith('-') ? change.slice(1) : `-${change}`)),
      );
    });

    it.each<[Level, string | undefined]>([
      ['dealer', 'd2'],
      ['region', '440100'],
    ])('of a %s it adds up too', async (level, subject) => {
      const told = await explain('score', { level, subject, againstMonth: '2026-09' });
      expect(failed(told)).toEqual([]);
      expect(told.waterfall!.steps.length).toBeGreaterThan(0);
    });
  });

  it('who asks for a foreign account or dealer is told what he is told of one that does not exist', async () => {
    const own = new Set([String(accountKey(brandId, 'douyin', 'a1'))]);
    const refused = async (more: Partial<ExplainQuery>) =>
      explain('score', more, own).then(
        () => null,
        (error: { code: string; message: string }) => [error.code, error.message],
      );
    expect(await refused({ subject: 'douyin:a3' })).toEqual(await refused({ subject: 'douyin:a999' }));
    expect(await refused({ subject: 'douyin:a3' })).toMatchObject(['not_found', expect.anything()]);
    expect(await refused({ againstSubject: 'douyin:a3' })).toMatchObject(['not_found', expect.anything()]);
    expect(await refused({ level: 'dealer', subject: 'd3' })).toMatchObject(['not_found', expect.anything()]);
    await expect(explained.explain({ figure: 'score', level: 'brand', basis: 'raw' }, undefined as never)).rejects.toMatchObject({
      code: 'internal',
    });
    const peers = await explain('percentile', { limit: 500 }, own);
    expect(peers.rows.rows.filter(({ fields }) => fields.value !== null).map(({ fields }) => fields.itself)).toEqual([true]);
  });

  it('pages of peers and of those ahead hold nothing by which a foreign account could be told', async () => {
    const keyOf = (account: number) => String(accountKey(brandId, account % 3 === 2 ? 'kuaishou' : 'douyin', `a${account}`));
    const all = await explain('percentile', { limit: 500 });
    const found: number[] = [];
    let cursor: string | undefined;
    do {
      const { rows } = await explain('percentile', { limit: 1, cursor }, new Set([keyOf(1)]));
      found.push(rows.rows.length);
      cursor = rows.nextCursor ?? undefined;
      const place = Buffer.from(cursor ?? '', 'base64url').toString();
      for (let account = 0; account < 12; account++) expect(place).not.toContain(keyOf(account));
    } while (cursor);
    expect(found).toHaveLength(all.rows.total);

    const ranks = await Promise.all(
      Array.from({ length: 11 }, async (_, at) => {
        const subject = `${at % 3 === 2 ? 'kuaishou' : 'douyin'}:a${at}`;
        return { at, subject, rank: Number((await explain('rank', { subject })).value) };
      }),
    );
    const last = ranks.reduce((lowest, own) => (own.rank > lowest.rank ? own : lowest));
    const told = await explain('rank', { subject: last.subject, limit: 500 }, new Set([keyOf(last.at)]));
    expect(told.rows.total).toBeGreaterThan(0);
    expect(told.rows.rows.map(({ fields }) => fields.difference)).toEqual(told.rows.rows.map(() => null));
    expect(JSON.stringify([told.inputs, told.rows])).not.toMatch(/[+-]\d+\.\d/);
    const open = await explain('rank', { subject: last.subject, limit: 500 });
    expect(open.rows.rows.some(({ fields }) => fields.difference !== null)).toBe(true);
  });

  it('a figure of a line is told with its value; the two figures of loyalty each with its own', async () => {
    const units = await explain('units', { level: 'dealer', subject: 'd2', line: 'live_view' });
    expect(String(units.value)).toBe(units.checks[0].expected);
    expect(units.reason).toBeNull();
    const none = await explain('units', { level: 'dealer', subject: 'd2', line: 'gift' });
    expect([none.value, none.reason?.en]).toEqual([null, expect.stringMatching(/No source/)]);
    const { inputs } = await explain('percentile', { part: 'loyalty' });
    const [share, ratio] = [await explain('loyalShare', {}), await explain('dwellRatio', {})];
    expect(inputs.map(({ value }) => Number(value))).toEqual([Number(share.value), Number(ratio.value)]);
  });

  it('every visit of one viewer is shown in pages, also of whoever has more than a list of viewers shows', async () => {
    const { rows } = await explain('showroomVisitors', { nested: true, limit: 500 });
    const [viewer] = rows.rows;
    const shown: typeof rows.rows = [];
    for (let cursor: string | undefined; ;) {
      const page = await explain('showroomVisitors', { viewer: viewer.id, limit: 1, cursor });
      expect(page.rows.total).toBe(viewer.rows!.length);
      expect(failed(page)).toEqual([]);
      shown.push(...page.rows.rows);
      if (page.rows.nextCursor === null) break;
      cursor = page.rows.nextCursor;
    }
    const inOrder = (visits: typeof shown) => [...visits].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(inOrder(shown)).toEqual(inOrder(viewer.rows!));
    await expect(explain('showroomVisitors', { viewer: 'ann' })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(explain('valueCny', { viewer: viewer.id })).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('a cursor of other rows is refused as input', async () => {
    const { rows } = await explain('valueCny', { limit: 1 });
    for (const figure of ['showroomVisitors', 'entries'])
      await expect(explain(figure, { cursor: rows.nextCursor! })).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('what a confirmed case removes is in no sum, and stands as a row of its own behind the line', async () => {
    const lineOf = async () =>
      (await explain('valueCny', { nested: true, limit: 500 })).rows.rows.find(({ fields }) => fields.line === 'live_view')!;
    const line = await lineOf();
    const [session] = line.rows!;
    const { rows } = await explain('showroomVisitors', { nested: true, limit: 500 });
    const [visitor] = rows.rows;
    const entries = visitor.rows!.flatMap((visit) => visit.rows!);
    const account = { platform: 'douyin' as const, accountId: 'a1' };
    await recordExclusions(stores, { brandId, actor: { kind: 'user', id: 'ann', name: 'Ann' }, reason: 'confirmed' }, [
      {
        caseId: 'one',
        removed: { ...account, origin: 'session', target: session.id, line: 'live_view', day: String(line.fields.day), units: 2 },
      },
      ...entries.map(({ id }) => ({
        caseId: 'one',
        removed: { ...account, viewerKey: BigInt(`0x${visitor.id.split(':')[1]}`), enteredAt: Date.parse(id), entryKey: 0n },
      })),
    ]);
    const after = await lineOf();
    expect(after.fields).toMatchObject({ units: Number(line.fields.units) - 2, excludedByCases: 2 });
    expect(after.rows!.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(after.fields.units);
    expect(after.rows!.map(({ kind }) => kind)).toContain('case');
    for (const figure of [
      'valueCny',
      'showroomVisitors',
      ...(process.env.VITRINE_TEST_LONG ? ['viewers', 'visits', 'entries', 'loyalShare', 'engagement'] : []),
    ])
      for (const [level, subject] of SUBJECTS)
        expect([figure, level, failed(await explain(figure, { level, subject }))]).toEqual([figure, level, []]);
    const left = await explain('showroomVisitors', { limit: 500 });
    expect(left.rows.rows.map(({ id }) => id)).toEqual(rows.rows.slice(1).map(({ id }) => id));
    expect((await explain('showroomVisitors', { basis: 'raw' })).value).toBe(rows.total);
  });

  it('a closed month is explained out of its close: what came later is in no row, and where the rows of then are not kept the answer says so', async () => {
    const inputs = { ...stores, clock: new SystemClock() };
    const now = new ReportService(inputs);
    const closedMonth = new ExplainService(inputs, now);
    const ask = (figure: string) =>
      closedMonth.explain({ figure, month: '2026-10', level: 'dealer', subject: 'd2', basis: 'adjusted', nested: false }, 'all');
    await new CloseService(inputs, now).close('all', { kind: 'operator', id: 'ann', name: 'Ann' }, { month: '2026-10', kind: 'close' });
    const figures = ['valueCny', 'costCny', 'showroomVisitors', 'score', 'rank', 'trailingValueCny'];
    const before = new Map<string, Explanation>();
    for (const figure of figures) before.set(figure, await ask(figure));

    const late = { platform: 'douyin', accountId: 'a1', sessionId: 'late', startedAt: '2026-10-30T20:00:00+08:00' };
    await importRows(stores, {
      kind: 'sessions',
      rows: [{ ...late, endedAt: '2026-10-30T21:00:00+08:00', views: 5000 }],
      brandId,
    });
    const cost = { costId: 'late', dealerId: 'd2', day: '2026-10-21', kind: 'ads' as const, amountCny: '7' };
    expect((await new StateWriter(stores.dataSource, stores.secret).upsertCosts(brandId, [cost])).rejected).toEqual([]);
    for (const figure of figures) {
      const told = await ask(figure);
      expect([figure, told.value, failed(told), told.rows]).toEqual([figure, before.get(figure)!.value, [], before.get(figure)!.rows]);
      expect(told.versions.closed).toMatchObject({ restatement: 0 });
    }

    await applyRetention(stores.warehouse, 62, Date.now() + 62 * 86_400_000);
    const trimmed = await ask('valueCny');
    expect(trimmed.value).toBe(before.get('valueCny')!.value);
    expect(failed(trimmed)).toHaveLength(1); // the late session is among the rows that are known now
    expect(trimmed.notes.map(({ en }) => en).join()).toMatch(/not kept any more/);
  });
});
