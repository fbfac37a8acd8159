import type { Close } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { MAY_STILL_WRITE } from '../deliveries/delivery.repository';
import { isoInstant } from '../iso-instant';
import { holdInTransaction, whileFree } from '../locks/locks';

type Reads = Pick<DataSource | EntityManager, 'query'>;

const COLUMNS = `close_id AS "closeId", brand_id AS "brandId", month, sequence, restatement, ${isoInstant('closed_at')} AS "closedAt",
  closed_by AS "closedBy", requested_by AS "requestedBy", reason, forced, policy_version AS "policyVersion", rate_cards AS "rateCards", versions,
  ${isoInstant('data_instant')} AS "dataInstant", deliveries, figure_rows AS "figureRows", figures_hash AS "figuresHash", previous_hash AS "previousHash",
  hash, record_hash AS "recordHash", restates`;

/** Every close of a brand, in the order of its chain. */
export function listCloses(reads: Reads, brandId: number): Promise<Close[]> {
  return reads.query(`SELECT ${COLUMNS} FROM monthly_close WHERE brand_id = $1 ORDER BY sequence`, [brandId]) as Promise<Close[]>;
}

/** The close of a month that holds: its last restatement; with `at` (epoch ms) the one that held at that instant. Null: the month is not closed. */
export async function findClose(reads: Reads, brandId: number, month: string, at?: number): Promise<Close | null> {
  const [close] = (await reads.query(
    `SELECT ${COLUMNS}
     FROM monthly_close
     WHERE brand_id = $1 AND month = $2 AND ($3::numeric IS NULL OR closed_at <= to_timestamp($3::numeric / 1000))
     ORDER BY restatement DESC
     LIMIT 1`,
    [brandId, month, at ?? null],
  )) as Close[];
  return close ?? null;
}

/** Adds a close, whose figures have been written. Throws the store's error when the month has this restatement, or the chain this place, already. */
export async function insertClose(tx: EntityManager, close: Close): Promise<void> {
  await tx.query(
    `INSERT INTO monthly_close (close_id, brand_id, month, sequence, restatement, restates, closed_at, closed_by, requested_by, reason, forced,
       policy_version, rate_cards, versions, data_instant, deliveries, figure_rows, figures_hash, previous_hash, hash, record_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb, $10, $11, $12, $13, $14::jsonb, $15, $16::jsonb, $17, $18, $19, $20, $21)`,
    [
      close.closeId,
      close.brandId,
      close.month,
      close.sequence,
      close.restatement,
      close.restates,
      close.closedAt,
      JSON.stringify(close.closedBy),
      close.requestedBy === null ? null : JSON.stringify(close.requestedBy),
      close.reason,
      close.forced,
      close.policyVersion,
      close.rateCards,
      JSON.stringify(close.versions),
      close.dataInstant,
      JSON.stringify(close.deliveries),
      close.figureRows,
      close.figuresHash,
      close.previousHash,
      close.hash,
      close.recordHash,
    ],
  );
}

/**
 * Runs `work` while nobody else closes a month of the brand; null, without running it, when somebody does. The session that holds the lock may be lost on
 * the way, and with it the lock: what `work` records has to ask (`endCloseAttempt`) whether somebody else has taken over.
 */
export const whileClosing = <Result>(dataSource: DataSource, brandId: number, work: () => Promise<Result>): Promise<Result | null> =>
  whileFree(dataSource, { lock: 'close', of: brandId }, work);

/**
 * Holds everything still that a report starts from (the state of all brands, and deliveries that begin or end) until the transaction ends, and says
 * which instant (epoch ms) all that was recorded by now is recorded by, and nothing later can be. Whoever has judged a change of the brand by the months
 * that are closed has written it before.
 */
export async function holdState(tx: EntityManager, brandId: number): Promise<number> {
  await tx.query(`SET LOCAL lock_timeout = '20s'`);
  await holdInTransaction(tx, { lock: 'state', of: brandId });
  await tx.query('LOCK TABLE delivery IN SHARE ROW EXCLUSIVE MODE');
  await tx.query('LOCK TABLE state_version IN SHARE MODE');
  // versions are dated at the next whole millisecond: that one is after all of them, and once the pause is over before the first one that comes
  const [{ instant }] = (await tx.query(
    "SELECT (extract(epoch FROM date_trunc('milliseconds', clock_timestamp())) * 1000)::bigint + 1 AS instant, pg_sleep(0.003)",
  )) as { instant: string }[];
  return Number(instant);
}

/** What would change with anything that a brand's figures are made of (`state`: with its state), and which of its deliveries may still write. */
export async function brandMarks(reads: Reads, brandId: number): Promise<{ marks: string; state: string; open: string[] }> {
  const [row] = (await reads.query(
    `SELECT
       (SELECT coalesce(array_agg(delivery_id::text ORDER BY delivery_id), '{}')
        FROM delivery JOIN batch USING (batch_id) WHERE brand_id = $1 AND ${MAY_STILL_WRITE}) AS open,
       (SELECT count(*) || ':' || coalesce(max(delivery_id), 0) FROM delivery JOIN batch USING (batch_id) WHERE brand_id = $1) AS deliveries,
       (SELECT count(*) || ':' || coalesce(max(version_id), 0) FROM state_version WHERE brand_id = $1) AS state`,
    [brandId],
  )) as { open: string[]; deliveries: string; state: string }[];
  return { marks: `${row.deliveries} ${row.state} ${row.open.join()}`, state: row.state, open: row.open };
}

/** What the audit log knows of closes, in the order in which they were made. */
export function listRecordedCloses(reads: Reads, brandId: number): Promise<{ subject: string; recordHash: string | null }[]> {
  return reads.query(
    `SELECT subject, after ->> 'recordHash' AS "recordHash" FROM audit_log WHERE brand_id = $1 AND action = ANY ($2) ORDER BY seq`,
    [brandId, CLOSING_ACTIONS],
  ) as Promise<{ subject: string; recordHash: string | null }[]>;
}

/** What a close is called in the audit log: the first of a month, and a restatement. */
const CLOSING_ACTIONS = ['month.close', 'month.restate'] as const;
