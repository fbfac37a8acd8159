import type { DataSource } from 'typeorm';
import { halfRestored } from './failures';
import { MARKER } from './state-tables';

/** A restore into these stores that has begun and not ended. */
export interface RestoreUnderWay {
  backupId: string;
  /** Everything of the backup is in: what is left is to bring it to the current schema. */
  loaded: boolean;
}

/** The restore into these stores that has begun and not ended, or null. */
export async function restoreUnderWay(dataSource: DataSource): Promise<RestoreUnderWay | null> {
  const [{ found }] = (await dataSource.query(`SELECT to_regclass('${MARKER}') IS NOT NULL AS found`)) as { found: boolean }[];
  if (!found) return null;
  // by way of the row as a whole: an older version has made the table without the instant
  const rows = (await dataSource.query(
    `SELECT backup_id AS "backupId", to_jsonb(mark) ->> 'loaded_at' IS NOT NULL AS loaded FROM ${MARKER} AS mark`,
  )) as RestoreUnderWay[];
  return rows[0] ?? { backupId: 'unknown', loaded: false };
}

/** Throws `conflict` when a restore into these stores broke off: what they hold is neither empty nor whole. */
export async function assertRestored(dataSource: DataSource): Promise<void> {
  const underWay = await restoreUnderWay(dataSource);
  if (underWay) throw halfRestored(underWay.backupId);
}
