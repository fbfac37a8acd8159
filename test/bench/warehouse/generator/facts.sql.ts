/**
 * The rows of a generated month, made in the store from running numbers and hashes of them: the same rows on every machine. Sessions are a function
 * of (account, month, ordinal), so that entries lie inside them without a join.
 */

const DAY_MS = '86400000';
/** Keys of the accounts in the order of their ids; the first are the big ones. */
const ACCOUNTS = `(SELECT groupArray(account_key) FROM (SELECT account_key FROM account_keys FINAL WHERE brand_id = {brandId: UInt32} ORDER BY account_id))`;

/** 20 to 28 sessions a month, at most one a day, from 19:00 to 22:00 on, one to three hours: the last of a month may end in the next one. */
// the width of an integer changes its hash: both readers of these use UInt64
const sessionsOf = (account: string) => `20 + cityHash64(toUInt64(${account}), {month: UInt32}, 'sessions') % 9`;
const sessionDay = (ordinal: string, count: string) => `intDiv(${ordinal} * {days: UInt32} + {days: UInt32} - 1, ${count})`;
const sessionKey = (account: string, ordinal: string) => `cityHash64(toUInt64(${account}), {month: UInt32}, toUInt64(${ordinal}))`;
const sessionStart = (day: string, key: string) => `{from: Int64} + toInt64(${day} * ${DAY_MS} + 68400000 + ${key} % 10800000)`;
const sessionLength = (key: string) => `toInt64(3600000 + cityHash64(${key}) % 7200000)`;
const sessionName = (key: string) => `toString(7300000000000000000 + ${key} % 100000000000000000)`;

/** One source an account; one account in twenty has a second one. */
const SOURCE = `if(account % 10 < 7, 'api-final', 'feed')`;

export const SESSIONS = `INSERT INTO sessions_landing (brand_id, account_key, session_id, started_at, ended_at, views, unique_viewers, peak_concurrent, watch_seconds, likes, comments, shares, follows, title, host, final, source, retracted, observed_at, ingested_at, delivery_id)
WITH ${ACCOUNTS} AS accounts
SELECT
  {brandId: UInt32},
  accounts[account + 1],
  ${sessionName('key')},
  fromUnixTimestamp64Milli(start, 'UTC'),
  fromUnixTimestamp64Milli(start + length, 'UTC'),
  90 + key % 160,
  60 + key % 60,
  20 + key % 30,
  9000 + key % 9000,
  400 + key % 4000,
  9 + key % 90,
  key % 20,
  key % 7,
  '',
  '',
  1,
  ${SOURCE},
  0,
  fromUnixTimestamp64Milli(start + length + 600000, 'UTC') AS observed_at,
  observed_at + INTERVAL 45 SECOND,
  {deliveries: Array(UInt64)}[day + 1]
FROM (
  SELECT
    account,
    arrayJoin(range(${sessionsOf('account')})) AS ordinal,
    ${sessionDay('ordinal', sessionsOf('account'))} AS day,
    ${sessionKey('account', 'ordinal')} AS key,
    ${sessionStart('day', 'key')} AS start,
    ${sessionLength('key')} AS length
  FROM (SELECT number AS account FROM numbers({accountCount: UInt64}))
)`;

/** `first`: what was collected. Corrections and retractions: a later delivery of the same identity. Second: another source's rows. */
export type EntryDelivery = 'first' | 'corrections' | 'second';

const CHOSEN: Record<EntryDelivery, string> = {
  first: '1',
  corrections: 'cityHash64(number, 10) % 1000 <= 10',
  second: 'account % 20 = 3',
};
/** Lognormal: median a minute, mean two; 93 in 100 are known. */
const DWELL = `least(toUInt32(7200), toUInt32(exp(4.1 + 1.25 * sqrt(-2 * log((cityHash64(number, 8) + 1) / 18446744073709551616)) * cos(6.283185307 * cityHash64(number, 9) / 18446744073709551616))))`;
const KNOWN = 'cityHash64(number, 7) % 100 < 93';
const PAYLOAD: Record<EntryDelivery, { dwell: string; retracted: string; source: string; later: string; delivery: string }> = {
  first: {
    dwell: `if(${KNOWN}, ${DWELL}, NULL)`,
    retracted: '0',
    source: SOURCE,
    later: '0',
    delivery: '{deliveries: Array(UInt64)}[day + 1]',
  },
  corrections: {
    dwell: `toUInt32(least(7200, ${DWELL} * 1.3 + 5))`,
    retracted: 'cityHash64(number, 10) % 1000 = 10',
    source: SOURCE,
    later: DAY_MS,
    delivery: '{lateDelivery: UInt64}',
  },
  second: {
    dwell: `if(cityHash64(number, 11) % 10 < 6, ${DWELL}, NULL)`,
    retracted: '0',
    source: `'file'`,
    later: `2 * ${DAY_MS}`,
    delivery: '{lateDelivery: UInt64}',
  },
};

