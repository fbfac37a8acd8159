import type { DataSource, EntityManager } from 'typeorm';

type Reads = Pick<DataSource | EntityManager, 'query'>;

/** A closer that began this long ago writes no figure any more. */
const LONGEST_ATTEMPT = '1 day';

/** Says, before the first figure of a close is written, that it is begun. */
export async function beginCloseAttempt(reads: Reads, brandId: number, closeId: string): Promise<void> {
  await reads.query('INSERT INTO close_attempt (close_id, brand_id) VALUES ($1, $2)', [closeId, brandId]);
}

/**
 * In the transaction that records a close: its figures are those of a close from now on. False: another closer has taken over meanwhile (the session
 * that held the lock was lost), and may have swept them.
 */
export async function endCloseAttempt(tx: EntityManager, closeId: string): Promise<boolean> {
  const [, ended] = (await tx.query('DELETE FROM close_attempt WHERE close_id = $1 AND NOT given_up', [closeId])) as [unknown, number];
  return ended === 1;
}

/**
 * Gives up every begun close of a brand, and answers their ids: none of them can be recorded any more, so their figures may be swept. Waits for one that
 * is being recorded right now. Those of long ago are answered for the last time.
 */
export async function giveUpCloseAttempts(dataSource: DataSource, brandId: number): Promise<string[]> {
  const [rows] = (await dataSource.query('UPDATE close_attempt SET given_up = true WHERE brand_id = $1 RETURNING close_id AS "closeId"', [
    brandId,
  ])) as [{ closeId: string }[], number];
  return rows.map(({ closeId }) => closeId);
}

/** Forgets given-up closes whose figures have been swept and whose closer cannot live any more. */
export async function forgetCloseAttempts(dataSource: DataSource, closeIds: readonly string[]): Promise<void> {
  await dataSource.query(
    `DELETE FROM close_attempt WHERE close_id = ANY ($1::uuid[]) AND given_up AND begun_at < clock_timestamp() - interval '${LONGEST_ATTEMPT}'`,
    [closeIds],
  );
}

/** Ids of closes of a brand that were begun and are not recorded. */
export async function listCloseAttempts(reads: Reads, brandId: number): Promise<string[]> {
  const rows = (await reads.query('SELECT close_id AS "closeId" FROM close_attempt WHERE brand_id = $1', [brandId])) as {
    closeId: string;
  }[];
  return rows.map(({ closeId }) => closeId);
}
