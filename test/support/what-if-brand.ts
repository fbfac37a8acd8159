import { addDays } from '@app/contracts';
import type { PolicyRow, RateCardRow } from '@app/database';
import { StateWriter, ensureBrand } from '@app/database';
import { importRows } from '@app/ingest';
import { TEST_SEED, seeded } from './seeded';
import type { TestStores } from './stores';

/** Two months of a small brand: twelve accounts of five dealers, visitors who come again and again, prices that change in the middle. */
export const POLICY = {
  fromMonth: '2026-01',
  minVisits: 3,
  visitGapMinutes: 30,
  minVisitDwellSeconds: 0,
  minPeers: 3,
  minKnownWeight: 40,
  headTierCny: '30000',
  baseTierCny: '26000',
} satisfies PolicyRow;

export const CARDS: RateCardRow[] = [
  { platform: 'douyin', line: 'live_view', unitPriceCny: '0.35', discount: '0.5', validFrom: '2025-01-01', validTo: '2026-10-15' },
  { platform: 'douyin', line: 'live_view', unitPriceCny: '0.4', discount: '0.5', validFrom: '2026-10-16' },
  { platform: 'douyin', line: 'video_play', unitPriceCny: '0.123457', discount: '0.3333', validFrom: '2025-01-01' },
  { platform: 'kuaishou', line: 'live_view', unitPriceCny: '0.2', discount: '1', validFrom: '2025-01-01' },
];

const ACCOUNTS = 12;
const FIRST = '2026-09-01';
const DAYS = 61;

/** Makes the brand; answers its number. */
export async function openWhatIfBrand(stores: TestStores): Promise<number> {
  const { brandId } = await ensureBrand(stores.dataSource, { code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' });
  const writer = new StateWriter(stores.dataSource, stores.secret);
  const regions = ['华东/浙江', '华东/江苏', '华南/广东'];
  const adcodes = ['330100', '320100', '440100'];
  const dealers = Array.from({ length: 5 }, (_, at) => ({
    dealerId: `d${at}`,
    name: `Dealer ${at}`,
    adcode: adcodes[at % 3],
    salesRegion: regions[at % 3],
  }));
  const accounts = Array.from({ length: ACCOUNTS }, (_, at) => ({
    ...identity(at),
    name: `Account ${at}`,
    dealerId: at === ACCOUNTS - 1 ? undefined : `d${at % 5}`,
    ownerKind: at % 6 === 5 ? ('staff' as const) : ('dealer' as const),
    declaredTier: at % 4 === 0 ? ('base' as const) : undefined,
  }));
  const outcomes = [
    await writer.upsertDealers(brandId, dealers),
    await writer.upsertAccounts(brandId, [
      ...accounts.map((account) => (account.dealerId === undefined ? { ...account, ownerKind: 'brand' as const } : account)),
      { ...accounts[1], dealerId: 'd2', validFrom: '2026-10-12' },
    ]),
    await writer.upsertPolicies(brandId, [POLICY]),
    await writer.upsertRateCards(brandId, CARDS),
  ];
  const refused = outcomes.flatMap((outcome) => outcome.rejected);
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  for (const [kind, rows] of Object.entries(facts())) {
    const { rejected, rejects } = await importRows(stores, { kind, rows, brandId });
    if (rejected > 0) throw new Error(JSON.stringify(rejects));
  }
  return brandId;
}

const identity = (at: number) => ({ platform: at % 3 === 2 ? ('kuaishou' as const) : ('douyin' as const), accountId: `a${at}` });
const instant = (day: string, minutes: number): string => new Date(Date.parse(`${day}T18:00:00+08:00`) + minutes * 60_000).toISOString();

function facts(): Record<string, object[]> {
  const random = seeded(TEST_SEED);
  const pick = (size: number): number => Math.floor(random() * size);
  const [entries, sessions, videos, followers]: object[][] = [[], [], [], []];
  for (let at = 0; at < ACCOUNTS; at++) {
    const account = identity(at);
    const plays = 40 + pick(200);
    for (let day = 0; day < DAYS; day++) {
      const on = addDays(FIRST, day);
      if (random() < 0.35) continue;
      const views = 200 + pick(900);
      sessions.push({
        ...account,
        sessionId: `s${day}`,
        startedAt: instant(on, 0),
        endedAt: instant(on, 20 + pick(120)),
        views,
        paidViews: pick(60),
        uniqueViewers: 3 + pick(5),
        comments: pick(40),
        shares: pick(9),
        follows: pick(9),
      });
      if (day % 3 === 0)
        videos.push({
          ...account,
          videoId: 'v',
          publishedAt: `${FIRST}T08:00:00+08:00`,
          readAt: instant(on, 240),
          plays: plays * (day + 1),
          likes: day * 3,
          comments: day,
        });
      if (day % 5 === 0) followers.push({ ...account, day: on, total: 1000 + day * pick(30) });
      // who comes twice on an evening makes one visit or two, as the gap will have it
      for (let entry = 0; entry < 4; entry++)
        entries.push({
          ...account,
          viewer: `u${Math.floor(40 * random() ** 3)}`,
          enteredAt: instant(on, pick(110)),
          ...(random() < 0.1 ? {} : { dwellSeconds: pick(1500) }),
        });
    }
  }
  return { sessions, entries, videos, followers };
}
