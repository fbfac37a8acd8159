import { createHash, createHmac } from 'node:crypto';
import { deriveKey } from '@app/config';
import type { Grant, Role, UserSession } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { network } from '../attempts/attempts.repository';
import { agentOf, instant, iso, type IdentityParts, type Reads, type RequestOrigin } from '../identity-parts';
import { hashToken, newToken } from '../token/opaque-token';
import { SESSION_TIMES, type PresentedToken, type SessionTimes } from './refresh-rules';

/** A session that stands, with its user as they are now. */
export interface StandingSession {
  sessionId: string;
  userId: string;
  login: string;
  name: string;
  role: Role;
  grants: Grant[];
  brandCode: string;
  /** Was a second factor given when it began? */
  secondFactor: boolean;
}

/** A refresh token that was found, locked with its session. */
export interface FoundToken extends PresentedToken {
  sessionId: string;
  userId: string;
}

/** Why a session ended. */
export type EndReason = 'signed out' | 'revoked' | 'password changed' | 'user changed' | 'refresh token reused' | 'second factor changed';

/** So long after a sign-in it still says who sits there. */
const FRESH_MS = 10 * 60_000;

/** Browser and network, as a hash: only to tell whether two requests come from the same. */
export const placeOf = (origin: RequestOrigin): string =>
  createHash('sha256')
    .update(`${network(origin.ip)}\0${agentOf(origin)}`)
    .digest('hex');

/** Sessions and their refresh tokens. */
export class SessionRepository {
  readonly #key: Buffer;
  readonly #times: SessionTimes;

  constructor({ secret, sessionTimes = SESSION_TIMES }: Pick<IdentityParts, 'secret' | 'sessionTimes'>) {
    this.#key = deriveKey(secret, 'refresh-tokens');
    this.#times = sessionTimes;
  }

  /** A new session of a user who is held (`noteSignIn`). */
  async open(
    tx: EntityManager,
    userId: string,
    { origin, secondFactor, now }: { origin: RequestOrigin; secondFactor: boolean; now: number },
  ): Promise<{ sessionId: string; refreshToken: string; endsAt: number }> {
    const { idleMs, longestMs } = this.#times;
    const endsAt = now + longestMs;
    const [{ sessionId }] = (await tx.query(
      `INSERT INTO user_session (user_id, second_factor, created_at, last_seen_at, idle_until, ends_at, address, user_agent)
       VALUES ($1, $2, ${instant('$3')}, ${instant('$3')}, ${instant('$4')}, ${instant('$5')}, $6, $7)
       RETURNING session_id AS "sessionId"`,
      [userId, secondFactor, now, Math.min(endsAt, now + idleMs), endsAt, origin.ip, agentOf(origin)],
    )) as { sessionId: string }[];
    const refreshToken = newToken();
    await this.keep(tx, sessionId, refreshToken, now);
    return { sessionId, refreshToken, endsAt };
  }

  /** Did the session begin within the last minutes? */
  async isFresh(reads: Reads, sessionId: string, now: number): Promise<boolean> {
    const rows = (await reads.query(`SELECT FROM user_session WHERE session_id = $1 AND created_at > ${instant('$2')}`, [
      sessionId,
      now - FRESH_MS,
    ])) as object[];
    return rows.length > 0;
  }

  /** The session that a token belongs to, both locked; null: unknown. */
  async find(tx: EntityManager, refreshToken: string): Promise<FoundToken | null> {
    const [row] = (await tx.query(
      `SELECT t.session_id, s.user_id, t.used_at, t.used_from, s.revoked_at, s.idle_until, s.ends_at
       FROM refresh_token t JOIN user_session s ON s.session_id = t.session_id
       WHERE t.token_hash = $1
       FOR UPDATE`,
      [hashToken(refreshToken)],
    )) as { session_id: string; user_id: string; used_from: string | null; [instant: string]: Date | string | null }[];
    if (!row) return null;
    const ms = (value: unknown) => (value instanceof Date ? value.getTime() : null);
    return {
      sessionId: row.session_id,
      userId: row.user_id,
      usedAt: ms(row.used_at),
      usedFrom: row.used_from,
      revokedAt: ms(row.revoked_at),
      idleUntil: ms(row.idle_until) ?? 0,
      endsAt: ms(row.ends_at) ?? 0,
    };
  }

