export * from './compare';
export { foldMarks, type FoldedMarks } from './fold-marks';
export * from './refresh';
export * from './rollup';
export * from './rollup-keeper';
export * from './rollups';
export * from './touched-accounts';
export { readTouchedMonths } from './touched-months';
