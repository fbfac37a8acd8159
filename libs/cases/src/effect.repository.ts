import type { Actor, Appeal, AppealFile, CaseEffect, Rectification } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { CaseRecord } from './case-record';
import { instant, type Reads } from './case.repository';

type Of = Pick<CaseRecord, 'brandId' | 'caseId'>;
const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const NOW = `date_trunc('milliseconds', clock_timestamp())`;

const EFFECT = `effect_id::text AS "effectId", kind, state, dealer_id AS "dealerId", months, reason, ${iso('made_at')} AS "madeAt", made_by AS "madeBy",
  confirmed_by AS "confirmedBy", ${iso('ended_at')} AS "endedAt", ended_by AS "endedBy", end_reason AS "endReason"`;

export const effectsOf = (reads: Reads, brandId: number, caseId: string): Promise<CaseEffect[]> =>
  reads.query(`SELECT ${EFFECT} FROM integrity_case_effect WHERE brand_id = $1 AND case_id = $2 ORDER BY integrity_case_effect.effect_id`, [
    brandId,
    caseId,
  ]) as Promise<CaseEffect[]>;

export async function insertEffect(
  tx: EntityManager,
  { brandId, caseId }: Of,
  effect: Pick<CaseEffect, 'kind' | 'state' | 'dealerId' | 'months' | 'reason'> & { madeBy: Actor },
): Promise<CaseEffect> {
  const [row] = (await tx.query(
    `INSERT INTO integrity_case_effect (brand_id, case_id, kind, state, dealer_id, months, reason, made_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb) RETURNING ${EFFECT}`,
    [brandId, caseId, effect.kind, effect.state, effect.dealerId, effect.months, effect.reason, JSON.stringify(effect.madeBy)],
  )) as CaseEffect[];
  return row;
}

export async function confirmEffect(tx: EntityManager, effectId: string, actor: Actor): Promise<void> {
  await tx.query(`UPDATE integrity_case_effect SET state = 'in_force', confirmed_by = $2::jsonb WHERE effect_id = $1::bigint`, [
    effectId,
    JSON.stringify(actor),
  ]);
}

/** Ends an effect, or rejects what was proposed. */
export async function endEffect(
  tx: EntityManager,
  effectId: string,
  { to, actor, reason }: { to: 'rejected' | 'ended'; actor: Actor; reason: string },
): Promise<void> {
  await tx.query(
    `UPDATE integrity_case_effect SET state = $2, ended_at = ${NOW}, ended_by = $3::jsonb, end_reason = $4 WHERE effect_id = $1::bigint`,
    [effectId, to, JSON.stringify(actor), reason],
  );
}

const APPEAL = `appeal_id AS "appealId", case_id AS "caseId", signal_ids AS "signalIds", ground, text, state, ${iso('filed_at')} AS "filedAt",
  filed_by AS "filedBy", ${iso('due_at')} AS "dueAt", ${iso('decided_at')} AS "decidedAt", decided_by AS "decidedBy", reason, struck, repull`;

/** Appeals of a case, or all of the brand, the oldest first. */
export async function appealsOf(
  reads: Reads,
  brandId: number,
  { caseId, appealId }: { caseId?: string; appealId?: string },
): Promise<Appeal[]> {
  const rows = (await reads.query(
    `SELECT ${APPEAL} FROM integrity_appeal
     WHERE brand_id = $1 AND ($2::text IS NULL OR case_id = $2) AND ($3::text IS NULL OR appeal_id = $3)
     ORDER BY integrity_appeal.filed_at, appeal_id`,
    [brandId, caseId ?? null, appealId ?? null],
  )) as Appeal[];
  const files = await filesOf(
    reads,
    brandId,
    rows.map((row) => row.appealId),
  );
  return rows.map((row) => ({ ...row, files: files.get(row.appealId) ?? [] }));
}

export async function insertAppeal(
  tx: EntityManager,
  { brandId, caseId }: Of,
  appeal: Pick<Appeal, 'appealId' | 'signalIds' | 'ground' | 'text' | 'filedBy'> & { at: number; due: number },
): Promise<void> {
  const { appealId, signalIds, ground, text, filedBy, at, due } = appeal;
  await tx.query(
    `INSERT INTO integrity_appeal (brand_id, appeal_id, case_id, signal_ids, ground, text, filed_at, filed_by, due_at)
     VALUES ($1, $2, $3, $4, $5, $6, ${instant('$7')}, $8::jsonb, ${instant('$9')})`,
    [brandId, appealId, caseId, signalIds, ground, text, at, JSON.stringify(filedBy), due],
  );
}

