import type { Platform } from '@app/contracts';
import { BRAND_NAME } from './dealers';
import type { SimDealer } from './dealers';
import { between, generator, mix } from './random';

/** What an account does that an honest one does not. */
type Cheat = 'bought-views' | 'viewbots' | 'grabbers' | 'bought-plays';

/** A publishing account of the world. Sizes are what its figures are drawn around. */
export interface SimAccount {
  index: number;
  platform: Platform;
  accountId: string;
  openId: string;
  unionId: string | null;
  name: string;
  handle: string;
  role: 'brand' | 'dealer' | 'staff';
  dealer: SimDealer | null;
  declaredTier: 'head' | 'base' | 'outer' | 'incubating' | null;
  /** Views of an ordinary session. */
  level: number;
  sessionsPerMonth: number;
  /** Growth of the audience over a year, e.g. 0.2. */
  growth: number;
  followers: number;
  /** Views per unique viewer. */
  reentry: number;
  meanDwellSeconds: number;
  loyalShare: number;
  /** Order in which accounts get an authorised feed of viewers; null: never. */
  feedRank: number | null;
  cheat: Cheat | null;
  /** Its platform refuses for some days in the middle of the year. */
  outage: boolean;
  /** The owner never switched the live interface on. */
  withoutLiveInterface: boolean;
}

interface Plan {
  platform: Platform;
  role: SimAccount['role'];
  dealer: SimDealer | null;
  level: number;
}

const CODE: Record<Platform, number> = { douyin: 1, kuaishou: 2, channels: 3 };
/** Dealers whose rooms are small enough for a feed of every viewer. */
const FIRST_SMALL_DEALER = 20;

/** The 120 accounts of a seed: 50 on Douyin, 36 on Kuaishou, 34 on Channels. */
export function accounts(seed: number, dealers: readonly SimDealer[]): SimAccount[] {
  const built = plans(seed, dealers).map((plan, index) => build(seed, plan, index));
  rankFeeds(built);
  cast(built);
  return built;
}

function plans(seed: number, dealers: readonly SimDealer[]): Plan[] {
  const brand = (platform: Platform, level: number): Plan => ({ platform, role: 'brand', dealer: null, level });
  const list = [
    brand('douyin', 142_000),
    brand('douyin', 70_000),
    brand('kuaishou', 88_000),
    brand('channels', 62_000),
    brand('channels', 11_500),
  ];
  const random = generator(seed, 11);
  for (const dealer of dealers) list.push({ platform: 'douyin', role: 'dealer', dealer, level: douyinLevel(dealer.index, random) });
  for (const dealer of dealers.filter((d) => d.index % 4 !== 3)) {
    const level = dealer.index < 6 ? between(random, 11_300, 12_800) : otherLevel(dealer.index, random);
    list.push({ platform: 'kuaishou', role: 'dealer', dealer, level });
  }
  for (const dealer of dealers.filter((d) => d.index % 5 !== 4)) {
    const staff = dealer.index % 7 === 2;
    const level = dealer.index < 2 ? between(random, 10_500, 12_000) : otherLevel(dealer.index, random);
    list.push({ platform: 'channels', role: staff ? 'staff' : 'dealer', dealer, level: staff ? between(random, 100, 600) : level });
  }
  for (let k = 0; k < 13; k++) {
    const dealer = dealers[(k * 3 + 1) % dealers.length] ?? null;
    list.push({ platform: k < 8 ? 'douyin' : 'kuaishou', role: 'staff', dealer, level: between(random, 100, 600) });
  }
  return list;
}

function douyinLevel(dealer: number, random: () => number): number {
  if (dealer === 0) return 46_000;
  if (dealer < 14) return between(random, 9_200, 11_600);
  if (dealer < FIRST_SMALL_DEALER) return between(random, 2_500, 6_000);
  return feedLevel(dealer - FIRST_SMALL_DEALER);
}

function otherLevel(dealer: number, random: () => number): number {
  return dealer < FIRST_SMALL_DEALER ? between(random, 800, 4_500) : feedLevel(dealer + 3);
}

/** Ten steps from about 330 to 1,330 views, so that any ten accounts in a row hold the same number of viewers. */
function feedLevel(step: number): number {
  return 330 + ((step * 3) % 10) * 113;
}

