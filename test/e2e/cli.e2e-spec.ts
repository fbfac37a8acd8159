import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ExcelJS from '@protobi/exceljs';
import type { RankingRow, Report, ShowroomRow, TierRow, ValueRow } from '@app/contracts';
import { Commands, Ran, RunningProduct, get, temporaryFolder, vitrine } from '../support/cli';
import { BRAND, FIGURES, LONG_ID, ODD_DEALER, ODD_ID, ROOM, STRAY, writeBrandFiles } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { invitedReader, type SignedIn } from '../support/sign-in';
import { fillWithStores } from '../support/stores';

const HIGHER_LEVELS = ['dealer', 'region', 'brand'] as const;
const october = ['--month', '2026-10'];

describe('command line on an instance that is already running', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  let files: Record<string, string>;
  let product: RunningProduct;
  let url: string;
  let reader: SignedIn;
  let commands: Commands;
  /** One process for all: what is about processes (pipes, exit codes, streams) is asked of `runAlone`. */
  const run = (...args: string[]) => commands.run(['--data', data, ...args]);
  const runAlone = (...args: string[]) => vitrine(['--data', data, ...args], { cwd: folder });
  const report = <Row>(...args: string[]) => commands.json<Report<Row>>(['--data', data, 'report', ...args, '--json']);
  /** October by account from the command line, and by dealer, region and brand from the interface of the same product, which has the same rows. */
  const october4 = <Row>(name: string): Promise<Report<Row>[]> =>
    Promise.all([
      report<Row>(name, ...october, '--level', 'account'),
      ...HIGHER_LEVELS.map(async (level) => {
        const { body } = await get<Report<Row>>(`${url}/api/v1/reports/${name}?month=2026-10&level=${level}`, reader.headers);
        return body;
      }),
    ]);
  const at = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    files = writeBrandFiles(at('files'));
    product = RunningProduct.up(data);
    url = await product.ready();
    commands = new Commands({ cwd: folder });
    reader = await invitedReader(url, data);
  });
  afterAll(async () => {
    await commands?.stop();
    await product.stop();
    await untilNothingRunsOn(data);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('a dry run checks everything and writes nothing', async () => {
    const { code, out, err } = await runAlone('import', 'dealers', files.dealers, '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ read: 3, accepted: null, replaced: null, unchanged: null, rejected: 0, rejectsFile: null });
    expect(err).toMatch(/没有写入[^]*nothing was written/);
    expect(await run('export', 'dealers')).toMatchObject({ code: 0, out: '' });
  });

  it('dealers come from a CSV with Chinese heads, the rest from NDJSON, and the counts are on stdout', async () => {
    const dealers = at('经销商.csv');
    fs.writeFileSync(
      dealers,
      '\ufeff经销商编码,经销商名称,行政区划代码,销售大区\nD01,杭州启明,330100,华东/浙江\nD02,南京启明,320100,华东/江苏\nD.03/甲,广州启明,440100,华南/广东\n',
    );
    const first = await runAlone('import', 'dealers', dealers);
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.out)).toEqual({ read: 3, accepted: 3, replaced: 0, unchanged: 0, rejected: 0, rejectsFile: null });
    for (const kind of Object.keys(BRAND).slice(1)) {
      const { code, out, err } = await run('import', kind, files[kind]);
      expect({ kind, code, ...(JSON.parse(out) as object) }).toEqual({
        kind,
        code: 0,
        read: BRAND[kind].length,
        accepted: BRAND[kind].length,
        replaced: 0,
        unchanged: 0,
        rejected: 0,
        rejectsFile: null,
      });
      if (kind === 'sessions' || kind === 'entries') expect(err).toMatch(/stray9[^]*未分配[^]*stray9[^]*unassigned/);
      else expect(err).toBe('');
    }
  });

  it('the same files again change nothing', async () => {
    for (const kind of ['dealers', 'entries'])
      expect(JSON.parse((await run('import', kind, files[kind])).out)).toMatchObject({
        accepted: 0,
        replaced: 0,
        unchanged: BRAND[kind].length,
      });
  });

  it('showroom traffic is what the definitions give by hand, at every level', async () => {
    const [accounts, dealers, regions, brand] = await october4<ShowroomRow>('showroom');
    const room = accounts.rows.find(({ accountId }) => accountId === ROOM);
    expect(room).toMatchObject(FIGURES.room);
    expect(accounts.rows.find(({ accountId }) => accountId === LONG_ID)).toMatchObject({
      showroomVisitors: null,
      viewers: null,
      entries: 0,
    });
    expect(accounts.rows.find(({ accountId }) => accountId === STRAY)).toMatchObject({ showroomVisitors: 0, undeclared: true });
    expect(dealers.rows.find(({ dealerId }) => dealerId === 'D01')).toMatchObject({ showroomVisitors: 2, viewers: 4, visits: 12 });
    expect(dealers.rows.find(({ dealerId }) => dealerId === null)).toMatchObject({ showroomVisitors: 0, viewers: 1, entries: 1 });
    expect(regions.rows.find(({ adcode }) => adcode === '330100')).toMatchObject({ showroomVisitors: 2, showroomVisitorsHigh: 4 });
    expect(brand.rows).toHaveLength(1);
    expect(brand.rows[0]).toMatchObject({ showroomVisitors: 2, viewers: 5, visits: 13, entries: 14, accountsKnown: 2, accountsTotal: 4 });
    expect(brand.meta).toMatchObject({
      report: 'showroom',
      month: '2026-10',
      level: 'brand',
      basis: 'adjusted',
      accountsKnown: 2,
      accountsTotal: 4,
    });
  });

  it('value is exact to the last digit and adds up from accounts to the brand', async () => {
    const [accounts, dealers, regions, brand] = await october4<ValueRow>('value');
    const value = Object.fromEntries(accounts.rows.map((row) => [row.accountId, row.valueCny]));
    expect(value).toEqual({
      [ROOM]: FIGURES.valueRoom,
      [LONG_ID]: FIGURES.valueLong,
      [ODD_ID]: FIGURES.valueOdd,
      [STRAY]: FIGURES.valueStray,
    });
    const room = accounts.rows.find(({ accountId }) => accountId === ROOM);
    expect(room).toMatchObject({ costCny: '50', passLine: true, effectiveViews: 4150 });
    // (3,900 × 0.35 + 250 × 0.1) ÷ 3
    expect(room).toMatchObject({ passLineCny: '463.3333333333', passLineGapCny: '-413.3333333333' });
    expect(room?.costs).toEqual([{ kind: 'video', amountCny: '50', share: '1.0000', toPassCny: '463.3333333333' }]);
    expect(accounts.meta.rateCards).toEqual([
      'douyin/live_view/2026-01-01#1',
      'douyin/video_play/2026-01-01#1',
      'kuaishou/live_view/2026-01-01#1',
    ]);
    expect(Number(room?.roiValue)).toBe(Number(FIGURES.roiRoom));
    expect(room?.lines.find(({ line }) => line === 'live_view')).toMatchObject({ units: 3900, grossUnits: 4000, valueCny: '682.5' });
    expect(room?.lines.find(({ line }) => line === 'video_play')).toMatchObject({ units: 250, valueCny: '6.25' });
    expect(dealers.rows.find(({ dealerId }) => dealerId === 'D01')).toMatchObject({ costCny: '150', roiValue: FIGURES.roiDealer });
    expect(regions.rows.map(({ adcode, valueCny }) => `${adcode} ${valueCny}`).sort()).toEqual(
      [
        `330100 ${FIGURES.valueRoom}`,
        `320100 ${FIGURES.valueLong}`,
        `440100 ${FIGURES.valueOdd}`,
        `unassigned ${FIGURES.valueStray}`,
      ].sort(),
    );
    expect(brand.rows[0].valueCny).toBe(FIGURES.valueBrand);
  });

  it('tiers and ranking answer at every level with the same value and traffic', async () => {
    const tiers = await october4<TierRow>('tiers');
    const rankings = await october4<RankingRow>('ranking');
    // trailing: the September session of 200 views as well
    expect(tiers[0].rows.find(({ accountId }) => accountId === ROOM)).toMatchObject({
      trailingValueCny: '723.75',
      earnedTier: 'incubating',
    });
    expect(tiers[3].rows[0]).toMatchObject({ trailingValueCny: '1103.75', earnedTier: null });
    expect(rankings[0].rows[0]).toMatchObject({
      accountId: ROOM,
      rank: 1,
      showroomVisitors: 2,
      showroomVisitorsHigh: 4,
      valueCny: FIGURES.valueRoom,
    });
    expect(rankings[0].rows[0].parts.find(({ metric }) => metric === 'showroom')).toMatchObject({ weight: 35, value: '2' });
    expect(rankings[1].rows.find(({ dealerId }) => dealerId === ODD_DEALER)).toMatchObject({
      rank: null,
      score: null,
      valueCny: FIGURES.valueOdd,
    });
    expect(rankings[1].rows.find(({ dealerId }) => dealerId === null)).toMatchObject({ rank: null, valueCny: FIGURES.valueStray });
    expect(rankings[3].rows[0]).toMatchObject({ showroomVisitors: 2, valueCny: FIGURES.valueBrand });
  });

  it('a table, CSV and XLSX carry the figures of the JSON, with ids as text', async () => {
    const table = await runAlone('report', 'ranking', ...october, '--level', 'dealer');
    expect(table.code).toBe(0);
    expect(table.out).toMatch(/1 +杭州启明 .* 2 \(2–4\) +688\.75/);
    expect(table.err).toMatch(/2026-10/);

    const csv = await run('report', 'value', ...october, '--level', 'account', '--format', 'csv', '--out', at('value.csv'));
    expect(csv).toMatchObject({ code: 0 });
    const text = fs.readFileSync(at('value.csv'), 'utf8');
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(text).toContain(`,${LONG_ID},`);
    expect(text).toContain(`,${ROOM},`);
    expect(text).toContain(`,${FIGURES.valueRoom},`);
    expect((await runAlone('report', 'showroom', ...october, '--level', 'brand', '--format', 'csv')).out).toMatch(/^\ufefflevel,/);

    expect(await run('report', 'tiers', ...october, '--format', 'xlsx', '--out', at('tiers.xlsx'))).toMatchObject({ code: 0 });
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(at('tiers.xlsx'));
    const cells = book.worksheets[0].getSheetValues().flat();
    expect(cells).toEqual(expect.arrayContaining([ROOM, LONG_ID]));

    const json = await run('report', 'showroom', ...october, '--format', 'json', '--out', at('showroom.json'));
    expect(json.code).toBe(0);
    expect((JSON.parse(fs.readFileSync(at('showroom.json'), 'utf8')) as Report<ShowroomRow>).rows).toHaveLength(4);
    const refused = await runAlone('report', 'tiers', ...october, '--format', 'xlsx');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toMatch(/--out/);
  });

  it('--from/--to is half open, --platform and --tier narrow, --json stands before or after', async () => {
    const span = await report<ValueRow>('value', '--from', '2026-10-05', '--to', '2026-10-12', '--level', 'account');
    const value = Object.fromEntries(span.rows.map((row) => [row.accountId, row.valueCny]));
    // 5 October: 900 views; 8 and 9 October: plays +160 − 10; the sessions of the 12th are outside
    expect(value).toMatchObject({ [ROOM]: '161.25', [LONG_ID]: FIGURES.valueLong, [ODD_ID]: FIGURES.valueOdd });
    expect(value[STRAY] ?? null).not.toBe(FIGURES.valueStray);
    const kuaishou = await commands.json<Report<ValueRow>>([
      '--json',
      '--data',
      data,
      'report',
      'value',
      ...october,
      '--platform',
      'kuaishou',
    ]);
    expect(kuaishou.rows.map(({ accountId }) => accountId)).toEqual([ODD_ID]);
    const tier = await report<RankingRow>('ranking', ...october, '--tier', 'incubating');
    expect(tier.rows.map(({ accountId }) => accountId)).toEqual([ROOM]);
    expect((await report<RankingRow>('ranking', ...october, '--tier', 'head')).rows).toEqual([]);
    const september = await report<ValueRow>('value', '--month', '2026-09', '--level', 'brand');
    expect(september.rows[0].valueCny).toBe('35');
  });

  it('what is exported goes into an empty store and gives the same reports', async () => {
    const other = at('other');
    await fillWithStores(other);
    const second = RunningProduct.up(other);
    try {
      await second.ready();
      for (const kind of Object.keys(BRAND)) {
        const out = at(`export-${kind}.ndjson`);
        expect(await run('export', kind, '--out', out)).toMatchObject({ code: 0 });
        const rows = fs.readFileSync(out, 'utf8').trim().split('\n');
        expect({ kind, rows: rows.length }).toEqual({ kind, rows: BRAND[kind].length });
        // viewer keys belong to the installation's secret: entries go back into their own store only
        if (kind === 'entries') expect(fs.readFileSync(out, 'utf8')).not.toMatch(/viewer-(anna|bert|carl|dora|zoe)/);
        else expect(await commands.run(['--data', other, 'import', kind, out])).toMatchObject({ code: 0 });
      }
      const again = JSON.parse((await run('import', 'entries', at('export-entries.ndjson'))).out) as object;
      expect(again).toMatchObject({ read: 14, accepted: 0, rejected: 0 });
      const args = ['report', 'value', ...october, '--level', 'account', '--json'];
      const [mine, theirs] = await Promise.all([
        commands.json<Report<ValueRow>>(['--data', data, ...args]),
        commands.json<Report<ValueRow>>(['--data', other, ...args]),
      ]);
      expect(theirs.rows).toEqual(mine.rows);
    } finally {
      await second.stop();
      await untilNothingRunsOn(other);
    }
  });

  it('CSV export is read again, ids and all', async () => {
    const { code, out } = await runAlone('export', 'accounts', '--format', 'csv');
    expect(code).toBe(0);
    expect(out).toContain(LONG_ID);
    fs.writeFileSync(at('accounts-again.csv'), out);
    expect(JSON.parse((await run('import', 'accounts', at('accounts-again.csv'))).out)).toMatchObject({
      accepted: 0,
      unchanged: 3,
      rejected: 0,
    });
  });

  it('a template that is filled in goes in', async () => {
    expect(await run('template', 'dealers', '--out', at('dealers.xlsx'))).toMatchObject({ code: 0 });
    const empty = await run('import', 'dealers', at('dealers.xlsx'));
    expect(empty).toMatchObject({ code: 2, out: '' });
    expect(empty.err).toMatch(/第一张工作表[^]*first sheet/);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(at('dealers.xlsx'));
    book.worksheets[0].addRow(['D01', '杭州启明', '330100', '华东/浙江']);
    await book.xlsx.writeFile(at('dealers.xlsx'));
    expect(JSON.parse((await run('import', 'dealers', at('dealers.xlsx'))).out)).toMatchObject({ read: 1, unchanged: 1, rejected: 0 });
    expect((await run('template', '--list')).out).toMatch(/rate-cards/);
  });

  it('doctor finds everything in order and migrate has nothing left to do', async () => {
    const doctor = await run('doctor', '--json');
    expect(doctor.code).toBe(0);
    expect(JSON.parse(doctor.out)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: 'clickhouse', state: 'ok' }),
        expect.objectContaining({ check: 'postgresql', state: 'ok' }),
        expect.objectContaining({ check: 'facts', state: 'ok' }),
      ]),
    );
    expect(JSON.parse((await run('migrate', '--json')).out)).toEqual({ warehouse: [], database: [] });
  });

  it('bad usage ends with 2, says so on stderr and prints no result', async () => {
    const said = (ran: Ran) => ({ code: ran.code, out: ran.out });
    const wrong: [string[], RegExp][] = [
      [['report', 'nonsense'], /nonsense.*showroom.*ranking/],
      [['report', 'ranking', '--month', '2026-13'], /2026-10|YYYY-MM|month/],
      [['report', 'ranking', '--wrong-option'], /--wrong-option/],
      [['report', 'ranking', '--level', 'shop'], /account.*dealer/],
      [['import', 'nonsense', files.dealers], /nonsense|template --list/],
      [['import', 'dealers', at('absent.csv')], /absent\.csv/],
      [['nonsense'], /nonsense/],
      [['integrity', 'scan'], /--from 2026-10-01/],
      [['integrity', 'scan', '--from', '2026-10-02', '--to', '2026-10-01'], /起止时间无效[^]*empty/],
      [['integrity', 'scan', '--from', '2026-10-01', '--to', '2026-11-01', '--detector', 'nonsense'], /conservation/],
      [['close', 'diff'], /missing required argument 'from'/],
      [['report', 'ranking', '--as-of', 'yesterday'], /asOf.*2026-10-18T21:00:00/s],
      [['report', 'ranking', '--as-of', '2020-01-01T00:00:00Z'], /earliest possible/],
    ];
    const check = async ([args, text]: [string[], RegExp], at: number) => {
      const ran = await (at < 3 ? runAlone : run)(...args);
      expect({ args, ...said(ran) }).toEqual({ args, code: 2, out: '' });
      expect(ran.err).toMatch(text);
    };
    await Promise.all(wrong.map(check));
    expect(await runAlone('--help')).toMatchObject({ code: 0, out: expect.stringContaining('report') as string });
  });

  it('with two brands --brand is needed, and each has its own figures', async () => {
    expect(await run('brand', 'add', 'other', '--name', 'other')).toMatchObject({ code: 0 });
    const unnamed = await run('report', 'value', ...october);
    expect(unnamed).toMatchObject({ code: 2, out: '' });
    expect(unnamed.err).toMatch(/--brand/);
    const named = await report<ValueRow>('value', ...october, '--level', 'brand', '--brand', 'brand');
    expect(named.rows[0].valueCny).toBe(FIGURES.valueBrand);
    const empty = await run('--brand', 'other', 'report', 'value', ...october);
    expect(empty).toMatchObject({ code: 0, out: '' });
    expect(empty.err).toMatch(/还没有数据[^]*no facts yet/);
    expect(await run('--brand', 'absent', 'report', 'value')).toMatchObject({ code: 2, out: '' });
  });
});

describe('command line on a folder of its own', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('each command starts what it needs and leaves nothing running', async () => {
    const first = await vitrine(['--data', data, 'migrate']);
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^applied /);
    await untilNothingRunsOn(data);
    expect(await vitrine(['--data', data, 'migrate'])).toMatchObject({ code: 0, out: 'both stores are current\n' });
    const empty = await vitrine(['report', 'ranking', '--json'], { env: { VITRINE_DATA: data } });
    expect(empty).toMatchObject({ code: 2, out: '' });
    expect(empty.err).toMatch(/还没有品牌[^]*There is no brand yet[^]*Import something first/);
    await untilNothingRunsOn(data);
  });
});
