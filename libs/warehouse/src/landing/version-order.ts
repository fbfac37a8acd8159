import type { FactTable } from '../fact-table';

/**
 * The order of the deliveries of one identity of one source (domain.md 2.2) over a row of `<fact>_landing`: the SQL of a UInt128 that grows with
 * observed_at, then retracted over kept, known over null dwell, larger dwell, row hash. The views that fill the fact tables spell out the same.
 */
export function versionOf(table: FactTable): string {
  const said =
    'dwell_seconds' in table.columns
      ? 'bitShiftLeft(toUInt128(ifNull(dwell_seconds + 1, 0)), 45) + bitShiftRight(row_hash, 19)'
      : 'bitShiftRight(row_hash, 1)';
  return `bitShiftLeft(toUInt128(toUnixTimestamp64Milli(observed_at)), 64) + bitShiftLeft(toUInt128(retracted), 63) + ${said}`;
}

/** What makes two deliveries speak of the same: brand, identity, source. */
export const identityOf = (table: FactTable): string[] => ['brand_id', ...table.identity, 'source'];
