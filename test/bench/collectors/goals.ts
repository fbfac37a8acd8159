import { PRODUCT_PLATFORM, productsOf } from '@app/contracts';
import type { Stores } from '../../../apps/process/stores';
import { latestSlot, SCHEDULE, type Rule } from '../../../apps/collector/src/collect/collect-schedule';
import { spreadOf } from '../../../apps/collector/src/collect/streams';
import type { BenchAccount } from './accounts';
import { HOUR, ZONE } from './fast-clock';
import { byCause, type Missed } from './missed-slots';

export interface GoalLine {
  name: string;
  value: number;
  goal: string;
  holds: boolean;
  note?: string;
}

export interface Measured {
  accounts: readonly BenchAccount[];
  brandId: number;
  start: number;
  end: number;
  hours: number;
  /** Simulated instants. */
  kills: readonly number[];
  callsByHour: Readonly<Record<string, readonly number[]>>;
  limits: Record<string, { calls: number; exceeded: number; worst: number }>;
  reads: [string, number[]][];
  slopes: { mbPerMinute: number; minutes: number; mb: number }[];
  down: { from: number; to: number };
}

type Kind = 'sessions' | 'videos' | 'followers' | 'leads';
const asked: Record<string, readonly Kind[]> = {
  'douyin-open': ['sessions', 'videos', 'followers'],
  'kuaishou-open': ['videos', 'followers'],
  'channels-app': ['sessions', 'followers', 'leads'],
};

interface Work {
  slots: number;
  missed: number;
  misses: Missed[];
  /** Simulated ms from the slot to the first read. */
  lags: number[];
  reads: number;
}

/** Every slot of a stream between start and end, and the first read at or after each that comes before the next one. */
function workOf(account: BenchAccount, rule: Rule, kind: Kind, read: readonly number[], { start, end }: Measured): Work {
  const spread = spreadOf({ brandId: BRAND.id, product: account.product, accountId: account.accountId, kind });
  // the bench goes on for a while after the end, for what is due then
  const work: Work = { slots: 0, missed: 0, misses: [], lags: [], reads: read.filter((at) => at <= end).length };
  let next = Infinity;
  for (let at = end; ;) {
    const slot = latestSlot(rule, spread, at, ZONE);
    if (slot === null || slot <= start) break;
    work.slots++;
    const first = read.find((one) => one >= slot - 1_000 && one < next);
    if (first === undefined) {
      work.missed++;
      work.misses.push({ platform: PRODUCT_PLATFORM[account.product], slot, next, readLater: read.some((one) => one >= next) });
    } else work.lags.push(Math.max(0, first - slot));
    next = slot;
    at = slot - 1;
  }
  return work;
}
/** Spreads depend on the brand's number. */
const BRAND = { id: 0 };

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function sum(works: readonly Work[]): Work {
  const lags = works.flatMap((work) => work.lags).sort((a, b) => a - b);
  const total = (of: (work: Work) => number): number => works.reduce((all, work) => all + of(work), 0);
  const misses = works.flatMap((work) => work.misses);
  return { slots: total(({ slots }) => slots), missed: misses.length, misses, reads: total(({ reads }) => reads), lags };
}

interface StreamWork {
  work: Work;
  /** Of a platform that is never down. */
  other: boolean;
}

function worksOf(measured: Measured): StreamWork[] {
  BRAND.id = measured.brandId;
  const reads = new Map(measured.reads);
  return measured.accounts.flatMap((account) =>
    (asked[account.product] ?? []).flatMap((kind) => {
      const rule = SCHEDULE[account.product][kind];
      if (!rule) return [];
      const work = workOf(account, rule, kind, reads.get(`${kind} ${account.accountId}`) ?? [], measured);
      return [{ work, other: productsOf('channels')[0] !== account.product }];
    }),
  );
}

/** Figures without a goal: kills, why slots were missed, what processes held over time. */
export function figureLines(measured: Measured, memory: { largest: number[]; together: number[] }): object[] {
  const { start, end, down, callsByHour, kills } = measured;
  const { misses } = sum(worksOf(measured).map(({ work }) => work));
  const causes = byCause(misses, { start, end, down: { platform: 'channels', ...down }, callsByHour, kills });
  return [
    { name: 'kills', value: kills.length },
    { name: 'slots missed by cause, of all platforms', value: misses.length, causes },
    { name: 'calls by hour', callsByHour },
    { name: 'memory over time, MB by minute', ...memory },
  ];
}

