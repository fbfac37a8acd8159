import { ExactDecimal, activeCards, exactText, type ValueUnitRow } from '@app/analytics';
import { businessMonth, rateCardName, type BrandState, type CasePreview, type Platform } from '@app/contracts';
import type { Removed } from '@app/database';
import { openAsk, rankedRows, readRanking, subjectsOf, type ReportService } from '@app/reports';
import { accountKey } from '@app/warehouse';

type Units = Extract<Removed, { units: number }>;

/** Units that would go, by row of value that they are counted in, each no more than its item has. */
export type Less = ReadonlyMap<string, bigint>;
const rowKey = (row: Pick<ValueUnitRow, 'line' | 'origin'> & { card?: string | null }): string =>
  JSON.stringify([row.line, row.origin, row.card ?? null]);

/** Sums removed units by line, origin and the card of their day; `had`: what each item has of a line on a day. */
export function lessOf(state: BrandState, removed: readonly Units[], had: (unit: Units) => bigint): Less {
  const cards = activeCards(state.rateCards);
  const less = new Map<string, bigint>();
  for (const unit of removed) {
    const { platform, line, day, origin, units } = unit;
    const card = cards.find(
      (one) => one.platform === platform && one.line === line && one.validFrom <= day && (one.validTo === null || day <= one.validTo),
    );
    const own = had(unit);
    const taken = own <= 0n ? 0n : BigInt(units) < own ? BigInt(units) : own;
    const key = rowKey({ line, origin, card: card ? rateCardName(card) : null });
    less.set(key, (less.get(key) ?? 0n) + taken);
  }
  return less;
}

/** Rows of value without what would go of one account. Money stays exact. */
export function without<Row extends ValueUnitRow>(rows: readonly Row[], account: string, less: Less): Row[] {
  return rows.map((row) => {
    const units = row.accountKey === account ? less.get(rowKey(row)) : undefined;
    if (units === undefined || units === 0n) return row;
    const money = (cny: string, price: ExactDecimal): string => exactText(new ExactDecimal(cny).minus(price.times(units.toString())));
    const price = new ExactDecimal(row.price ?? 0);
    return {
      ...row,
      net: row.net - units,
      excluded: (row.excluded ?? 0n) + units,
      valueCny: money(row.valueCny, price.times(row.discount ?? 1)),
      publicCny: money(row.publicCny, price),
    };
  });
}

/**
 * The ranking of the month in which a case begins, before and after its units go: the report's own functions over its own readings, so the second is what the
 * ranking will say. Accounts whose place moves, the case's own first; entries are not looked at.
 */
export async function rankingPreview(
  reports: ReportService,
  { state, from }: { state: BrandState; from: number },
  { account, less }: { account: { platform: Platform; accountId: string }; less: Less },
): Promise<NonNullable<CasePreview['ranking']>> {
  const { brandId, zone, code } = state.brand;
  const month = businessMonth(from, zone);
  const ask = await reports.askOf({ name: 'ranking', brand: code, month, level: 'account', basis: 'adjusted' }, 'all');
  const { context, tiers } = await openAsk(ask);
  const { facts } = await readRanking(context, tiers);
  const subjects = subjectsOf(context);
  const own = accountKey(brandId, account.platform, account.accountId).toString();
  const changed = { ...facts, slice: { ...facts.slice, value: without(facts.slice.value, own, less) } };
  const after = new Map(rankedRows(changed, subjects).map(({ group, row }) => [group, row.rank]));
  return rankedRows(facts, subjects)
    .flatMap(({ group, row }) => {
      const rank = { before: row.rank, after: after.get(group) ?? null };
      const { platform, accountId } = row;
      const moves = rank.before !== rank.after || group === own;
      return moves && platform && accountId ? [{ month, platform, accountId, rank, own: group === own }] : [];
    })
    .sort((a, b) => Number(b.own) - Number(a.own) || (a.rank.after ?? Infinity) - (b.rank.after ?? Infinity));
}
