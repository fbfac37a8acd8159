export * from './score/fraction';
export * from './score/percentile';
export * from './score/rank';
export * from './score/score';
export * from './tier/tier';
export * from './value/exact-decimal';
export * from './value/rate-cards';
export * from './value/value.reader';
