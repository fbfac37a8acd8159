import { createHash } from 'node:crypto';
import { monthPeriod } from '@app/contracts';
import type { BrandState, Policy } from '@app/contracts';
import { entryExclusions } from '../../exclusions/exclusions';
import type { KeyRules } from '../../rollup-recompute';
import { raffleColumns, staffColumns } from '../left-out';

const DAY_MS = 86_400_000;

/**
 * What of the state decides the showroom roll-up of an account and month, as one number: the policy's thresholds, sentinels, declared staff, raffles and
 * what cases remove. Two equal numbers mean equal rows for equal facts. Ownership decides nothing: accounts that change hands are computed on demand.
 */
export function showroomRules(state: BrandState, policy: Policy, month: string): KeyRules {
  const { visitGapMinutes, minVisits, minVisitDwellSeconds, minSessionMinutes, consecutiveSessions, sourceOrder } = policy;
  const thresholds = [visitGapMinutes, minVisits, minVisitDwellSeconds, minSessionMinutes, consecutiveSessions, sourceOrder];
  const shared = JSON.stringify([thresholds, [...state.sentinelKeys].sort(), state.brand.zone]);
  const own = ownRules(state, month);
  const everywhere = own.get('0') ?? '';
  const plain = hashed(shared + everywhere);
  const rulesOf = (accountKey: string) => {
    const declared = own.get(accountKey);
    return declared === undefined ? plain : hashed(shared + everywhere + declared);
  };
  return Object.assign(rulesOf, { own: [...own.keys()] });
}

/**
 * Staff, raffles and lists of removed entries by account; `0` is every account. All raffles up to the month count: runs may begin long before it; and all
 * lists, for a visit may have begun any time before an entry of it.
 */
function ownRules(state: BrandState, month: string): Map<string, string> {
  const { to } = monthPeriod(month, state.brand.zone);
  const own = new Map<string, string[]>();
  const add = (account: bigint, rule: unknown[]) => {
    const key = account.toString();
    own.set(key, [...(own.get(key) ?? []), JSON.stringify(rule)]);
  };
  const staff = staffColumns(state);
  for (const [at, account] of staff.staffAccounts.entries())
    add(account, ['staff', String(staff.staffViewers[at]), staff.staffFrom[at], staff.staffTo[at]]);
  const accounts = state.accounts.map((account) => BigInt(account.accountKey));
  const raffles = raffleColumns(state, accounts, 0, to + 31 * DAY_MS);
  for (const [at, account] of raffles.raffleAccounts.entries()) add(account, ['raffle', raffles.raffleFrom[at], raffles.raffleTo[at]]);
  for (const [account, lists] of entryExclusions(state)) add(BigInt(account), ['excluded', ...lists]);
  return new Map([...own].map(([account, rules]) => [account, rules.sort().join()]));
}

function hashed(text: string): bigint {
  return createHash('sha256').update(text).digest().readBigUInt64BE();
}
