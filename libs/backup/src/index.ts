export { backUp } from './backup';
export type { BackupProgress, BackupRequest, BackupResult, BackupStores } from './backup';
export { assertRestored } from './half-restored';
export { restore } from './restore';
export type { RestoreRequest, RestoreResult, RestoreTarget } from './restore';
