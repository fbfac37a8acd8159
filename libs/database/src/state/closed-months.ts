import { addDays } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** Business months `YYYY-MM` of a brand that are closed, ascending. None while the store has no closes. */
export async function closedMonths(tx: EntityManager, brandId: number): Promise<string[]> {
  const [{ kept }] = (await tx.query(`SELECT to_regclass('monthly_close') IS NOT NULL AS kept`)) as { kept: boolean }[];
  if (!kept) return [];
  const rows = (await tx.query('SELECT DISTINCT left(month::text, 7) AS month FROM monthly_close WHERE brand_id = $1 ORDER BY month', [
    brandId,
  ])) as { month: string }[];
  return rows.map(({ month }) => month);
}

/** Business days, both ends included; `to` null: without end. */
export interface DaySpan {
  from: string;
  to: string | null;
}

/** The closed months that a span of days reaches into. */
export const closedWithin = ({ from, to }: DaySpan, closed: readonly string[]): string[] =>
  closed.filter((month) => from.slice(0, 7) <= month && (to === null || month <= to.slice(0, 7)));

/**
 * The closed months that a policy from `fromMonth` on would rule: until the next policy among `others` begins.
 */
export function closedUnder(fromMonth: string, others: Iterable<string>, closed: readonly string[]): string[] {
  const next = [...others].filter((month) => month > fromMonth).sort()[0];
  return closed.filter((month) => fromMonth <= month && (next === undefined || month < next));
}

/** The days from the earlier start to the later end. */
export const spanOfBoth = (a: DaySpan, b: DaySpan): DaySpan => ({
  from: a.from < b.from ? a.from : b.from,
  to: a.to === null || b.to === null ? null : a.to > b.to ? a.to : b.to,
});

/** The days that lie in one of two spans of one start, not in both; null when there are none. */
export function tailOf(a: string | null, b: string | null): DaySpan | null {
  if (a === b) return null;
  const [earlier, later] = a === null ? [b!, a] : b === null ? [a, b] : a < b ? [a, b] : [b, a];
  return { from: addDays(earlier, 1), to: later };
}
