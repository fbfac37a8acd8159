import {
  ExactDecimal,
  HistoryMonth,
  ObservedMonths,
  completeUntil,
  exactText,
  fractionOf,
  netValue,
  observedDays,
  openingFor,
  readObservedMonths,
  readValueUnits,
  unitExclusions,
  yearValue,
  yearValueText,
} from '@app/analytics';
import { OpeningValue, Policy, TierRow, addMonths, dayStart } from '@app/contracts';
import { policyOf } from '@app/database';
import { COVERING, VALUED, rowsOfAccounts } from './account-rows';
import { unitsKept } from './kept-months';
import { ReportContext, groupedBy, ownershipAt } from './report-context';
import { monthList, monthsInto } from './report-period';

/** A month of an account, and what it alone is worth. */
export interface AccountMonth extends HistoryMonth {
  /** Value of the month alone; '0' where nothing of it has a price. Of a month before observation, its declared part. */
  monthCny: string;
  /** Every day of it lies between the first observed one and the data instant. */
  whole: boolean;
}

/**
 * The months of accounts from the first covered one (at the latest, the last) to the last month of the period, each as tiers see it (domain.md 5): with
 * its own policy, owner and window of twelve months. Closed months before the last one say what their closes say (`lastToo`: it as well); the others are
 * computed from facts and state.
 */
export async function readTierMonths(
  context: ReportContext,
  accountKeys: readonly string[],
  { lastToo }: { lastToo: boolean } = { lastToo: false },
): Promise<Map<string, AccountMonth[]>> {
  if (accountKeys.length === 0) return new Map();
  const { period, state } = context;
  const observed = await readObserved(context, accountKeys);
  const openings = groupedBy(state.openingValues ?? [], ({ accountKey }) => accountKey);
  const firstOf = (key: string): string => {
    const known = [observed.get(key)?.firstDay, ...(openings.get(key) ?? []).map(({ yearTo }) => yearTo)].filter(
      (day) => day !== undefined,
    );
    return [...known.map((day) => day.slice(0, 7)), period.lastMonth].sort()[0];
  };
  const start = accountKeys.map(firstOf).sort()[0];
  const all = monthList(start, period.lastMonth);
  const [values, frozen] = await Promise.all([
    readMonthValues(context, accountKeys, all),
    context.frozenTiers?.(lastToo ? all : all.slice(0, -1), context.basis),
  ]);
  return new Map(
    accountKeys.map((key) => {
      const account = { key, observed: observed.get(key), openings: openings.get(key) ?? [] };
      const months = monthList(firstOf(key), period.lastMonth).map((month) =>
        asFrozen(monthOf(context, account, month, values), frozen?.get(month)?.get(key)),
      );
      return [key, months];
    }),
  );
}

/** A month as its close says. The year's value is cut off after ten places there, below which no bound lies. */
function asFrozen(month: AccountMonth, row: TierRow | undefined): AccountMonth {
  if (!row) return month;
  const { trailingValueCny, yearValueCny, daysObserved, projected, declared, earnedTier, effectiveTier } = row;
  return {
    ...month,
    year: yearValueCny === null ? null : { value: fractionOf(yearValueCny), projected, declared },
    ownerKind: row.ownerKind ?? null,
    declaredTier: row.declaredTier ?? null,
    trailingValueCny,
    daysObserved,
    frozen: { earned: earnedTier, effective: effectiveTier },
  };
}

async function readObserved(context: ReportContext, accountKeys: readonly string[]): Promise<Map<string, ObservedMonths>> {
  const { warehouse, memory, state, zone, period } = context;
  const window = { brandId: state.brand.brandId, zone, toDay: completeUntil(firstDayAfter(period.lastMonth), context.dataDay) };
  const rows = await rowsOfAccounts(memory, accountKeys, {
    name: 'observed-months',
    decidedBy: [window],
    from: COVERING,
    read: (asked) => readObservedMonths(warehouse, { ...window, accountKeys: asked }),
  });
  return new Map(rows.map((row) => [row.accountKey, row]));
}

