export * from './refresh';
export * from './rollup';
export * from './rollups';
