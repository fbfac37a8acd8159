import type { LimitRule } from '../wire/limit-rules';

/** Kuaishou publishes no figure: the assumed rates hold, and give way when it says "request over limit". */
export const KUAISHOU_LIMITS: readonly LimitRule[] = [];
