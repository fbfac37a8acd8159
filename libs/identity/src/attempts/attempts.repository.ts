import { createHmac } from 'node:crypto';
import * as net from 'node:net';
import { deriveKey } from '@app/config';
import type { DataSource, EntityManager } from 'typeorm';
import { instant } from '../identity-parts';
import { ACCOUNT_BACKOFF, ADDRESS_BACKOFF, begun, type Attempts, type Backoff } from './backoff';

/** Something that is tried at: an account (existing or not), the second factor of a user, or where the tries come from. */
export interface Subject {
  key: string;
  rule: Backoff;
}

export const accountSubject = (brandCode: string, login: string): Subject => ({
  key: `account\0${brandCode}\0${login}`,
  rule: ACCOUNT_BACKOFF,
});
export const factorSubject = (userId: string): Subject => ({ key: `second-factor\0${userId}`, rule: ACCOUNT_BACKOFF });
export const passwordSubject = (userId: string): Subject => ({ key: `password\0${userId}`, rule: ACCOUNT_BACKOFF });
export const addressSubject = (ip: string | null): Subject => ({ key: `address\0${network(ip)}`, rule: ADDRESS_BACKOFF });

/** Of IPv6 the /64: one subscriber has all of it. */
export function network(ip: string | null): string {
  if (ip === null) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  if (!net.isIPv6(ip)) return ip;
  const [head, tail] = ip.replace(/%.*$/, '').split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const all = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${all
    .slice(0, 4)
    .map((part) => parseInt(part, 16).toString(16))
    .join(':')}::/64`;
}

interface AttemptRow {
  failures: number;
  last_at: Date;
  blocked_until: Date | null;
}

/** Failed tries in a row, by keyed hash: the store does not say who tried what from where. */
export class AttemptsRepository {
  readonly #key: Buffer;

  constructor(
    private readonly dataSource: DataSource,
    secret: string,
  ) {
    this.#key = deriveKey(secret, 'sign-in-attempts');
  }

  /** Counts a try at each subject before it is made. `waitMs` > 0: it must not be made. `locked`: it is the one after which the first subject waits. */
  async begin(subjects: readonly Subject[], now: number): Promise<{ waitMs: number; locked: boolean }> {
    return this.dataSource.transaction(async (tx) => {
      // one order for all, so that two tries never wait for each other
      const ordered = subjects
        .map((subject, at) => ({ subject, at, hash: this.hashOf(subject) }))
        .sort((a, b) => (a.hash < b.hash ? -1 : 1));
      const steps: { hash: string; at: number; waitMs: number; after: Attempts; rule: Backoff }[] = [];
      for (const { subject, at, hash } of ordered)
        steps.push({ hash, at, rule: subject.rule, ...begun(await this.held(tx, hash, now), now, subject.rule) });
      const waitMs = Math.max(...steps.map((step) => step.waitMs));
      if (waitMs > 0) return { waitMs, locked: false };
      for (const { hash, after } of steps) await this.keep(tx, hash, after);
      const first = steps.find(({ at }) => at === 0)!;
      return { waitMs: 0, locked: first.after.failures === first.rule.free };
    });
  }

  /** The try succeeded: the account's row is forgotten, the address gets back the one that it was charged, no more. */
  async succeeded(account: Subject, address: Subject): Promise<void> {
    await this.dataSource.query('DELETE FROM sign_in_attempt WHERE subject = $1', [this.hashOf(account)]);
    await this.dataSource.query(
      'UPDATE sign_in_attempt SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE subject = $1 AND failures <= $2',
      [this.hashOf(address), address.rule.free],
    );
  }

  private async held(tx: EntityManager, hash: string, now: number): Promise<Attempts | null> {
    await tx.query(`INSERT INTO sign_in_attempt (subject, failures, last_at) VALUES ($1, 0, ${instant('$2')}) ON CONFLICT DO NOTHING`, [
      hash,
      now,
    ]);
    const [row] = (await tx.query('SELECT failures, last_at, blocked_until FROM sign_in_attempt WHERE subject = $1 FOR UPDATE', [
      hash,
    ])) as AttemptRow[];
    return row ? { failures: row.failures, lastAt: row.last_at.getTime(), blockedUntil: row.blocked_until?.getTime() ?? null } : null;
  }

  private async keep(tx: EntityManager, hash: string, { failures, lastAt, blockedUntil }: Attempts): Promise<void> {
    await tx.query(
      `UPDATE sign_in_attempt SET failures = $2, last_at = ${instant('$3')}, blocked_until = ${instant('$4')} WHERE subject = $1`,
      [hash, failures, lastAt, blockedUntil],
    );
  }

  private hashOf({ key }: Subject): string {
    return createHmac('sha256', this.#key).update(key).digest('hex');
  }
}
