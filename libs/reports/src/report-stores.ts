import type { DataSource } from 'typeorm';
import type { Clock } from '@app/config';
import type { Warehouse } from '@app/warehouse';

/** What reports read: both stores, the secret that viewer keys are derived from, the clock. */
export interface ReportStores {
  warehouse: Warehouse;
  dataSource: DataSource;
  secret: string;
  clock: Clock;
}

export type { BrandScope } from '@app/access';
