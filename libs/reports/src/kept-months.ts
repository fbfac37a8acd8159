import { Policy, addDays, addMonths } from '@app/contracts';
import { policyOf } from '@app/database';
import type { ReportContext } from './report-context';

/** What units and sessions of a day are made under. */
const unitRules = (policy: Policy): string => JSON.stringify(policy.sourceOrder);
/** What visits are made under. */
const visitRules = (policy: Policy): string => JSON.stringify([policy.visitGapMinutes, policy.minVisitDwellSeconds, policy.sourceOrder]);
/** What says who is a showroom visitor, and of which sessions runs are made. */
const visitorRules = (policy: Policy): string =>
  JSON.stringify([visitRules(policy), policy.minVisits, policy.minSessionMinutes, policy.consecutiveSessions]);

/**
 * May the days of [fromDay, toDay) be read from the roll-ups? Each month is kept under its own policy, as the facts are now: not for a question about
 * the past, nor for one that asks several months under an order of sources that is not theirs.
 */
export function unitsKept(context: ReportContext, fromDay: string, toDay: string): boolean {
  return keptUnder(context, { fromDay, toDay }, unitRules);
}

/**
 * The same of what showroom figures are made of: `visits` when visits are kept, but under another rule of who is a showroom visitor, or of runs; `sessions`
 * when visits are made under another rule, too.
 */
export function visitsKept(context: ReportContext): boolean | 'visits' | 'sessions' {
  if (keptUnder(context, context.period, visitorRules)) return true;
  if (keptUnder(context, context.period, visitRules)) return 'visits';
  return keptUnder(context, context.period, unitRules) ? 'sessions' : false;
}

function keptUnder(
  { warehouse, state, policy }: ReportContext,
  { fromDay, toDay }: { fromDay: string; toDay: string },
  rulesOf: (policy: Policy) => string,
): boolean {
  if (warehouse.instant !== null) return false;
  const kept = state.keptPolicies ?? state.policies;
  const last = addDays(toDay, -1).slice(0, 7);
  for (let month = fromDay.slice(0, 7); month <= last; month = addMonths(month, 1))
    if (rulesOf(policyOf(kept, month)) !== rulesOf(policy)) return false;
  return true;
}
