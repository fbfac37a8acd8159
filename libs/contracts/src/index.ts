export * from './api';
export * from './errors';
export * from './platform';
export * from './reports';
export * from './state';
export * from './calendar';
export type * from './import-field';
export * from './import-kinds';
export * from './metrics';
