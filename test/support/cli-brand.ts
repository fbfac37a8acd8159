import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadSettings } from '@app/config';
import { createDataSource, ensureBrand } from '@app/database';
import { openInstance } from '@app/embedded';
import { importFiles } from '@app/ingest';
import { Warehouse } from '@app/warehouse';
import { addTestUsers } from './sign-in';
import { fillFromTemplate } from './store-template';
import { fillWithStores } from './stores';

/** Ids as people have them: leading zeros, 20 digits, a slash, a dot, Chinese. */
export const ROOM = '007';
export const LONG_ID = '70000000000000000001';
export const ODD_ID = 'k/1.中';
export const ODD_DEALER = 'D.03/甲';
export const STRAY = 'stray9';

const at = (day: string, time: string) => `2026-${day}T${time}+08:00`;
const entry = (viewer: string, day: string, time: string, dwellSeconds: number | null) => ({
  platform: 'douyin',
  accountId: ROOM,
  viewer,
  enteredAt: at(day, time),
  ...(dwellSeconds === null ? {} : { dwellSeconds }),
});
const session = (platform: string, accountId: string, sessionId: string, day: string, views: number, more: object = {}) => ({
  platform,
  accountId,
  sessionId,
  startedAt: at(day, '19:00:00'),
  endedAt: at(day, '21:00:00'),
  views,
  paidViews: 0,
  ...more,
});
const video = (day: string, plays: number) => ({
  platform: 'douyin',
  accountId: ROOM,
  videoId: 'V1',
  publishedAt: at('10-03', '10:00:00'),
  readAt: at(day, '22:00:00'),
  plays,
  paidPlays: 0,
});

/** A brand small enough to compute by hand. What follows from it is in `FIGURES`. */
export const BRAND: Record<string, object[]> = {
  dealers: [
    { dealerId: 'D01', name: '杭州启明', adcode: '330100', salesRegion: '华东/浙江' },
    { dealerId: 'D02', name: '南京启明', adcode: '320100', salesRegion: '华东/江苏' },
    { dealerId: ODD_DEALER, name: '广州启明', adcode: '440100', salesRegion: '华南/广东' },
  ],
  accounts: [
    { platform: 'douyin', accountId: ROOM, name: '七号直播间', dealerId: 'D01', ownerKind: 'dealer', declaredTier: 'base' },
    { platform: 'douyin', accountId: LONG_ID, name: '长号直播间', dealerId: 'D02', ownerKind: 'dealer' },
    { platform: 'kuaishou', accountId: ODD_ID, name: '中文号', dealerId: ODD_DEALER, ownerKind: 'dealer' },
  ],
  'rate-cards': [
    { platform: 'douyin', line: 'live_view', unitPriceCny: '0.35', discount: '0.5', validFrom: '2026-01-01' },
    { platform: 'douyin', line: 'video_play', unitPriceCny: '0.1', discount: '0.25', validFrom: '2026-01-01' },
    { platform: 'kuaishou', line: 'live_view', unitPriceCny: '0.2', discount: '1', validFrom: '2026-01-01' },
  ],
  sessions: [
    session('douyin', ROOM, 'S0', '09-14', 200),
    session('douyin', ROOM, 'S1', '10-05', 1000, { paidViews: 100, uniqueViewers: 8 }),
    session('douyin', ROOM, 'S2', '10-12', 1000),
    session('douyin', ROOM, 'S3', '10-19', 1000),
    session('douyin', ROOM, 'S4', '10-26', 1000),
    session('douyin', LONG_ID, 'L1', '10-10', 2000, { paidViews: 500 }),
    session('kuaishou', ODD_ID, 'K1', '10-11', 500),
    session('douyin', STRAY, 'X1', '10-12', 100),
  ],
  entries: [
    ...['10-05', '10-12', '10-19', '10-26'].map((day) => entry('viewer-anna', day, '19:10:00', 600)),
    // 29 min 59 s after the exit: still the same visit
    entry('viewer-bert', '10-05', '19:00:00', 600),
    entry('viewer-bert', '10-05', '19:39:59', 100),
    entry('viewer-bert', '10-12', '19:10:00', 100),
    entry('viewer-bert', '10-19', '19:10:00', 100),
    // 30 min after the exit: a new visit
    entry('viewer-carl', '10-05', '19:00:00', 600),
    entry('viewer-carl', '10-05', '19:40:00', 300),
    entry('viewer-carl', '10-12', '19:10:00', 300),
    entry('viewer-carl', '10-19', '19:10:00', 300),
    entry('viewer-dora', '10-05', '19:20:00', null),
    { ...entry('viewer-zoe', '10-12', '19:05:00', 60), accountId: STRAY },
  ],
  videos: [video('10-03', 100), video('10-08', 260), video('10-09', 250)],
  costs: [
    { costId: 'C1', dealerId: 'D01', day: '2026-10-05', kind: 'host', amountCny: '100' },
    { costId: 'C2', platform: 'douyin', accountId: ROOM, day: '2026-10-06', kind: 'video', amountCny: '50' },
  ],
};

