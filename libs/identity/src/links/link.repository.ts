import type { MadeLink } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { instant, type Reads } from '../identity-parts';
import { hashToken, newToken } from '../token/opaque-token';

const HOUR = 3_600_000;
/** How long a link works. */
export const LINK_MS: Readonly<Record<MadeLink['kind'], number>> = { invitation: 72 * HOUR, reset: HOUR };

/** A new link of a user; older unused ones end. */
export async function makeLink(tx: EntityManager, userId: string, kind: MadeLink['kind'], now: number): Promise<MadeLink> {
  await endLinks(tx, userId, now);
  const token = newToken();
  const expiresAt = now + LINK_MS[kind];
  await tx.query(
    `INSERT INTO user_link (token_hash, user_id, kind, created_at, expires_at) VALUES ($1, $2, $3, ${instant('$4')}, ${instant('$5')})`,
    [hashToken(token), userId, kind, now, expiresAt],
  );
  return { kind, token, expiresAt: new Date(expiresAt).toISOString() };
}

/** Whose a link is that can still be used; null: none. `lock`: nobody else uses it until the end of the transaction. */
export async function findLink(
  reads: Reads,
  token: string,
  { now, lock }: { now: number; lock: boolean },
): Promise<{ userId: string; kind: MadeLink['kind'] } | null> {
  const [link] = (await reads.query(
    `SELECT user_id AS "userId", kind FROM user_link WHERE token_hash = $1 AND used_at IS NULL AND expires_at > ${instant('$2')} ${lock ? 'FOR UPDATE' : ''}`,
    [hashToken(token), now],
  )) as { userId: string; kind: MadeLink['kind'] }[];
  return link ?? null;
}

/** Ends every unused link of a user. */
export async function endLinks(tx: EntityManager, userId: string, now: number): Promise<void> {
  await tx.query(`UPDATE user_link SET used_at = ${instant('$2')} WHERE user_id = $1 AND used_at IS NULL`, [userId, now]);
}