/** Value of each account and month, by the order of sources that the value is asked under; absent: nothing with a price. */
type MonthValues = (order: string, accountKey: string, month: string) => string | undefined;

const orderOf = (policy: Policy): string => policy.sourceOrder.join(' ');

/** A window is read under the policy at its end (domain.md 2.6): one reading per order of sources, which is nearly always one. */
async function readMonthValues(context: ReportContext, accountKeys: readonly string[], months: readonly string[]): Promise<MonthValues> {
  const policies = groupedBy(months, (month) => orderOf(policyOf(context.state.policies, month)));
  const found = new Map<string, string>();
  for (const [order, own] of policies) {
    const policy = policyOf(context.state.policies, own[0]);
    const asked = monthList(addMonths(own[0], -11), own[own.length - 1]);
    const units = await readUnits({ ...context, policy }, accountKeys, asked);
    for (const [place, rows] of groupedBy(units, ({ accountKey, bucket }) => `${accountKey} ${asked[bucket - 1]}`)) {
      const { valueCny } = netValue(rows);
      if (valueCny !== null) found.set(`${order} ${place}`, valueCny);
    }
  }
  return (order, accountKey, month) => found.get(`${order} ${accountKey} ${month}`);
}

function readUnits(context: ReportContext, accountKeys: readonly string[], months: readonly string[]) {
  const { warehouse, memory, state, zone, period, policy } = context;
  const edges = months.map((month) => `${month}-01`);
  const window = { brandId: state.brand.brandId, zone, fromDay: edges[0], toDay: firstDayAfter(months[months.length - 1]) };
  // roll-ups are brought up to date for the months of the question only
  const kept = months[0] >= monthsInto(period)[0] && unitsKept(context, window.fromDay, window.toDay);
  const priced = { ...window, sourceOrder: policy.sourceOrder, exclusions: unitExclusions(state, context.basis), stored: kept };
  return rowsOfAccounts(memory, accountKeys, {
    name: 'value-months',
    decidedBy: [priced],
    from: VALUED,
    read: (asked) => readValueUnits(warehouse, { ...priced, accountKeys: asked }, state.rateCards, edges),
  });
}

interface MonthAccount {
  key: string;
  observed: ObservedMonths | undefined;
  openings: readonly OpeningValue[];
}

function monthOf(context: ReportContext, { key, observed, openings }: MonthAccount, month: string, values: MonthValues): AccountMonth {
  const { state, zone, dataDay, period } = context;
  const policy = policyOf(state.policies, month);
  const window = monthList(addMonths(month, -11), month);
  const [fromDay, until] = [`${window[0]}-01`, completeUntil(firstDayAfter(month), dataDay)];
  const known = window.map((each) => values(orderOf(policy), key, each)).filter((value) => value !== undefined);
  const valueCny = known.length === 0 ? null : exactText(known.reduce((sum, value) => sum.plus(value), new ExactDecimal(0)));
  const counted = observed && { ...observed, daysObserved: window.reduce((sum, each) => sum + (observed.months.get(each) ?? 0), 0) };
  const days = observedDays(counted, fromDay, until);
  const at = Math.min(period.to, dayStart(firstDayAfter(month), zone)) - 1;
  const owner = ownershipAt(state, key, at);
  const firstDay = observed?.firstDay;
  return {
    month,
    year: yearValue({ valueCny, ...days, opening: openingFor(openings, fromDay, firstDay, until) }),
    ownerKind: owner?.ownerKind ?? null,
    declaredTier: owner?.declaredTier ?? null,
    rules: policy,
    trailingValueCny: valueCny,
    daysObserved: days.daysObserved,
    monthCny: monthValue(openingFor(openings, `${month}-01`, firstDay, until)?.value, values(orderOf(policy), key, month)),
    whole: firstDay !== undefined && firstDay <= `${month}-01` && firstDayAfter(month) <= dataDay,
  };
}

const monthValue = (opening: { n: bigint; d: bigint } | undefined, observed: string | undefined): string =>
  exactText(new ExactDecimal(observed ?? '0').plus(opening ? yearValueText(opening) : '0'));

const firstDayAfter = (month: string): string => `${addMonths(month, 1)}-01`;