function build(seed: number, plan: Plan, index: number): SimAccount {
  const { platform, role, dealer } = plan;
  const random = generator(seed, 12, index);
  const digits = String(mix(seed, 13, index)).padStart(10, '0');
  const place = dealer ? `${dealer.city}${dealer.name.slice(BRAND_NAME.length + dealer.city.length, -1)}` : '';
  const names = {
    brand: `${BRAND_NAME}${['官方旗舰', '直播间'][index % 2]}`,
    dealer: `${BRAND_NAME}${place}直播间`,
    staff: `${dealer?.city ?? ''}卖车的小${'陈李周吴郑王赵孙钱林'[index % 10]}`,
  };
  const small = role === 'dealer' && (dealer?.index ?? 0) >= FIRST_SMALL_DEALER;
  return {
    index,
    platform,
    accountId: { douyin: `0${digits}`, kuaishou: `ks_${digits}`, channels: `sph${mix(seed, 14, index).toString(36)}${index}` }[platform],
    openId: `_000${mix(seed, 15, index).toString(36)}${mix(seed, 16, index).toString(36)}`,
    unionId: platform === 'douyin' ? `u-${mix(seed, 17, index).toString(16)}` : null,
    name: names[role],
    handle: `qiheng${CODE[platform]}${String(index).padStart(3, '0')}`,
    role,
    dealer,
    declaredTier: role === 'staff' ? 'outer' : plan.level > 40_000 ? 'head' : plan.level > 8_000 ? 'base' : 'incubating',
    level: plan.level,
    sessionsPerMonth: role === 'staff' ? 3 + (index % 3) : small ? 10 : 9 + (index % 3),
    growth: between(random, -0.06, 0.14),
    followers: Math.round(plan.level * between(random, 1.8, 4.5) + 300),
    reentry: between(random, 1.14, 1.3),
    meanDwellSeconds: between(random, 48, 110),
    loyalShare: [0.1, 0.02, 0.05, 0.12, 0.025][index % 5] ?? 0.05,
    feedRank: null,
    cheat: null,
    outage: false,
    withoutLiveInterface: false,
  };
}

/** The first ten feeds: four Douyin, three Kuaishou, three Channels; forty in all. */
function rankFeeds(list: SimAccount[]): void {
  const small = (platform: Platform) =>
    list.filter((a) => a.platform === platform && a.role === 'dealer' && (a.dealer?.index ?? 0) >= FIRST_SMALL_DEALER).map((a) => a.index);
  const queues = { douyin: small('douyin'), kuaishou: small('kuaishou'), channels: small('channels') };
  const turn: Platform[] = ['douyin', 'kuaishou', 'channels', 'douyin', 'kuaishou', 'channels', 'douyin', 'kuaishou', 'channels', 'douyin'];
  for (let rank = 0, step = 0; rank < 40 && step < 400; step++) {
    const next = queues[turn[step % 10] ?? 'douyin'].shift();
    const account = next === undefined ? undefined : list[next];
    if (!account) continue;
    account.feedRank = rank;
    account.level = feedLevel(rank);
    account.growth = 0.04;
    rank++;
  }
}

/** Who cheats, and who has an outage. */
function cast(list: SimAccount[]): void {
  const feed = (rank: number) => list.find((a) => a.feedRank === rank);
  const ofDealer = (platform: Platform, dealer: number) =>
    list.find((a) => a.platform === platform && a.role === 'dealer' && a.dealer?.index === dealer);
  const set = (account: SimAccount | undefined, change: Partial<SimAccount>) => Object.assign(account ?? {}, change);
  set(feed(1), { cheat: 'grabbers' });
  set(feed(3), { cheat: 'viewbots', loyalShare: 0.02 });
  set(feed(0), { loyalShare: 0.12 });
  set(ofDealer('douyin', 5), { cheat: 'bought-views' });
  set(ofDealer('douyin', 15), { cheat: 'bought-views' });
  set(ofDealer('douyin', 9), { cheat: 'bought-plays' });
  set(ofDealer('douyin', 7), { outage: true });
  set(ofDealer('channels', 6), { outage: true });
  set(ofDealer('channels', 17), { withoutLiveInterface: true });
}
