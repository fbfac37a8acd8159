import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ExcelJS from '@protobi/exceljs';
import * as iconv from 'iconv-lite';
import { VitrineError } from '@app/contracts';
import { ensureBrand } from '@app/database';
import { EXPORT_PRESETS, ImportBatches, ImportRequest, IngestStores, importFiles, importRows, relinkExports } from '@app/ingest';
import { TestStores, openTestStores } from '../support/stores';

type Cell = string | number | Date | null;
const CREATOR =
  '作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,封面点击率,2s跳出率,平均播放时长,点赞量,分享量,评论量,收藏量,主页访问量,粉丝增量'.split(
    ',',
  );
const work = (title: string, at: Cell, plays: Cell = '1.2万', follows: Cell = '3'): Cell[] => [
  title,
  at,
  '视频',
  '公开',
  plays,
  '4.41%',
  '-',
  '',
  '-',
  '14.73秒',
  '42',
  '25',
  '-',
  '33',
  '7',
  follows,
];
const CHANNELS =
  '视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量,转发聊天和朋友圈,设为铃声,设为状态,设为朋友圈封面'.split(
    ',',
  );

/** One example per preset: header, row, what the row says. */
const EXAMPLES: Record<string, { head: string[]; row: Cell[]; account?: string; table: string; says: Record<string, unknown> }> = {
  'douyin-creator': {
    head: CREATOR,
    row: work('新车\n实拍 #试驾', '2026-10-18 19:05:12', '1.2万', '-5'),
    account: 'dy-1',
    table: 'video_readings',
    says: {
      plays: '12000',
      published_at: '2026-10-18 11:05:12.000',
      completion_rate: '0.0441',
      comments: null,
      follows: null,
      favorites: '33',
    },
  },
  'kuaishou-works': {
    head: ['作品', '发布时间', '播放量', '完播率', '点赞量', '评论量', '收藏量', '分享量', '涨粉量'],
    row: ['试驾', '2026-10-18 19:05:12', '3,456', '0.5', '9', '', '2', '1', '4'],
    account: 'ks-1',
    table: 'video_readings',
    says: { plays: '3456', completion_rate: '0.5', comments: null, follows: '4' },
  },
  'channels-assistant': {
    head: CHANNELS,
    row: ['描述', 'export/UzFf1', '2026/08/07', '4.41%', '14.73秒', '1817', '42', '33', '', '25', '2', '1', '0', '0', '0'],
    account: 'sph-1',
    table: 'video_readings',
    says: { video_id: 'export/UzFf1', likes: '42', favorites: '33', comments: null },
  },
  'channels-live': {
    head: ['开播时间', '直播时长', '观看人数', '最高在线', '总热度', '成交金额'],
    row: ['2026-10-18 19:00:00', '1小时30分', '1.2万', '310', '999', '-'],
    account: 'sph-1',
    table: 'sessions',
    says: { session_id: 'start:2026-10-18T11:00Z', ended_at: '2026-10-18 12:30:00.000', unique_viewers: '12000', views: null },
  },
  'douyin-live-screen': {
    head: ['开播时间', '下播时间', '场观', '观看次数', '最高在线人数', '人均观看时长', '涨粉量', '全场景线索人数', '广告消耗'],
    row: ['2026-10-18 19:00', '2026-10-18 21:00', '800', '1,000', '90', '1分2秒', '-', '5', '100'],
    account: 'dy-1',
    table: 'sessions',
    says: { unique_viewers: '800', views: '1000', average_dwell_seconds: '62', follows: null, leads: '5' },
  },
  'douyin-shop-live': {
    head: ['主播昵称', '直播开始时间', '直播间曝光人数', '直播间观看人数', '直播间观看次数', '直播间成交人数'],
    row: ['一号店', '2026-10-18 19:00:00', '5000', '800', '1000', '3'],
    table: 'sessions',
    says: { views: '1000', unique_viewers: '800', impression_viewers: '5000' },
  },
  'live-ledger': {
    head: ['日期', '开播账号', '平台&挂载组建', '本场主播', '开播时间', '下播时间', '曝光人数', '全场景线索人数', 'A3人群增长'],
    row: ['2026-10-18', '一号店', '抖音-小风车', '小李', '23:00', '01:30', '5000', '6', ''],
    table: 'sessions',
    says: { started_at: '2026-10-18 15:00:00.000', ended_at: '2026-10-18 17:30:00.000', host: '小李', leads: '6', views: null },
  },
  'douyin-followers': {
    head: ['日期', '总粉丝量'],
    row: ['2026-10-18', '1.2万'],
    account: 'dy-1',
    table: 'follower_readings',
    says: { day: '2026-10-18', total: '12000' },
  },
};
const REFUSED: Record<string, Cell[][]> = {
  'douyin-trend': [
    ['日期', '净增粉丝'],
    ['2026-10-18', '5'],
  ],
  'headquarters-leads': [
    ['线索ID', '手机号', '创建时间', '渠道2', '渠道3'],
    ['L1', '13800000000', '2026-10-18', 'a', 'b'],
  ],
};

