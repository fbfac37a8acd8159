import type { DataSource } from 'typeorm';
import type { RecordedAct } from './act-chain';
import { ACT_COLUMNS, actOf, type ActRow } from './act-rows';

/** Which acts are asked for; what is left out leaves out none. `from`, `to`: epoch ms, half open. */
export interface ActSearch {
  /** Id or name of who acted. */
  actor?: string;
  /** The whole of it (`close.confirm`), or its noun (`close`). */
  action?: string;
  subject?: string;
  from?: number;
  to?: number;
  /** Part of anything that the act says, whatever the case of its letters. */
  text?: string;
}

const MATCHES = `brand_id = $1
  AND ($2::text IS NULL OR actor_id = $2 OR actor_name = $2)
  AND ($3::text IS NULL OR action = $3 OR starts_with(action, $3 || '.'))
  AND ($4::text IS NULL OR subject = $4)
  AND ($5::bigint IS NULL OR at >= to_timestamp($5 / 1000.0))
  AND ($6::bigint IS NULL OR at < to_timestamp($6 / 1000.0))
  AND ($7::text IS NULL OR concat_ws(' ', actor_id, actor_name, action, subject, reason, before::text, after::text, address, request_id, session_id) ILIKE $7)`;

const parametersOf = (brandId: number, { actor, action, subject, from, to, text }: ActSearch): unknown[] => [
  brandId,
  actor ?? null,
  action ?? null,
  subject ?? null,
  from ?? null,
  to ?? null,
  text === undefined ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`,
];

/** The newest acts of a brand that match, before `beforeSeq` (default: of all), newest first. */
export async function listActs(
  dataSource: DataSource,
  brandId: number,
  { limit, beforeSeq, ...search }: ActSearch & { limit: number; beforeSeq?: number },
): Promise<RecordedAct[]> {
  const rows = (await dataSource.query(
    `SELECT ${ACT_COLUMNS} FROM audit_log WHERE ${MATCHES} AND ($8::bigint IS NULL OR seq < $8) ORDER BY seq DESC LIMIT $9`,
    [...parametersOf(brandId, search), beforeSeq ?? null, limit],
  )) as ActRow[];
  return rows.map(actOf);
}

/** How many acts match. */
export async function countActs(dataSource: DataSource, brandId: number, search: ActSearch): Promise<number> {
  const [{ acts }] = (await dataSource.query(`SELECT count(*) AS acts FROM audit_log WHERE ${MATCHES}`, parametersOf(brandId, search))) as {
    acts: string;
  }[];
  return Number(acts);
}
