import { FactScope, IN_WINDOW, TRUST, merged, scoped } from './merged.sql';

/** `lead_unit`: leads given as rows of their own. Those of a session that knows its leads itself are already counted there. */
export const leadUnitCte = (scope: FactScope): string => `lead_unit AS (
  SELECT
    account_key,
    lead_key,
    merged_session_id AS session_id,
    merged_day AS day,
    'lead' AS line,
    toInt64(merged_count) AS gross,
    greatest(toInt64(merged_count) - ifNull(toInt64(merged_paid), 0), 0) AS net,
    toUInt8(isNull(merged_paid)) AS paid_unknown
  FROM (
    SELECT
      account_key,
      lead_key,
      ${['day', 'count', 'paid'].map(merged).join(',\n      ')},
      argMaxIf(session_id, ${TRUST}, session_id != '') AS merged_session_id
    FROM facts(leads)
    WHERE ${scoped(scope)}
    GROUP BY
      account_key,
      lead_key
  )
  WHERE ${IN_WINDOW} AND (account_key, merged_session_id) NOT IN (SELECT account_key, session_id FROM facts(sessions) WHERE ${scoped(scope)} AND leads IS NOT NULL)
)`;
