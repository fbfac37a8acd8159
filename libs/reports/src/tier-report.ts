import {
  completeUntil,
  effectiveTiers,
  netValue,
  matrixStructure,
  observedDays,
  openingFor,
  readObservedDays,
  readValueUnits,
  sumCny,
  tierAgreement,
  tierOfYear,
  tierStructure,
  unitExclusions,
  ValueUnitRow,
  withoutHysteresis,
  yearValue,
  yearValueText,
} from '@app/analytics';
import { Reasons, Subject, TIER_AGREEMENTS, Tier, TierAgreement, TierRow, addMonths, dayStart } from '@app/contracts';
import { COVERING, VALUED, rowsOfAccounts } from './account-rows';
import { unitsKept } from './kept-months';
import { WHY } from './reasons';
import { ReportContext, groupedBy, ownershipAt } from './report-context';
import { readTierMonths } from './tier-months';

/** Tier figures of one account. */
export interface AccountTier {
  trailingValueCny: string | null;
  /** Units of a used line lack a price on some day of the window. */
  trailingAtLeast: boolean;
  earnedTier: Tier | null;
  projected: boolean;
  daysObserved: number;
  /** The tier rests upon an opening value that the brand entered. */
  declared: boolean;
  /** What was compared with the bounds. */
  yearValueCny: string | null;
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
  const exclusions = unitExclusions(state, context.basis);
  const priced = { ...window, sourceOrder: policy.sourceOrder, exclusions, stored: unitsKept(context, fromDay, toDay) };
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
  const openings = groupedBy(state.openingValues ?? [], ({ accountKey }) => accountKey);
  const at = Math.min(period.to, dayStart(toDay, zone)) - 1;
  return new Map(
    context.accounts.map(({ accountKey }) => {
      const { valueCny, atLeast } = netValue(unitsOf.get(accountKey) ?? []);
      const row = observedOf.get(accountKey);
      const days = observedDays(row, fromDay, until);
      const opening = openingFor(openings.get(accountKey) ?? [], fromDay, row?.firstDay, until);
      const year = yearValue({ valueCny, ...days, opening });
      return [
        accountKey,
        {
          trailingValueCny: valueCny,
          trailingAtLeast: atLeast,
          earnedTier: year && tierOfYear(year.value, ownershipAt(state, accountKey, at)?.ownerKind ?? null, policy),
          projected: year?.projected ?? false,
          daysObserved: days.daysObserved,
          declared: year?.declared ?? false,
          yearValueCny: year && yearValueText(year.value),
        },
      ];
    }),
  );
}

/** Tier in force per account: the earned one, unless the policy of the period's last month has hysteresis; then out of the account's months. */
async function readEffectiveTiers(context: ReportContext, tiers: ReadonlyMap<string, AccountTier>): Promise<Map<string, Tier | null>> {
  if (withoutHysteresis(context.policy)) return new Map([...tiers].map(([key, { earnedTier }]) => [key, earnedTier]));
  const months = await readTierMonths(context, [...tiers.keys()]);
  return new Map([...months].map(([key, own]) => [key, effectiveTiers(own).at(-1)?.effective ?? null]));
}

export interface GroupTier {
  trailingValueCny: string | null;
  trailingAtLeast: boolean;
  earnedTier: Tier | null;
  projected: boolean;
  daysObserved: number;
  declared: boolean;
  yearValueCny: string | null;
  tierCounts?: Record<Tier, number>;
  structureWarning?: boolean;
}

/** Tier of an account row; of a group, counts per tier over the accounts that stand in it at the end of the period. */
export function tierOfGroup(context: ReportContext, tiers: Map<string, AccountTier>, group: string): GroupTier {
  if (context.level === 'account') return tiers.get(group)!;
  const members = membersOf(context, group);
  const own = members.map((key) => tiers.get(key)!);
  const known = own.map((tier) => tier.trailingValueCny).filter((value) => value !== null);
  return {
    trailingValueCny: known.length === 0 ? null : sumCny(known),
    trailingAtLeast: own.some((tier) => tier.trailingAtLeast),
    earnedTier: null,
    projected: own.some((tier) => tier.projected),
    daysObserved: own.reduce((most, tier) => Math.max(most, tier.daysObserved), 0),
    declared: own.some((tier) => tier.declared),
    yearValueCny: null,
    ...tierStructure(own.map((tier) => ({ tier: tier.earnedTier, valueCny: tier.trailingValueCny }))),
  };
}

/** Accounts that stand in a group at the end of the period. */
const membersOf = (context: ReportContext, group: string): string[] =>
  [...(context.groups.get(group) ?? [])].filter((key) => context.groupOf(key, context.period.to - 1) === group);

export async function tierRows(
  context: ReportContext,
  tiers: Map<string, AccountTier>,
  subjects: Map<string, Subject>,
): Promise<TierRow[]> {
  const effective = context.level === 'account' ? await readEffectiveTiers(context, tiers) : null;
  return [...context.groups.keys()].map((group) => {
    const tier = tierOfGroup(context, tiers, group);
    const reasons: Reasons = {};
    if (tier.trailingValueCny === null) reasons.trailingValueCny = WHY.noValue;
    else if (context.level === 'account' && tier.earnedTier === null) reasons.earnedTier = WHY.shortlyObserved;
    const shared = { ...subjects.get(group)!, month: context.period.lastMonth, ...tier, reasons };
    if (!effective) return { ...shared, effectiveTier: null, agreement: null, ...matrixOf(context, tiers, group) };
    return {
      ...shared,
      effectiveTier: effective.get(group) ?? null,
      agreement: tierAgreement(declaredTier(context, group), tier.earnedTier),
    };
  });
}

const ownerOf = ({ state, period }: ReportContext, accountKey: string) => ownershipAt(state, accountKey, period.to - 1);
const declaredTier = (context: ReportContext, accountKey: string): Tier | null => ownerOf(context, accountKey)?.declaredTier ?? null;

/** Health of a group's matrix, and how its accounts' tiers stand to the declared ones. */
function matrixOf(
  context: ReportContext,
  tiers: ReadonlyMap<string, AccountTier>,
  group: string,
): Pick<TierRow, 'agreements' | 'structure'> {
  const agreements = Object.fromEntries(TIER_AGREEMENTS.map((name) => [name, 0])) as Record<TierAgreement, number>;
  const members = membersOf(context, group).map((accountKey) => {
    const { earnedTier, trailingValueCny } = tiers.get(accountKey)!;
    const agreement = tierAgreement(declaredTier(context, accountKey), earnedTier);
    if (agreement) agreements[agreement] += 1;
    const { platform } = context.byKey.get(accountKey)!;
    return { accountKey, platform, dealerId: ownerOf(context, accountKey)?.dealerId ?? null, tier: earnedTier, valueCny: trailingValueCny };
  });
  return { agreements, structure: matrixStructure(members) };
}
