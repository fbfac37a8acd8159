import { accountKey } from '@app/warehouse';
import {
  kindsOf,
  reachableFrom,
  type GapReason,
  type SimAccount,
  type SimTruth,
  type TencentAdsTruth,
  type TruthGap,
  type TruthRow,
} from '../../apps/platform-sim/src';
import type { CollectionRun } from './collection-harness';
import type { TestStores } from './stores';

const DAY = 86_400_000;
const dayText = (instant: number): string => new Date(instant + 8 * 3_600_000).toISOString().slice(0, 10);
const dayNumber = (day: string): number => Date.parse(day) / DAY;

type Row = Record<string, string | number | null>;
/** Kept rows of one account: by kind, instants as epoch ms. */
type Kept = Record<'sessions' | 'advertised' | 'videos' | 'followers' | 'videoDays' | 'leads', Row[]>;

const SESSIONS = `SELECT account_key, session_id AS sessionId, toUnixTimestamp64Milli(started_at) AS startedAt, toUnixTimestamp64Milli(ended_at) AS endedAt,
  views, unique_viewers AS uniqueViewers, peak_concurrent AS peakConcurrent, watch_seconds AS watchSeconds, average_dwell_seconds AS averageDwellSeconds,
  likes, comments, commenters, shares, follows, fan_viewers AS fanViewers, paid_views AS paidViews, final
FROM sessions FINAL WHERE brand_id = {brand: UInt32} AND source = {source: String}`;
const VIDEOS = `SELECT account_key, video_id AS videoId, toUnixTimestamp64Milli(read_at) AS readAt, toUnixTimestamp64Milli(published_at) AS publishedAt,
  plays, likes, comments, shares, status, title
FROM video_readings FINAL WHERE brand_id = {brand: UInt32} ORDER BY read_at`;
const VIDEO_DAYS = `SELECT account_key, video_id AS videoId, toString(day) AS day, plays, likes, comments, shares
FROM video_days FINAL WHERE brand_id = {brand: UInt32}`;
const FOLLOWERS = 'SELECT account_key, toString(day) AS day, total FROM follower_readings FINAL WHERE brand_id = {brand: UInt32}';
const LEADS = 'SELECT account_key, toString(day) AS day, count, paid FROM leads FINAL WHERE brand_id = {brand: UInt32}';
const COMPLETE =
  'SELECT account_key, kind, toString(day) AS day FROM collection_days FINAL WHERE brand_id = {brand: UInt32} AND complete = 1';

const TEXTS = new Set(['account_key', 'sessionId', 'videoId', 'status', 'title', 'day', 'kind']);

async function rowsByAccount(stores: TestStores, run: CollectionRun, sql: string, source = ''): Promise<Map<string, Row[]>> {
  const found = await stores.warehouse.query<Record<string, unknown>>({
    name: 'test.kept',
    sql,
    params: { brand: run.brand.brandId, source },
  });
  const byAccount = new Map<string, Row[]>();
  for (const raw of found) {
    const row = Object.fromEntries(
      Object.entries(raw).map(([name, value]) => [name, value === null ? null : TEXTS.has(name) ? String(value) : Number(value)]),
    );
    const { account_key: key, ...rest } = row;
    const list = byAccount.get(String(key));
    if (list) list.push(rest);
    else byAccount.set(String(key), [rest]);
  }
  return byAccount;
}

