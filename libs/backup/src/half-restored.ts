import type { DataSource } from 'typeorm';
import { halfRestored } from './failures';
import { MARKER } from './state-tables';

/** The backup whose restore into these stores has begun and not ended, or null. */
export async function restoreUnderWay(dataSource: DataSource): Promise<string | null> {
  const [{ found }] = (await dataSource.query(`SELECT to_regclass('${MARKER}') IS NOT NULL AS found`)) as { found: boolean }[];
  if (!found) return null;
  const rows = (await dataSource.query(`SELECT backup_id AS id FROM ${MARKER}`)) as { id: string }[];
  return rows[0]?.id ?? 'unknown';
}

/** Throws `conflict` when a restore into these stores broke off: what they hold is neither empty nor whole. */
export async function assertRestored(dataSource: DataSource): Promise<void> {
  const backupId = await restoreUnderWay(dataSource);
  if (backupId !== null) throw halfRestored(backupId);
}
