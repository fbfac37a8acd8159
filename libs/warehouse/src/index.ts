export * from './fact-table';
export * from './keys';
export * from './tables/facts';
