import { SCAN_SETTINGS } from '../statement-settings';
import { FORMED_ENTRIES, LOADED, OWNERS, entryPieces, ownerAt, visits } from './showroom.sql';
import type { EntryPieces } from './showroom.sql';

/** 30 × 24 h. */
const SPAN_MS = '2592000000';

/**
 * Viewers who entered near a raffle: more than the grabbers, and all that matter, since a viewer's visits are made of their own entries only.
 * grabFrom: starts of the raffles' reaches, ascending; grabLength: the longest reach.
 */
const CANDIDATES = `
    AND viewer_key IN (
      SELECT viewer_key
      FROM candidates(entries)
      WHERE ${LOADED}
        AND account_key IN {raffleAccounts: Array(UInt64)}
        AND toUnixTimestamp64Milli(entered_at) - roundDown(toUnixTimestamp64Milli(entered_at), {grabFrom: Array(Int64)}) BETWEEN 0 AND {grabLength: Int64}
    )`;

/**
 * `person`, one row per group and viewer near a raffle (domain.md 3.6): a grabber of the group is one in every account and month of it where they are
 * a viewer; so a showroom visitor of one account never leaves the denominator for grabbing in another. What cases remove makes nobody a grabber:
 * visits are judged as reported, and who is no viewer any more is none of the grabbers.
 */
export function grabberPieces(pieces: EntryPieces): string {
  const excluded = pieces.excluded !== undefined;
  return `${entryPieces({ ...pieces, only: CANDIDATES, excluded: excluded ? 'unseen' : undefined })},
${FORMED_ENTRIES},
${visits(true, excluded)},
${OWNERS},
history AS (
  SELECT
    account_key,
    viewer_key,
    groupUniqArrayArray(visit.seen) AS seen,
${excluded ? '    groupUniqArrayArray(visit.still_seen) AS still_seen,\n' : ''}    groupArrayIf((visit_start, staying = 0), staying + grabs > 0) AS visits,
    max(visit_start < {windowTo: Int64} AND last_exit + {gapMs: Int64} > {loadTo: Int64}) AS open
  FROM visit
  GROUP BY
    account_key,
    viewer_key
),
judged AS (
  SELECT
    account_key,
    viewer_key,
    seen,
${excluded ? '    still_seen,\n' : ''}    open,
    arrayFilter(v -> v.2, visits) AS grab_visits,
    arrayMap(
      (since, until) -> arrayMap(g -> g.1, arrayFilter(g -> g.1 >= since AND g.1 < until, grab_visits)),
      {bucketFrom: Array(Int64)}, {bucketTo: Array(Int64)}
    ) AS starts_by_month,
    arrayMap(
      starts -> notEmpty(starts) AND NOT arrayExists(v -> NOT v.2 AND v.1 >= arrayMin(starts) - ${SPAN_MS} AND v.1 < arrayMax(starts) + ${SPAN_MS}, visits),
      starts_by_month
    ) AS is_grabber_by_month
  FROM history
),
cell AS (
  SELECT
    viewer_key,
    open,
    arrayJoin(arrayDistinct(arrayMap(
      t -> (
        ${ownerAt('t')},
        is_grabber_by_month[arrayFirstIndex((since, until) -> t >= since AND t < until, {bucketFrom: Array(Int64)}, {bucketTo: Array(Int64)})]${excluded ? ',\n        has(still_seen, t)' : ''}
      ),
      seen
    ))) AS place
  FROM judged
  INNER JOIN owner ON owner.account_key = judged.account_key
),
person AS (
  SELECT
    place.1 AS subject,
    viewer_key,
    min(place.2)${excluded ? ' AND max(place.3)' : ''} AS is_grabber,
    max(cell.open) AS open
  FROM cell
  GROUP BY
    subject,
    viewer_key
)`;
}

/** Grabbers per group. */
export const grabbersByGroup = (pieces: EntryPieces): string => `WITH ${grabberPieces(pieces)}
SELECT
  subject,
  countIf(is_grabber) AS grabbers,
  max(person.open) AS open
FROM person
GROUP BY subject
${SCAN_SETTINGS}`;
