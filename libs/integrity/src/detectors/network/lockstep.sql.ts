import { ENTRY_SETTINGS, inorganicEntries, toldEntries } from '../../facts/viewer-entries.sql';

export const SLOT_MS = 600_000;
/** Unrelated dealers in whose rooms two viewers have to meet within one week. */
export const PLACES = 5;
/** Of a larger crowd so many are looked at, always the same ones. */
const CROWD = 250;
const LINKS = 400_000;
const BUCKETS = 500;
export const ROWS = 20;

/** `roaming`: entries outside brand-wide events, with the place they went to and their ten minutes. */
const roaming = (mixed: boolean): string => `${toldEntries(mixed)},
roaming AS (
  SELECT
    account_key,
    viewer,
    viewer_key,
    entry_key,
    entered_ms,
    transform(account_key, {accounts: Array(UInt64)}, {places: Array(UInt32)}, toUInt32(0)) AS place,
    intDiv(entered_ms, ${SLOT_MS}) AS slot
  FROM told
  WHERE NOT sentinel
    AND NOT staff
    AND NOT arrayExists((since, until) -> entered_ms >= since AND entered_ms <= until, {eventFrom: Array(Int64)}, {eventTo: Array(Int64)})
)`;

/** Pairs of viewers who were in the same ten minutes of enough unrelated dealers; crowded ten minutes weigh less. */
export const pairs = (mixed: boolean): string => `WITH ${roaming(mixed)},
roamer AS (
  SELECT viewer
  FROM roaming
  GROUP BY viewer
  HAVING uniqExact(place) >= ${PLACES}
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
HAVING dealers >= ${PLACES}
ORDER BY
  dealers DESC,
  weight DESC,
  a,
  b
LIMIT ${LINKS}
${ENTRY_SETTINGS}, max_bytes_before_external_group_by = 1000000000`;

/** The rooms and ten minutes in which several of a group were at once. */
export const meetingsOf = (mixed: boolean): string => `WITH ${roaming(mixed)}
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

/** `member`: whoever was in these ten minutes of at least `least` unrelated dealers: nobody is named. */
const MEMBERS = `${roaming(true)},
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

const ROW = `toString(fromUnixTimestamp64Milli(slot * ${SLOT_MS}, 'UTC')) AS tenMinutes,
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
/** Members present in one session, ten minutes by ten minutes. */
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
