import type { Bench } from '../bench';
import type { RawWindow } from '../questions';

/** Showroom visitors by account key (signed, as text). */
export type Answer = Map<string, number>;

/** Another engine that holds the same rows. */
export interface Peer {
  name: string;
  version: string;
  showroomVisitors(window: RawWindow): Promise<Answer>;
  close(): Promise<void>;
}

/** What peers hold: the current state, one row per identity and source, so they have no corrections to resolve. 64-bit keys as signed numbers. */
const EXPORTED = `SELECT
  month,
  reinterpretAsInt64(account_key) AS account_key,
  reinterpretAsInt64(viewer_key) AS viewer_key,
  toUnixTimestamp64Milli(entered_at) AS entered_ms,
  reinterpretAsInt64(entry_key) AS entry_key,
  toString(source) AS source,
  dwell_seconds
FROM entries FINAL
WHERE month = {month: UInt32}
ORDER BY account_key, viewer_key, entered_ms
SETTINGS do_not_merge_across_partitions_select_final = 1`;

export const exportMonth = (bench: Bench, month: number, file: string, format: 'Parquet' | 'CSV'): Promise<void> =>
  bench.exportTo(file, `${EXPORTED}, output_format_parquet_compression_method = 'zstd' FORMAT ${format}`, { month });

/** Throws when two engines do not answer the same. */
export function assertSame(name: string, expected: Answer, found: Answer): void {
  const wrong = [...new Set([...expected.keys(), ...found.keys()])].filter((key) => expected.get(key) !== found.get(key));
  if (wrong.length > 0)
    throw new Error(`${name} answers otherwise for ${wrong.length} of ${expected.size} accounts: the benchmark compares different questions`);
}
