import { SealVault } from '@app/database';
import type { EntityManager } from 'typeorm';
import { instant, type Reads } from '../identity-parts';
import { hashRecoveryCode } from './recovery-codes';
import { totpStep } from './totp';

/** What the secret is sealed with; named in SEALED_COLUMNS of libs/database, so that a rotation of the secret reaches it. */
const PURPOSE = 'second-factor';
const placeOf = (userId: string) => ['second-factor', userId];

/** How a code was accepted. */
export type CodeKind = 'totp' | 'recovery';

/** Second factors of users: TOTP secrets (sealed) and recovery codes (hashed). */
export class SecondFactorRepository {
  readonly #vault: SealVault;

  constructor(secret: string) {
    this.#vault = new SealVault(secret, PURPOSE);
  }

  async isConfirmed(reads: Reads, userId: string): Promise<boolean> {
    const rows = (await reads.query('SELECT FROM user_second_factor WHERE user_id = $1 AND confirmed_at IS NOT NULL', [
      userId,
    ])) as object[];
    return rows.length > 0;
  }

  /** Begins to set one up; what was begun before is replaced. False: there is a confirmed one, which stays. */
  async begin(tx: EntityManager, userId: string, totpSecret: string): Promise<boolean> {
    const rows = (await tx.query(
      `INSERT INTO user_second_factor (user_id, sealed_secret) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0 WHERE user_second_factor.confirmed_at IS NULL
       RETURNING user_id`,
      [userId, this.#vault.seal(totpSecret, placeOf(userId))],
    )) as object[];
    return rows.length > 0;
  }

  /** Ends the setting up with a first code. False: the code is wrong. Null: nothing is being set up. */
  async confirm(
    tx: EntityManager,
    userId: string,
    given: { code: string; now: number; recoveryCodes: readonly string[] },
  ): Promise<boolean | null> {
    const { code, now, recoveryCodes } = given;
    const found = await this.locked(tx, userId);
    if (!found || found.confirmed) return null;
    const step = totpStep(found.secret, code, now);
    if (step === null) return false;
    await tx.query(`UPDATE user_second_factor SET confirmed_at = ${instant('$2')}, last_step = $3 WHERE user_id = $1`, [userId, now, step]);
    await this.replaceRecoveryCodes(tx, userId, recoveryCodes);
    return true;
  }

  async replaceRecoveryCodes(tx: EntityManager, userId: string, codes: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM user_recovery_code WHERE user_id = $1', [userId]);
    await tx.query('INSERT INTO user_recovery_code (user_id, code_hash) SELECT $1, unnest($2::text[])', [
      userId,
      codes.map((code) => hashRecoveryCode(userId, code)),
    ]);
  }

  /** Takes a code: a TOTP code of a step after the last that was taken, or an unused recovery code. Null: it is neither. */
  async take(tx: EntityManager, userId: string, code: string, now: number): Promise<CodeKind | null> {
    const found = await this.locked(tx, userId);
    if (!found?.confirmed) return null;
    const step = totpStep(found.secret, code, now);
    if (step !== null) {
      if (step <= found.lastStep) return null;
      await tx.query('UPDATE user_second_factor SET last_step = $2 WHERE user_id = $1', [userId, step]);
      return 'totp';
    }
    const hash = hashRecoveryCode(userId, code);
    if (hash === null) return null;
    const [used] = (await tx.query(
      `UPDATE user_recovery_code SET used_at = ${instant('$3')} WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING user_id`,
      [userId, hash, now],
    )) as [object[], number];
    return used.length > 0 ? 'recovery' : null;
  }

  /** Takes the second factor away, recovery codes and all. False: there was none. */
  async remove(tx: EntityManager, userId: string): Promise<boolean> {
    await tx.query('DELETE FROM user_recovery_code WHERE user_id = $1', [userId]);
    const [rows] = (await tx.query('DELETE FROM user_second_factor WHERE user_id = $1 RETURNING user_id', [userId])) as [object[], number];
    return rows.length > 0;
  }

  /** The secret in the clear, for the operator's `users code`. */
  async secretOf(tx: EntityManager, userId: string): Promise<string | null> {
    return (await this.locked(tx, userId))?.secret ?? null;
  }

  private async locked(tx: EntityManager, userId: string): Promise<{ secret: string; confirmed: boolean; lastStep: number } | null> {
    const [row] = (await tx.query(
      'SELECT sealed_secret, confirmed_at IS NOT NULL AS confirmed, last_step FROM user_second_factor WHERE user_id = $1 FOR UPDATE',
      [userId],
    )) as { sealed_secret: Buffer; confirmed: boolean; last_step: string }[];
    if (!row) return null;
    const secret = this.#vault.open(row.sealed_secret, placeOf(userId)).toString('utf8');
    return { secret, confirmed: row.confirmed, lastStep: Number(row.last_step) };
  }
}
