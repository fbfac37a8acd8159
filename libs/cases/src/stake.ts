import { ExactDecimal, activeCards } from '@app/analytics';
import { type BrandState, type InorganicEntries, type InorganicUnits, type Signal } from '@app/contracts';
import { policyOf } from '@app/database';
import { boundParameters } from '@app/integrity';
import type { Warehouse } from '@app/warehouse';

/** What a case is about, in numbers: an estimate that orders the queue and decides nothing. */
export interface Stake {
  riskCny: string | null;
  riskEntries: number;
  riskVisitors: number | null;
}

/**
 * Money of what findings would remove: of each account the largest of its units at the prices of their days (the larger where two name one), its entries as
 * views, and the viewers who would lose their visits at the policy's price of one arrival. Null: nothing of it has a price.
 */
export async function stakeOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  signals: readonly Signal[],
): Promise<Stake> {
  const removes = signals.flatMap(({ evidence, window }) => (evidence.removes ?? []).map((one) => ({ one, at: window.from })));
  // the own level is a measure to be weighed against others: alone it would make every lucky week a stake
  const units = removes.flatMap(({ one }) => (one.kind === 'units' && one.measure !== 'level' ? [one] : []));
  const accounts = new Map<string, Record<'units' | 'views' | 'arrivals', ExactDecimal | null>>();
  const raise = (of: { platform: string; accountId: string }, kind: 'units' | 'views' | 'arrivals', amount: ExactDecimal | null): void => {
    const key = `${of.platform}/${of.accountId}`;
    const own = accounts.get(key) ?? { units: null, views: null, arrivals: null };
    if (amount !== null)
      own[kind] = own[kind] === null ? amount : kind === 'units' ? own[kind].plus(amount) : ExactDecimal.max(own[kind], amount);
    accounts.set(key, own);
  };
  for (const one of largestUnits(units)) raise(one, 'units', priced(state, one, one.line, one.day)?.times(Math.round(one.units)) ?? null);
  let [entries, visitors]: [number, number | null] = [0, null];
  for (const { one, at } of removes) {
    if (one.kind !== 'entries') continue;
    const day = at.slice(0, 10);
    entries += one.count;
    const own = await visitorsOf({ warehouse, state }, one, day);
    if (own !== null) visitors = (visitors ?? 0) + own;
    raise(one, 'views', priced(state, one, 'live_view', day)?.times(one.count) ?? null);
    const cpa = policyOf(state.policies, day.slice(0, 7)).cpaCny[one.platform];
    raise(one, 'arrivals', own === null || cpa === undefined ? null : new ExactDecimal(cpa).times(own));
  }
  const known = [...accounts.values()].flatMap((own) => {
    const amounts = Object.values(own).filter((amount) => amount !== null);
    return amounts.length === 0 ? [] : [ExactDecimal.max(...amounts)];
  });
  const riskCny = known.length === 0 ? null : known.reduce((sum, amount) => sum.plus(amount), new ExactDecimal(0)).toFixed(2);
  return { riskCny, riskEntries: entries, riskVisitors: visitors };
}

/** Of findings that name one item, line and day the largest. */
function largestUnits(units: readonly InorganicUnits[]): InorganicUnits[] {
  const largest = new Map<string, InorganicUnits>();
  for (const one of units) {
    const key = JSON.stringify([one.platform, one.accountId, one.origin, one.item, one.line, one.day]);
    if (one.units > (largest.get(key)?.units ?? 0)) largest.set(key, one);
  }
  return [...largest.values()];
}

function priced(state: BrandState, { platform }: Pick<InorganicUnits, 'platform'>, line: string, day: string): ExactDecimal | null {
  const card = activeCards(state.rateCards).find(
    (one) => one.platform === platform && one.line === line && one.validFrom <= day && (one.validTo === null || day <= one.validTo),
  );
  return card ? new ExactDecimal(card.unitPriceCny).times(card.discount) : null;
}

/** Viewers with as many of the listed entries as a showroom visitor has visits. Null: the query could not be asked. */
async function visitorsOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { sql, parameters }: InorganicEntries,
  day: string,
): Promise<number | null> {
  const { minVisits } = policyOf(state.policies, day.slice(0, 7));
  try {
    const [row] = await warehouse.query<{ visitors: string }>({
      name: 'cases.visitors',
      sql: `SELECT toString(countIf(own >= {caseMinVisits: UInt32})) AS visitors FROM (SELECT viewerKey, count() AS own FROM (${sql}) GROUP BY viewerKey)`,
      params: { brandId: state.brand.brandId, ...boundParameters(sql, parameters, state), caseMinVisits: minVisits },
      maxRows: 1,
    });
    return Number(row?.visitors ?? 0);
  } catch {
    // an estimate: a case is not lost because its stake cannot be told
    return null;
  }
}
