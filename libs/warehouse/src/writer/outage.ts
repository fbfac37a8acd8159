import { ClickHouseError } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';

/**
 * Refusals that pass by themselves: aborted, all replicas away, Keeper away, table read-only, too many parts, status of an insert unknown, query
 * cancelled at a stop. Whether the rows arrived is unknown, which does no harm: they are identical, and the version decides.
 */
const PASSING = new Set(['209', '210', '225', '236', '242', '252', '279', '319', '394', '425', '439', '999']);

/** The store does not answer, or not now: the same insert may succeed later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof VitrineError)) return false;
  const { cause } = error.options;
  return error.code === 'store_unavailable' || (cause instanceof ClickHouseError && PASSING.has(cause.code));
}
