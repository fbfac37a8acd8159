import {
  ROLLING_MS,
  recomputeRolling,
  recomputeShowroom,
  recomputeValue,
  rollingDifferences,
  showroomDifferences,
  showroomRules,
  valueDifferences,
  valueRules,
} from '@app/analytics';
import type { Rollup } from './rollup';

/** Viewers, visits and showroom visitors per account and month (domain.md 3): session_audience, viewer_month, showroom_visitor, account_month. */
export const SHOWROOM_ROLLUP: Rollup = {
  name: 'showroom',
  facts: { entries: 'reach', sessions: 'reach' },
  rules: showroomRules,
  recompute: recomputeShowroom,
  differences: showroomDifferences,
};

/**
 * Who may be a showroom visitor of a window of 720 h that ends in the month (domain.md 3.11): rolling_visitor. A window begins in the months before, so
 * that an entry touches the months after its own, too.
 */
export const ROLLING_ROLLUP: Rollup = {
  name: 'rolling',
  facts: { entries: 'reach' },
  lastsMs: ROLLING_MS,
  rules: showroomRules,
  recompute: recomputeRolling,
  differences: rollingDifferences,
};

/**
 * Units of value and sessions per account and business day (domain.md 4): account_day. A session or lead is found in the month that it leaves by its
 * name; a counter's increase depends on all readings before it.
 */
export const VALUE_ROLLUP: Rollup = {
  name: 'value',
  facts: { sessions: 'own', leads: 'own', video_readings: 'reach', video_days: 'reach' },
  rules: valueRules,
  recompute: recomputeValue,
  differences: valueDifferences,
};

/** All roll-ups, in the order in which they are refreshed. */
export const ROLLUPS: readonly Rollup[] = [SHOWROOM_ROLLUP, ROLLING_ROLLUP, VALUE_ROLLUP];