  /**
   * The token that follows: the same again whenever it is asked for, so that two tabs, or an answer that got lost, end up with one. Only the holder of the
   * former token and of our key has it.
   */
  private successorOf(refreshToken: string): string {
    return createHmac('sha256', this.#key).update(refreshToken).digest('base64url');
  }

  /** The unspent token at the end of the chain that begins with a spent one: whoever comes late must not put an older one into the browser. */
  async newestAfter(tx: EntityManager, spent: string): Promise<string> {
    for (let token = this.successorOf(spent); ; token = this.successorOf(token)) {
      const rows = (await tx.query('SELECT FROM refresh_token WHERE token_hash = $1 AND used_at IS NOT NULL', [
        hashToken(token),
      ])) as object[];
      if (rows.length === 0) return token;
    }
  }

  /** Spends a token and puts its successor in its place. */
  async rotate(tx: EntityManager, { sessionId }: FoundToken, spent: { refreshToken: string; from: string; now: number }): Promise<string> {
    const { refreshToken, from, now } = spent;
    await tx.query(`UPDATE refresh_token SET used_at = ${instant('$2')}, used_from = $3 WHERE token_hash = $1`, [
      hashToken(refreshToken),
      now,
      from,
    ]);
    await tx.query(
      `UPDATE user_session SET last_seen_at = ${instant('$2')}, idle_until = least(ends_at, ${instant('$3')}) WHERE session_id = $1`,
      [sessionId, now, now + this.#times.idleMs],
    );
    const successor = this.successorOf(refreshToken);
    await this.keep(tx, sessionId, successor, now);
    return successor;
  }

  /** Null: there is no such session, it has ended, or its user may not sign in. */
  async standing(reads: Reads, sessionId: string, now: number): Promise<StandingSession | null> {
    const [session] = (await reads.query(
      `SELECT s.session_id AS "sessionId", u.user_id AS "userId", u.login, u.name, u.role, u.grants, b.code AS "brandCode", s.second_factor AS "secondFactor"
       FROM user_session s
       JOIN app_user u ON u.user_id = s.user_id
       JOIN brand b ON b.brand_id = u.brand_id
       WHERE s.session_id = $1 AND s.revoked_at IS NULL AND s.ends_at > ${instant('$2')} AND u.state = 'active'`,
      [sessionId, now],
    )) as StandingSession[];
    return session ?? null;
  }

  /** Sessions of a user that stand, the last seen first. */
  async list(reads: Reads, userId: string, { now, current }: { now: number; current: string | null }): Promise<UserSession[]> {
    const rows = (await reads.query(
      `SELECT session_id AS "sessionId", ${iso('created_at')} AS "createdAt", ${iso('last_seen_at')} AS "lastSeenAt", ${iso('least(idle_until, ends_at)')} AS "endsAt",
         address, user_agent AS "userAgent"
       FROM user_session
       WHERE user_id = $1 AND revoked_at IS NULL AND idle_until > ${instant('$2')} AND ends_at > ${instant('$2')}
       ORDER BY last_seen_at DESC, session_id`,
      [userId, now],
    )) as Omit<UserSession, 'current'>[];
    return rows.map((row) => ({ ...row, current: row.sessionId === current }));
  }

  /** Ends one session of a user, or all but one. The ids of those that ended by it. */
  async end(tx: EntityManager, userId: string, which: { only?: string; except?: string; why: EndReason; now: number }): Promise<string[]> {
    const [rows] = (await tx.query(
      `UPDATE user_session SET revoked_at = ${instant('$2')}, revoked_why = $3
       WHERE user_id = $1 AND revoked_at IS NULL AND ($4::uuid IS NULL OR session_id = $4) AND ($5::uuid IS NULL OR session_id <> $5)
       RETURNING session_id AS "sessionId"`,
      [userId, which.now, which.why, which.only ?? null, which.except ?? null],
    )) as [{ sessionId: string }[], number];
    return rows.map(({ sessionId }) => sessionId);
  }

  private async keep(tx: EntityManager, sessionId: string, refreshToken: string, now: number): Promise<void> {
    await tx.query(`INSERT INTO refresh_token (token_hash, session_id, issued_at) VALUES ($1, $2, ${instant('$3')})`, [
      hashToken(refreshToken),
      sessionId,
      now,
    ]);
  }
}

const DAY = 86_400_000;

/** Forgets what is long over: tries after a day, sessions (with their tokens) 90 days after their end, links after 30 days. */
export async function forgetOldSignIns(reads: Reads, now: number): Promise<void> {
  await reads.query(
    `DELETE FROM sign_in_attempt WHERE subject IN (SELECT subject FROM sign_in_attempt WHERE last_at < ${instant('$1')} FOR UPDATE SKIP LOCKED)`,
    [now - DAY],
  );
  await reads.query(`DELETE FROM user_session WHERE ends_at < ${instant('$1')}`, [now - 90 * DAY]);
  await reads.query(`DELETE FROM user_link WHERE expires_at < ${instant('$1')}`, [now - 30 * DAY]);
}
