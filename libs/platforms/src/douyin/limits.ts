import { SECOND_MS, type LimitRule } from '../wire/limit-rules';

/** What Douyin publishes: the start of live tasks only. Quotas of other calls are per scope and stand in the app's console. */
export const DOUYIN_LIMITS: readonly LimitRule[] = [
  { per: 'app', endpoints: ['/api/live_data/task/start'], calls: 10, perMs: SECOND_MS, burst: 1, published: true },
];