/** Every difference between the warehouse and the simulator's truth after a run, in words; empty when there is none. */
export async function differences(stores: TestStores, run: CollectionRun): Promise<string[]> {
  const truth = run.sim.truth(run.instants);
  const [sessions, advertised, videos, videoDays, followers, leads] = await Promise.all([
    rowsByAccount(stores, run, SESSIONS, 'api-final'),
    rowsByAccount(stores, run, SESSIONS, 'ads-api'),
    ...[VIDEOS, VIDEO_DAYS, FOLLOWERS, LEADS].map((sql) => rowsByAccount(stores, run, sql)),
  ]);
  const keptOf = (account: SimAccount): Kept => {
    const key = accountKey(run.brand.brandId, account.platform, account.accountId).toString();
    const of = (rows: Map<string, Row[]> | undefined): Row[] => rows?.get(key) ?? [];
    return {
      sessions: of(sessions),
      advertised: of(advertised),
      videos: of(videos),
      followers: of(followers),
      videoDays: of(videoDays),
      leads: of(leads),
    };
  };
  const ofOwn = run.accounts.flatMap((account) => {
    const kept = keptOf(account);
    const found = [
      ...sessionDifferences((from, to) => truth.sessions(account, from, to), kept.sessions, run),
      ...advertisedDifferences(truth, account, kept, run),
      ...videoDifferences(truth, account, kept.videos),
      ...videoDayDifferences(truth, account, kept, run),
      ...followerDifferences(truth, account, kept.followers, run),
    ];
    return found.map((text) => `${account.platform} ${account.index}: ${text}`);
  });
  const ofTencent = run.tencentAccounts.flatMap((account) =>
    tencentDifferences(truth.tencentAds, account, keptOf(account), run).map((text) => `tencent ${account.index}: ${text}`),
  );
  return [...ofOwn, ...ofTencent];
}

/** A Channels account that only the advertising side is connected for. */
function tencentDifferences(truth: TencentAdsTruth, account: SimAccount, kept: Kept, run: CollectionRun): string[] {
  const [first = 0] = run.instants;
  const last = run.instants[run.instants.length - 1] ?? 0;
  const followers = new Map(kept.followers.map((row) => [String(row['day']), row]));
  const leads = new Map(kept.leads.map((row) => [String(row['day']), row]));
  const wrong = kept.followers.flatMap((row) => {
    const day = String(row['day']);
    const wanted = truth.follower(account, dayNumber(day));
    return wanted ? fieldDifferences(`followers of ${day}`, wanted, row) : [`followers of ${day} cannot be known`];
  });
  return [
    ...sessionDifferences((from, to) => truth.sessions(account, from, to), kept.advertised, run),
    ...kept.sessions.map((row) => `session ${String(row['sessionId'])} is told by nobody`),
    ...truth
      .followers(account)
      .flatMap((row) => fieldDifferences(`followers of ${String(row['day'])}`, row, followers.get(String(row['day'])))),
    ...wrong,
    ...truth
      .leads(account, reachableFrom(first), last)
      .flatMap((row) => fieldDifferences(`leads of ${String(row['day'])}`, row, leads.get(String(row['day'])))),
  ];
}

/** Names each field in which a kept row is not as it should be. */
function fieldDifferences(what: string, wanted: TruthRow, got: Row | undefined): string[] {
  if (!got) return [`${what} is missing`];
  return Object.entries(wanted)
    .filter(([name, value]) => (got[name] ?? null) !== value)
    .map(([name, value]) => `${what}: ${name} is ${String(got[name])}, not ${String(value)}`);
}

function sessionDifferences(truth: (from: number, to: number) => TruthRow[], kept: Row[], { instants }: CollectionRun): string[] {
  const [first = 0] = instants;
  const last = instants[instants.length - 1] ?? 0;
  const byId = new Map(kept.map((row) => [String(row['sessionId']), row]));
  // whole rows only: of a session some of whose metrics are ready, the others are still null
  const whole = kept.filter((row) => row['final'] === 1);
  const all = new Map(truth(0, last).map((row) => [String(row['sessionId']), row]));
  return [
    ...truth(reachableFrom(first), last)
      .filter((row) => byId.get(String(row['sessionId']))?.['final'] !== 1)
      .map((row) => `session ${String(row['sessionId'])} is missing, or not final`),
    ...whole.flatMap((row) => {
      const wanted = all.get(String(row['sessionId']));
      const what = `session ${String(row['sessionId'])}`;
      return wanted ? fieldDifferences(what, wanted, row) : [`${what} is not final, or does not exist`];
    }),
  ];
}

