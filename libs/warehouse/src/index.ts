export * from './fact-table';
export * from './keys';
export * from './row-binary';
export * from './tables/facts';
export * from './warehouse';
export { migrateWarehouse } from './migrator';
