import { recomputeShowroom, showroomRules } from '@app/analytics';
import type { Rollup } from './rollup';

/** Viewers, visits and showroom visitors per account and month (domain.md 3): session_audience, viewer_month, showroom_visitor, account_month. */
export const SHOWROOM_ROLLUP: Rollup = {
  name: 'showroom',
  facts: { entries: 'reach', sessions: 'reach' },
  rules: showroomRules,
  recompute: recomputeShowroom,
};

/** All roll-ups, in the order in which they are refreshed. */
export const ROLLUPS: readonly Rollup[] = [SHOWROOM_ROLLUP];
