import { ANY_READING, ENTRY_SETTINGS, type EntryReading, inorganicEntries, toldEntries } from '../../facts/viewer-entries.sql';

/** Of a larger crowd so many are looked at, always the same ones. */
const CROWD = 250;
const LINKS = 400_000;
const BUCKETS = 500;
export const ROWS = 20;

/** `roaming`: entries outside brand-wide events, with the place they went to and the stretch of time (`slot`, of `slotMs`). */
const roaming = (how: EntryReading): string => `${toldEntries(how)},
roaming AS (
  SELECT
    account_key,
    viewer,
    viewer_key,
    entry_key,
    entered_ms,
    transform(account_key, {accounts: Array(UInt64)}, {places: Array(UInt32)}, toUInt32(0)) AS place,
    intDiv(entered_ms, {slotMs: Int64}) AS slot
  FROM told
  WHERE NOT sentinel
    AND NOT staff
    AND NOT arrayExists((since, until) -> entered_ms >= since AND entered_ms <= until, {eventFrom: Array(Int64)}, {eventTo: Array(Int64)})
)`;

/** Pairs of viewers who were in the same stretch of enough unrelated dealers; crowded ones weigh less. */
export const pairs = (how: EntryReading): string => `WITH ${roaming(how)},
roamer AS (
  SELECT viewer
  FROM roaming
  GROUP BY viewer
  HAVING uniqExact(place) >= {least: UInt8}
),
met AS (
  SELECT
    account_key,
    slot,
    any(place) AS place,
    uniqExact(viewer) AS crowd,
    arraySlice(arraySort(one -> cityHash64(one), groupUniqArray(viewer)), 1, ${CROWD}) AS viewers
  FROM roaming
  WHERE viewer IN (SELECT viewer FROM roamer)
  GROUP BY
    account_key,
    slot
  HAVING crowd >= 2
)
SELECT
  first AS a,
  second AS b,
  uniqExact(place) AS dealers,
  sum(1 / log2(1 + crowd)) AS weight
FROM (
  SELECT
    place,
    crowd,
    first,
    arrayJoin(arrayFilter(one -> one > first, viewers)) AS second
  FROM (
    SELECT
      place,
      crowd,
      viewers,
      arrayJoin(viewers) AS first
    FROM met
  )
)
GROUP BY
  a,
  b
HAVING dealers >= {least: UInt8}
ORDER BY
  dealers DESC,
  weight DESC,
  a,
  b
LIMIT ${LINKS}
${ENTRY_SETTINGS}, max_bytes_before_external_group_by = 1000000000`;

/** The rooms and stretches in which several of a group were at once. */
export const meetingsOf = (how: EntryReading): string => `WITH ${roaming(how)}
SELECT
  account_key AS account,
  slot,
  uniqExact(viewer) AS viewers
FROM roaming
WHERE viewer IN {members: Array(UInt64)}
GROUP BY
  account_key,
  slot
HAVING viewers >= 3
ORDER BY
  viewers DESC,
  account_key,
  slot
LIMIT ${BUCKETS}
${ENTRY_SETTINGS}`;

/** `member`: whoever was in these stretches of at least `least` unrelated dealers: nobody is named. */
const MEMBERS = `${roaming(ANY_READING)},
meeting AS (
  SELECT
    account_key,
    viewer,
    viewer_key,
    entry_key,
    entered_ms,
    place,
    slot
  FROM roaming
  WHERE (account_key, slot) IN (
    SELECT
      bucket.1,
      bucket.2
    FROM (SELECT arrayJoin(arrayZip({bucketAccounts: Array(UInt64)}, {bucketSlots: Array(Int64)})) AS bucket)
  )
),
member AS (
  SELECT viewer
  FROM meeting
  GROUP BY viewer
  HAVING uniqExact(place) >= {least: UInt8}
)`;

const ROW = `toString(fromUnixTimestamp64Milli(slot * {slotMs: Int64}, 'UTC')) AS since,
  uniqExact(viewer) AS viewers,
  count() AS entries`;
export const PRESENCE = `WITH ${MEMBERS}
SELECT
  account_key AS account,
  slot,
  ${ROW}
FROM meeting
WHERE viewer IN (SELECT viewer FROM member)
GROUP BY
  account_key,
  slot
ORDER BY
  account_key,
  slot
${ENTRY_SETTINGS}`;
const OF_SESSION =
  'account_key = {account: UInt64} AND entered_ms >= {sessionFrom: Int64} AND entered_ms < {sessionTo: Int64} AND viewer IN (SELECT viewer FROM member)';
/** Members present in one session, stretch by stretch. */
export const EVIDENCE = `WITH ${MEMBERS}
SELECT
  ${ROW}
FROM meeting
WHERE ${OF_SESSION}
GROUP BY slot
ORDER BY slot
LIMIT ${ROWS}
${ENTRY_SETTINGS}`;
export const REMOVAL = inorganicEntries(MEMBERS, OF_SESSION, 'roaming');
