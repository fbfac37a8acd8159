export * from './value/rate-cards';
export * from './value/value.reader';
