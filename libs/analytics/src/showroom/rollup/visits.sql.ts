import { storedLinks, storedName } from '../key-links.sql';
import { KEPT_SETTINGS } from '../../statement-settings';
import { OWNER } from './stored.sql';

const FROM_VIEWERS = (changes: number): string => `FROM rollup(viewer_month)
  INNER JOIN owner ON owner.account_key = viewer_month.account_key AND owner.month = viewer_month.month${storedName('viewer_month', changes).joins}
  WHERE brand_id = {brandId: UInt32} AND viewer_month.month IN {months: Array(UInt32)} AND viewer_month.account_key IN {accounts: Array(UInt64)}`;

/**
 * Distinct viewers of each subject by their visits, so that one reading serves every number of visits that might make a showroom visitor. `changes`: of
 * the viewer key between the months.
 */
export const visitCounts = (changes: number): string => `WITH ${storedLinks(changes)}${OWNER},
person AS (
  SELECT
    subject,
    ${storedName('viewer_month', changes).name} AS person_key,
    max(is_viewer) AS seen,
    sum(viewer_month.visits) AS all_visits,
    sum(viewer_month.visits - unknown_visits) AS known_visits,
    sum(viewer_month.known_dwell) AS dwell,
    max(viewer_month.visits) AS most,
    maxIf(viewer_month.visits, on_2_days) AS most_on_2_days
  ${FROM_VIEWERS(changes)}
  GROUP BY
    subject,
    person_key
)
SELECT
  subject,
  most,
  most_on_2_days AS mostOn2Days,
  count() AS persons,
  countIf(seen) AS viewers,
  sum(all_visits) AS visits,
  sum(known_visits) AS knownVisits,
  sum(dwell) AS knownDwell
FROM person
GROUP BY
  subject,
  most,
  mostOn2Days
${KEPT_SETTINGS}`;

/** The same for each account of a subject: what bounds are made of. */
export const accountVisitCounts = (changes: number): string => `WITH ${storedLinks(changes)}${OWNER},
person AS (
  SELECT
    subject,
    viewer_month.account_key AS account_key,
    ${storedName('viewer_month', changes).name} AS person_key,
    max(viewer_month.visits) AS most,
    max(viewer_month.visits + uncertain_visits) AS possible
  ${FROM_VIEWERS(changes)}
  GROUP BY
    subject,
    account_key,
    person_key
)
SELECT
  subject,
  account_key AS account,
  most,
  possible,
  count() AS persons
FROM person
GROUP BY
  subject,
  account,
  most,
  possible
${KEPT_SETTINGS}`;
