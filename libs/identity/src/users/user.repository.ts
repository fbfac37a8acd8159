import type { Grant, Role, User, UserState } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { loginTaken, unknownUser } from '../identity-errors';
import { instant, iso, type Reads } from '../identity-parts';

/** A user with what signing in needs. */
export interface StoredUser {
  userId: string;
  brandId: number;
  brandCode: string;
  brandName: string;
  login: string;
  name: string;
  email: string | null;
  role: Role;
  grants: Grant[];
  state: UserState;
  passwordHash: string | null;
  /** Changes with the password; what was signed for the former one is over. */
  stamp: number;
  secondFactor: boolean;
  oidcIssuer: string | null;
  oidcSubject: string | null;
}

export interface NewUser {
  login: string;
  name: string;
  email: string | null;
  role: Role;
  grants: Grant[];
}

/** SQL of a stamp. */
const STAMP = 'coalesce(extract(epoch FROM u.password_changed_at) * 1000, 0)::float8';
const STORED = `u.user_id AS "userId", u.brand_id AS "brandId", b.code AS "brandCode", b.name AS "brandName", u.login, u.name, u.email, u.role, u.grants, u.state,
  u.password_hash AS "passwordHash", ${STAMP} AS stamp,
  EXISTS (SELECT FROM user_second_factor f WHERE f.user_id = u.user_id AND f.confirmed_at IS NOT NULL) AS "secondFactor",
  u.oidc_issuer AS "oidcIssuer", u.oidc_subject AS "oidcSubject"`;
const FROM_USER = 'FROM app_user u JOIN brand b ON b.brand_id = u.brand_id';
const LISTED = `u.user_id AS "userId", u.login, u.name, u.email, u.role, u.grants, u.state, ${iso('u.created_at')} AS "createdAt", ${iso('u.last_sign_in_at')} AS "lastSignInAt",
  EXISTS (SELECT FROM user_second_factor f WHERE f.user_id = u.user_id AND f.confirmed_at IS NOT NULL) AS "secondFactor"`;

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Logins and emails are one whatever their case and form of letters. */
export const foldLogin = (login: string): string => login.normalize('NFKC').trim().toLowerCase();

export async function findByLogin(reads: Reads, brandCode: string, login: string): Promise<StoredUser | null> {
  const [user] = (await reads.query(`SELECT ${STORED} ${FROM_USER} WHERE b.code = $1 AND u.login = $2`, [
    brandCode,
    foldLogin(login),
  ])) as StoredUser[];
  return user ?? null;
}

export async function findByEmail(reads: Reads, brandCode: string, email: string): Promise<StoredUser | null> {
  const [user] = (await reads.query(`SELECT ${STORED} ${FROM_USER} WHERE b.code = $1 AND u.email = $2`, [
    brandCode,
    foldLogin(email),
  ])) as StoredUser[];
  return user ?? null;
}

export async function findUser(reads: Reads, userId: string): Promise<StoredUser | null> {
  if (!isUuid(userId)) return null;
  const [user] = (await reads.query(`SELECT ${STORED} ${FROM_USER} WHERE u.user_id = $1`, [userId])) as StoredUser[];
  return user ?? null;
}

/** A user of this brand, locked until the end of the transaction. Throws `not_found`: also for one of another brand. */
export async function holdUser(tx: EntityManager, brandId: number, userId: string): Promise<StoredUser> {
  if (isUuid(userId)) await tx.query('SELECT FROM app_user WHERE user_id = $1 AND brand_id = $2 FOR UPDATE', [userId, brandId]);
  const user = await findUser(tx, userId);
  if (user?.brandId === brandId) return user;
  throw unknownUser();
}

export const listUsers = (reads: Reads, brandId: number): Promise<User[]> =>
  reads.query(`SELECT ${LISTED} FROM app_user u WHERE u.brand_id = $1 ORDER BY u.login`, [brandId]) as Promise<User[]>;

/** Throws `not_found`. */
export async function getUser(reads: Reads, brandId: number, userId: string): Promise<User> {
  const [user] = isUuid(userId)
    ? ((await reads.query(`SELECT ${LISTED} FROM app_user u WHERE u.brand_id = $1 AND u.user_id = $2`, [brandId, userId])) as User[])
    : [];
  if (user) return user;
  throw unknownUser();
}

/** Throws `conflict` when login or email is taken. */
export async function insertUser(tx: EntityManager, brandId: number, user: NewUser, now: number): Promise<string> {
  const [made] = (await tx
    .query(
      `INSERT INTO app_user (brand_id, login, name, email, role, grants, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, 'invited', ${instant('$7')})
       RETURNING user_id AS "userId"`,
      [brandId, user.login, user.name, user.email, user.role, JSON.stringify(user.grants), now],
    )
    .catch(taken)) as { userId: string }[];
  return made.userId;
}

/** Throws `conflict` when the email is taken. */
export async function updateUser(tx: EntityManager, userId: string, user: Omit<NewUser, 'login'> & { state: UserState }): Promise<void> {
  await tx
    .query('UPDATE app_user SET name = $2, email = $3, role = $4, grants = $5::jsonb, state = $6 WHERE user_id = $1', [
      userId,
      user.name,
      user.email,
      user.role,
      JSON.stringify(user.grants),
      user.state,
    ])
    .catch(taken);
}

/** Sets the password; an invited user is active from then on. */
export async function setPassword(tx: EntityManager, userId: string, passwordHash: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE app_user
     SET password_hash = $2, password_changed_at = ${instant('$3')}, state = CASE state WHEN 'invited' THEN 'active' ELSE state END
     WHERE user_id = $1`,
    [userId, passwordHash, now],
  );
}

/**
 * Notes a sign-in and holds the user until the end of the transaction. False: disabled, or another password since `stamp`. Whoever changes a password or disables
 * a user ends the sessions of then, so none may be opened behind them.
 */
export async function noteSignIn(
  tx: EntityManager,
  { userId, stamp }: Pick<StoredUser, 'userId' | 'stamp'>,
  now: number,
): Promise<boolean> {
  const [rows] = (await tx.query(
    `UPDATE app_user u SET last_sign_in_at = ${instant('$3')} WHERE u.user_id = $1 AND u.state = 'active' AND ${STAMP} = $2::float8 RETURNING u.user_id`,
    [userId, stamp, now],
  )) as [object[], number];
  return rows.length > 0;
}

/** The same password at another cost; nothing that was signed ends. Not over a password that was changed meanwhile. */
export async function replaceHash(reads: Reads, userId: string, former: string, passwordHash: string): Promise<void> {
  await reads.query('UPDATE app_user SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2', [userId, former, passwordHash]);
}

/** Brand admins who can sign in, other than this user. */
export async function otherAdmins(tx: EntityManager, brandId: number, userId: string): Promise<number> {
  const [{ admins }] = (await tx.query(
    `SELECT count(*)::int AS admins FROM app_user WHERE brand_id = $1 AND role = 'brand-admin' AND state = 'active' AND user_id <> $2`,
    [brandId, userId],
  )) as { admins: number }[];
  return admins;
}

function taken(error: { driverError?: { code?: string; constraint?: string } }): never {
  if (error.driverError?.code !== '23505') throw error;
  throw loginTaken(error.driverError.constraint?.includes('email') ? 'email' : 'login');
}
