import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createClient } from '@clickhouse/client';
import * as ExcelJS from '@protobi/exceljs';
import * as iconv from 'iconv-lite';
import { Bilingual, VitrineError } from '@app/contracts';
import { ensureBrand } from '@app/database';
import { ImportRequest, ImportResult, IngestStores, importFiles, writeTemplate } from '@app/ingest';
import { TestStores, openTestStores } from '../support/stores';

const HEAD = 'platform,accountId,viewer,enteredAt,dwellSeconds';
const good = { platform: 'douyin', accountId: '007', viewer: 'v1', enteredAt: '2026-10-01T10:00:00+08:00' };

describe('bad input', () => {
  let test: TestStores;
  let stores: IngestStores;
  let dir: string;
  let brandId: number;
  let brands = 0;

  beforeAll(async () => {
    test = await openTestStores();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-ingest-'));
    stores = { warehouse: test.warehouse, dataSource: test.dataSource, secret: test.secret, dataDir: dir };
  });
  beforeEach(async () => {
    brandId = (await ensureBrand(test.dataSource, { code: `b${++brands}`, name: 'Brand', zone: 'Asia/Shanghai' })).brandId;
  });
  afterAll(async () => {
    await test?.close();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const file = (name: string, content: string | Buffer): string => {
    const target = path.join(dir, name);
    fs.writeFileSync(target, content);
    return target;
  };
  const run = (target: string, more: Partial<ImportRequest> = {}): Promise<ImportResult> =>
    importFiles(stores, { kind: 'entries', files: [target], brandId, ...more });
  const refusal = async (target: string, more: Partial<ImportRequest> = {}): Promise<{ text: Bilingual; remedy?: Bilingual }> => {
    const error: unknown = await run(target, more).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VitrineError);
    const { code, text, options } = error as VitrineError;
    expect(code).toBe('bad_input');
    expect(options.remedy?.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(options.remedy?.en).toBeTruthy();
    return { text, remedy: options.remedy };
  };
  const workbook = async (name: string, rows: unknown[][], tune: (sheet: ExcelJS.Worksheet) => void = () => undefined): Promise<string> => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('data');
    rows.forEach((row) => sheet.addRow(row));
    tune(sheet);
    const target = path.join(dir, name);
    await book.xlsx.writeFile(target);
    return target;
  };
  const entries = () =>
    test.warehouse.query<Record<string, unknown>>({
      name: 'test',
      sql: 'SELECT e.*, k.account_id AS account_id FROM (SELECT * FROM entries FINAL WHERE brand_id = {brandId: UInt32}) AS e LEFT JOIN account_keys AS k ON k.account_key = e.account_key AND k.brand_id = e.brand_id ORDER BY entered_at',
      params: { brandId },
    });

  it.each<[string, object | string, string, RegExp, RegExp]>([
    ['unknown platform', { ...good, platform: 'tiktok' }, 'platform', /未知的平台/, /Unknown platform/],
    ['local time without zone', { ...good, enteredAt: '2026-10-01T10:00:00' }, 'zone_missing', /没有写明时区/, /no zone/],
    ['dwell over 86,400', { ...good, dwellSeconds: 86_401 }, 'dwell', /0 到 86,400/, /between 0 and 86,400/],
    ['negative dwell', { ...good, dwellSeconds: -1 }, 'dwell', /0 到 86,400/, /between 0 and 86,400/],
    ['an entry in the future', { ...good, enteredAt: Date.now() + 660_000 }, 'future', /晚 10 分钟以上/, /more than 10 minutes ahead/],
    [
      'an observation in the future',
      { ...good, observedAt: Date.now() + 660_000 },
      'future',
      /晚 10 分钟以上/,
      /more than 10 minutes ahead/,
    ],
    ['broken JSON', '{"platform":"douyin","viewer":"secret-one', 'broken_json', /不是完整的 JSON/, /not a whole JSON object/],
    ['an id that lost digits', { ...good, accountId: 1.5 }, 'id_number', /失去精度/, /lost digits/],
    [
      'a missing field',
      { platform: 'douyin', viewer: 'secret-two', enteredAt: good.enteredAt },
      'missing',
      /缺少必填/,
      /required field is missing/,
    ],
  ])('%s is rejected with a reason and a remedy in both languages, and stops nothing else', async (_name, row, code, zh, en) => {
    const lines = [JSON.stringify(good), typeof row === 'string' ? row : JSON.stringify({ ...row, viewer: 'secret-viewer' })];
    const result = await run(file('rows.ndjson', lines.join('\n')));
    expect(result).toMatchObject({ read: 2, accepted: 1, rejected: 1 });
    const [reject] = fs
      .readFileSync(result.rejectsFile as string, 'utf8')
      .trim()
      .split('\n');
    expect(JSON.parse(reject)).toMatchObject({ line: 2, code, reason: { zh: expect.stringMatching(zh), en: expect.stringMatching(en) } });
    expect(JSON.parse(reject).remedy).toEqual({ zh: expect.stringMatching(/[\u4e00-\u9fff]/), en: expect.stringMatching(/\w/) });
    expect(reject).not.toContain('secret');
  });

  it('a file of which nothing can be read is refused as a whole', async () => {
    const { text } = await refusal(file('none.ndjson', 'hello\nworld\n'));
    expect(text).toEqual({ zh: expect.stringContaining('全部被拒绝'), en: expect.stringContaining('nothing could be read') });
    await refusal(file('empty.ndjson', ''));
    await refusal(path.join(dir, 'absent.ndjson'));
  });

  it('GB18030 with Chinese headers is read, and the import says so', async () => {
    const text = '平台,账号ID,观众ID,进房时间,停留秒数,流量来源\r\ndouyin,007,v1,2026-10-01 10:00:00,95,直播推荐\r\n';
    const result = await run(file('gb.csv', iconv.encode(text, 'gb18030')));
    expect(result).toMatchObject({ read: 1, accepted: 1, rejected: 0 });
    expect(result.notes.map(({ en }) => en)).toEqual(
      expect.arrayContaining([expect.stringContaining('GB18030'), expect.stringContaining('Asia/Shanghai')]),
    );
    expect(await entries()).toMatchObject([
      { traffic_source: '直播推荐', entered_at: '2026-10-01 02:00:00.000', dwell_seconds: 95, account_id: '007' },
    ]);
  });

  it('UTF-8 with a byte order mark is read as it is', async () => {
    const result = await run(file('bom.csv', `\uFEFF${HEAD}\ndouyin,"007",v1,2026-10-01T10:00:00Z,\n`));
    expect(result).toMatchObject({ read: 1, accepted: 1, notes: [expect.anything()] });
    expect(await entries()).toMatchObject([{ dwell_seconds: null, account_id: '007' }]);
  });

  it('a wrong encoding is named', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${HEAD}\n`, 'utf16le')]);
    const neither = Buffer.concat([Buffer.from(`${HEAD}\n`), Buffer.from([0xff, 0xff, 0x81, 0x0a])]);
    for (const [name, bytes] of [
      ['utf16.csv', utf16],
      ['bytes.csv', neither],
      ['gb.ndjson', iconv.encode('{"a":"中文"}', 'gb18030')],
    ] as const) {
      const { text, remedy } = await refusal(file(name, bytes));
      expect(text).toEqual({ zh: expect.stringContaining('编码'), en: expect.stringContaining('encoding') });
      expect(remedy).toEqual({ zh: expect.stringContaining('UTF-8'), en: expect.stringContaining('UTF-8') });
    }
  });

  it('a CSV without header is refused with the names to write', async () => {
    const { text, remedy } = await refusal(file('bare.csv', 'douyin,007,v1,2026-10-01T10:00:00Z\n'));
    expect(text).toEqual({ zh: expect.stringContaining('不是表头'), en: expect.stringContaining('not a header') });
    expect(remedy?.en).toContain('platform, accountId, viewer');
    const missing = await refusal(file('short.csv', 'platform,viewer\ndouyin,v1\n'));
    expect(missing.text.en).toContain('accountId, enteredAt');
  });

  it('an unknown column is ignored and named; an open quote loses only what follows it', async () => {
    const result = await run(
      file('quote.csv', `${HEAD},colour\ndouyin,007,v1,2026-10-01T10:00:00Z,5,red\ndouyin,007,"v2,2026-10-01T10:00:00Z,5,red\n`),
    );
    expect(result).toMatchObject({ accepted: 1, rejected: 1 });
    expect(result.notes.map(({ en }) => en).join()).toContain('colour');
    expect(result.rejects).toMatchObject([{ code: 'broken_csv' }]);
  });

  it('a zip bomb in XLSX clothing is refused before it is unpacked, also when its directory lies', async () => {
    const bomb = await workbook(
      'bomb.xlsx',
      Array.from({ length: 300 }, (_, row) => [row + 'a'.repeat(30_000)]),
    );
    expect((await refusal(bomb)).text).toEqual({ zh: expect.stringContaining('压缩炸弹'), en: expect.stringContaining('zip bomb') });
    const bytes = fs.readFileSync(bomb);
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
      const declared = bytes.readUInt32LE(at + 24);
      if (declared > 1_000_000) bytes.writeUInt32LE(1000, at + 24);
    }
    expect((await refusal(file('liar.xlsx', bytes))).text.en).toMatch(/zip bomb|not a whole XLSX/);
    expect((await refusal(file('text.xlsx', 'hello'))).text.en).toContain('not a whole XLSX');
  });

  it('a formula cell is rejected, its neighbours are not; dates are read in the brand zone', async () => {
    const target = await workbook('formula.xlsx', [
      HEAD.split(','),
      ['douyin', '007', 'v1', new Date('2026-10-01T10:00:00Z'), { formula: '1+1', result: 2 }],
      ['douyin', '007', 'v2', new Date('2026-10-01T10:00:00Z'), 95],
    ]);
    const result = await run(target);
    expect(result).toMatchObject({ read: 2, accepted: 1, rejected: 1 });
    expect(result.rejects).toMatchObject([
      { line: 2, field: 'dwellSeconds', reason: { zh: expect.stringContaining('公式'), en: expect.stringContaining('formula') } },
    ]);
    expect(await entries()).toMatchObject([{ entered_at: '2026-10-01 02:00:00.000', dwell_seconds: 95 }]);
  });

  it('ids keep leading zeros and twenty digits; a number that Excel has cut is refused with the remedy', async () => {
    const at = '2026-10-01T10:00:00Z';
    const target = await workbook(
      'ids.xlsx',
      [
        HEAD.split(','),
        ['douyin', '00012345678901234567', 'v1', at, 1],
        ['douyin', 42, 'v2', at, 1],
        ['douyin', 12345678901234567000, 'v3', at, 1],
      ],
      (sheet) => (sheet.getCell('B3').numFmt = '00000'),
    );
    const result = await run(target);
    expect(result).toMatchObject({ accepted: 2, rejected: 1 });
    expect(result.rejects).toMatchObject([
      { code: 'id_number', remedy: { zh: expect.stringContaining('文本'), en: expect.stringContaining('format as text') } },
    ]);
    expect((await entries()).map((row) => row.account_id).sort()).toEqual(['00012345678901234567', '00042']);
    const csv = file('ids.csv', `${HEAD}\ndouyin,00000000000000000007,v9,${at},1\n`);
    expect(await run(csv)).toMatchObject({ accepted: 1 });
    expect((await entries()).map((row) => row.account_id)).toContain('00000000000000000007');
  });

  it('a template that was filled in is imported', async () => {
    const target = path.join(dir, 'template.xlsx');
    await writeTemplate('dealers', target);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(target);
    expect(book.worksheets).toHaveLength(3);
    book.worksheets[0].addRow(['D001', '杭州示例汽车', '330100', '华东大区/浙江小区']);
    await book.xlsx.writeFile(target);
    expect(await run(target, { kind: 'dealers' })).toMatchObject({ read: 1, accepted: 1, rejected: 0 });
    expect(await run(target, { kind: 'dealers' })).toMatchObject({ read: 1, accepted: 0, unchanged: 1 });
    const wrong = await run(file('d.csv', 'dealerId,name,adcode\nD002,二号,330100\nD003,三号,999999\n'), { kind: 'dealers' });
    expect(wrong).toMatchObject({ accepted: 1, rejected: 1, rejects: [{ line: 3, field: 'adcode' }] });
  });

  it('Parquet is read by the store, through the same validation', async () => {
    const client = createClient(test.warehouse.address);
    const { stream } = await client.exec({
      query: `SELECT 'douyin' AS platform, toUInt64(12345678901234567890) AS accountId, concat('v', toString(number)) AS viewer,
        toDateTime64('2026-10-01 02:00:00.5', 3, 'UTC') AS enteredAt, toInt32(if(number = 2, -5, number)) AS dwellSeconds, 1 AS colour FROM numbers(3) FORMAT Parquet`,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    await client.close();
    const result = await run(file('rows.parquet', Buffer.concat(chunks)));
    expect(result).toMatchObject({ read: 3, accepted: 2, rejected: 1, rejects: [{ line: 3, field: 'dwellSeconds', code: 'dwell' }] });
    expect(await entries()).toMatchObject([{ account_id: '12345678901234567890', entered_at: '2026-10-01 02:00:00.500' }, {}]);
    const staging = await test.warehouse.query({ name: 'test', sql: "SELECT name FROM system.tables WHERE name LIKE 'import_staging%'" });
    expect(staging).toEqual([]);
    expect((await refusal(file('no.parquet', 'PAR1 nothing at all'))).text.en).toContain('not a readable Parquet');
  });

  it('the 视频号助手 export is read in both generations, blank is unknown, one account is asked for', async () => {
    const heads =
      '视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量,转发聊天和朋友圈,设为铃声,设为状态,设为朋友圈封面';
    const newer = `${heads},企微链接点击次数,企微链接点击人数,添加到通讯录次数,添加到通讯录人数`;
    const row = '"第一行\n#话题",export/UzFf1,2026/08/07,4.41%,14.73秒,1817,42,33,,25,2,1,0,0,0';
    const target = file('channels.csv', `\uFEFF${newer}\n${row},,,,\n`);
    expect((await refusal(target, { kind: 'channels-assistant' })).remedy?.en).toContain('--account');
    const account = { kind: 'channels-assistant', account: 'sph-1', observedAt: Date.parse('2026-10-01T00:00:00Z') };
    expect(await run(target, account)).toMatchObject({ read: 1, accepted: 1, rejected: 0 });
    expect(await run(file('older.csv', `${heads}\n${row}\n`), account)).toMatchObject({ accepted: 0 });
    const readings = await test.warehouse.query({
      name: 'test',
      sql: 'SELECT * FROM video_readings FINAL WHERE brand_id = {brandId: UInt32}',
      params: { brandId },
    });
    expect(readings).toMatchObject([
      {
        video_id: 'export/UzFf1',
        title: '第一行\n#话题',
        published_at: '2026-08-06 16:00:00.000',
        read_at: '2026-10-01 00:00:00.000',
        plays: '1817',
        likes: '42',
        favorites: '33',
        comments: null,
        shares: '25',
        follows: '2',
        completion_rate: '0.0441',
        average_play_seconds: '14.73',
      },
    ]);
    expect((await refusal(target, { kind: 'douyin-creator', account: 'dy-1' })).text.en).toContain('columns are missing');
  });
});
