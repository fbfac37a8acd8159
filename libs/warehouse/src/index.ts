export * from './fact-table';
export * from './keys';
export * from './tables/facts';
export * from './warehouse';
export { migrateWarehouse } from './migrator';
export { BlockEncoder, UnencodableRow } from './writer/block-encoder';
export { type EncodedBatch, FactWriter, type FactWriterOptions } from './writer/fact-writer';
