import { VitrineError } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { actorNow } from '../audit/acting';
import { recordAct } from '../audit/act.repository';
import type { ErrorClass } from '../entities/collection-health.entity';
import type { DeadLetterState } from '../entities/dead-letter.entity';
import type { StreamPlace } from './stream-health';

/** A job that is given up. */
export interface DeadJob extends StreamPlace {
  payload: object;
  error: { class: ErrorClass; code: string; endpoint: string | null };
  /** Epoch ms. */
  at: number;
}

/** A dead letter as it is kept. `deadLetterId` is a bigint as a decimal string. */
export interface DeadLetter extends StreamPlace {
  deadLetterId: string;
  payload: Record<string, unknown>;
  errorClass: ErrorClass;
  wireCode: string;
  endpoint: string | null;
  firstAt: Date;
  lastAt: Date;
  attempts: number;
  state: DeadLetterState;
}

const COLUMNS = `dead_letter_id::text AS "deadLetterId", brand_id AS "brandId", product, account_id AS "accountId", kind, payload, error_class AS "errorClass",
  wire_code AS "wireCode", endpoint, first_at AS "firstAt", last_at AS "lastAt", attempts, state`;

/** Puts a job onto the list, or counts one more attempt of the same that is open there. */
export async function keepDeadLetter(
  dataSource: DataSource,
  { brandId, product, accountId, kind, payload, error, at }: DeadJob,
): Promise<void> {
  await dataSource.query(
    `INSERT INTO dead_letter AS known (brand_id, product, account_id, kind, payload, error_class, wire_code, endpoint, first_at, last_at, attempts)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)
     ON CONFLICT (brand_id, product, account_id, kind, coalesce(payload ->> 'from', ''), coalesce(payload ->> 'to', '')) WHERE state = 'open'
     DO UPDATE SET error_class = excluded.error_class, wire_code = excluded.wire_code, endpoint = excluded.endpoint,
       last_at = greatest(known.last_at, excluded.last_at), attempts = known.attempts + 1`,
    [brandId, product, accountId, kind, JSON.stringify(payload), error.class, error.code, error.endpoint, new Date(at).toISOString()],
  );
}

/** Newest first. */
export async function listDeadLetters(dataSource: DataSource, brandId: number, state: DeadLetterState = 'open'): Promise<DeadLetter[]> {
  return (await dataSource.query(`SELECT ${COLUMNS} FROM dead_letter WHERE brand_id = $1 AND state = $2 ORDER BY dead_letter_id DESC`, [
    brandId,
    state,
  ])) as DeadLetter[];
}

/** The letter, or VitrineError('not_found'). */
export async function getDeadLetter(dataSource: DataSource, deadLetterId: string): Promise<DeadLetter> {
  const [letter] = /^\d{1,18}$/.test(deadLetterId)
    ? ((await dataSource.query(`SELECT ${COLUMNS} FROM dead_letter WHERE dead_letter_id = $1`, [deadLetterId])) as DeadLetter[])
    : [];
  if (letter) return letter;
  throw new VitrineError('not_found', { zh: `没有编号为 ${deadLetterId} 的死信`, en: `There is no dead letter ${deadLetterId}` });
}

/** Ends an open letter. False when it was not open any more. */
export async function endDeadLetter(dataSource: DataSource, deadLetterId: string, state: 'replayed' | 'dropped'): Promise<boolean> {
  return dataSource.transaction(async (tx) => {
    const [[ended]] = (await tx.query(
      `UPDATE dead_letter SET state = $2 WHERE dead_letter_id = $1 AND state = 'open'
       RETURNING brand_id AS "brandId", product, account_id AS "accountId", kind`,
      [deadLetterId, state],
    )) as [({ brandId: number } & Omit<StreamPlace, 'brandId'>)[], number];
    if (!ended) return false;
    const { brandId, ...stream } = ended;
    await recordAct(tx, {
      brandId,
      actor: actorNow(),
      action: state === 'replayed' ? 'dead-letter.replay' : 'dead-letter.drop',
      subject: `dead-letter/${deadLetterId}`,
      before: { state: 'open', ...stream },
      after: { state },
      reason: null,
    });
    return true;
  });
}

/** Ends the open letters of streams that came through after all, those with a span only when that span was read. */
export async function closeDeadLetters(
  dataSource: DataSource,
  done: readonly (StreamPlace & { from?: string; to?: string })[],
): Promise<void> {
  if (done.length === 0) return;
  await dataSource.query(
    `UPDATE dead_letter AS letter SET state = 'replayed'
     FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS done (brand_id, product, account_id, kind, from_day, to_day)
     WHERE letter.state = 'open' AND letter.brand_id = done.brand_id AND letter.product = done.product AND letter.account_id = done.account_id
       AND letter.kind = done.kind AND coalesce(letter.payload ->> 'from', '') = done.from_day AND coalesce(letter.payload ->> 'to', '') = done.to_day`,
    [
      done.map(({ brandId }) => brandId),
      done.map(({ product }) => product),
      done.map(({ accountId }) => accountId),
      done.map(({ kind }) => kind),
      done.map(({ from }) => from ?? ''),
      done.map(({ to }) => to ?? ''),
    ],
  );
}
