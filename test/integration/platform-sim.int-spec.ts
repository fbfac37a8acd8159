import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import ExcelJS from '@protobi/exceljs';
import { createWorld, startPlatformSim, writeWorldFiles } from '../../apps/platform-sim/src';
import type { PlatformSim, WorldFile } from '../../apps/platform-sim/src';
import { findImportKind, PLATFORMS } from '@app/contracts';

const world = createWorld({ seed: 7, endMonth: '2026-10' });
const DAY = 86_400_000;

async function json(url: string, init?: RequestInit): Promise<Record<string, unknown>> {
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}

describe('the files of the world', () => {
  let dir: string;
  let files: WorldFile[];
  let entries: number;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vitrine-world-'));
    ({ files, entries } = await writeWorldFiles(world, dir));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  const rows = async (file: string) =>
    (await readFile(join(dir, file), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('stand in the manifest in import order, state first', async () => {
    const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as WorldFile[];
    expect(manifest).toEqual(files);
    expect(manifest.slice(0, 4).map((one) => one.kind)).toEqual(['regions', 'dealers', 'accounts', 'policies']);
    expect(new Set(manifest.map((one) => one.kind)).size).toBe(12);
  });

  it('hold only fields of their kinds, and the required ones', async () => {
    const wrong = new Set<string>();
    for (const { file, kind } of files.filter((one) => one.file.endsWith('.ndjson') && one.kind !== 'entries')) {
      const known = findImportKind(kind);
      const names = new Set(known?.fields.map((field) => field.name));
      const needed = known?.fields.filter((field) => field.required).map((field) => field.name) ?? [];
      for (const row of await rows(file)) {
        for (const name of Object.keys(row)) if (!names.has(name)) wrong.add(`${kind}: unknown ${name}`);
        for (const name of needed) if (row[name] === undefined) wrong.add(`${kind}: no ${name}`);
      }
    }
    expect([...wrong]).toEqual([]);
  });

  it('place every dealer by a code of GB/T 2260', async () => {
    const codes = JSON.parse(await readFile(join(__dirname, '../../libs/database/src/adcode/gbt2260.json'), 'utf8')) as Record<
      string,
      string
    >;
    for (const dealer of await rows('dealers.ndjson')) expect(codes[String(dealer['adcode'])]).toBeDefined();
  });

  it('hold a million entries within five per cent', async () => {
    expect(Math.abs(entries - 1_000_000)).toBeLessThan(50_000);
    const lines = (await readFile(join(dir, 'entries-2026-10.ndjson'), 'utf8')).trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      platform: expect.any(String),
      viewer: expect.any(String),
      enteredAt: expect.any(Number),
    });
  });

  it('keep the assistant’s headers, in both generations and all encodings', async () => {
    const seen = new Set<string>();
    for (const one of files.filter((file) => file.kind === 'channels-assistant')) {
      const bytes = await readFile(join(dir, one.file));
      const bom = bytes[0] === 0xef;
      let text = new TextDecoder('utf-8').decode(bytes);
      if (text.includes('\ufffd')) text = new TextDecoder('gb18030').decode(bytes);
      const header = (text.split('\r\n')[0] ?? '').split(',');
      expect(header.slice(0, 3)).toEqual(['视频描述', '视频ID', '发布时间']);
      seen.add(`${header.length} ${bom ? 'bom' : ''}`);
    }
    expect([...seen].some((one) => one.startsWith('15'))).toBe(true);
    expect([...seen].some((one) => one.startsWith('19'))).toBe(true);
    expect([...seen].some((one) => one.endsWith('bom'))).toBe(true);
  });

  it('give Kuaishou sessions as a sheet with the catalogue’s Chinese headers', async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(dir, 'kuaishou-sessions-2026-10.xlsx'));
    const sheet = book.worksheets[0]!;
    const labels = new Set(findImportKind('sessions')?.fields.map((field) => field.label.zh));
    for (const header of (sheet.getRow(1).values as string[]).slice(1)) expect(labels.has(header)).toBe(true);
    expect(sheet.rowCount - 1).toBe(
      world.of('kuaishou').reduce((sum, account) => sum + world.sessions(account, world.lastMonth).length, 0),
    );
  });
});

describe('the servers', () => {
  let sim: PlatformSim;
  beforeAll(async () => {
    sim = await startPlatformSim({ world, trouble: 'none', now: () => world.startsAt + DAY });
  });
  afterAll(() => sim.stop());

  it('take the tokens of the grants and count their requests', async () => {
    const account = world.of('kuaishou')[0]!;
    const refused = await json(`${sim.urls.kuaishou}/openapi/user_info?app_id=a&access_token=nonsense`);
    expect(refused['result']).toBe(100200102);
    const given = await json(
      `${sim.urls.kuaishou}/oauth2/access_token?app_id=a&app_secret=b&grant_type=authorization_code&code=code-${account.openId}`,
    );
    const told = await json(`${sim.urls.kuaishou}/openapi/user_info?app_id=a&access_token=${String(given['access_token'])}`);
    expect(told).toMatchObject({ result: 1, user_info: { name: account.name } });
    expect(sim.requests().kuaishou).toBe(3);
    expect(await json(`${sim.urls.control}/requests`)).toMatchObject({ kuaishou: 3 });
  });

  it('follow the clock that the control server sets', async () => {
    const now = world.startsAt + 40 * DAY;
    expect(await json(`${sim.urls.control}/now`, { method: 'POST', body: JSON.stringify({ now }) })).toEqual({ now });
    const fans = await json(`${sim.urls.douyin}/data/external/user/fans/?open_id=x&date_type=15`);
    expect((fans['extra'] as { now: number }).now).toBe(now);
  });

  it('answer nothing on a port after they stopped', async () => {
    const other = await startPlatformSim({ world, trouble: 'none' });
    await other.stop();
    for (const platform of PLATFORMS) await expect(fetch(other.urls[platform])).rejects.toThrow();
  });
});
