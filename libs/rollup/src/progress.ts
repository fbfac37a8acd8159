import type { Warehouse } from '@app/warehouse';

/** Which deliveries a roll-up covers: all up to `horizon` but for the open ones. Ids as decimal strings. */
export interface Progress {
  horizon: string;
  open: string[];
  version: bigint;
}

const PROGRESS = `SELECT
  toString(horizon) AS horizon,
  arrayMap(id -> toString(id), open) AS open,
  toString(version) AS version
FROM rollup(rollup_progress)
WHERE brand_id = {brandId: UInt32} AND rollup = {rollup: String}`;

const ADVANCE = `INSERT INTO rollup_progress
SELECT
  {brandId: UInt32} AS brand_id,
  {rollup: String} AS rollup,
  {horizon: UInt64} AS horizon,
  {open: Array(UInt64)} AS open,
  {version: UInt64} AS version`;

/** The durable watermark of a roll-up; nothing covered when there is none. */
export async function readProgress(warehouse: Warehouse, brandId: number, rollup: string): Promise<Progress> {
  const [row] = await warehouse.query<Record<'horizon' | 'version', string> & { open: string[] }>({
    name: 'rollup.progress',
    sql: PROGRESS,
    params: { brandId, rollup },
  });
  return row ? { horizon: row.horizon, open: row.open, version: BigInt(row.version) } : { horizon: '0', open: [], version: 0n };
}

export async function writeProgress(warehouse: Warehouse, brandId: number, rollup: string, progress: Progress): Promise<void> {
  const { horizon, open, version } = progress;
  await warehouse.run({
    name: 'rollup.advance',
    sql: ADVANCE,
    params: { brandId, rollup, horizon: BigInt(horizon), open: open.map(BigInt), version },
  });
}
