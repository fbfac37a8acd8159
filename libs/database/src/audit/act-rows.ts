import { isoInstant } from '../iso-instant';
import type { Act, RecordedAct } from './act-chain';

/** What is read of a row of audit_log. */
export const ACT_COLUMNS = `brand_id, seq, ${isoInstant('at')} AS at, actor_kind, actor_id, actor_name, action,
  subject, before, after, reason, version, address, request_id, session_id, previous_hash, hash`;

export interface ActRow {
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
  version: number;
  address: string | null;
  request_id: string | null;
  session_id: string | null;
  previous_hash: string;
  hash: string;
}

export const actOf = (row: ActRow): RecordedAct => ({
  brandId: row.brand_id,
  seq: Number(row.seq),
  at: row.at,
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  action: row.action,
  subject: row.subject,
  before: row.before,
  after: row.after,
  reason: row.reason,
  version: row.version,
  origin: { address: row.address, requestId: row.request_id, sessionId: row.session_id },
  previousHash: row.previous_hash,
  hash: row.hash,
});
