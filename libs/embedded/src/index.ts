export { openInstance } from './instance';
export type { Instance, OpenOptions } from './instance';
export { assertPortFree } from './ports';
