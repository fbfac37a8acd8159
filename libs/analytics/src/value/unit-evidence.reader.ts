import type { Warehouse } from '@app/warehouse';
import { unitCtes } from './units.sql';
import { UnitOrigin, ValueWindow, unitParams } from './value.reader';

/**
 * One fact behind the units of a line and day of one account: a session, a row of leads, or what a counter of a video rose by on the day. Of a counter:
 * the reading that the day ends with and the one before (null: none, or the day is the platform's own figure), the opening balance that is in no day.
 */
export interface UnitEvidence {
  day: string;
  line: string;
  origin: UnitOrigin;
  /** Session id, video id, or key of the row of leads (decimal). */
  id: string;
  gross: bigint;
  net: bigint;
  paidUnknown: boolean;
  opening: bigint;
  baselineDay: string | null;
  baseline: string | null;
  reading: string | null;
}

const NO_READING = `CAST(NULL, 'Nullable(String)') AS baselineDay, CAST(NULL, 'Nullable(String)') AS baseline, CAST(NULL, 'Nullable(String)') AS reading`;

/** Steps of counters by video; paid plays stand beside the plays that they are taken off. */
const VIDEO_STEPS = `SELECT
    toString(step.day) AS day,
    if(step.line = 'paid_play', 'video_play', step.line) AS line,
    'video' AS origin,
    step.video_id AS id,
    toString(sumIf(step.amount, step.line != 'paid_play')) AS gross,
    toString(greatest(sumIf(step.amount, step.line != 'paid_play') - sumIf(step.amount, step.line = 'paid_play'), least(sumIf(step.amount, step.line != 'paid_play'), 0))) AS net,
    toUInt8(line = 'video_play' AND countIf(step.line = 'paid_play') = 0) AS paidUnknown,
    toString(sumIf(step.opening, step.line != 'paid_play')) AS opening,
    anyIf(if(empty(known.before), NULL, toString(known.before[-1].1)), step.line != 'paid_play') AS baselineDay,
    anyIf(if(empty(known.before), NULL, toString(known.before[-1].2)), step.line != 'paid_play') AS baseline,
    anyIf(if(empty(known.own), NULL, toString(known.own[1].2)), step.line != 'paid_play') AS reading
  FROM step
  INNER JOIN (
    SELECT
      counter_start.account_key AS account_key,
      counter_start.video_id AS video_id,
      counter_start.line AS line,
      arrayJoin(arrayDistinct(arrayConcat(arrayMap(r -> r.1, readings), arrayMap(d -> d.1, series_before)))) AS day,
      arrayFilter(r -> r.1 < day, readings) AS before,
      arrayFilter(r -> r.1 = day, readings) AS own
    FROM counter_start
  ) AS known ON known.account_key = step.account_key AND known.video_id = step.video_id AND known.line = step.line AND known.day = step.day
  GROUP BY
    day,
    line,
    id`;

const EVIDENCE = `WITH ${unitCtes('accounts')}
SELECT
  toString(day) AS day, line, 'session' AS origin, session_id AS id, toString(gross) AS gross, toString(net) AS net, toUInt8(paid_unknown) AS paidUnknown,
  '0' AS opening, ${NO_READING}
FROM session_unit
UNION ALL
SELECT
  toString(day) AS day, line, 'lead' AS origin, toString(lead_key) AS id, toString(gross) AS gross, toString(net) AS net,
  toUInt8(paid_unknown) AS paidUnknown, '0' AS opening, ${NO_READING}
FROM lead_unit
UNION ALL
${VIDEO_STEPS}`;

type RawEvidence = Omit<UnitEvidence, 'gross' | 'net' | 'opening' | 'paidUnknown'> &
  Record<'gross' | 'net' | 'opening', string> & { paidUnknown: number };

/** The facts behind the units of one account in the window, over the very pieces that `readValueUnits` reads; sums of them are its units. */
export async function readUnitEvidence(warehouse: Warehouse, window: ValueWindow): Promise<UnitEvidence[]> {
  const rows = await warehouse.query<RawEvidence>({ name: 'explain.units', sql: EVIDENCE, params: unitParams(window), maxRows: 500_000 });
  return rows.map((row) => ({
    ...row,
    gross: BigInt(row.gross),
    net: BigInt(row.net),
    opening: BigInt(row.opening),
    paidUnknown: Boolean(row.paidUnknown),
  }));
}
