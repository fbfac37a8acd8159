import { Policy, addDays, addMonths } from '@app/contracts';
import { policyOf } from '@app/database';
import type { ReportContext } from './report-context';

const rulesOf = (policy: Policy): string =>
  JSON.stringify([
    policy.visitGapMinutes,
    policy.minVisits,
    policy.minVisitDwellSeconds,
    policy.minSessionMinutes,
    policy.consecutiveSessions,
    policy.cadenceMinSessionMinutes,
    policy.sourceOrder,
  ]);

/**
 * May the months of [fromDay, toDay) be read from the roll-ups? Each is kept under its own policy, as the facts are now: not for a question about
 * the past, nor for one that asks several months under a policy that is not theirs.
 */
export function areKept({ warehouse, state, policy }: ReportContext, fromDay: string, toDay: string): boolean {
  if (warehouse.instant !== null) return false;
  const last = addDays(toDay, -1).slice(0, 7);
  for (let month = fromDay.slice(0, 7); month <= last; month = addMonths(month, 1))
    if (rulesOf(policyOf(state.policies, month)) !== rulesOf(policy)) return false;
  return true;
}
