export type * from './detector';
export { SIGNAL_FLOOR } from './detector';
export { fuse } from './fusion/fuse';
