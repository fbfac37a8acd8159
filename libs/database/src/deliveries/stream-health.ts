import type { GrantProduct } from '@app/contracts';
import type { DataSource } from 'typeorm';
import type { ErrorClass } from '../entities/collection-health.entity';

/** One stream of collection: a kind of fact of one account, through one product. */
export interface StreamPlace {
  brandId: number;
  product: GrantProduct;
  accountId: string;
  kind: string;
}

/** Outcome of one try. Instants are epoch ms. */
export interface StreamTry extends StreamPlace {
  at: number;
  /** Null: it succeeded. */
  error: { class: ErrorClass; code: string; endpoint: string | null } | null;
  /** Business day of the try. */
  day: string;
  /** Not before; null: with the next slot. */
  nextTryAt: number | null;
  newestFactAt: number | null;
  newestFactDay: string | null;
}

/** What the schedule needs to know of a stream. Instants are epoch ms. */
export interface StreamHealth {
  accountId: string;
  kind: string;
  lastTryAt: number;
  lastSuccessAt: number | null;
  failures: number;
  nextTryAt: number | null;
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

// an older try that arrives late (a job that was delivered twice) must not take back what a newer one knows
const SAVE_TRIES = `
  INSERT INTO collection_health AS known
    (brand_id, product, account_id, kind, last_try_at, last_success_at, failures, error_class, wire_code, endpoint, next_try_at, newest_fact_at, newest_fact_day)
  SELECT brand_id, product, account_id, kind, at, CASE WHEN error_class IS NULL THEN at END, CASE WHEN error_class IS NULL THEN 0 ELSE 1 END,
    error_class, wire_code, endpoint, next_try_at, newest_fact_at, newest_fact_day
  FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
    $10::timestamptz[], $11::date[])
    AS given (brand_id, product, account_id, kind, at, error_class, wire_code, endpoint, next_try_at, newest_fact_at, newest_fact_day)
  ON CONFLICT (brand_id, product, account_id, kind) DO UPDATE SET
    last_try_at = excluded.last_try_at,
    last_success_at = greatest(known.last_success_at, excluded.last_success_at),
    failures = CASE WHEN excluded.error_class IS NULL THEN 0 ELSE known.failures + 1 END,
    error_class = excluded.error_class,
    wire_code = excluded.wire_code,
    endpoint = excluded.endpoint,
    next_try_at = excluded.next_try_at,
    newest_fact_at = greatest(known.newest_fact_at, excluded.newest_fact_at),
    newest_fact_day = greatest(known.newest_fact_day, excluded.newest_fact_day)
  WHERE known.last_try_at <= excluded.last_try_at`;

/** Saves tries, the latest of a stream last. To be called after their facts were acknowledged. */
export async function saveTries(dataSource: DataSource, tries: readonly StreamTry[]): Promise<void> {
  const latest = [...new Map(tries.map((one) => [[one.brandId, one.product, one.accountId, one.kind].join('\0'), one])).values()];
  if (latest.length === 0) return;
  await dataSource.query(SAVE_TRIES, [
    latest.map(({ brandId }) => brandId),
    latest.map(({ product }) => product),
    latest.map(({ accountId }) => accountId),
    latest.map(({ kind }) => kind),
    latest.map(({ at }) => instant(at)),
    latest.map(({ error }) => error?.class ?? null),
    latest.map(({ error }) => error?.code ?? null),
    latest.map(({ error }) => error?.endpoint ?? null),
    latest.map(({ nextTryAt }) => instant(nextTryAt)),
    latest.map(({ newestFactAt }) => instant(newestFactAt)),
    latest.map(({ newestFactDay }) => newestFactDay),
  ]);
  await saveTrouble(dataSource, tries);
}

const SAVE_TROUBLE = `
  INSERT INTO collection_trouble AS known (brand_id, product, account_id, kind, day, error_class, wire_code, endpoint, tries, last_at)
  SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::text[], $9::integer[], $10::timestamptz[])
  ON CONFLICT (brand_id, product, account_id, kind, day, wire_code) DO UPDATE SET
    error_class = excluded.error_class, endpoint = excluded.endpoint,
    tries = known.tries + excluded.tries, last_at = greatest(known.last_at, excluded.last_at)`;

/** Keeps, per business day, every cause for which tries failed: the reasons of a gap outlive the recovery. */
async function saveTrouble(dataSource: DataSource, tries: readonly StreamTry[]): Promise<void> {
  const days = new Map<string, { one: StreamTry; tries: number }>();
  for (const one of tries) {
    if (!one.error) continue;
    const key = [one.brandId, one.product, one.accountId, one.kind, one.day, one.error.code].join('\0');
    days.set(key, { one, tries: (days.get(key)?.tries ?? 0) + 1 });
  }
  const rows = [...days.values()];
  if (rows.length === 0) return;
  await dataSource.query(SAVE_TROUBLE, [
    rows.map(({ one }) => one.brandId),
    rows.map(({ one }) => one.product),
    rows.map(({ one }) => one.accountId),
    rows.map(({ one }) => one.kind),
    rows.map(({ one }) => one.day),
    rows.map(({ one }) => one.error?.class),
    rows.map(({ one }) => one.error?.code),
    rows.map(({ one }) => one.error?.endpoint ?? null),
    rows.map(({ tries: count }) => count),
    rows.map(({ one }) => instant(one.at)),
  ]);
}

/** All streams of a brand and product that were ever tried. */
export async function streamHealth(dataSource: DataSource, brandId: number, product: GrantProduct): Promise<StreamHealth[]> {
  const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
  return (await dataSource.query(
    `SELECT account_id AS "accountId", kind, ${ms('last_try_at')} AS "lastTryAt", ${ms('last_success_at')} AS "lastSuccessAt", failures,
       ${ms('next_try_at')} AS "nextTryAt"
     FROM collection_health WHERE brand_id = $1 AND product = $2`,
    [brandId, product],
  )) as StreamHealth[];
}
