export { CLUSTER_SETTINGS } from './cluster/cluster-settings';
export { clusterStatements } from './cluster/migration-plan';
export { storedTable } from './cluster/stored-table';
export * from './fact-table';
export * from './keys';
export { collectionDaysAsOf, factsAsOf } from './landing/as-of';
export { hasEntriesSince } from './landing/entries-since';
export type { FactKey } from './landing/fact-place';
export {
  type FactCheck,
  type KeyDifference,
  type RowDifference,
  compareFacts,
  differingRows,
  sampleFactKeys,
} from './landing/landing-check';
export { rebuildFacts } from './landing/rebuild';
export { applyRetention, landingFloor, trimStatement } from './landing/retention';
export {
  type TakenBack,
  type ToldFacts,
  accountsOfUndone,
  markTold,
  recordUndone,
  settleAllUndone,
  settleUndone,
  toldBy,
  undoneDeliveries,
} from './landing/undone';
export { standing } from './landing/standing';
export { identityOf, versionOf } from './landing/version-order';
export * from './tables/facts';
export { statementText, type NamedQuery } from './named-query';
export * from './warehouse';
export { migrateWarehouse } from './migrator';
export { UnencodableRow } from './writer/block-encoder';
export { type EncodedBatch, FactWriter, type FactWriterOptions } from './writer/fact-writer';
export { isOutage, throughOutage } from './writer/outage';
export { SpillDamaged, type SpillHeader } from './writer/spill-file';
export { type SpillFile, SpillFolder, type SpilledDelivery } from './writer/spill-folder';
export { assertSchema, serverVersion, untestedVersion } from './schema-check';
