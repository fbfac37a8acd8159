import { randomUUID } from 'node:crypto';
import { beginDelivery, finishDelivery, heartbeat } from '@app/database';
import { storedTable, type Warehouse } from '@app/warehouse';
import type { PrivacyStores } from './privacy-stores';

const REMOVAL_SECONDS = 6 * 3_600;
const BEAT_MS = 5_000;

/** Where entries were, as a delivery would mark it: the accounts and months that have to be computed anew. Instants epoch ms. */
export interface RemovalMark {
  account: string;
  month: number;
  first: number;
  last: number;
  names: string[];
}

/** Rows of facts, by a condition that every one of their tables understands. */
export interface Condition {
  where: string;
  params: Record<string, unknown>;
}

/** How many rows of a table a condition meets. */
export async function countRows(warehouse: Warehouse, table: string, { where, params }: Condition): Promise<number> {
  const [{ rows }] = await warehouse.query<{ rows: string }>({
    name: 'privacy.count',
    sql: `SELECT count() AS rows FROM ${table} WHERE ${where}`,
    params,
    maxSeconds: 600,
  });
  return Number(rows);
}

/**
 * Removes rows for good: the parts that hold some are written anew without them (a lightweight delete would leave them on the disk). Answers how many they were;
 * run again it finds none.
 */
export async function removeRows(warehouse: Warehouse, table: string, condition: Condition): Promise<number> {
  const rows = await countRows(warehouse, table, condition);
  if (rows === 0) return 0;
  const stored = storedTable(warehouse.address, table);
  await warehouse.run({
    name: 'privacy.remove',
    sql: `ALTER TABLE ${stored.table}${stored.onCluster} DELETE WHERE ${condition.where} SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
    params: condition.params,
    maxSeconds: REMOVAL_SECONDS,
  });
  return rows;
}

/** Marks of the entries that a condition meets, in the log or in the table. */
export async function marksOf(warehouse: Warehouse, { where, params }: Condition): Promise<RemovalMark[]> {
  const from = (table: string) => `SELECT account_key, month, entered_at, toString(session_id) AS session FROM ${table} WHERE ${where}`;
  const rows = await warehouse.query<{ account: string; month: number; first: string; last: string; names: string[] }>({
    name: 'privacy.marks',
    sql: `
SELECT
  toString(account_key) AS account,
  month,
  toUnixTimestamp64Milli(min(entered_at)) AS first,
  toUnixTimestamp64Milli(max(entered_at)) AS last,
  groupUniqArrayIf(session, session != '') AS names
FROM (
  ${from('entries_landing')}
  UNION ALL
  ${from('entries')}
)
GROUP BY
  account_key,
  month
ORDER BY
  account_key,
  month`,
    params,
    maxSeconds: 600,
  });
  return rows.map((row) => ({ ...row, first: Number(row.first), last: Number(row.last) }));
}

/** Two lists of marks as one; an account and month stands in it once. */
export function joinedMarks(a: readonly RemovalMark[], b: readonly RemovalMark[]): RemovalMark[] {
  const joined = new Map<string, RemovalMark>();
  for (const mark of [...a, ...b]) {
    const key = `${mark.account} ${mark.month}`;
    const known = joined.get(key);
    joined.set(
      key,
      known
        ? {
            ...known,
            first: Math.min(known.first, mark.first),
            last: Math.max(known.last, mark.last),
            names: [...new Set([...known.names, ...mark.names])],
          }
        : mark,
    );
  }
  return [...joined.values()];
}

/**
 * Runs `remove` as a delivery that touches what the marks say, so that roll-ups, caches and closes learn of it as of any other (docs/adr/0008): the marks
 * are there before, and count when it is over. A process that dies leaves a delivery that ends by itself; whoever runs it again marks the same once more.
 */
export async function asDelivery(
  { warehouse, dataSource }: PrivacyStores,
  { brandId, kind, marks }: { brandId: number; kind: string; marks: readonly RemovalMark[] },
  remove: () => Promise<void>,
): Promise<void> {
  const { deliveryId } = await beginDelivery(dataSource, { brandId, kind, source: 'correction', contentHash: `${kind} ${randomUUID()}` });
  const beat = setInterval(() => void heartbeat(dataSource, deliveryId).catch(() => undefined), BEAT_MS); // one that has ended is told at its end
  let done = false;
  try {
    await warehouse.insertRows(
      'dirty_keys',
      marks.map(({ account, month, first, last, names }) => ({
        brand_id: brandId,
        delivery_id: deliveryId,
        fact: 'entries',
        account_key: account,
        bucket: month,
        first_at: new Date(first).toISOString(),
        last_at: new Date(last).toISOString(),
        names,
      })),
    );
    await remove();
    done = true;
  } finally {
    clearInterval(beat);
    const counts = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };
    await finishDelivery(dataSource, deliveryId, counts, done ? 'done' : 'failed');
  }
}
