import type { DataSource } from 'typeorm';
import type { Instance } from '@app/embedded';
import type { Warehouse } from '@app/warehouse';

/** What a test works on, wherever its facts are. */
export interface TestStores {
  dataDir: string;
  instance: Instance;
  secret: string;
  warehouse: Warehouse;
  dataSource: DataSource;
  close(): Promise<void>;
}
