export type * from './detector';
export { SIGNAL_FLOOR } from './detector';
export { DETECTORS } from './detectors';
export { runScan, type ScanAsk, type ScanResult, type ScanStores } from './scan';
export { fuse } from './fusion/fuse';
export { auditSample, estimatedRecall, type RecallEstimate } from './learning/audit-sample';
export { backTest, type BackTest, type DecidedCase } from './learning/back-test';
export { detectorPrecision, type DetectorOutcome, type DetectorPrecision } from './learning/detector-precision';
export { wilsonInterval, type ShareInterval } from './learning/wilson';
