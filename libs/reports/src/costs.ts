import { CostFigures, costFigures } from '@app/analytics';
import { Cost, CostKind, dayStart } from '@app/contracts';
import { policyOf } from '@app/database';
import { ReportContext, dealerGroups } from './report-context';
import { monthList } from './report-period';

/**
 * Costs per group (domain.md 4.7): an account's cost goes to whoever owned it on the day; a dealer's to the dealer and above, to no account. A kind
 * that the policy of a month requires and that has no row in it is named with the month.
 */
export function costsOf(context: ReportContext): Map<string, CostFigures> {
  const { period, state } = context;
  const rows = costRowsOf(context);
  const required = monthList(period.fromDay.slice(0, 7), period.lastMonth).map((month) => ({
    month,
    kinds: policyOf(state.policies, month).requiredCostKinds,
  }));
  return new Map(
    [...new Set([...context.groups.keys(), ...rows.keys()])].map((group) => {
      const own = rows.get(group) ?? [];
      return [group, costFigures(own, missingCosts(own, required))];
    }),
  );
}

function missingCosts(
  own: readonly Cost[],
  required: readonly { month: string; kinds: readonly CostKind[] }[],
): CostFigures['missingCosts'] {
  const known = new Set(own.map((cost) => `${cost.kind} ${cost.day.slice(0, 7)}`));
  const lacking = new Map<CostKind, string[]>();
  for (const { month, kinds } of required)
    for (const kind of kinds) if (!known.has(`${kind} ${month}`)) lacking.set(kind, [...(lacking.get(kind) ?? []), month]);
  return [...lacking].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, months]) => ({ kind, months }));
}

/** The cost rows of each group, in no order. */
export function costRowsOf(context: ReportContext): Map<string, Cost[]> {
  const { period, state, level, regions, zone } = context;
  const shown = new Set(context.accounts.map((account) => account.accountKey));
  const partial = context.accounts.length < state.accounts.length;
  const byDay = new Map<string, Map<string, string>>();
  const groupOfDealer = (dealerId: string, day: string): string | undefined => {
    const known = byDay.get(day) ?? dealerGroups(state, level, regions, dayStart(day, zone));
    byDay.set(day, known);
    return known.get(dealerId);
  };
  const rows = new Map<string, Cost[]>();
  for (const cost of state.costs) {
    if (cost.day < period.fromDay || cost.day >= period.toDay) continue;
    if (cost.accountKey !== null && !shown.has(cost.accountKey)) continue;
    if (cost.accountKey === null && partial && !wholeDealer(context, shown, cost)) continue; // a dealer's cost belongs to all its accounts, not to a selection
    const group =
      cost.accountKey !== null
        ? context.groupOf(cost.accountKey, dayStart(cost.day, zone))
        : cost.dealerId && groupOfDealer(cost.dealerId, cost.day);
    if (!group) continue;
    const own = rows.get(group);
    if (own) own.push(cost);
    else rows.set(group, [cost]);
  }
  return rows;
}

/** Are all accounts that the dealer owned on the cost's day among those shown (and any at all)? */
function wholeDealer({ state, zone }: ReportContext, shown: ReadonlySet<string>, cost: Cost): boolean {
  const at = dayStart(cost.day, zone);
  const own = state.ownerships.filter((o) => o.dealerId === cost.dealerId && o.from <= at && (o.to === null || at < o.to));
  return own.length > 0 && own.every((o) => shown.has(o.accountKey));
}