/** The lines that the bench prints. */
export async function goalLines(stores: Stores, measured: Measured): Promise<GoalLine[]> {
  const isDown = measured.down.to > measured.down.from;
  const works = worksOf(measured);
  const of = sum(works.filter(({ other }) => other || !isDown).map(({ work }) => work));
  const limits = Object.values(measured.limits);
  const slopes = measured.slopes.map(({ mbPerMinute }) => mbPerMinute).sort((a, b) => a - b);
  const slope = quantile(slopes, 0.5);
  const [health] = (await stores.dataSource.query(
    `SELECT count(*) FILTER (WHERE failures > 0)::int AS failing, (SELECT count(*)::int FROM dead_letter) AS letters FROM collection_health`,
  )) as { failing: number; letters: number }[];
  const [facts] = await stores.warehouse.query<{ sessions: string; videos: string; followers: string }>({
    name: 'bench.collected',
    sql: `SELECT (SELECT uniqExact(account_key, session_id) FROM sessions FINAL WHERE brand_id = {brand: UInt32}) AS sessions,
      (SELECT uniqExact(account_key, video_id) FROM video_readings FINAL WHERE brand_id = {brand: UInt32}) AS videos,
      (SELECT uniqExact(account_key) FROM follower_readings FINAL WHERE brand_id = {brand: UInt32}) AS followers`,
    params: { brand: measured.brandId },
  });
  const line = (name: string, value: number, goal: string, holds: boolean, note?: string): GoalLine => ({
    name,
    value: rounded(value),
    goal,
    holds,
    ...(note ? { note } : {}),
  });
  const lag95 = quantile(of.lags, 0.95) / 60_000;
  const calls = limits.reduce((all, one) => all + one.calls, 0);
  return [
    line(
      'slots missed',
      of.missed,
      '0',
      of.missed === 0,
      `${of.slots} slots of ${measured.accounts.length} accounts in ${measured.hours} h`,
    ),
    line(
      'lag p95, simulated minutes',
      lag95,
      '<= 15',
      lag95 <= 15,
      `median ${rounded(quantile(of.lags, 0.5) / 60_000)}, largest ${rounded((of.lags.at(-1) ?? 0) / 60_000)}`,
    ),
    line(
      'calls beyond a limit',
      limits.reduce((all, one) => all + one.exceeded, 0),
      '0',
      limits.every(({ exceeded }) => exceeded === 0),
      `${calls} calls, fullest window ${rounded(Math.max(...limits.map(({ worst }) => worst)))} of its limit`,
    ),
    line(
      'memory growth, MB a minute and process (median)',
      slope,
      '<= 2',
      slope <= 2,
      `${slopes.length} lives of a minute and more after the first, ${rounded(Math.min(...slopes))} to ${rounded(Math.max(...slopes))}; largest process ${rounded(Math.max(...measured.slopes.map(({ mb }) => mb)))} MB`,
    ),
    line(
      'readings more than one per slot, share',
      of.reads / of.slots - 1,
      '<= 0.02',
      of.reads / of.slots - 1 <= 0.02,
      `${measured.kills.length} kills`,
    ),
    line(
      'dead letters and failing streams',
      (health?.letters ?? 0) + (isDown ? 0 : (health?.failing ?? 0)),
      '0',
      (health?.letters ?? 0) + (isDown ? 0 : (health?.failing ?? 0)) === 0,
    ),
    line(
      'facts collected',
      Number(facts?.sessions) + Number(facts?.videos) + Number(facts?.followers),
      '> 0',
      Number(facts?.sessions) > 0,
      JSON.stringify(facts),
    ),
    ...(isDown ? [outage(works, measured)] : []),
  ];
}

/** The platform that was down: its own streams are late, and all of them came. */
function outage(works: readonly StreamWork[], { down, hours: simulated }: Measured): GoalLine {
  const own = sum(works.filter(({ other }) => !other).map(({ work }) => work));
  const hours = (down.to - down.from) / HOUR;
  const late = own.missed / Math.max(1, own.slots);
  return {
    name: 'slots of the platform that was down without a reading, share',
    value: rounded(late),
    goal: `<= ${hours + 1.5} h of ${simulated}`,
    holds: late <= (hours + 1.5) / simulated,
    note: `${own.slots} slots`,
  };
}
