import { setTimeout as sleep } from 'node:timers/promises';
import { reachFor } from '@app/access';
import {
  ACTIONS,
  SECOND_FACTOR_ROLES,
  type Actor,
  type Enrolment,
  type RecoveryCodes,
  type SignInAnswer,
  type SignedInUser,
} from '@app/contracts';
import { recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { accountSubject, addressSubject, AttemptsRepository, factorSubject, type Subject } from './attempts/attempts.repository';
import { challengeOver, codeRefused, noSecondFactor, secondFactorStands, signInRefused, tooManyTries } from './identity-errors';
import type { IdentityParts, RequestOrigin } from './identity-parts';
import { hashPassword, needsRehash, PASSWORD_COST, verifyPassword, type PasswordCost } from './password/password-hash';
import { newRecoveryCodes } from './second-factor/recovery-codes';
import { SecondFactorRepository } from './second-factor/second-factor.repository';
import { qrPath } from './second-factor/qr';
import { newTotpSecret, totpUri } from './second-factor/totp';
import { forgetOldSignIns, SessionRepository } from './sessions/session.repository';
import { SignedTokens, TOKEN_USES, TokenError, type FirstFactor, type TokenUse } from './token/signed-token';
import { findByLogin, findUser, foldLogin, noteSignIn, replaceHash, type StoredUser } from './users/user.repository';

/** A step of a sign-in, and the refresh token where it is the last. The token goes into a cookie, never into the answer's body. */
export interface SignInStep {
  answer: SignInAnswer;
  refreshToken: string | null;
  /** When the cookie ends, epoch ms. */
  endsAt: number | null;
}

export interface Credentials {
  brand: string;
  login: string;
  password: string;
}

const REFUSAL_MS = 400;

export const actorOfUser = ({ userId, name }: Pick<StoredUser, 'userId' | 'name'>): Actor => ({ kind: 'user', id: userId, name });

export const signedInUser = (user: StoredUser): SignedInUser => ({
  userId: user.userId,
  login: user.login,
  name: user.name,
  role: user.role,
  brand: { code: user.brandCode, name: user.brandName },
  secondFactor: user.secondFactor,
  reaches: reachesOf(user),
});

function reachesOf(user: StoredUser): SignedInUser['reaches'] {
  const reaches: SignedInUser['reaches'] = {};
  for (const action of ACTIONS) {
    const reach = reachFor(user, action);
    if (reach !== 'none') reaches[action] = reach;
  }
  return reaches;
}

/**
 * Signing in: password, then the second factor where there is one, then a session. Wrong tries are counted per account (whether it exists or not) and per
 * address; every refusal of the first step is one answer in one time.
 */
export class SignInService {
  readonly #tokens: SignedTokens;
  readonly #attempts: AttemptsRepository;
  readonly #factors: SecondFactorRepository;
  readonly #sessions: SessionRepository;
  readonly #cost: PasswordCost;
  #nobody: Promise<string> | undefined;

  constructor(private readonly parts: IdentityParts) {
    this.#tokens = new SignedTokens(parts.secret);
    this.#attempts = new AttemptsRepository(parts.dataSource, parts.secret);
    this.#factors = new SecondFactorRepository(parts.secret);
    this.#sessions = new SessionRepository(parts);
    this.#cost = parts.passwordCost ?? PASSWORD_COST;
  }

  /** Throws `unauthorized` (one answer for all reasons) and `too_many`. */
  async signIn(given: Credentials, origin: RequestOrigin): Promise<SignInStep> {
    const { dataSource, clock, refusalMs } = this.parts;
    const began = performance.now();
    const login = foldLogin(given.login);
    const account = accountSubject(given.brand, login);
    const locked = await this.begin([account, addressSubject(origin.ip)], origin);
    const user = await findByLogin(dataSource, given.brand, login);
    // somebody who does not exist, too, takes the time of a password
    const right = await verifyPassword(user?.passwordHash ?? (await this.nobody()), given.password);
    if (!user || !right || user.state !== 'active' || user.passwordHash === null) {
      if (user && locked) await this.recordLock(user, origin);
      this.parts.logger.warn({ requestId: origin.requestId, ip: origin.ip, userId: user?.userId ?? null }, 'sign-in refused');
      await sleep(Math.max(0, (refusalMs ?? REFUSAL_MS) - (performance.now() - began)));
      throw signInRefused();
    }
    await this.#attempts.succeeded(account, addressSubject(origin.ip));
    if (needsRehash(user.passwordHash, this.#cost))
      await replaceHash(dataSource, user.userId, user.passwordHash, await hashPassword(given.password, this.#cost));
    return this.proceed(user, origin, { by: 'password', now: clock.now() });
  }

  /** After the first factor: the next step, or the session. */
  async proceed(user: StoredUser, origin: RequestOrigin, { by, now }: { by: FirstFactor; now: number }): Promise<SignInStep> {
    const step = user.secondFactor ? 'second-factor' : SECOND_FACTOR_ROLES.includes(user.role) ? 'enrol' : null;
    if (step === null) return this.open(user, origin, { by, factor: null, now });
    const challenge = await this.#tokens.sign(step, { userId: user.userId, brand: user.brandCode, stamp: user.stamp, by }, now);
    return { answer: { step, challenge }, refreshToken: null, endsAt: null };
  }

  /** The second step: a code of the app, or a recovery code. Throws `unauthorized` and `too_many`. */
  async secondFactor(challenge: string, code: string, origin: RequestOrigin): Promise<SignInStep> {
    const { dataSource, clock, logger } = this.parts;
    const { user, by } = await this.challenged('second-factor', challenge, origin);
    const subject = factorSubject(user.userId);
    const locked = await this.begin([subject, addressSubject(origin.ip)], origin);
    const now = clock.now();
    const kind = await dataSource.transaction((tx) => this.#factors.take(tx, user.userId, code, now));
    if (kind === null) {
      if (locked) await this.recordLock(user, origin);
      logger.warn({ requestId: origin.requestId, ip: origin.ip, userId: user.userId }, 'second factor refused');
      throw codeRefused();
    }
    await this.#attempts.succeeded(subject, addressSubject(origin.ip));
    return this.open(user, origin, { by, factor: kind, now });
  }

  /** Begins to set up a second factor, for those who may do nothing else before. Throws `unauthorized`, `conflict` when there is one. */
  async enrol(challenge: string, origin: RequestOrigin): Promise<Enrolment> {
    return this.beginEnrolment((await this.challenged('enrol', challenge, origin)).user);
  }

  /** Ends the setting up with a first code, and signs in. Throws `unauthorized`, `conflict`, `too_many`. */
  async confirmEnrolment(challenge: string, code: string, origin: RequestOrigin): Promise<SignInStep & RecoveryCodes> {
    const { user, by } = await this.challenged('enrol', challenge, origin);
    const { recoveryCodes } = await this.finishEnrolment(user, code, origin);
    const opened = await this.open({ ...user, secondFactor: true }, origin, { by, factor: 'totp', now: this.parts.clock.now() });
    return { ...opened, recoveryCodes };
  }

  /** The same for somebody who is signed in already. */
  async beginEnrolment(user: StoredUser): Promise<Enrolment> {
    const secret = newTotpSecret();
    if (!(await this.parts.dataSource.transaction((tx) => this.#factors.begin(tx, user.userId, secret)))) throw secondFactorStands();
    const uri = totpUri(secret, user.login, user.brandCode);
    return { secret, uri, qr: qrPath(uri) };
  }

  async finishEnrolment(user: StoredUser, code: string, origin: RequestOrigin): Promise<RecoveryCodes> {
    const subject = factorSubject(user.userId);
    await this.begin([subject, addressSubject(origin.ip)], origin);
    const recoveryCodes = newRecoveryCodes();
    const now = this.parts.clock.now();
    await this.parts.dataSource.transaction(async (tx) => {
      const confirmed = await this.#factors.confirm(tx, user.userId, { code, now, recoveryCodes });
      if (confirmed === null) throw noSecondFactor();
      if (!confirmed) throw codeRefused();
      await this.record(tx, user, 'second-factor.set', { recoveryCodes: recoveryCodes.length });
    });
    await this.#attempts.succeeded(subject, addressSubject(origin.ip));
    return { recoveryCodes };
  }

  /** An access token for a session that stands. */
  accessToken({ userId, brandCode }: Pick<StoredUser, 'userId' | 'brandCode'>, session: string): Promise<string> {
    return this.#tokens.sign('api', { userId, brand: brandCode, session }, this.parts.clock.now());
  }

  /** Counts a try at something that is guarded by a secret. Throws `too_many`; answers whether the account waits from now on. */
  async begin(subjects: readonly Subject[], origin: RequestOrigin): Promise<boolean> {
    const { waitMs, locked } = await this.#attempts.begin(subjects, this.parts.clock.now());
    if (waitMs === 0) return locked;
    this.parts.logger.warn({ requestId: origin.requestId, ip: origin.ip, waitMs }, 'sign-in held back');
    throw tooManyTries(waitMs);
  }

  succeeded(subject: Subject, origin: RequestOrigin): Promise<void> {
    return this.#attempts.succeeded(subject, addressSubject(origin.ip));
  }

  private async open(
    user: StoredUser,
    origin: RequestOrigin,
    { by, factor, now }: { by: FirstFactor; factor: 'totp' | 'recovery' | null; now: number },
  ): Promise<SignInStep> {
    await forgetOldSignIns(this.parts.dataSource, now);
    return this.parts.dataSource.transaction(async (tx) => {
      // while the password was looked at it may have been changed, and all sessions with it ended
      if (!(await noteSignIn(tx, user, now))) throw challengeOver();
      const { sessionId, refreshToken, endsAt } = await this.#sessions.open(tx, user.userId, {
        origin,
        secondFactor: factor !== null,
        now,
      });
      await this.record(tx, user, 'session.open', { session: sessionId, by, secondFactor: factor, address: origin.ip });
      const accessToken = await this.accessToken(user, sessionId);
      return { answer: { step: 'done', accessToken, expiresInSeconds: TOKEN_USES.api, user: signedInUser(user) }, refreshToken, endsAt };
    });
  }

  /** Whose step this is. A step dies with the password that it followed. Throws `unauthorized`. */
  private async challenged(use: TokenUse, challenge: string, origin: RequestOrigin): Promise<{ user: StoredUser; by: FirstFactor }> {
    try {
      const { userId, brand, stamp, by } = await this.#tokens.verify(use, challenge, this.parts.clock.now());
      const user = await findUser(this.parts.dataSource, userId);
      if (user?.state === 'active' && user.brandCode === brand && user.stamp === stamp) return { user, by: by ?? 'password' };
      this.parts.logger.warn({ requestId: origin.requestId, ip: origin.ip }, 'step of a sign-in refused: user or password changed');
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      this.parts.logger.warn({ requestId: origin.requestId, ip: origin.ip, fault: error.fault }, 'step of a sign-in refused');
    }
    throw challengeOver();
  }

  private recordLock(user: StoredUser, origin: RequestOrigin): Promise<unknown> {
    return this.parts.dataSource.transaction((tx) => this.record(tx, user, 'user.held-back', { address: origin.ip }));
  }

  private record(tx: EntityManager, user: StoredUser, action: string, after: object): Promise<unknown> {
    const { brandId, userId } = user;
    return recordAct(tx, { brandId, actor: actorOfUser(user), action, subject: `user/${userId}`, before: null, after, reason: null });
  }

  private nobody(): Promise<string> {
    return (this.#nobody ??= hashPassword('nobody has this password', this.#cost));
  }
}
