import {
  CoveredDays,
  FollowerRow,
  SessionCounts,
  ValueUnitRow,
  mappedInTurns,
  readCoveredDays,
  readFollowers,
  readSessionCounts,
  readValueUnits,
  unitExclusions,
} from '@app/analytics';
import { dayStart } from '@app/contracts';
import { AccountReading, COVERING, VALUED, rowsOfAccounts } from './account-rows';
import { unitsKept } from './kept-months';
import { ReportContext, cutDays } from './report-context';

/** Facts of one period, ready to be folded to groups. `at` is the first instant of the bucket: the owner then owns the whole bucket. */
export interface FactSlice {
  value: (ValueUnitRow & { at: number })[];
  sessions: (SessionCounts & { at: number })[];
  followers: FollowerRow[];
  covered: CoveredDays[];
  /** Units of the whole window that was read. */
  trailing: ValueUnitRow[];
}

export interface SliceOptions {
  /** Read from this earlier day on, for trailing figures. */
  trailingFrom?: string;
  /** Units and coverage only: no sessions, no followers. */
  valueOnly?: boolean;
}

/**
 * Reads the facts of several periods in one go: adjacent and ascending (or the same one at several levels), under policies with one source order. Asking for twelve months costs hardly
 * more than asking for one.
 */
export async function readSlices(contexts: readonly ReportContext[], options: SliceOptions = {}): Promise<FactSlice[]> {
  const [first, last] = [contexts[0], contexts[contexts.length - 1]];
  const { warehouse, memory, state, zone, policy, basis } = last;
  const window = {
    brandId: state.brand.brandId,
    zone,
    fromDay: options.trailingFrom ?? first.period.fromDay,
    toDay: last.period.toDay,
    sourceOrder: policy.sourceOrder,
    stored: unitsKept(last, options.trailingFrom ?? first.period.fromDay, last.period.toDay),
  };
  const priced = { ...window, exclusions: unitExclusions(state, basis) };
  const own = { ...window, fromDay: first.period.fromDay };
  const edges = [...new Set([window.fromDay, ...contexts.flatMap((context) => [context.period.fromDay, ...cutDays(context)])])].sort();
  const days = { brandId: window.brandId, zone, fromDay: own.fromDay, toDay: own.toDay };
  const least = policy.cadenceMinSessionMinutes;
  const accounts = [...new Set(contexts.flatMap((context) => context.accounts.map(({ accountKey }) => accountKey)))];
  const rows = <Row extends { accountKey: string }>(reading: AccountReading<Row>) => rowsOfAccounts(memory, accounts, reading);
  const starts = edges.map((day) => dayStart(day, zone));
  const placed = <Row extends { bucket: number }>(read: readonly Row[]) =>
    mappedInTurns(read, (row) => ({ ...row, at: starts[row.bucket - 1] }));
  const [value, sessions, followers, covered] = await Promise.all([
    rows({
      name: 'value.placed',
      decidedBy: [priced, edges],
      from: VALUED,
      read: async (accountKeys) => placed(await readValueUnits(warehouse, { ...priced, accountKeys }, state.rateCards, edges)),
    }),
    options.valueOnly
      ? []
      : rows({
          name: 'sessions.placed',
          decidedBy: [own, least, edges],
          from: VALUED,
          read: async (accountKeys) => placed(await readSessionCounts(warehouse, { ...own, accountKeys }, least, edges)),
        }),
    options.valueOnly
      ? []
      : rows({
          name: 'followers',
          decidedBy: [own],
          from: ['follower_readings'],
          read: (accountKeys) => readFollowers(warehouse, { ...own, accountKeys }),
        }),
    rows({
      name: 'covered',
      decidedBy: [days],
      from: COVERING,
      read: (accountKeys) => readCoveredDays(warehouse, { ...days, accountKeys }),
    }),
  ]);
  return contexts.map(({ period }) => {
    const inside = (row: { at: number }) => period.from <= row.at && row.at < period.to;
    return {
      value: value.filter(inside),
      sessions: sessions.filter(inside),
      followers: followers.filter((row) => period.fromDay.slice(0, 7) <= row.month && row.month <= period.lastMonth),
      covered,
      trailing: value,
    };
  });
}
