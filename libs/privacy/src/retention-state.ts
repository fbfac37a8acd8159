import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { DataSource } from 'typeorm';
import type { Retained } from './retention-plan';

/** Rows of the state store that have served: decided, given up, counted. What is still open stays whatever its age. */
const OLD_ROWS: Readonly<Partial<Record<Retained, string>>> = {
  'dead-letters': `dead_letter WHERE brand_id = $1 AND state <> 'open' AND last_at < $2`,
  'sentinel-proposals': `sentinel_proposal WHERE brand_id = $1 AND state <> 'proposed' AND decided_at < $2`,
  reveals: `staff_reveal WHERE brand_id = $1 AND at < $2`,
};

/** How many rows of a table are older than an instant and have served; with `remove` they go. */
export async function oldRows(
  dataSource: DataSource,
  table: Retained,
  span: { brandId: number; before: number },
  remove: boolean,
): Promise<number> {
  const rows = OLD_ROWS[table];
  if (rows === undefined) return 0;
  const given = [span.brandId, new Date(span.before)];
  if (remove) return ((await dataSource.query(`DELETE FROM ${rows}`, given)) as [unknown, number])[1];
  const [{ count }] = (await dataSource.query(`SELECT count(*)::int AS count FROM ${rows}`, given)) as { count: number }[];
  return count;
}

/** Files of refused rows (places and reasons, never values) that were last written before an instant. */
export async function oldRejects(dataDir: string, before: number, remove: boolean): Promise<number> {
  const folder = path.join(dataDir, 'rejects');
  let old = 0;
  for (const name of await fs.readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const { mtimeMs } = await fs.stat(file).catch(() => ({ mtimeMs: Infinity })); // removed meanwhile
    if (mtimeMs >= before) continue;
    old++;
    if (remove) await fs.rm(file, { force: true });
  }
  return old;
}
