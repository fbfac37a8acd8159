import {
  ROLES,
  sameActor,
  type Actor,
  type LinkPurpose,
  type MadeLink,
  type Role,
  type User,
  type UserSession,
  type UserState,
} from '@app/contracts';
import { recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { badField, lastAdmin, linkOver, notOneself, unknownUser, userDisabled } from './identity-errors';
import type { IdentityParts } from './identity-parts';
import { endLinks, findLink, makeLink } from './links/link.repository';
import { hashPassword, PASSWORD_COST } from './password/password-hash';
import { SecondFactorRepository } from './second-factor/second-factor.repository';
import { totpAt } from './second-factor/totp';
import { assertGood } from './session.service';
import { SessionRepository, type EndReason } from './sessions/session.repository';
import { actorOfUser } from './sign-in.service';
import { isToken } from './token/opaque-token';
import { assertGrantsExist, grantsFor } from './users/grant-rules';
import {
  findUser,
  foldLogin,
  getUser,
  holdUser,
  insertUser,
  listUsers,
  otherAdmins,
  setPassword,
  updateUser,
  type StoredUser,
} from './users/user.repository';

export interface Invitation {
  login: string;
  name: string;
  email?: string | null;
  role: string;
  grants: unknown;
}

/** What is changed of a user; what is absent stays. */
export interface UserChange {
  name?: string;
  email?: string | null;
  role?: string;
  grants?: unknown;
  state?: 'active' | 'disabled';
}

/** Users of a brand, as their admins and the operator handle them. Every act is in the audit log. */
export class UserService {
  readonly #sessions: SessionRepository;
  readonly #factors: SecondFactorRepository;
  readonly #keys: ApiKeyRepository;

  constructor(private readonly parts: IdentityParts) {
    this.#sessions = new SessionRepository(parts);
    this.#factors = new SecondFactorRepository(parts.secret);
    this.#keys = new ApiKeyRepository(parts.dataSource);
  }

  list(brandId: number): Promise<User[]> {
    return listUsers(this.parts.dataSource, brandId);
  }

  /** Throws `not_found`: also for a user of another brand. */
  get(brandId: number, userId: string): Promise<User> {
    return getUser(this.parts.dataSource, brandId, userId);
  }

  /** By login, for the command line. Throws `not_found`. */
  async byLogin(brandId: number, login: string): Promise<User> {
    const found = (await this.list(brandId)).find((user) => user.login === foldLogin(login));
    if (found) return found;
    throw unknownUser();
  }

  /** A new user and the link with which they set their password. Throws `unprocessable`, `conflict`. */
  async invite(brandId: number, asked: Invitation, actor: Actor): Promise<{ user: User; link: MadeLink }> {
    const role = roleOf(asked.role);
    const login = loginOf(asked.login);
    const user = {
      login,
      name: nameOf(asked.name),
      email: emailOf(asked.email ?? (login.includes('@') ? login : null)),
      role,
      grants: grantsFor(role, asked.grants),
    };
    const now = this.parts.clock.now();
    return this.parts.dataSource.transaction(async (tx) => {
      await assertGrantsExist(tx, brandId, user.grants);
      const userId = await insertUser(tx, brandId, user, now);
      const link = await makeLink(tx, userId, 'invitation', now);
      await this.record(tx, brandId, { actor, action: 'user.invite', userId, after: user });
      return { user: await getUser(tx, brandId, userId), link };
    });
  }

  /**
   * Changes a user. Another role or state, or other rows, ends their sessions; another role ends the keys that they made, disabling also their links. Throws
   * `forbidden` to who would change their own role, rows or state, `conflict` for the last brand admin, `unprocessable`, `not_found`.
   */
  change(brandId: number, userId: string, change: UserChange, actor: Actor): Promise<User> {
    return this.parts.dataSource.transaction(async (tx) => {
      await tx.query('SELECT FROM brand WHERE brand_id = $1 FOR UPDATE', [brandId]); // two admins must not disable each other
      const before = await holdUser(tx, brandId, userId);
      const after = changed(before, change);
      const rights = JSON.stringify([before.role, before.grants, before.state]) !== JSON.stringify([after.role, after.grants, after.state]);
      if (rights && sameActor(actor, actorOfUser(before))) throw notOneself();
      if (change.grants !== undefined) await assertGrantsExist(tx, brandId, after.grants);
      const isAdmin = (user: { role: Role; state: UserState }) => user.role === 'brand-admin' && user.state === 'active';
      if (isAdmin(before) && !isAdmin(after) && actor.kind !== 'operator' && (await otherAdmins(tx, brandId, userId)) === 0)
        throw lastAdmin();
      await updateUser(tx, userId, after);
      if (rights) await this.endAll(tx, before, 'user changed');
      if (after.state === 'disabled') await endLinks(tx, userId, this.parts.clock.now());
      await this.record(tx, brandId, { actor, action: 'user.change', userId, before: told(before), after: told(after) });
      // a key holds what its maker could give when it was made
      if (after.state === 'disabled' || after.role !== before.role) await this.endKeys(tx, before, actor);
      return getUser(tx, brandId, userId);
    });
  }

  /** A link to set a new password; the sign-ins of now go on until it is used. Throws `not_found`, `conflict` for a disabled user. */
  resetLink(brandId: number, userId: string, actor: Actor): Promise<MadeLink> {
    return this.parts.dataSource.transaction(async (tx) => {
      const user = await holdUser(tx, brandId, userId);
      if (user.state === 'disabled') throw userDisabled();
      const link = await makeLink(tx, userId, user.state === 'invited' ? 'invitation' : 'reset', this.parts.clock.now());
      await this.record(tx, brandId, { actor, action: 'user.link', userId, after: { kind: link.kind, expiresAt: link.expiresAt } });
      return link;
    });
  }

  /** What a link is for. Throws `unauthorized`: unknown, used and over are one answer. */
  async purposeOf(token: string): Promise<LinkPurpose> {
    const link = isToken(token) ? await findLink(this.parts.dataSource, token, { now: this.parts.clock.now(), lock: false }) : null;
    const user = link && (await findUser(this.parts.dataSource, link.userId));
    if (!link || !user || user.state === 'disabled') throw linkOver();
    return { kind: link.kind, login: user.login, name: user.name, brand: user.brandName };
  }

  /** Sets the password of a link's user, ends the link and all sessions. The second factor stays. Throws `unauthorized`, `unprocessable`. */
  async useLink(token: string, password: string): Promise<void> {
    await this.purposeOf(token);
    const now = this.parts.clock.now();
    await this.parts.dataSource.transaction(async (tx) => {
      const found = await findLink(tx, token, { now, lock: false });
      const whose = found && (await findUser(tx, found.userId));
      // the user before the link, as everybody who ends links: else two would wait for each other
      const user = whose && (await holdUser(tx, whose.brandId, whose.userId));
      const link = user && (await findLink(tx, token, { now, lock: true }));
      if (!link || !user || user.state === 'disabled') throw linkOver();
      assertGood(password, user);
      await setPassword(tx, user.userId, await hashPassword(password, this.parts.passwordCost ?? PASSWORD_COST), now);
      await endLinks(tx, user.userId, now);
      await this.#sessions.end(tx, user.userId, { why: 'password changed', now });
      const action = link.kind === 'invitation' ? 'user.accept' : 'user.reset';
      await this.record(tx, user.brandId, { actor: actorOfUser(user), action, userId: user.userId, after: null });
    });
  }

  async sessions(brandId: number, userId: string): Promise<UserSession[]> {
    await this.get(brandId, userId);
    return this.#sessions.list(this.parts.dataSource, userId, { now: this.parts.clock.now(), current: null });
  }

  /** Ends every session of a user; how many. Throws `not_found`. */
  endSessions(brandId: number, userId: string, actor: Actor): Promise<number> {
    return this.parts.dataSource.transaction(async (tx) => {
      const user = await holdUser(tx, brandId, userId);
      const ended = await this.endAll(tx, user, 'revoked');
      if (ended.length > 0) await this.record(tx, brandId, { actor, action: 'session.end', userId, after: { sessions: ended } });
      return ended.length;
    });
  }

  /**
   * Takes a lost second factor away and ends all sessions: the user sets up another. The operator's alone, at the command line: with a reset link an admin
   * could otherwise become an auditor. Throws `not_found`.
   */
  resetSecondFactor(brandId: number, userId: string, actor: Actor): Promise<boolean> {
    return this.parts.dataSource.transaction(async (tx) => {
      const user = await holdUser(tx, brandId, userId);
      const removed = await this.#factors.remove(tx, userId);
      await this.endAll(tx, user, 'second factor changed');
      if (removed) await this.record(tx, brandId, { actor, action: 'second-factor.reset', userId, after: null });
      return removed;
    });
  }

  /** The code of now of a user's second factor; the operator's alone (demo, lost phones). Null: they have none. Throws `not_found`. */
  code(brandId: number, userId: string, actor: Actor): Promise<string | null> {
    return this.parts.dataSource.transaction(async (tx) => {
      await holdUser(tx, brandId, userId);
      const secret = await this.#factors.secretOf(tx, userId);
      if (secret !== null) await this.record(tx, brandId, { actor, action: 'second-factor.code', userId, after: null });
      return secret === null ? null : totpAt(secret, this.parts.clock.now());
    });
  }

  private endAll(tx: EntityManager, { userId }: StoredUser, why: EndReason): Promise<string[]> {
    return this.#sessions.end(tx, userId, { why, now: this.parts.clock.now() });
  }

  private async endKeys(tx: EntityManager, { userId, brandId }: StoredUser, actor: Actor): Promise<void> {
    const ended = await this.#keys.revokeOf(tx, brandId, { ownerId: userId, now: this.parts.clock.now() });
    for (const keyId of ended)
      await recordAct(tx, {
        brandId,
        actor,
        action: 'api-key.revoke',
        subject: `api-key/${keyId}`,
        before: null,
        after: { maker: `user/${userId}` },
        reason: null,
      });
  }

  private record(
    tx: EntityManager,
    brandId: number,
    { actor, action, userId, before, after }: { actor: Actor; action: string; userId: string; before?: unknown; after: unknown },
  ): Promise<unknown> {
    return recordAct(tx, { brandId, actor, action, subject: `user/${userId}`, before: before ?? null, after, reason: null });
  }
}

const told = ({ name, email, role, grants, state }: Pick<StoredUser, 'name' | 'email' | 'role' | 'grants' | 'state'>) => ({
  name,
  email,
  role,
  grants,
  state,
});

function changed(before: StoredUser, change: UserChange) {
  const role = change.role === undefined ? before.role : roleOf(change.role);
  // rows belong to a role: another role needs its own
  const grants = change.grants === undefined && role === before.role ? before.grants : grantsFor(role, change.grants);
  const enabled = before.passwordHash === null && before.oidcSubject === null ? 'invited' : 'active';
  return {
    name: change.name === undefined ? before.name : nameOf(change.name),
    email: change.email === undefined ? before.email : emailOf(change.email),
    role,
    grants,
    state: change.state === undefined ? before.state : change.state === 'active' ? (enabled as UserState) : change.state,
  };
}

function roleOf(role: string): Role {
  const known = ROLES.find((one) => one === role);
  if (known) return known;
  throw badField(
    'role',
    { zh: `角色须为：${ROLES.join('、')}`, en: `A role is one of: ${ROLES.join(', ')}` },
    { zh: '请选择其中一个', en: 'Choose one of them' },
  );
}

/** Letters, digits and a few signs: what can be said on the telephone, and cannot be mistaken for another login. */
function loginOf(text: string): string {
  const login = foldLogin(text);
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,99}$/u.test(login)) return login;
  throw badField(
    'login',
    { zh: '登录名须为 2 到 100 个字母、数字或 . _ @ + -', en: 'A login has 2 to 100 letters, digits or . _ @ + -' },
    { zh: '可使用邮箱或姓名', en: 'Use the email or the name' },
  );
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= 100 && !/\p{Cc}/u.test(name)) return name;
  throw badField('name', { zh: '姓名须为 1 到 100 个字符', en: 'A name has 1 to 100 characters' }, { zh: '请填写姓名', en: 'Give a name' });
}

function emailOf(text: string | null): string | null {
  if (text === null) return null;
  const email = foldLogin(text);
  if (email.length <= 200 && /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw badField(
    'email',
    { zh: '邮箱格式不正确', en: 'This is no email address' },
    { zh: '例如 name@example.com', en: 'For example name@example.com' },
  );
}