/** October of `BRAND`, by hand from the definitions. */
export const FIGURES = {
  /** anna has four visits, carl four (two on one evening), bert three, dora one of unknown dwell. */
  room: {
    entries: 13,
    viewers: 4,
    visits: 12,
    showroomVisitors: 2,
    consecutiveVisitors: 1,
    showroomVisitorsOn2Days: 2,
    grabbers: 0,
    loyalShare: 0.5,
    // (4 × 600 + 600 + 3 × 300) ÷ 8 against (700 + 100 + 100) ÷ 3
    meanDwellShowroom: 487.5,
    meanDwellOthers: 300,
    dwellRatio: 1.625,
    identifiability: 1,
    // 8 persons by the platform, 4 identified: factor 2
    showroomVisitorsLow: 2,
    showroomVisitorsHigh: 4,
  },
  // (4,000 − 100) × 0.35 × 0.5 + (100 + 160 − 10) × 0.1 × 0.25
  valueRoom: '688.75',
  valueLong: '262.5',
  valueOdd: '100',
  valueStray: '17.5',
  valueBrand: '1068.75',
  roiRoom: '13.775',
  roiDealer: '4.5917',
};

export const ndjson = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Writes the brand as NDJSON files; answers the path per kind. */
export function writeBrandFiles(folder: string): Record<string, string> {
  fs.mkdirSync(folder, { recursive: true });
  return Object.fromEntries(
    Object.entries(BRAND).map(([kind, rows]) => {
      const file = path.join(folder, `${kind}.ndjson`);
      fs.writeFileSync(file, ndjson(rows));
      return [kind, file];
    }),
  );
}

/** A data folder that holds the brand, written by the production import and left without any process on it; its servers are those of suites. */
export const prepareBrand = (dataDir: string): Promise<void> =>
  fillFromTemplate(
    dataDir,
    { name: 'brand', madeFrom: ['libs', 'test/support/cli-brand.ts', 'test/support/sign-in.ts'], keepsSecret: true },
    importBrand,
  );

async function importBrand(dataDir: string): Promise<void> {
  await fillWithStores(dataDir);
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  try {
    const warehouse = Warehouse.connect(instance.clickhouse);
    const dataSource = await createDataSource(instance.postgres).initialize();
    try {
      const { brandId } = await ensureBrand(dataSource, { code: 'brand', name: '启明汽车', zone: 'Asia/Shanghai' });
      const stores = { warehouse, dataSource, secret: instance.secret, dataDir };
      const files = writeBrandFiles(path.join(dataDir, 'files'));
      for (const kind of Object.keys(BRAND)) await importFiles(stores, { kind, files: [files[kind]], brandId });
      await addTestUsers(stores, { brandId, code: 'brand' });
    } finally {
      await warehouse.close();
      await dataSource.destroy();
    }
  } finally {
    await instance.stop();
  }
}
