import {
  completeUntil,
  earnedTier,
  foldValue,
  observedDays,
  readObservedDays,
  readValueUnits,
  sumCny,
  tierStructure,
  ValueUnitRow,
} from '@app/analytics';
import { Reasons, Subject, Tier, TierRow, addMonths, dayStart } from '@app/contracts';
import { COVERING, VALUED, rowsOfAccounts } from './account-rows';
import { unitsKept } from './kept-months';
import { WHY } from './reasons';
import { ReportContext, ownershipAt } from './report-context';

/** Tier figures of one account. */
export interface AccountTier {
  trailingValueCny: string | null;
  earnedTier: Tier | null;
  projected: boolean;
  daysObserved: number;
}

/** First day of the twelve months that trailing value looks at. */
export const trailingFrom = ({ period }: ReportContext): string => `${addMonths(period.lastMonth, -11)}-01`;

/** Trailing value and earned tier per account for the month that the period ends with (domain.md 5). Value goes with the account. `trailing`: its units, where they are read already. */
export async function readTiers(context: ReportContext, trailing?: ValueUnitRow[]): Promise<Map<string, AccountTier>> {
  const { warehouse, memory, state, zone, period, policy } = context;
  const accounts = context.accounts.map(({ accountKey }) => accountKey);
  const fromDay = trailingFrom(context);
  const toDay = `${addMonths(period.lastMonth, 1)}-01`;
  const window = { brandId: state.brand.brandId, zone, fromDay, toDay };
  const until = completeUntil(toDay, context.dataDay);
  const priced = { ...window, sourceOrder: policy.sourceOrder, stored: unitsKept(context, fromDay, toDay) };
  const [units, observed] = await Promise.all([
    trailing ??
      rowsOfAccounts(memory, accounts, {
        name: 'value',
        decidedBy: [priced, [fromDay]],
        from: VALUED,
        read: (accountKeys) => readValueUnits(warehouse, { ...priced, accountKeys }, state.rateCards, [fromDay]),
      }),
    rowsOfAccounts(memory, accounts, {
      name: 'observed',
      decidedBy: [window, until],
      from: COVERING,
      read: (accountKeys) => readObservedDays(warehouse, { ...window, toDay: until, accountKeys }),
    }),
  ]);
  const unitsOf = new Map<string, ValueUnitRow[]>();
  for (const unit of units) {
    const known = unitsOf.get(unit.accountKey);
    if (known) known.push(unit);
    else unitsOf.set(unit.accountKey, [unit]);
  }
  const observedOf = new Map(observed.map((row) => [row.accountKey, row]));
  const at = Math.min(period.to, dayStart(toDay, zone)) - 1;
  return new Map(
    context.accounts.map(({ accountKey }) => {
      const { valueCny } = foldValue(unitsOf.get(accountKey) ?? []);
      const days = observedDays(observedOf.get(accountKey), fromDay, until);
      const earned = earnedTier({ valueCny, ...days }, ownershipAt(state, accountKey, at)?.ownerKind ?? null, policy);
      return [
        accountKey,
        { trailingValueCny: valueCny, earnedTier: earned.tier, projected: earned.projected, daysObserved: days.daysObserved },
      ];
    }),
  );
}

export interface GroupTier {
  trailingValueCny: string | null;
  earnedTier: Tier | null;
  projected: boolean;
  daysObserved: number;
  tierCounts?: Record<Tier, number>;
  structureWarning?: boolean;
}

/** Tier of an account row; of a group, counts per tier over the accounts that stand in it at the end of the period. */
export function tierOfGroup(context: ReportContext, tiers: Map<string, AccountTier>, group: string): GroupTier {
  if (context.level === 'account') return tiers.get(group)!;
  const members = [...(context.groups.get(group) ?? [])].filter((key) => context.groupOf(key, context.period.to - 1) === group);
  const own = members.map((key) => tiers.get(key)!);
  const known = own.map((tier) => tier.trailingValueCny).filter((value) => value !== null);
  return {
    trailingValueCny: known.length === 0 ? null : sumCny(known),
    earnedTier: null,
    projected: own.some((tier) => tier.projected),
    daysObserved: Math.max(0, ...own.map((tier) => tier.daysObserved)),
    ...tierStructure(own.map((tier) => ({ tier: tier.earnedTier, valueCny: tier.trailingValueCny }))),
  };
}

export function tierRows(context: ReportContext, tiers: Map<string, AccountTier>, subjects: Map<string, Subject>): TierRow[] {
  return [...context.groups.keys()].map((group) => {
    const tier = tierOfGroup(context, tiers, group);
    const reasons: Reasons = {};
    if (tier.trailingValueCny === null) reasons.trailingValueCny = WHY.noValue;
    else if (context.level === 'account' && tier.earnedTier === null) reasons.earnedTier = WHY.shortlyObserved;
    return { ...subjects.get(group)!, month: context.period.lastMonth, ...tier, effectiveTier: tier.earnedTier, reasons };
  });
}
