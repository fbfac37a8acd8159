import {
  ActivityRow,
  CoveredDays,
  FollowerRow,
  ValueUnitRow,
  readActivity,
  readCoveredDays,
  readFollowers,
  readValueUnits,
} from '@app/analytics';
import { dayStart } from '@app/contracts';
import { ReportContext, cutDays } from './report-context';

/** Facts of one period, ready to be folded to groups. `at` is the first instant of the bucket: the owner then owns the whole bucket. */
export interface FactSlice {
  value: (ValueUnitRow & { at: number })[];
  activity: (ActivityRow & { at: number })[];
  followers: FollowerRow[];
  covered: CoveredDays[];
}

/**
 * Reads the facts of several periods in one go: adjacent, ascending, under policies with one source order. Asking for twelve months costs hardly
 * more than asking for one.
 */
export async function readSlices(contexts: readonly ReportContext[]): Promise<FactSlice[]> {
  const [first, last] = [contexts[0], contexts[contexts.length - 1]];
  const { warehouse, state, zone, policy } = last;
  const window = {
    brandId: state.brand.brandId,
    zone,
    fromDay: first.period.fromDay,
    toDay: last.period.toDay,
    sourceOrder: policy.sourceOrder,
  };
  const edges = [...new Set(contexts.flatMap((context) => [context.period.fromDay, ...cutDays(context)]))].sort();
  const [value, activity, followers, covered] = await Promise.all([
    readValueUnits(warehouse, window, state.rateCards, edges),
    readActivity(warehouse, window, policy.cadenceMinSessionMinutes, edges),
    readFollowers(warehouse, window),
    readCoveredDays(warehouse, { brandId: window.brandId, zone, fromDay: window.fromDay, toDay: window.toDay }),
  ]);
  const starts = edges.map((day) => dayStart(day, zone));
  const placed = <Row extends { bucket: number }>(rows: Row[]) => rows.map((row) => ({ ...row, at: starts[row.bucket - 1] }));
  const [placedValue, placedActivity] = [placed(value), placed(activity)];
  return contexts.map(({ period }) => {
    const inside = (row: { at: number }) => period.from <= row.at && row.at < period.to;
    return {
      value: placedValue.filter(inside),
      activity: placedActivity.filter(inside),
      followers: followers.filter((row) => period.fromDay.slice(0, 7) <= row.month && row.month <= period.lastMonth),
      covered,
    };
  });
}
