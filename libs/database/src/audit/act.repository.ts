import type { DataSource, EntityManager } from 'typeorm';
import { metrics } from '@app/observability';
import { isoInstant } from '../iso-instant';
import {
  ACT_VERSION,
  CHAIN_START,
  ChainCheck,
  canonicalJson,
  hashOfAct,
  type Act,
  type ChainFault,
  type ChainHead,
  type RecordedAct,
} from './act-chain';
import { holdInTransaction } from '../locks/locks';
import { ACT_COLUMNS, actOf, type ActRow } from './act-rows';
import { originNow } from './acting';

const CHUNK = 2000;

/**
 * Writes a decision down, in the transaction that makes it: both or neither; where it came from is that of the work under way (`withOrigin`). Acts of
 * one brand follow one another; the lock is held until the end of the transaction, so call it as the last step. Throws bad_input for text that cannot
 * be kept.
 */
export async function recordAct(tx: EntityManager, act: Act): Promise<RecordedAct> {
  await holdInTransaction(tx, { lock: 'audit', of: act.brandId });
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
    version: ACT_VERSION,
    origin: originNow(),
    previousHash: head?.hash ?? CHAIN_START,
  };
  const recorded: RecordedAct = { ...row, hash: hashOfAct(row) };
  await insert(tx, recorded, { before, after });
  await tx.query(
    `INSERT INTO audit_head (brand_id, seq, hash) VALUES ($1, $2, $3)
     ON CONFLICT (brand_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`,
    [brandId, recorded.seq, recorded.hash],
  );
  metrics.acts.inc({ action });
  return recorded;
}

async function insert(tx: EntityManager, act: RecordedAct, { before, after }: Record<'before' | 'after', string | null>): Promise<void> {
  const { brandId, seq, at, actor, action, subject, reason, version, origin, previousHash, hash } = act;
  await tx.query(
    `INSERT INTO audit_log (brand_id, seq, at, actor_kind, actor_id, actor_name, action, subject, before, after, reason, version, address,
       request_id, session_id, previous_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11, $12, $13, $14, $15, $16, $17)`,
    [
      ...[brandId, seq, at, actor.kind, actor.id, actor.name, action, subject, before, after, reason],
      ...[version, origin.address, origin.requestId, origin.sessionId, previousHash, hash],
    ],
  );
}

/** The log of one brand, checked: its length, its end, and what is wrong with it. */
export interface CheckedActs {
  acts: number;
  head: ChainHead | null;
  faults: ChainFault[];
}

/**
 * What is wrong with the log of a brand: rows edited, removed or moved since they were written, and rows that `anchors` (ends that it once had, kept
 * outside the store) do not find. Empty: it is as it was written.
 */
export async function verifyActs(dataSource: DataSource, brandId: number, anchors: readonly ChainHead[] = []): Promise<CheckedActs> {
  return dataSource.transaction('REPEATABLE READ', async (tx) => {
    const check = new ChainCheck(anchors);
    let acts = 0;
    let last = '-1';
    for (let more = true; more;) {
      const rows = (await tx.query(`SELECT ${ACT_COLUMNS} FROM audit_log WHERE brand_id = $1 AND seq > $2 ORDER BY seq LIMIT ${CHUNK}`, [
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

/** The end of the chain of a brand as it is kept apart from the log; null where nothing was ever recorded. */
export async function headOf(store: Pick<EntityManager, 'query'>, brandId: number): Promise<ChainHead | null> {
  const [head] = (await store.query('SELECT seq, hash FROM audit_head WHERE brand_id = $1', [brandId])) as { seq: string; hash: string }[];
  return head ? { seq: Number(head.seq), hash: head.hash } : null;
}

const jsonOf = (value: unknown): string | null => (value === null || value === undefined ? null : canonicalJson(value));
const parsed = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));
