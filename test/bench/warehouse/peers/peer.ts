import type { Bench } from '../bench';
import type { PeerName, PeerRows, RawWindow } from '../questions';

/** Showroom visitors by account key (signed, as text). */
export type Answer = Map<string, number>;

/** Another engine that holds the same rows. */
export interface Peer {
  name: PeerName;
  version: string;
  showroomVisitors(window: RawWindow, rows: PeerRows): Promise<Answer>;
  close(): Promise<void>;
}

/** Every delivery as it came; 64-bit keys as signed numbers, which both peers hold best. */
const DELIVERED = `SELECT
  month,
  reinterpretAsInt64(account_key) AS account_key,
  reinterpretAsInt64(viewer_key) AS viewer_key,
  toUnixTimestamp64Milli(entered_at) AS entered_ms,
  reinterpretAsInt64(entry_key) AS entry_key,
  toString(source) AS source,
  dwell_seconds,
  toInt32(retracted) AS retracted,
  toUnixTimestamp64Milli(observed_at) AS observed_ms
FROM entries_landing
WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32}`;

export const exportMonth = (bench: Bench, month: number, file: string, format: 'Parquet' | 'CSV'): Promise<void> =>
  bench.exportTo(file, `${DELIVERED} FORMAT ${format}`, { brandId: bench.brandId, month });

/** Deliveries so far: a peer that was loaded with fewer or more is loaded again. */
export async function deliveredRows(bench: Bench): Promise<number> {
  const [{ rows }] = await bench.rows<{ rows: string }>('SELECT count() AS rows FROM entries_landing WHERE brand_id = {brandId: UInt32}', {
    brandId: bench.brandId,
  });
  return Number(rows);
}

/** Throws when two engines do not answer the same. */
export function assertSame(name: string, expected: Answer, found: Answer): void {
  const wrong = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => expected.get(key) !== found.get(key));
  if (wrong.length > 0)
    throw new Error(
      `${name} answers otherwise for ${wrong.length} of ${expected.size} accounts: the benchmark compares different questions`,
    );
}
