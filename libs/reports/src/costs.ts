import { CostFigures, sumCny } from '@app/analytics';
import { Cost, addMonths, dayStart } from '@app/contracts';
import { ReportContext, dealerGroups } from './report-context';

/**
 * Costs per group (domain.md 4.7): an account's cost goes to whoever owned it on the day; a dealer's to the dealer and above, to no account. A
 * required kind without any row in some month of the period is named.
 */
export function costsOf(context: ReportContext): Map<string, CostFigures> {
  const { period, state, level, regions, zone, policy } = context;
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
    if (group) rows.set(group, [...(rows.get(group) ?? []), cost]);
  }
  const months = monthsOf(period.fromDay.slice(0, 7), period.lastMonth);
  return new Map(
    [...new Set([...context.groups.keys(), ...rows.keys()])].map((group) => {
      const own = rows.get(group) ?? [];
      const lacks = (kind: string) => months.some((month) => !own.some((cost) => cost.kind === kind && cost.day.startsWith(month)));
      return [
        group,
        {
          costCny: own.length === 0 ? null : sumCny(own.map((cost) => cost.amountCny)),
          missingCostKinds: policy.requiredCostKinds.filter(lacks),
        },
      ];
    }),
  );
}

/** Are all accounts that the dealer owned on the cost's day among those shown (and any at all)? */
function wholeDealer({ state, zone }: ReportContext, shown: ReadonlySet<string>, cost: Cost): boolean {
  const at = dayStart(cost.day, zone);
  const own = state.ownerships.filter((o) => o.dealerId === cost.dealerId && o.from <= at && (o.to === null || at < o.to));
  return own.length > 0 && own.every((o) => shown.has(o.accountKey));
}

function monthsOf(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = addMonths(month, 1)) months.push(month);
  return months;
}
