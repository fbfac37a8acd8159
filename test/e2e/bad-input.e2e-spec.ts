import * as fs from 'node:fs';
import * as path from 'node:path';
import { deflateRawSync, crc32 } from 'node:zlib';
import * as ExcelJS from '@protobi/exceljs';
import * as iconv from 'iconv-lite';
import type { Report, ShowroomRow } from '@app/contracts';
import { Commands, Ran, RunningProduct, temporaryFolder } from '../support/cli';
import { LONG_ID, ROOM } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { fillWithStores } from '../support/stores';

const SECRETS = ['geheim-viewer', '13800138000', 'geheim-text', 'geheim-token'];
const HEAD = 'platform,accountId,viewer,enteredAt,dwellSeconds';

describe('bad input on the command line', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  let product: RunningProduct;
  let commands: Commands;
  const file = (name: string, content: string | Buffer) => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const load = (kind: string, target: string, ...more: string[]) => commands.run(['--data', data, 'import', kind, target, ...more]);
  const counts = ({ out }: Ran) => JSON.parse(out) as { read: number; accepted: number; rejected: number; rejectsFile: string | null };
  const good = (viewer: string) => ({
    platform: 'douyin',
    accountId: ROOM,
    viewer,
    enteredAt: '2026-10-05T19:00:00+08:00',
    dwellSeconds: 60,
  });
  const bilingual = /[\u4e00-\u9fff][^]*[a-z]{3}/;

  beforeAll(async () => {
    await fillWithStores(data);
    product = RunningProduct.up(data);
    await product.ready();
    commands = new Commands({ cwd: folder });
    await load('accounts', file('accounts.ndjson', `${JSON.stringify({ platform: 'douyin', accountId: ROOM, name: '七号' })}\n`));
  });
  afterAll(async () => {
    await commands?.stop();
    await product?.stop();
    await untilNothingRunsOn(data);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('each bad row is refused with line, field, reason and remedy in both languages; the rest of the file goes in; no person is named', async () => {
    const bad: [string, string | object][] = [
      ['platform', { ...good('geheim-viewer'), platform: 'tiktok' }],
      ['zone_missing', { ...good('geheim-viewer'), enteredAt: '2026-10-05T19:00:00' }],
      ['dwell', { ...good('geheim-viewer'), dwellSeconds: 86_401 }],
      ['dwell', { ...good('geheim-viewer'), dwellSeconds: -1 }],
      ['future', { ...good('geheim-viewer'), enteredAt: new Date(Date.now() + 3_600_000).toISOString() }],
      ['broken_json', '{"platform":"douyin","viewer":"geheim-viewer","phone":"13800138000"'],
    ];
    const lines = [good('first'), ...bad.map(([, row]) => row), good('last')].map((row) =>
      typeof row === 'string' ? row : JSON.stringify(row),
    );
    const ran = await load('entries', file('entries.ndjson', `${lines.join('\n')}\n`));
    expect(ran.code).toBe(0);
    expect(counts(ran)).toMatchObject({ read: 8, accepted: 2, rejected: bad.length });
    const { rejectsFile } = counts(ran);
    const text = fs.readFileSync(String(rejectsFile), 'utf8');
    const rejects = text
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { line: number; code: string; reason: { zh: string; en: string }; remedy: { zh: string; en: string } },
      );
    expect(rejects.map(({ line, code }) => `${line} ${code}`)).toEqual(bad.map(([code], index) => `${index + 2} ${code}`));
    for (const { reason, remedy } of rejects)
      for (const { zh, en } of [reason, remedy]) {
        expect(zh).toMatch(/[\u4e00-\u9fff]/);
        expect(en).toMatch(/[a-z]{3}/);
      }
    for (const secret of SECRETS) expect(text + ran.err + ran.out).not.toContain(secret);
    expect(ran.err).toMatch(bilingual);
  });

  it('an account that nobody declared is kept, named, and reported as unassigned', async () => {
    const ran = await load('entries', file('stray.ndjson', `${JSON.stringify({ ...good('x'), accountId: LONG_ID })}\n`));
    expect(ran.code).toBe(0);
    expect(counts(ran)).toMatchObject({ accepted: 1, rejected: 0 });
    expect(ran.err).toMatch(/未分配[^]*unassigned[^]*import accounts/);
    const report = await commands.json<Report<ShowroomRow>>([
      '--data',
      data,
      'report',
      'showroom',
      '--month',
      '2026-10',
      '--level',
      'account',
      '--json',
    ]);
    expect(report.rows.find(({ accountId }) => accountId === LONG_ID)).toMatchObject({ entries: 1, undeclared: true });
    expect(report.rows.find(({ accountId }) => accountId === ROOM)).toMatchObject({ entries: 2, undeclared: false });
  });

  it('text and tokens never reach the rejects file', async () => {
    const comment = {
      platform: 'tiktok',
      accountId: ROOM,
      sessionId: 'S',
      viewer: 'geheim-viewer',
      at: '2026-10-05T19:00:00+08:00',
      text: 'geheim-text 13800138000',
    };
    const grant = { platform: 'tiktok', accountId: ROOM, openId: 'o', accessToken: 'geheim-token', refreshToken: 'geheim-token' };
    for (const [kind, row] of [
      ['comments', comment],
      ['grants', grant],
    ] as const) {
      const ran = await load(kind, file(`${kind}.ndjson`, `${JSON.stringify(row)}\n`));
      expect(ran.code).toBe(2);
      const written = fs.readdirSync(path.join(data, 'rejects')).map((name) => fs.readFileSync(path.join(data, 'rejects', name), 'utf8'));
      for (const secret of SECRETS) expect(written.join('') + ran.err + ran.out).not.toContain(secret);
    }
  });

  it('a file of which nothing can be read ends with 2 and says what to do in both languages', async () => {
    const row = `douyin,${ROOM},geheim-viewer,2026-10-05 19:00:00,60\n`;
    const refused: [string, string | Buffer][] = [
      ['headless.csv', row + row],
      ['utf16.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode(`${HEAD}\n${row}`, 'utf16-le')])],
      ['binary.csv', Buffer.from([0, 1, 2, 255, 254, 0, 0, 9])],
      ['empty.ndjson', ''],
      ['bomb.xlsx', bomb()],
      ['no-zip.xlsx', 'this is no workbook'],
    ];
    for (const [name, content] of refused) {
      const ran = await load('entries', file(name, content));
      expect({ name, code: ran.code, out: ran.out }).toEqual({ name, code: 2, out: '' });
      expect(ran.err).toMatch(/错误：[^]*error: [^]*处理：[^]*remedy: /);
      expect(ran.err).not.toContain('geheim-viewer');
    }
  });

  it('a CSV of an old spreadsheet (GB18030), local times in the zone of the brand, and ids keep every digit', async () => {
    const csv = `平台,账号ID,观众ID,进房时间,停留秒数\ndouyin,${ROOM},观众甲,2026-10-06 19:00:00,60\ndouyin,${LONG_ID},观众乙,2026-10-06 19:00:00,60\n`;
    const ran = await load('entries', file('gb.csv', iconv.encode(csv, 'gb18030')));
    expect(counts(ran)).toMatchObject({ read: 2, accepted: 2, rejected: 0 });
    expect(ran.err).toMatch(/Asia\/Shanghai/);
    const { out } = await commands.run(['--data', data, 'export', 'entries', '--from', '2026-10-06', '--to', '2026-10-07']);
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { accountId: string; enteredAt: string });
    expect(rows.map(({ accountId }) => accountId).sort()).toEqual([ROOM, LONG_ID].sort());
    for (const { enteredAt } of rows) expect(new Date(enteredAt).toISOString()).toBe('2026-10-06T11:00:00.000Z');
  });

  it('in a workbook formulas and ids that lost their digits as numbers are refused row by row; ids as text go in', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('data');
    sheet.addRow(HEAD.split(','));
    sheet.addRow(['douyin', ROOM, 'a', '2026-10-07T19:00:00+08:00', { formula: '30+30', result: 60 }]);
    sheet.addRow(['douyin', ROOM, 'b', '2026-10-07T19:00:00+08:00', { formula: '30+30' }]);
    sheet.addRow(['douyin', 7e19, 'c', '2026-10-07T19:00:00+08:00', 60]);
    sheet.addRow(['douyin', LONG_ID, 'd', '2026-10-07T19:00:00+08:00', 60]);
    const target = path.join(folder, 'formulas.xlsx');
    await book.xlsx.writeFile(target);
    const ran = await load('entries', target);
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/公式[^]*formula/);
    const { out } = await commands.run(['--data', data, 'export', 'entries', '--from', '2026-10-07', '--to', '2026-10-08']);
    const ids = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { accountId: string }).accountId);
    expect(ids).toEqual([LONG_ID]);
    expect(counts(ran)).toMatchObject({ read: 4, accepted: 1, rejected: 3 });
  });
});

/** A workbook of some kilobytes whose sheet is 400 MB of blanks. */
function bomb(): Buffer {
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const plain = Buffer.alloc(400_000_000, ' ');
  const packed = deflateRawSync(plain, { level: 9 });
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(crc32(plain), 10);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(plain.length, 18);
  header.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), header, name, packed]);
  const rest = Buffer.alloc(14);
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), header, rest, name]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}