describe('exports that people download', () => {
  let test: TestStores;
  let stores: IngestStores;
  let dir: string;
  let brandId: number;
  let made = 0;

  beforeAll(async () => {
    test = await openTestStores();
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-exports-'));
    stores = { ...test, dataDir: dir };
  });
  beforeEach(async () => {
    brandId = (await ensureBrand(test.dataSource, { code: `x${++made}`, name: 'Brand', zone: 'Asia/Shanghai' })).brandId;
  });
  afterAll(async () => {
    await test?.close();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const csvText = (rows: Cell[][]) => rows.map((row) => row.map((cell) => `"${cell === null ? '' : String(cell)}"`).join(',')).join('\r\n');
  const csv = (rows: Cell[][], encoding: 'utf8' | 'gb18030' = 'utf8', bom = false): string => {
    const file = path.join(dir, `${++made}.csv`);
    fs.writeFileSync(file, iconv.encode((bom ? '\uFEFF' : '') + csvText(rows), encoding));
    return file;
  };
  const xlsx = async (rows: Cell[][]): Promise<string> => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('Sheet1');
    rows.forEach((row) => sheet.addRow(row));
    const file = path.join(dir, `${++made}.xlsx`);
    await book.xlsx.writeFile(file);
    return file;
  };
  const run = (file: string | string[], more: Partial<ImportRequest> = {}) =>
    importFiles(stores, { kind: 'exports', files: [file].flat(), brandId, observedAt: Date.parse('2026-11-01T00:00:00Z'), ...more });
  const refusal = async (file: string, more: Partial<ImportRequest> = {}) => {
    const error: unknown = await run(file, more).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VitrineError);
    return error as VitrineError;
  };
  const facts = (table: string) =>
    test.warehouse.query<Record<string, unknown>>({
      name: 'test',
      sql: `SELECT * FROM ${table} FINAL WHERE brand_id = {brandId: UInt32} ORDER BY ALL`,
      params: { brandId },
    });
  /** Takes the import of a file back. */
  const undo = async (file: string) => {
    const [{ code: brand }] = (await test.dataSource.query('SELECT code FROM brand WHERE brand_id = $1', [brandId])) as { code: string }[];
    const asker = { scope: 'all' as const, brand, actor: { kind: 'user' as const, id: 'u1', name: '李运营' } };
    const batches = new ImportBatches(stores);
    const batch = (await batches.list(asker, 50)).find(({ files }) => files.includes(path.basename(file)));
    return batches.undo(batch!.batchId, { reason: 'wrong file' }, asker);
  };
  const declare = (...names: string[]) =>
    importRows(stores, {
      kind: 'accounts',
      brandId,
      rows: names.map((name, at) => ({ platform: 'douyin', accountId: `dy-${at + 1}`, name })),
    });
  const told = (...videos: { videoId: string; title: string; publishedAt: string }[]) =>
    importRows(stores, {
      kind: 'videos',
      brandId,
      source: 'api-final',
      rows: videos.map((video) => ({ platform: 'douyin', accountId: 'dy-1', readAt: '2026-10-30T12:00:00+08:00', plays: 10, ...video })),
    });

  it('every preset has an example here', () => {
    expect([...Object.keys(EXAMPLES), ...Object.keys(REFUSED)].sort()).toEqual(EXPORT_PRESETS.map(({ name }) => name).sort());
  });

  it.each(Object.entries(EXAMPLES))(
    '%s is known by its headers in both encodings and as a workbook under a title, and says the same',
    async (_name, one) => {
      await declare('一号店');
      const account = one.account;
      const rows: Cell[][] = [one.head, one.row];
      expect(await run(csv(rows), { account })).toMatchObject({ read: 1, accepted: 1, rejected: 0 });
      const before = await facts(one.table);
      expect(before).toMatchObject([one.says]);
      const again = [
        csv(rows, 'utf8', true),
        csv(rows, 'gb18030'),
        await xlsx([['数据导出'], ...rows]),
        csv([
          [...one.head, '新列'],
          [...one.row, '7'],
        ]),
      ];
      expect(await run(again, { account })).toMatchObject({ read: 4, accepted: 0, replaced: 0, unchanged: 4 });
      expect((await facts(one.table)).length).toBe(before.length);
    },
  );

  it.each(Object.entries(REFUSED))('%s is known and refused, with what to do instead', async (_name, rows) => {
    const { text, options } = await refusal(csv(rows));
    expect(text.en).not.toContain('13800000000');
    expect(options.remedy?.zh).toMatch(/[\u4e00-\u9fff]/);
  });

  it('a file of no export names the nearest one, what it lacks and what is unknown', async () => {
    const { text } = await refusal(csv([CREATOR.map((head) => (head === '播放量' ? '观看数' : head)), work('a', '2026-10-18 19:05:12')]));
    expect(text.en).toContain('douyin-creator');
    expect(text.zh).toContain('播放量');
    expect(text.zh).toContain('观看数');
    await refusal(
      csv([
        ['a', 'b'],
        ['1', '2'],
      ]),
    );
    expect((await refusal(csv([CREATOR, work('a', '2026-10-18 19:05:12')]))).options.remedy?.en).toContain('--account');
  });

  it('serial dates, date cells and texts are one instant', async () => {
    const at = new Date(Date.UTC(2026, 9, 18, 19, 5, 12));
    const serial = at.getTime() / 86_400_000 + 25_569;
    const files = [
      csv([CREATOR, work('a', '2026-10-18 19:05:12')]),
      await xlsx([CREATOR, work('a', at)]),
      await xlsx([CREATOR, work('a', serial)]),
    ];
    expect(await run(files, { account: 'dy-1' })).toMatchObject({ accepted: 1, unchanged: 2 });
  });

  it('a work is found by title and minute; what may be another one is shown with its candidates', async () => {
    await told(
      { videoId: '701', title: '新车 实拍', publishedAt: '2026-10-18T19:05:12+08:00' },
      { videoId: '702', title: '同名', publishedAt: '2026-10-18T20:00:00+08:00' },
      { videoId: '703', title: '同名', publishedAt: '2026-10-18T20:00:30+08:00' },
    );
    const rows = [
      work('新车\n实拍', '2026-10-18 19:05:12'),
      work('同名', '2026-10-18 20:00:10'),
      work('改名后', '2026-10-18 19:05:30'),
      work('从未见过', '2026-10-19 08:00:00'),
    ];
    const result = await run(csv([CREATOR, ...rows]), { account: 'dy-1' });
    expect(result).toMatchObject({ read: 4, accepted: 2, rejected: 2 });
    expect(result.rejects.map(({ code, reason }) => [code, reason.en.match(/(\d+) candidates/)?.[1]])).toEqual([
      ['ambiguous', '2'],
      ['ambiguous', '1'],
    ]);
    const ids = (await facts('video_readings')).filter(({ source }) => source === 'file').map(({ video_id }) => String(video_id));
    expect(ids.filter((id) => id.startsWith('title:'))).toHaveLength(1);
    expect(ids).toContain('701');
  });

  it('equal rows are one; rows that mean one work and differ are all shown', async () => {
    const at = '2026-10-18 19:05:12';
    const result = await run(csv([CREATOR, work('a', at), work('a', at), work('b', at, '5'), work('b', at, '6')]), { account: 'dy-1' });
    expect(result).toMatchObject({ read: 4, accepted: 1, unchanged: 1, rejected: 2 });
    expect(result.rejects.map(({ code }) => code)).toEqual(['contradicting', 'contradicting']);
  });

  it('what only a file told gets the platform’s id once, in any order, and counts once', async () => {
    const file = csv([CREATOR, work('新车', '2026-10-18 19:05:12')]);
    const live = csv([EXAMPLES['douyin-live-screen'].head, EXAMPLES['douyin-live-screen'].row]);
    await run([file, live], { account: 'dy-1' });
    await told({ videoId: '701', title: '新车', publishedAt: '2026-10-18T19:05:12+08:00' });
    const session = { platform: 'douyin', accountId: 'dy-1', sessionId: 's1', startedAt: '2026-10-18T19:01:30+08:00', views: 1000 };
    await importRows(stores, { kind: 'sessions', brandId, source: 'api-final', rows: [session] });
    expect(await relinkExports(stores, { brandId })).toEqual({ relinked: 2, ambiguous: 0, fileOnly: 0 });
    expect(await relinkExports(stores, { brandId })).toEqual({ relinked: 0, ambiguous: 0, fileOnly: 0 });
    expect(await run([file, live], { account: 'dy-1' })).toMatchObject({ accepted: 0, rejected: 0 });
    expect(new Set((await facts('video_readings')).map(({ video_id }) => video_id))).toEqual(new Set(['701']));
    expect(new Set((await facts('sessions')).map(({ session_id }) => session_id))).toEqual(new Set(['s1']));
    await expect(undo(file)).rejects.toThrow(/joined to the platform's ids: their rows stand in another batch/);
  });

  it('a file that alone tells the ids to which others’ rows were moved stays; once the platform tells them, too, it can be taken back', async () => {
    const file = csv([CREATOR, work('新车', '2026-10-18 19:05:12')]);
    await run(file, { account: 'dy-1' });
    const video = {
      platform: 'douyin',
      accountId: 'dy-1',
      videoId: '701',
      title: '新车',
      publishedAt: '2026-10-18T19:05:12+08:00',
      readAt: '2026-10-19T00:00:00+08:00',
    };
    const own = path.join(dir, `${++made}.ndjson`);
    fs.writeFileSync(own, `${JSON.stringify(video)}\n`);
    await importFiles(stores, { kind: 'videos', brandId, files: [own] });
    expect(await relinkExports(stores, { brandId })).toMatchObject({ relinked: 1 });
    await expect(undo(own)).rejects.toThrow(/ids that only this batch tells/);
    await told({ videoId: '701', title: '新车', publishedAt: '2026-10-18T19:05:12+08:00' });
    expect(await undo(own)).toMatchObject({ state: 'undone' });
    expect(new Set((await facts('video_readings')).map(({ video_id }) => video_id))).toEqual(new Set(['701']));
  });

  it('an import finds out by itself that the platform has told its works meanwhile', async () => {
    const file = csv([CREATOR, work('新车', '2026-10-18 19:05:12')]);
    await run(file, { account: 'dy-1' });
    await told({ videoId: '701', title: '新车', publishedAt: '2026-10-18T19:05:12+08:00' });
    await run(file, { account: 'dy-1' });
    expect(new Set((await facts('video_readings')).map(({ video_id }) => video_id))).toEqual(new Set(['701']));
  });

  it('a ledger names its accounts; an unknown or twofold name is shown', async () => {
    await declare('一号店', '二号店', '二号店');
    const { head, row } = EXAMPLES['live-ledger'];
    const of = (name: string) => row.map((cell, at) => (at === 1 ? name : cell));
    const result = await run(csv([head, row, of('二号店'), of('没有的店')]));
    expect(result).toMatchObject({ read: 3, accepted: 1, rejected: 2 });
    expect(result.rejects.map(({ code, reason }) => [code, reason.zh])).toEqual([
      ['account_name', expect.stringContaining('2')],
      ['account_name', expect.stringContaining('没有叫')],
    ]);
  });

  it('files of several exports and of both generations go in together', async () => {
    const newer = [...CHANNELS, '企微链接点击次数', '企微链接点击人数', '添加到通讯录次数', '添加到通讯录人数'];
    const { row } = EXAMPLES['channels-assistant'];
    const files = [
      csv([CHANNELS, row]),
      csv([newer, [...row, '', '', '', '']]),
      await xlsx([EXAMPLES['channels-live'].head, EXAMPLES['channels-live'].row]),
    ];
    expect(await run(files, { account: 'sph-1' })).toMatchObject({ read: 3, accepted: 2, unchanged: 1 });
    expect((await refusal(files[0], { account: 'douyin/dy-1' })).options.remedy?.en).toContain('--account');
  });
});
