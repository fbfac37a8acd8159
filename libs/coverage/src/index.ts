export { AccountHealthService, type ConnectionList } from './account-health.service';
export { CoverageService } from './coverage.service';
export type { CoverageQuery } from './coverage-scope';
export { DeadLetterService, type ReplayJob } from './dead-letter.service';
