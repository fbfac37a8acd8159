import { heldBy, mixCells } from '../../facts/mix-look.sql';
import type { CellLook } from '../../facts/session-cells';

/** Entries of a city beyond its usual share. */
export const cityLook: CellLook = {
  name: 'cities',
  cells: mixCells(heldBy('toInt32OrZero(substring(adcode, 1, 4))', `adcode != ''`)),
  row: 'code * 100 AS adcode',
  rowOf: (code) => ({ adcode: code * 100 }),
};

/** Entries from outside the room's province (where most of its entries are from) beyond their usual share. */
export const farLook: CellLook = {
  name: 'farAway',
  cells: mixCells(`counted AS (
  SELECT
    account_key,
    session_id,
    substring(adcode, 1, 2) AS province,
    any(start_ms < {judgedFrom: Int64}) AS past,
    count() AS views
  FROM seen
  WHERE adcode != ''
  GROUP BY
    account_key,
    session_id,
    province
),
placed_at AS (
  SELECT
    account_key,
    session_id,
    past,
    views,
    sum(views) OVER (PARTITION BY account_key, province) AS of_province
  FROM counted
),
held AS (
  SELECT
    account_key,
    session_id,
    toInt32(of_province < most) AS code,
    any(before) AS past,
    sum(came) AS views
  FROM (
    SELECT
      account_key,
      session_id,
      past AS before,
      views AS came,
      of_province,
      max(of_province) OVER (PARTITION BY account_key) AS most
    FROM placed_at
  )
  GROUP BY
    account_key,
    session_id,
    code
)`),
  row: `'outside the province' AS region`,
  rowOf: () => ({ region: 'outside the province' }),
};
