import { EXCLUDED_UNITS, excludedCtes } from './excluded-units.sql';
import { videoUnitCtes } from './counter-units.sql';
import { leadUnitCte } from './lead-units.sql';
import { FactScope } from './merged.sql';
import { SESSION_UNIT_CTE, sessionCte } from './session-units.sql';

/**
 * Units per (account, business day, line) from the facts (domain.md 4.2–4.5). Sources are merged field by field in the order of the
 * parameter `sourcesLastFirst`; an identity exists while any source keeps it (FINAL drops what a source retracted).
 * Every alias that is used more than once comes out of a sub-query of its own: the store's planner copies the expression at each use.
 */
export const unitCtes = (scope: FactScope): string =>
  [sessionCte(scope), SESSION_UNIT_CTE, leadUnitCte(scope), videoUnitCtes(scope)].join(',\n');

/** One row per unit; of a line and day there may be several. `counts` 0: nothing but an opening balance. Needs `unitCtes`. */
export const UNITS = `SELECT account_key, day, line, 'session' AS origin, gross, net, paid_unknown, toInt64(0) AS opening, 1 AS counts
  FROM session_unit
  UNION ALL
  SELECT account_key, day, line, 'lead' AS origin, gross, net, paid_unknown, toInt64(0) AS opening, 1 AS counts
  FROM lead_unit
  UNION ALL
  SELECT account_key, day, line, 'video' AS origin, gross, net, paid_unknown, opening, counts
  FROM video_unit`;

/** What a reading of units holds beside them. */
export interface UnitPieces {
  /** The days themselves, of units other than 0. */
  withDays: boolean;
  /** Units that cases remove (domain.md 7.3), which are part of net. */
  excluded: boolean;
}

/** Rows of their own: the units stay what they are. */
const WITH_EXCLUDED = `SELECT account_key, day, line, origin, gross, net, paid_unknown, opening, counts, 0 AS excluded
  FROM (
  ${UNITS}
  )
  UNION ALL
  SELECT account_key, day, line, origin, 0, 0, 0, 0, 0, excluded
  FROM (
    ${EXCLUDED_UNITS}
  )`;

/**
 * Units per (account, span of days, line, origin), over the business days [fromDay, toDay): each day goes to the latest of `starts` (days since 1970,
 * ascending, the first is fromDay).
 */
export const unitsQuery = (
  scope: FactScope,
  { withDays, excluded }: UnitPieces,
): string => `WITH ${unitCtes(scope)}${excluded ? `,\n${excludedCtes(scope)}` : ''}
SELECT
  toString(account_key) AS accountKey,
  roundDown(toUInt16(day), {starts: Array(UInt16)}) AS start,
  line,
  origin,
  toString(sum(gross)) AS gross,
  toString(sum(net)) AS net,
  max(paid_unknown) AS paidUnknown,
  toString(sum(opening)) AS opening,
  ${excluded ? 'toString(sum(unit.excluded))' : `'0'`} AS excluded,
  max(counts) AS counts${withDays ? ',\n  arraySort(groupUniqArrayIf(toString(day), unit.gross != 0 OR unit.net != 0)) AS days' : ''}
FROM (
  ${excluded ? WITH_EXCLUDED : UNITS}
) AS unit
GROUP BY
  account_key,
  start,
  line,
  origin`;

/** Statuses of a video whose plays are readable; the empty one is a source that does not tell. Compared in lower case. */
export const PUBLIC_STATUSES = ['', 'public', 'published', 'online', 'normal', '公开', '已发布'];
