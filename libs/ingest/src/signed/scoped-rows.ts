import type { IngestScope } from '@app/database';
import { PROBLEMS } from '../problems';
import type { RawRow, RawRows } from '../raw-row';

/**
 * Rows of a key's own accounts; the others become rejects, and so do rows that call themselves corrections: these are approved here, and outrank
 * everything.
 */
export async function* scopedRows(rows: RawRows, { accounts }: Pick<IngestScope, 'accounts'>): RawRows {
  const allowed = accounts.length > 0 ? new Set(accounts) : null;
  for await (const batch of rows) yield batch.map((row) => judged(row, allowed));
}

function judged(row: RawRow, allowed: ReadonlySet<string> | null): RawRow {
  if (row.problem) return row;
  const { platform, accountId, source } = row.values;
  if (typeof source === 'string' && source.trim() === 'correction') return { line: row.line, values: {}, problem: PROBLEMS.notByFeed };
  if (allowed && !allowed.has(`${String(platform).trim()}/${String(accountId).trim()}`))
    return { line: row.line, values: {}, problem: PROBLEMS.notOfKey };
  return row;
}
