export * from './api';
export * from './errors';
export * from './platform';
export * from './reports';
export * from './state';
export * from './calendar';
