import { ExactDecimal } from '@app/analytics';
import type { IncentiveRules, PlacedHold, SettlementHold, SettlementSheet, SettlementWaiver } from '@app/contracts';
import { DealerFacts, SampleSpans, sampleHold, sampleHolds, unknownHold } from './dealer-months';
import { settle } from './settle';

export interface SheetInput {
  dealers: readonly DealerFacts[];
  rules: IncentiveRules;
  samples: SampleSpans;
  /** Holds on this month that nobody has released. */
  holds: readonly PlacedHold[];
  /** Rules of this month that give a dealer nothing while their figure is unknown. */
  waivers?: readonly Pick<SettlementWaiver, 'dealerId' | 'ruleId' | 'reason'>[];
  /** What approved settlements of the month have given already, by dealer. */
  settled: ReadonlyMap<string, string>;
}

/** The sheet of every dealer. A dealer that was settled before and is in the close no more gets a sheet that takes it back, unless it is held. */
export function sheetsOf({ dealers, rules, samples, holds, waivers = [], settled }: SheetInput): SettlementSheet[] {
  const placedOn = (dealerId: string) => holds.filter((hold) => hold.dealerId === dealerId).map(holdOf);
  const onSamples = sampleHolds(rules.rules, samples);
  const known = new Set(dealers.map(({ dealerId }) => dealerId));
  const gone = [...settled.keys()]
    .filter((dealerId) => !known.has(dealerId))
    .map((dealerId) => sheet({ dealerId, dealerName: dealerId, lines: [], totalCny: '0.00' }, placedOn(dealerId), settled));
  const sheets = dealers.map(({ dealerId, dealerName, month, sample }) => {
    const waived = new Map(waivers.filter((one) => one.dealerId === dealerId).map(({ ruleId, reason }) => [ruleId, reason]));
    const { lines, totalCny, unknown } = settle(rules.rules, rules.upToCny, month, waived);
    return sheet(
      { dealerId, dealerName, lines, totalCny },
      [...(sample ? [sampleHold()] : []), ...onSamples, ...unknown.map(unknownHold), ...placedOn(dealerId)],
      settled,
    );
  });
  return [...sheets, ...gone].sort((a, b) => (a.dealerId < b.dealerId ? -1 : 1));
}

type Computed = Pick<SettlementSheet, 'dealerId' | 'dealerName' | 'lines' | 'totalCny'>;

function sheet(computed: Computed, holds: SettlementHold[], settled: ReadonlyMap<string, string>): SettlementSheet {
  const settledCny = new ExactDecimal(settled.get(computed.dealerId) ?? 0);
  const due = new ExactDecimal(computed.totalCny).minus(settledCny).toFixed(2);
  return { ...computed, settledCny: settledCny.toFixed(2), payableCny: holds.length > 0 ? null : due, holds };
}

const holdOf = ({ cause, about, reason }: PlacedHold): SettlementHold => ({ cause, about, reason: { zh: reason, en: reason } });

/** Sums over all sheets. Held ones are in the total, not in what is payable. */
export function totalsOf(sheets: readonly SettlementSheet[]): { totalCny: string; payableCny: string; heldDealers: number } {
  const sum = (amounts: (string | null)[]) => amounts.reduce((all, amount) => all.plus(amount ?? 0), new ExactDecimal(0)).toFixed(2);
  return {
    totalCny: sum(sheets.map(({ totalCny }) => totalCny)),
    payableCny: sum(sheets.map(({ payableCny }) => payableCny)),
    heldDealers: sheets.filter(({ holds }) => holds.length > 0).length,
  };
}