export async function decideAppealRow(
  tx: EntityManager,
  { brandId, appealId }: { brandId: number; appealId: string },
  { state, actor, reason, struck, at }: { state: Appeal['state']; actor: Actor; reason: string; struck: readonly string[]; at: number },
): Promise<void> {
  await tx.query(
    `UPDATE integrity_appeal SET state = $3, decided_at = ${instant('$4')}, decided_by = $5::jsonb, reason = $6, struck = $7
     WHERE brand_id = $1 AND appeal_id = $2`,
    [brandId, appealId, state, at, JSON.stringify(actor), reason, struck],
  );
}

export const setRepull = (reads: Reads, brandId: number, appealId: string, repull: Appeal['repull']): Promise<unknown> =>
  reads.query('UPDATE integrity_appeal SET repull = $3::jsonb WHERE brand_id = $1 AND appeal_id = $2', [
    ...[brandId, appealId, JSON.stringify(repull)],
  ]);

const FILE = `file_id AS "fileId", name, media_type AS "mediaType", bytes::float8 AS bytes, sha256, ${iso('uploaded_at')} AS "uploadedAt"`;

async function filesOf(reads: Reads, brandId: number, appealIds: readonly string[]): Promise<Map<string, AppealFile[]>> {
  const rows = (await reads.query(
    `SELECT appeal_id AS "appealId", ${FILE} FROM integrity_appeal_file
     WHERE brand_id = $1 AND appeal_id = ANY ($2) ORDER BY integrity_appeal_file.uploaded_at, file_id`,
    [brandId, appealIds],
  )) as (AppealFile & { appealId: string })[];
  const files = new Map<string, AppealFile[]>();
  for (const { appealId, ...file } of rows) files.set(appealId, [...(files.get(appealId) ?? []), file]);
  return files;
}

export async function insertFile(
  tx: EntityManager,
  { brandId, appealId }: { brandId: number; appealId: string },
  file: Omit<AppealFile, 'uploadedAt'> & { uploadedBy: Actor },
): Promise<void> {
  await tx.query(
    `INSERT INTO integrity_appeal_file (brand_id, file_id, appeal_id, name, media_type, bytes, sha256, uploaded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)`,
    [brandId, file.fileId, appealId, file.name, file.mediaType, file.bytes, file.sha256, JSON.stringify(file.uploadedBy)],
  );
}

const RECTIFICATION = `rectification_id AS "rectificationId", case_id AS "caseId", dealer_id AS "dealerId", detectors, text, ${iso('due_at')} AS "dueAt",
  state, answer, ${iso('opened_at')} AS "openedAt", ${iso('closed_at')} AS "closedAt", reopened`;

/** Orders of a brand, the newest first. */
export const rectificationsOf = (
  reads: Reads,
  brandId: number,
  { caseId, dealerIds, rectificationId }: { caseId?: string; dealerIds?: readonly string[]; rectificationId?: string } = {},
): Promise<Rectification[]> =>
  reads.query(
    `SELECT ${RECTIFICATION} FROM integrity_rectification
     WHERE brand_id = $1 AND ($2::text IS NULL OR case_id = $2) AND ($3::text[] IS NULL OR dealer_id = ANY ($3))
       AND ($4::text IS NULL OR rectification_id = $4)
     ORDER BY integrity_rectification.opened_at DESC, rectification_id`,
    [brandId, caseId ?? null, dealerIds ?? null, rectificationId ?? null],
  ) as Promise<Rectification[]>;

export async function insertRectification(
  tx: EntityManager,
  { brandId, caseId }: Of,
  order: Pick<Rectification, 'rectificationId' | 'dealerId' | 'detectors' | 'text'> & { at: number; due: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO integrity_rectification (brand_id, rectification_id, case_id, dealer_id, detectors, text, opened_at, due_at)
     VALUES ($1, $2, $3, $4, $5, $6, ${instant('$7')}, ${instant('$8')})`,
    [brandId, order.rectificationId, caseId, order.dealerId, order.detectors, order.text, order.at, order.due],
  );
}

/** Moves an order on. Opening it anew counts, and gives it a new date. */
export async function moveRectification(
  tx: EntityManager,
  { brandId, rectificationId }: { brandId: number; rectificationId: string },
  to: { state: 'answered'; answer: string } | { state: 'closed'; at: number } | { state: 'open'; at: number; due: number },
): Promise<void> {
  const ids = [brandId, rectificationId];
  const where = 'WHERE brand_id = $1 AND rectification_id = $2';
  if (to.state === 'answered')
    await tx.query(`UPDATE integrity_rectification SET state = 'answered', answer = $3 ${where}`, [...ids, to.answer]);
  else if (to.state === 'closed')
    await tx.query(`UPDATE integrity_rectification SET state = 'closed', closed_at = ${instant('$3')} ${where}`, [...ids, to.at]);
  else
    await tx.query(
      `UPDATE integrity_rectification SET state = 'open', closed_at = NULL, opened_at = ${instant('$3')}, due_at = ${instant('$4')}, reopened = reopened + 1 ${where}`,
      [...ids, to.at, to.due],
    );
}
