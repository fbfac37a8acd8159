import type { DataSource, EntityManager } from 'typeorm';
import { VitrineError } from '@app/contracts';
import { SealError, SealVault } from './seal-vault';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns';

/** What a rotation found: boxes sealed anew, and boxes that already were under the new secret. */
export interface ResealResult {
  resealed: number;
  already: number;
}

const ROTATION_LOCK = 826_410_002;

/**
 * Seals every box of the state store under `next`, all in one transaction: when one box opens with neither secret, nothing is changed (`conflict`).
 * Repeating it after an interruption is harmless.
 */
export function resealAll(dataSource: DataSource, secrets: { previous: string; next: string }): Promise<ResealResult> {
  return dataSource.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [ROTATION_LOCK]);
    const total: ResealResult = { resealed: 0, already: 0 };
    for (const column of SEALED_COLUMNS) {
      const { resealed, already } = await resealColumn(tx, column, secrets);
      total.resealed += resealed;
      total.already += already;
    }
    return total;
  });
}

async function resealColumn(tx: EntityManager, sealed: SealedColumn, secrets: { previous: string; next: string }): Promise<ResealResult> {
  const { table, column, key, purpose, place } = sealed;
  // a writer that waits for this lock would seal under the former secret: it is told by the box that it reads next
  await tx.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
  const rows = (await tx.query(`SELECT ${key.join(', ')}, ${column} AS box FROM ${table} WHERE ${column} IS NOT NULL`)) as ({
    box: Buffer;
  } & Record<string, string | number>)[];
  const previous = new SealVault(secrets.previous, purpose);
  const next = new SealVault(secrets.next, purpose);
  const result: ResealResult = { resealed: 0, already: 0 };
  for (const { box, ...identity } of rows) {
    const where = place(identity);
    if (next.sealed(box)) {
      opened(next, box, where, table);
      result.already++;
      continue;
    }
    const content = opened(previous, box, where, table);
    const condition = key.map((name, index) => `${name} = $${index + 2}`).join(' AND ');
    await tx.query(`UPDATE ${table} SET ${column} = $1 WHERE ${condition}`, [
      next.seal(content, where),
      ...key.map((name) => identity[name]),
    ]);
    result.resealed++;
  }
  return result;
}

function opened(vault: SealVault, box: Buffer, place: readonly (string | number)[], table: string): Buffer {
  try {
    return vault.open(box, place);
  } catch (cause) {
    const why = cause instanceof SealError ? cause.reason : 'damaged';
    throw new VitrineError(
      'conflict',
      {
        zh: `${table} 中有内容无法用旧密钥或新密钥解开（${why === 'damaged' ? '已损坏' : '属于另一密钥'}），未作任何改动`,
        en: `Something in ${table} opens with neither the former nor the new secret (${why}); nothing was changed`,
      },
      {
        remedy: {
          zh: '请把真正的旧密钥放入 VITRINE_SECRET_PREVIOUS 后重试；若旧密钥已丢失，请先重新授权（vitrine connect）再轮换',
          en: 'Put the true former secret into VITRINE_SECRET_PREVIOUS and repeat; if it is lost, authorise again (vitrine connect) before rotating',
        },
        cause,
      },
    );
  }
}
