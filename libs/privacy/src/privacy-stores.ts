import type { Actor } from '@app/contracts';
import type { Clock } from '@app/config';
import { whileHolding } from '@app/database';
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

/** Runs `work` while nobody else removes facts of the brand; waits for its turn. The lock goes with its connection. */
export const whileRemoving = <Result>(dataSource: DataSource, brandId: number, work: () => Promise<Result>): Promise<Result> =>
  whileHolding(dataSource, { lock: 'removal', of: brandId }, work);
