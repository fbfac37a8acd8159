import type { Actor, ErasureReceipt, Platform } from '@app/contracts';
import { monthText } from '@app/contracts';
import { recordAct } from '@app/database';
import type { DataSource } from 'typeorm';
import type { Person } from './person-keys';
import { unknownErasure } from './privacy-errors';
import type { PrivacyAsk } from './privacy-stores';
import type { RemovalMark } from './removal';

/** A deletion as the state store keeps it: `keys` are the person's, as far as they are known by now. */
export interface Erasure {
  erasureId: string;
  brandId: number;
  platform: Platform;
  requestedAt: Date;
  requestedBy: Actor;
  reason: string;
  state: ErasureReceipt['state'];
  blocked: boolean;
  marks: RemovalMark[];
  /** Business months `YYYYMM` of which entries were removed. */
  months: number[];
  removed: Record<string, number>;
  finishedAt: Date | null;
  keys: string[];
}

const COLUMNS = `erasure_id::text AS "erasureId", brand_id AS "brandId", platform, requested_at AS "requestedAt", requested_by AS "requestedBy", reason,
  state, blocked, marks, months, removed, finished_at AS "finishedAt",
  (SELECT coalesce(array_agg(viewer_key ORDER BY viewer_key), '{}') FROM erased_viewer v WHERE v.erasure_id = person_erasure.erasure_id) AS keys`;

/** Every deletion of a brand, the newest first. */
export function listErasures(dataSource: DataSource, brandId: number): Promise<Erasure[]> {
  return dataSource.query(`SELECT ${COLUMNS} FROM person_erasure WHERE brand_id = $1 ORDER BY requested_at DESC, erasure_id`, [
    brandId,
  ]) as Promise<Erasure[]>;
}

/**
 * The deletion of a person: the one under way or done before, which goes on, or a new one. From its end on nothing of the person is taken in: imports that begin
 * later know the keys. The audit log says that, who and why, never whom.
 */
export async function openErasure(dataSource: DataSource, { brandId, actor, reason }: PrivacyAsk, person: Person): Promise<Erasure> {
  return dataSource.transaction(async (tx) => {
    const [known] = (await tx.query('SELECT erasure_id AS id FROM erased_viewer WHERE brand_id = $1 AND viewer_key = ANY ($2) LIMIT 1', [
      brandId,
      person.keys,
    ])) as { id: string }[];
    const [{ id }] = known
      ? [known]
      : ((await tx.query(
          'INSERT INTO person_erasure (brand_id, platform, requested_by, reason) VALUES ($1, $2, $3::jsonb, $4) RETURNING erasure_id AS id',
          [brandId, person.platform, JSON.stringify(actor), reason],
        )) as { id: string }[]);
    await tx.query(`UPDATE person_erasure SET state = 'running', blocked = true WHERE erasure_id = $1`, [id]);
    await tx.query(
      `INSERT INTO erased_viewer (brand_id, viewer_key, erasure_id) SELECT $1, key, $3 FROM unnest($2::text[]) AS key ON CONFLICT DO NOTHING`,
      [brandId, person.keys, id],
    );
    await recordAct(tx, {
      ...{ brandId, actor, reason, subject: `erasure/${id}`, before: null },
      ...{ action: known ? 'person.delete-again' : 'person.delete', after: { platform: person.platform } },
    });
    const [erasure] = (await tx.query(`SELECT ${COLUMNS} FROM person_erasure WHERE erasure_id = $1`, [id])) as Erasure[];
    return erasure;
  });
}

/** Keeps what has to be computed anew, before anything is removed: an interrupted deletion marks it again. */
export async function keepMarks(dataSource: DataSource, erasureId: string, marks: readonly RemovalMark[]): Promise<void> {
  await dataSource.query('UPDATE person_erasure SET marks = $2::jsonb WHERE erasure_id = $1', [erasureId, JSON.stringify(marks)]);
}

/** Adds what a pass has removed, and says how far it came. Where somebody has been is forgotten when it is done: the months alone stay. */
export async function closeErasure(
  dataSource: DataSource,
  erasureId: string,
  { state, removed }: { state: Erasure['state']; removed: Record<string, number> },
): Promise<Erasure> {
  const [[erasure]] = (await dataSource.query(
    `UPDATE person_erasure SET state = $2, finished_at = clock_timestamp(), marks = CASE WHEN $2 = 'done' THEN '[]' ELSE marks END,
       months = ARRAY(SELECT unnest(months) UNION SELECT (mark ->> 'month')::int FROM jsonb_array_elements(marks) AS mark ORDER BY 1),
       removed = (
       SELECT coalesce(jsonb_object_agg(key, rows), '{}')
       FROM (SELECT key, sum(value::bigint) AS rows FROM (SELECT * FROM jsonb_each_text(removed) UNION ALL SELECT * FROM jsonb_each_text($3::jsonb)) AS sides GROUP BY key) AS sums
     )
     WHERE erasure_id = $1 RETURNING ${COLUMNS}`,
    [erasureId, state, JSON.stringify(removed)],
  )) as [Erasure[], number];
  return erasure;
}

/** Lets a person be taken in again, who has agreed to it. What was removed stays removed. Throws not_found. */
export async function allowAgain(dataSource: DataSource, { brandId, actor, reason }: PrivacyAsk, erasureId: string): Promise<void> {
  await dataSource.transaction(async (tx) => {
    const [, changed] = (await tx.query(
      'UPDATE person_erasure SET blocked = false WHERE erasure_id::text = $1 AND brand_id = $2 AND blocked',
      [erasureId, brandId],
    )) as [unknown, number];
    if (changed === 0) throw unknownErasure();
    await recordAct(tx, { brandId, actor, action: 'person.allow', subject: `erasure/${erasureId}`, before: null, after: null, reason });
  });
}

/** What the asker may know of it: never a key. */
export function receiptOf(erasure: Erasure, closed: readonly string[], held = 0): ErasureReceipt {
  const { erasureId, platform, requestedAt, requestedBy, reason, state, blocked, removed, finishedAt } = erasure;
  const months = erasure.months.map(monthText);
  return {
    ...{
      erasureId,
      platform,
      requestedAt: new Date(requestedAt).toISOString(),
      requestedBy,
      reason,
      state,
      blocked,
      removed,
      held,
      months,
    },
    closedMonths: months.filter((month) => closed.includes(month)),
    finishedAt: state === 'running' || finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}
