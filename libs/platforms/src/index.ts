export * from './create-connectors';
export * from './create-platforms';
export * from './grant';
export * from './grant-keeper';
export * from './platform';
export * from './platform-error';
export type { WireOptions } from './wire/wire-client';
