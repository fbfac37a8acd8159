import type { DataSource, EntityManager } from 'typeorm';
import { isoInstant } from '../iso-instant';
import {
  CHAIN_START,
  ChainCheck,
  canonicalJson,
  hashOfAct,
  type Act,
  type ChainFault,
  type ChainHead,
  type RecordedAct,
} from './act-chain';

/** Among all advisory locks of the product: who adds to the audit log of a brand (the second number). Taken last, after the lock of the state. */
const AUDIT_LOCK = 826_411;
const CHUNK = 2000;

const COLUMNS = `brand_id, seq, ${isoInstant('at')} AS at, actor_kind, actor_id, actor_name, action,
  subject, before, after, reason, previous_hash, hash`;

interface ActRow {
  brand_id: number;
  seq: string;
  at: string;
  actor_kind: Act['actor']['kind'];
  actor_id: string;
  actor_name: string;
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
  reason: string | null;
  previous_hash: string;
  hash: string;
}

/**
 * Writes a decision down, in the transaction that makes it: both or neither. Acts of one brand follow one another; the lock is held until the end of
 * the transaction, so call it as the last step. Throws bad_input for text that cannot be kept.
 */
export async function recordAct(tx: EntityManager, act: Act): Promise<RecordedAct> {
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [AUDIT_LOCK, act.brandId]);
  const head = await headOf(tx, act.brandId);
  const [{ at }] = (await tx.query(`SELECT ${isoInstant("date_trunc('milliseconds', clock_timestamp())")} AS at`)) as { at: string }[];
  const { brandId, actor, action, subject, reason } = act;
  const { kind, id, name } = actor;
  const before = jsonOf(act.before);
  const after = jsonOf(act.after);
  const row = {
    brandId,
    actor: { kind, id, name },
    action,
    subject,
    before: parsed(before),
    after: parsed(after),
    reason,
    seq: (head?.seq ?? 0) + 1,
    at,
    previousHash: head?.hash ?? CHAIN_START,
  };
  const recorded: RecordedAct = { ...row, hash: hashOfAct(row) };
  await tx.query(
    `INSERT INTO audit_log (brand_id, seq, at, actor_kind, actor_id, actor_name, action, subject, before, after, reason, previous_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11, $12, $13)`,
    [brandId, recorded.seq, at, kind, id, name, action, subject, before, after, reason, recorded.previousHash, recorded.hash],
  );
  await tx.query(
    `INSERT INTO audit_head (brand_id, seq, hash) VALUES ($1, $2, $3)
     ON CONFLICT (brand_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`,
    [brandId, recorded.seq, recorded.hash],
  );
  return recorded;
}

/** What is wrong with the log of a brand: rows edited, removed or moved since they were written. Empty: it is as it was written. */
export async function verifyActs(
  dataSource: DataSource,
  brandId: number,
): Promise<{ acts: number; head: ChainHead | null; faults: ChainFault[] }> {
  return dataSource.transaction('REPEATABLE READ', async (tx) => {
    const check = new ChainCheck();
    let acts = 0;
    let last = '-1';
    for (let more = true; more;) {
      const rows = (await tx.query(`SELECT ${COLUMNS} FROM audit_log WHERE brand_id = $1 AND seq > $2 ORDER BY seq LIMIT ${CHUNK}`, [
        brandId,
        last,
      ])) as ActRow[];
      check.take(rows.map(actOf));
      acts += rows.length;
      last = rows.at(-1)?.seq ?? last;
      more = rows.length === CHUNK;
    }
    const head = await headOf(tx, brandId);
    return { acts, head, faults: check.end(head) };
  });
}

/** The newest acts of a brand before `beforeSeq` (default: of all), newest first; `subject` leaves only those on one subject. */
export async function listActs(
  dataSource: DataSource,
  brandId: number,
  { limit, beforeSeq, subject }: { limit: number; beforeSeq?: number; subject?: string },
): Promise<RecordedAct[]> {
  const rows = (await dataSource.query(
    `SELECT ${COLUMNS}
     FROM audit_log
     WHERE brand_id = $1 AND ($2::bigint IS NULL OR seq < $2) AND ($3::text IS NULL OR subject = $3)
     ORDER BY seq DESC
     LIMIT $4`,
    [brandId, beforeSeq ?? null, subject ?? null, limit],
  )) as ActRow[];
  return rows.map(actOf);
}

async function headOf(tx: EntityManager, brandId: number): Promise<ChainHead | null> {
  const [head] = (await tx.query('SELECT seq, hash FROM audit_head WHERE brand_id = $1', [brandId])) as { seq: string; hash: string }[];
  return head ? { seq: Number(head.seq), hash: head.hash } : null;
}

const jsonOf = (value: unknown): string | null => (value === null || value === undefined ? null : canonicalJson(value));
const parsed = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));

function actOf(row: ActRow): RecordedAct {
  return {
    brandId: row.brand_id,
    seq: Number(row.seq),
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    subject: row.subject,
    before: row.before,
    after: row.after,
    reason: row.reason,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
