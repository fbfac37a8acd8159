import type { Actor } from '@app/contracts';
import type { Clock } from '@app/config';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';

/** Both stores, the secret that viewer keys are opened with, the clock. */
export interface PrivacyStores {
  warehouse: Warehouse;
  dataSource: DataSource;
  secret: string;
  clock: Clock;
}

/** Who does something to a brand's data, for the audit log. */
export interface PrivacyAsk {
  brandId: number;
  actor: Actor;
  reason: string;
}

/** Among all advisory locks of the product: who removes facts of a brand (the second number). */
const REMOVAL_LOCK = 826_418;

/** Runs `work` while nobody else removes facts of the brand; waits for its turn. The lock goes with its connection. */
export async function whileRemoving<Result>(dataSource: DataSource, brandId: number, work: () => Promise<Result>): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    await runner.query('SELECT pg_advisory_lock($1, $2)', [REMOVAL_LOCK, brandId]);
    try {
      return await work();
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1, $2)', [REMOVAL_LOCK, brandId]);
    }
  } finally {
    await runner.release();
  }
}
