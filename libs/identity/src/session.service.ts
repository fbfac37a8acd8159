import type { Enrolment, SignInAnswer, UserSession } from '@app/contracts';
import { recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { passwordSubject, addressSubject } from './attempts/attempts.repository';
import { badField, passwordNeeded, passwordWrong, signInAgain, signInNeeded, unknownSession } from './identity-errors';
import type { IdentityParts, RequestOrigin } from './identity-parts';
import { endLinks } from './links/link.repository';
import { hashPassword, PASSWORD_COST, verifyPassword } from './password/password-hash';
import { passwordFault } from './password/password-rules';
import { judgeRefresh } from './sessions/refresh-rules';
import { placeOf, SessionRepository } from './sessions/session.repository';
import { actorOfUser, signedInUser, SignInService } from './sign-in.service';
import { isToken } from './token/opaque-token';
import { TOKEN_USES } from './token/signed-token';
import { findUser, holdUser, setPassword, type StoredUser } from './users/user.repository';

export interface Refreshed {
  answer: Extract<SignInAnswer, { step: 'done' }>;
  refreshToken: string;
  endsAt: number;
}

/** Who asks: a user with the session of this request. */
export interface OwnSession {
  userId: string;
  sessionId: string;
}

/** Sessions after the sign-in: refreshing, looking at them, ending them, changing the password. */
export class SessionService {
  readonly #sessions: SessionRepository;

  constructor(
    private readonly parts: IdentityParts,
    private readonly signIns: SignInService,
  ) {
    this.#sessions = new SessionRepository(parts);
  }

  /** A new access token for a refresh token, which is spent. Throws `unauthorized`; a token that somebody else spent ends the session. */
  async refresh(refreshToken: string, origin: RequestOrigin): Promise<Refreshed> {
    const { dataSource, clock, logger } = this.parts;
    const now = clock.now();
    const from = placeOf(origin);
    const refreshed = await dataSource.transaction(async (tx) => {
      const found = isToken(refreshToken) ? await this.#sessions.find(tx, refreshToken) : null;
      const user = found && (await findUser(tx, found.userId));
      if (!found || user?.state !== 'active') return null;
      const judged = judgeRefresh(found, from, now);
      if (judged === 'over') return null;
      if (judged === 'reuse') return { kind: 'reuse' as const, user, sessionId: found.sessionId };
      const next =
        judged === 'repeat'
          ? await this.#sessions.newestAfter(tx, refreshToken)
          : await this.#sessions.rotate(tx, found, { refreshToken, from, now });
      return { kind: 'good' as const, user, sessionId: found.sessionId, next, endsAt: found.endsAt };
    });
    if (refreshed?.kind === 'reuse') await this.endReused(refreshed.user, refreshed.sessionId, origin);
    if (refreshed?.kind !== 'good') {
      logger.warn({ requestId: origin.requestId, ip: origin.ip, reused: refreshed !== null }, 'refresh token refused');
      throw signInNeeded();
    }
    const { user, sessionId, next, endsAt } = refreshed;
    const accessToken = await this.signIns.accessToken(user, sessionId);
    return {
      answer: { step: 'done', accessToken, expiresInSeconds: TOKEN_USES.api, user: signedInUser(user) },
      refreshToken: next,
      endsAt,
    };
  }

  /** Ends the session of a refresh token. An unknown one changes nothing and is no error: whoever signs out is signed out. */
  async signOut(refreshToken: string): Promise<void> {
    if (!isToken(refreshToken)) return;
    await this.parts.dataSource.transaction(async (tx) => {
      const found = await this.#sessions.find(tx, refreshToken);
      const user = found && (await findUser(tx, found.userId));
      if (!found || !user) return;
      const ended = await this.#sessions.end(tx, user.userId, { only: found.sessionId, why: 'signed out', now: this.parts.clock.now() });
      if (ended.length > 0) await this.record(tx, user, 'session.end', { sessions: ended, why: 'signed out' });
    });
  }

  list({ userId, sessionId }: OwnSession): Promise<UserSession[]> {
    return this.#sessions.list(this.parts.dataSource, userId, { now: this.parts.clock.now(), current: sessionId });
  }

  /** Ends one of the own sessions. Throws `not_found`: also for one of somebody else. */
  async end({ userId }: OwnSession, sessionId: string): Promise<void> {
    if (!/^[0-9a-f-]{36}$/.test(sessionId)) throw unknownSession();
    await this.parts.dataSource.transaction(async (tx) => {
      const user = await this.own(userId);
      const ended = await this.#sessions.end(tx, userId, { only: sessionId, why: 'revoked', now: this.parts.clock.now() });
      if (ended.length === 0) throw unknownSession();
      await this.record(tx, user, 'session.end', { sessions: ended, why: 'revoked' });
    });
  }

  /**
   * Sets another password and ends all other sessions and unused links. Throws `forbidden` for a wrong current one, `unprocessable` for a weak new one,
   * `too_many`, `unauthorized` when it was changed or the user disabled meanwhile.
   */
  async changePassword({ userId, sessionId }: OwnSession, given: { current: string; next: string }, origin: RequestOrigin): Promise<void> {
    const user = await this.own(userId);
    if (user.passwordHash === null) throw passwordWrong('current');
    await this.proven(user, { field: 'current', password: given.current }, origin);
    assertGood(given.next, user);
    if (given.next === given.current) throw badField('next', SAME.text, SAME.remedy);
    const hash = await hashPassword(given.next, this.parts.passwordCost ?? PASSWORD_COST);
    const now = this.parts.clock.now();
    await this.parts.dataSource.transaction(async (tx) => {
      const { stamp, state } = await holdUser(tx, user.brandId, userId);
      if (stamp !== user.stamp || state !== 'active') throw signInNeeded();
      await setPassword(tx, userId, hash, now);
      await endLinks(tx, userId, now);
      const ended = await this.#sessions.end(tx, userId, { except: sessionId, why: 'password changed', now });
      await this.record(tx, user, 'user.password', { sessionsEnded: ended.length });
    });
  }

  /**
   * Begins to set up a second factor of one's own. Who only found the page open, or a token, must not bind their own phone to it: the password is asked for again;
   * of who signs in by the company and has none, a sign-in of the last minutes. Throws `bad_input`, `forbidden`, `too_many`, `conflict` when there is one, `unauthorized`.
   */
  async enrol({ userId, sessionId }: OwnSession, password: string | undefined, origin: RequestOrigin): Promise<Enrolment> {
    const user = await this.own(userId);
    if (user.passwordHash !== null && password === undefined) throw passwordNeeded();
    if (user.passwordHash !== null) await this.proven(user, { field: 'password', password: password ?? '' }, origin);
    else if (!(await this.#sessions.isFresh(this.parts.dataSource, sessionId, this.parts.clock.now()))) throw signInAgain();
    return this.signIns.beginEnrolment(user);
  }

  /** The user of a session. Throws `unauthorized` when they are gone. */
  async own(userId: string): Promise<StoredUser> {
    const user = await findUser(this.parts.dataSource, userId);
    if (user?.state === 'active') return user;
    throw signInNeeded();
  }

  /** Counted as any other try at a password. */
  private async proven(
    { userId, passwordHash }: StoredUser,
    given: { field: 'current' | 'password'; password: string },
    origin: RequestOrigin,
  ): Promise<void> {
    const subject = passwordSubject(userId);
    await this.signIns.begin([subject, addressSubject(origin.ip)], origin);
    if (passwordHash === null || !(await verifyPassword(passwordHash, given.password))) throw passwordWrong(given.field);
    await this.signIns.succeeded(subject, origin);
  }

  private endReused(user: StoredUser, sessionId: string, origin: RequestOrigin): Promise<void> {
    return this.parts.dataSource.transaction(async (tx) => {
      await this.#sessions.end(tx, user.userId, { only: sessionId, why: 'refresh token reused', now: this.parts.clock.now() });
      await this.record(tx, user, 'session.reuse', { session: sessionId, address: origin.ip });
    });
  }

  private record(tx: EntityManager, user: StoredUser, action: string, after: object): Promise<unknown> {
    const { brandId, userId } = user;
    return recordAct(tx, { brandId, actor: actorOfUser(user), action, subject: `user/${userId}`, before: null, after, reason: null });
  }
}

const SAME = {
  text: { zh: '新密码与当前密码相同', en: 'The new password is the current one' },
  remedy: { zh: '请换一个密码', en: 'Choose another' },
};

/** Throws `unprocessable` for a password that is too short, too long or easy to guess. */
export function assertGood(password: string, { login, name, email, brandCode, brandName }: StoredUser): void {
  const fault = passwordFault(password, [login, name, email ?? '', brandCode, brandName]);
  if (fault) throw badField('password', fault, { zh: '建议用几个不相关的词组成', en: 'Several unrelated words make a good one' });
}
