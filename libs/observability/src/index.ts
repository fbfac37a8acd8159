export { createLogger } from './logger';
export type { Logger } from './logger';
export { metrics, metricsPage } from './metrics';