/**
 * Of 100 entries 13 are of an account's regulars (60 at a time, five of them new each month), 30 of people who come now and then, the others of
 * people seen once; five in a thousand are blank. 18 in 100 come back into the session of the entry before them, as its viewer: visits of several
 * entries. Accounts differ in size by a factor of about ten.
 */
export function entriesOf(delivery: EntryDelivery): string {
  const { dwell, retracted, source, later, delivery: deliveryId } = PAYLOAD[delivery];
  return `INSERT INTO entries_landing (brand_id, month, account_key, viewer_key, entered_at, entry_key, dwell_seconds, session_id, entry_id, traffic_source, adcode, device, is_new_account, source, retracted, observed_at, ingested_at, delivery_id)
WITH ${ACCOUNTS} AS accounts
SELECT
  {brandId: UInt32},
  toYYYYMM(entered, {zone: String}),
  accounts[account + 1],
  viewer,
  fromUnixTimestamp64Milli(start + toInt64(cityHash64(number, 6) % length), 'UTC') AS entered,
  if(viewer = 0, cityHash64(number, 12), 0),
  ${dwell},
  ${sessionName('key')},
  if(viewer = 0, hex(cityHash64(number, 12)), ''),
  ['推荐', '推荐', '推荐', '推荐', '推荐', '关注', '关注', '短视频', '短视频', '搜索'][1 + cityHash64(number, 13) % 10],
  '',
  if(viewer % 4 = 0, 'ios', 'android'),
  NULL,
  ${source},
  ${retracted},
  fromUnixTimestamp64Milli(start + length + 600000 + ${later}, 'UTC') AS observed_at,
  observed_at + INTERVAL 45 SECOND,
  ${deliveryId}
FROM (
  SELECT
    number,
    if(cityHash64(number, 1) % 100 < 18 AND number > 0, number - 1, number) AS seed,
    least(toUInt64({accountCount: UInt64} - 1), toUInt64({accountCount: UInt64} * pow(cityHash64(seed, 2) / 18446744073709551616, 1.6))) AS account,
    ${sessionsOf('account')} AS count,
    cityHash64(seed, 3) % count AS ordinal,
    ${sessionDay('ordinal', 'count')} AS day,
    ${sessionKey('account', 'ordinal')} AS key,
    ${sessionStart('day', 'key')} AS start,
    ${sessionLength('key')} AS length,
    cityHash64(seed, 4) % 1000 AS kind,
    cityHash64(seed, 5) AS pick,
    multiIf(
      kind < 130, cityHash64(account, 'regular', {index: UInt32} * 5 + toUInt64(60 * pow(pick / 18446744073709551616, 1.4))),
      kind < 430, cityHash64(account, 'returning', {index: UInt32} * 200 + pick % 1500),
      kind < 995, cityHash64(seed, 'new'),
      0
    ) AS viewer
  FROM numbers_mt({first: UInt64}, {count: UInt64})
  WHERE ${CHOSEN[delivery]}
)
SETTINGS max_insert_threads = 2`;
}

export const FOLLOWERS = `INSERT INTO follower_readings_landing (brand_id, account_key, day, total, source, retracted, observed_at, ingested_at, delivery_id)
WITH ${ACCOUNTS} AS accounts
SELECT
  {brandId: UInt32},
  accounts[account + 1],
  toDate(fromUnixTimestamp64Milli({from: Int64} + toInt64(day * ${DAY_MS}), 'UTC'), {zone: String}),
  5000 + account * 7 + ({index: UInt32} * 31 + day) * (1 + account % 11),
  'api-final',
  0,
  fromUnixTimestamp64Milli({from: Int64} + toInt64((day + 1) * ${DAY_MS} + 10800000), 'UTC') AS observed_at,
  observed_at,
  {deliveries: Array(UInt64)}[day + 1]
FROM (SELECT number AS account, arrayJoin(range({days: UInt32})) AS day FROM numbers({accountCount: UInt64}))`;

/** One video a month and account, read every night. */
export const VIDEOS = `INSERT INTO video_readings_landing (brand_id, account_key, video_id, published_at, read_at, plays, likes, comments, shares, favorites, status, title, source, retracted, observed_at, ingested_at, delivery_id)
WITH ${ACCOUNTS} AS accounts
SELECT
  {brandId: UInt32},
  accounts[account + 1],
  toString({month: UInt32}),
  fromUnixTimestamp64Milli({from: Int64} + 36000000, 'UTC'),
  fromUnixTimestamp64Milli({from: Int64} + toInt64(day * ${DAY_MS} + 82800000), 'UTC') AS read_at,
  (900 + account % 400) * (day + 1),
  40 * (day + 1),
  day + account % 5,
  day,
  2 * day,
  '',
  '',
  'api-final',
  0,
  read_at + INTERVAL 5 MINUTE,
  read_at + INTERVAL 6 MINUTE,
  {deliveries: Array(UInt64)}[day + 1]
FROM (SELECT number AS account, arrayJoin(range({days: UInt32})) AS day FROM numbers({accountCount: UInt64}))`;