/** What the advertising side tells beside the platform itself: rooms with their paid views, and leads by day. */
function advertisedDifferences(truth: SimTruth, account: SimAccount, kept: Kept, run: CollectionRun): string[] {
  const [first = 0] = run.instants;
  const last = run.instants[run.instants.length - 1] ?? 0;
  const byDay = new Map(kept.leads.map((row) => [String(row['day']), row]));
  const leads = account.platform === 'kuaishou' ? [] : truth.leads(account, reachableFrom(first), last);
  const rows = (from: number, to: number): TruthRow[] =>
    account.platform === 'douyin' ? truth.advertisedSessions(account, from, to) : truth.paidSessions(account, from, to);
  return [
    ...(account.platform === 'channels' ? [] : sessionDifferences(rows, kept.advertised, run)).map((text) => `advertised ${text}`),
    ...leads.flatMap((row) => fieldDifferences(`leads of ${String(row['day'])}`, row, byDay.get(String(row['day'])))),
  ];
}

function videoDifferences(truth: SimTruth, account: SimAccount, kept: Row[]): string[] {
  const wrong = kept.flatMap((row) => {
    const at = Number(row['readAt']);
    const wanted = truth.video(account, String(row['videoId']), at);
    const what = `video ${String(row['videoId'])} at ${dayText(at)}`;
    return wanted ? fieldDifferences(what, wanted, row) : [`${what} does not exist`];
  });
  if (account.platform === 'channels') return wrong;
  const newest = new Map<string, Row>();
  let next = 0;
  const stale = truth.open(account, 'videos').flatMap((at) => {
    for (; next < kept.length && Number(kept[next]?.['readAt']) <= at; next++)
      newest.set(String(kept[next]?.['videoId']), kept[next] ?? {});
    return truth
      .videos(account, at)
      .flatMap((row) =>
        fieldDifferences(`video ${String(row['videoId'])} as of ${new Date(at).toISOString()}`, row, newest.get(String(row['videoId']))),
      );
  });
  return [...wrong, ...stale];
}

function videoDayDifferences(truth: SimTruth, account: SimAccount, kept: Kept, { instants }: CollectionRun): string[] {
  const wrong = kept.videoDays.flatMap((row) => {
    const wanted = truth.videoDay(account, String(row['videoId']), dayNumber(String(row['day'])));
    const what = `video ${String(row['videoId'])} on ${String(row['day'])}`;
    return wanted ? fieldDifferences(what, wanted, row) : [`${what} does not exist`];
  });
  const [firstRead = 0] = truth.open(account, 'videos');
  if (account.platform !== 'douyin' || dayText(firstRead) !== dayText(instants[0] ?? 0)) return wrong;
  // what was published in the weeks before the first reading has its days from the platform's own series, up to that reading
  const has = new Set(kept.videoDays.map((row) => `${String(row['videoId'])} ${String(row['day'])}`));
  const dayBefore = dayNumber(dayText(firstRead)) - 1;
  // a series can be had from the day after on, of what is still there for all then
  const later = truth.open(account, 'videos').filter((at) => dayText(at) > dayText(firstRead) && at < firstRead + 3 * DAY);
  const shownLater = (at: number): string[] =>
    truth
      .videos(account, at)
      .filter((row) => row['status'] === 'public')
      .map((row) => String(row['videoId']));
  const listedLater = new Set(later.slice(0, 1).flatMap(shownLater));
  const missing = truth
    .videos(account, firstRead)
    .filter(
      (row) =>
        listedLater.has(String(row['videoId'])) &&
        row['status'] === 'public' &&
        Number(row['publishedAt']) < firstRead - 2 * DAY &&
        Number(row['publishedAt']) > firstRead - 20 * DAY,
    )
    .map((row) => `${String(row['videoId'])} ${new Date(dayBefore * DAY).toISOString().slice(0, 10)}`)
    .filter((place) => !has.has(place) && truth.videoDay(account, place.split(' ')[0] ?? '', dayBefore) !== null);
  return [...wrong, ...missing.map((place) => `the day of video ${place} is missing`)];
}

