import { FORMED_ENTRIES, OWNERS, SETTINGS, VISITS, entryPieces, ownerAt } from './showroom.sql';
import type { EntryPieces } from './showroom.sql';

/** 30 × 24 h. */
const SPAN_MS = '2592000000';

/**
 * Grabbers per group (domain.md 3.6): a viewer of the group who is a grabber in every account and month of it where they are a viewer; so a
 * showroom visitor of one account never leaves the denominator for grabbing in another.
 */
export function grabbersByGroup(pieces: EntryPieces): string {
  return `WITH ${entryPieces(pieces)},
${FORMED_ENTRIES},
${VISITS},
${OWNERS},
history AS (
  SELECT
    account_key,
    viewer_key,
    groupArrayIf((visit_start, staying = 0), staying + grabs > 0) AS visits,
    max(last_exit + {gapMs: Int64} > {loadTo: Int64} AND visit_start < {windowTo: Int64}) AS open
  FROM visit
  GROUP BY
    account_key,
    viewer_key
  HAVING sum(grabs) > 0
),
grabber AS (
  SELECT
    account_key,
    viewer_key,
    arrayJoin(arrayFilter(m -> m.1 > 0, arrayMap(
      (since, until, number) -> (
        if(
          arrayExists(v -> v.2 AND v.1 >= since AND v.1 < until, visits) AND NOT arrayExists(
            v -> NOT v.2
              AND v.1 >= arrayMin(arrayMap(g -> g.1, arrayFilter(g -> g.2 AND g.1 >= since AND g.1 < until, visits))) - ${SPAN_MS}
              AND v.1 < arrayMax(arrayMap(g -> g.1, arrayFilter(g -> g.2 AND g.1 >= since AND g.1 < until, visits))) + ${SPAN_MS},
            visits
          ),
          number,
          0
        ),
        number
      ),
      {bucketFrom: Array(Int64)}, {bucketTo: Array(Int64)}, arrayEnumerate({bucketTo: Array(Int64)})
    ))).1 AS bucket
  FROM history
),
presence AS (
  SELECT
    entry.account_key AS account_key,
    viewer_key,
    arrayFirstIndex((since, until) -> entered_ms >= since AND entered_ms < until, {bucketFrom: Array(Int64)}, {bucketTo: Array(Int64)}) AS bucket,
    ${ownerAt('entered_ms')} AS subject
  FROM entry
  INNER JOIN owner ON owner.account_key = entry.account_key
  WHERE NOT is_staff AND entered_ms >= {periodFrom: Int64} AND entered_ms < {periodTo: Int64} AND viewer_key IN (SELECT viewer_key FROM grabber)
  GROUP BY
    account_key,
    viewer_key,
    bucket,
    subject
),
judged AS (
  SELECT
    subject,
    presence.viewer_key AS viewer_key,
    min((presence.account_key, presence.viewer_key, presence.bucket) IN (SELECT account_key, viewer_key, bucket FROM grabber)) AS is_grabber
  FROM presence
  GROUP BY
    subject,
    viewer_key
)
SELECT
  subject,
  countIf(is_grabber) AS grabbers,
  (SELECT max(open) FROM history) AS open
FROM judged
GROUP BY subject
${SETTINGS}`;
}
