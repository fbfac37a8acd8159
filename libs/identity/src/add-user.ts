import type { Actor, Grant, Role } from '@app/contracts';
import { recordAct } from '@app/database';
import type { IdentityParts } from './identity-parts';
import { hashPassword, PASSWORD_COST } from './password/password-hash';
import { SecondFactorRepository } from './second-factor/second-factor.repository';
import { totpAt } from './second-factor/totp';
import { findByLogin, insertUser, setPassword } from './users/user.repository';

/** A user as the demo and tests make them: with a password, and with a second factor where a secret (Base32) is given. */
export interface ReadyUser {
  login: string;
  name: string;
  role: Role;
  grants: Grant[];
  password: string;
  totpSecret?: string;
}

const STEP_MS = 30_000;

/** Makes a user who can sign in at once. One of this login is left as it is. The id. */
export async function addUser(
  parts: IdentityParts,
  brand: { brandId: number; code: string },
  user: ReadyUser,
  actor: Actor,
): Promise<string> {
  const { dataSource, secret, clock } = parts;
  const found = await findByLogin(dataSource, brand.code, user.login);
  if (found) return found.userId;
  const { password, totpSecret, ...told } = user;
  const hash = await hashPassword(password, parts.passwordCost ?? PASSWORD_COST);
  const now = clock.now();
  return dataSource.transaction(async (tx) => {
    const userId = await insertUser(tx, brand.brandId, { ...told, email: null }, now);
    await setPassword(tx, userId, hash, now);
    if (totpSecret !== undefined) {
      const factors = new SecondFactorRepository(secret);
      await factors.begin(tx, userId, totpSecret);
      // with a code that is long over, so that the one of now can still be used
      const then = now - 100 * STEP_MS;
      await factors.confirm(tx, userId, { code: totpAt(totpSecret, then), now: then, recoveryCodes: [] });
    }
    await recordAct(tx, {
      brandId: brand.brandId,
      actor,
      action: 'user.add',
      subject: `user/${userId}`,
      before: null,
      after: { ...told, secondFactor: totpSecret !== undefined },
      reason: null,
    });
    return userId;
  });
}