function followerDifferences(truth: SimTruth, account: SimAccount, kept: Row[], { instants }: CollectionRun): string[] {
  const byDay = new Map(kept.map((row) => [String(row['day']), row]));
  const [first = 0] = instants;
  const told = kept.filter((row) => String(row['day']) >= dayText(first));
  return [
    ...truth
      .followers(account)
      .flatMap((row) => fieldDifferences(`followers of ${String(row['day'])}`, row, byDay.get(String(row['day'])))),
    ...told.flatMap((row) => {
      const day = String(row['day']);
      const wanted = truth.follower(account, dayNumber(day));
      return wanted ? fieldDifferences(`followers of ${day}`, wanted, row) : [`followers of ${day} cannot be known`];
    }),
  ];
}

/** What the product says of each refusal, by the reason that the simulator had. Empty: the product can only say that the day is missing. */
const CODES: Record<GapReason, readonly string[]> = {
  'platform-down': ['http 503', 'not json'],
  'app-refused': ['28001016', '100200101', '48004', '11007'],
  'address-refused': ['61004'],
  quota: ['28003017', '100100402', '45009', '11018'],
  revoked: ['28001045', '100200109', '50001', '11012'],
  'no-permission': ['28001012', '100200106', '48001', '11014'],
  'list-broken': ['cursor stands still', 'page token stands still'],
  'never-ready': [],
  'never-served': [],
};

/** A business day on which a kind of an account could not be read, as the product keeps it. */
interface Trouble {
  accountId: string;
  kind: string;
  day: string;
  code: string;
}

/** Differences between the gaps that the product lists, with the reasons that it keeps, and those that the simulator made. */
export async function gapDifferences(stores: TestStores, run: CollectionRun): Promise<string[]> {
  const troubles = (await stores.dataSource.query(
    `SELECT account_id AS "accountId", kind, to_char(day, 'YYYY-MM-DD') AS day, wire_code AS code FROM collection_trouble WHERE brand_id = $1`,
    [run.brand.brandId],
  )) as Trouble[];
  const complete = await rowsByAccount(stores, run, COMPLETE);
  const truth = run.sim.truth(run.instants);
  const made = [...truth.gaps(run.accounts), ...truth.tencentAds.gaps(run.tencentAccounts)];
  const nameOf = (gap: Pick<TruthGap, 'accountId' | 'kind' | 'day'>): string => `${gap.accountId} ${gap.kind} ${gap.day}`;
  const madeByName = new Map(made.map((gap) => [nameOf(gap), gap]));
  const from = dayNumber(dayText(run.instants[0] ?? 0));
  const to = dayNumber(dayText(run.instants[run.instants.length - 1] ?? 0));
  const listed = new Set<string>();
  for (const account of [...run.accounts, ...run.tencentAccounts]) {
    const key = accountKey(run.brand.brandId, account.platform, account.accountId).toString();
    const whole = new Set((complete.get(key) ?? []).map((row) => `${String(row['kind'])} ${String(row['day'])}`));
    for (const kind of run.accounts.includes(account) ? kindsOf(account) : (['sessions', 'followers'] as const))
      for (let number = from; number < to; number++) {
        const day = new Date(number * DAY).toISOString().slice(0, 10);
        if (!whole.has(`${kind} ${day}`)) listed.add(nameOf({ accountId: account.accountId, kind, day }));
      }
  }
  // what could be read for the last time on a day failed on that day, or for good before: broadcasts, and tables of a day before, on later days than their own
  const reasonTold = ({ accountId, lastReading, reason }: TruthGap): boolean =>
    CODES[reason].length === 0 ||
    troubles.some((one) => one.accountId === accountId && one.day <= lastReading && CODES[reason].includes(one.code));
  return [
    ...[...listed].filter((name) => !madeByName.has(name)).map((name) => `gap without cause: ${name}`),
    ...made.filter((gap) => !listed.has(nameOf(gap))).map((gap) => `unlisted gap: ${nameOf(gap)} (${gap.reason})`),
    ...made.filter((gap) => !reasonTold(gap)).map((gap) => `gap without its reason: ${nameOf(gap)} (${gap.reason})`),
  ];
}
