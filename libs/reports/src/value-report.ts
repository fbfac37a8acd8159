import {
  Coverage,
  activeCards,
  coverageOf,
  completeUntil,
  foldValue,
  isPriced,
  lowest,
  meanCoverage,
  returnsOf,
  ValueFigures,
} from '@app/analytics';
import { type Platform, type RateCard, type ReportName, type Subject, type ValueRow, rateCardName } from '@app/contracts';
import { connectedKinds } from './connected-kinds';
import { costsOf } from './costs';
import type { FactSlice } from './fact-slices';
import type { ReportContext } from './report-context';
import { valueReasons } from './value-reasons';

/** What several parts of one answer ask of the same slice is computed once. */
export function onceOf<T>(compute: (context: ReportContext, slice: FactSlice) => T): (context: ReportContext, slice: FactSlice) => T {
  const known = new WeakMap<FactSlice, { context: ReportContext; result: T }>();
  return (context, slice) => {
    const before = known.get(slice);
    if (before?.context === context) return before.result;
    const result = compute(context, slice);
    known.set(slice, { context, result });
    return result;
  };
}

/** Coverage per account of a context's period. */
export const accountCoverage = onceOf((context, slice): ReadonlyMap<string, Coverage> =>
  coverageOf({
    accounts: context.accounts,
    covered: slice.covered,
    grantedFrom: context.state.grantedFrom,
    connected: connectedKinds(context.state.connections ?? []),
    fromDay: context.period.fromDay,
    toDay: completeUntil(context.period.toDay, context.dataDay),
  }),
);

export interface GroupValue extends ValueFigures {
  known: number;
  total: number;
}

/** Value per group: each bucket goes to who owned the account then. Levels add up, because every row goes to exactly one group. */
const valueByGroup = onceOf((context, slice): ReadonlyMap<string, GroupValue> => {
  const shown = new Set(context.accounts.map((account) => account.accountKey));
  const rows = new Map<string, FactSlice['value']>();
  for (const row of slice.value) {
    if (!shown.has(row.accountKey)) continue;
    const group = context.groupOf(row.accountKey, row.at);
    const known = rows.get(group);
    if (known) known.push(row);
    else rows.set(group, [row]);
  }
  return new Map(
    [...context.groups].map(([group, accounts]) => {
      const own = rows.get(group) ?? [];
      const known = new Set(own.filter(isPriced).map((row) => row.accountKey));
      return [group, { ...foldValue(own), known: known.size, total: accounts.size }];
    }),
  );
});

/** The cards in force on a day from `fromDay` to the end of the period, on these platforms. */
function cardsInForce({ state, period }: ReportContext, platforms: ReadonlySet<Platform>, fromDay = period.fromDay): RateCard[] {
  return activeCards(state.rateCards).filter(
    (card) => platforms.has(card.platform) && card.validFrom < period.toDay && (card.validTo === null || card.validTo >= fromDay),
  );
}

const platformsOf = (context: ReportContext, accountKeys: Iterable<string>): Set<Platform> =>
  new Set([...accountKeys].flatMap((key) => context.byKey.get(key)?.platform ?? []));

/**
 * The rate cards that a report about money is made with: in force on a day of the period, for trailing values on a day from `trailingFrom` on. None for
 * the other reports.
 */
export function moneyCards(context: ReportContext, report: ReportName, trailingFrom: string): RateCard[] {
  if (!MONEY_REPORTS.includes(report)) return [];
  const cards = cardsInForce(context, platformsOf(context, context.byKey.keys()), report === 'value' ? undefined : trailingFrom);
  return cards.sort((a, b) => (rateCardName(a) < rateCardName(b) ? -1 : 1));
}
const MONEY_REPORTS: readonly ReportName[] = ['value', 'tiers', 'ranking'];

export function valueRows(context: ReportContext, slice: FactSlice, subjects: Map<string, Subject>): ValueRow[] {
  const values = valueByGroup(context, slice);
  const costs = costsOf(context);
  const coverage = accountCoverage(context, slice);
  const samples = new Set(
    cardsInForce(context, platformsOf(context, context.byKey.keys())).flatMap((card) => (card.sample ? card.platform : [])),
  );
  return [...context.groups].map(([group, accounts]) => {
    const value = values.get(group)!;
    const returns = returnsOf(value, costs.get(group)!, context.policy);
    return {
      ...subjects.get(group)!,
      month: context.period.month ?? `${context.period.fromDay}/${context.period.toDay}`,
      lines: value.lines,
      valueCny: value.valueCny,
      grossCny: value.grossCny,
      excludedCny: value.excludedCny,
      effectiveViews: value.effectiveViews,
      missing: value.missing,
      unpricedLines: value.unpricedLines,
      openingUnits: value.openingUnits,
      ...returns,
      sample: [...platformsOf(context, accounts)].some((platform) => samples.has(platform)),
      coverage: round(
        meanCoverage([...accounts].map((key) => lowest(coverage.get(key)?.sessions ?? null, coverage.get(key)?.videos ?? null))),
      ),
      accountsKnown: value.known,
      accountsTotal: value.total,
      reasons: valueReasons({ ...value, ...returns }, context.state.rateCards.length > 0),
    };
  });
}

/** Four places. */
export const round = (share: number | null): number | null => (share === null ? null : Math.round(share * 10_000) / 10_000);
