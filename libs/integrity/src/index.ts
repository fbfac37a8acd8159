export type * from './detector';
export { SIGNAL_FLOOR } from './detector';
