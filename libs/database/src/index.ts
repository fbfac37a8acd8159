export * from './adcode/adcode';
export { createDataSource, ENTITIES, migrateDatabase, type PostgresAddress } from './data-source';
export * from './deliveries/cursor.repository';
export * from './deliveries/delivery.repository';
export { ensureBrand } from './state/brand.repository';
export { GrantVault, SecretText } from './state/grant-vault';
export { memberships } from './state/memberships';
export * from './state/state-rows';
