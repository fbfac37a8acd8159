import type { RankingRow } from '@app/contracts';
import { sumKnown } from '@/figures/totals';

export const MAP_METRICS = ['valueCny', 'showroomVisitors', 'accounts'] as const;
export type MapMetric = (typeof MAP_METRICS)[number];

/** The figure of a row that the map shows; null unknown. */
export function metricOf(row: RankingRow, metric: MapMetric): string | number | null {
  if (metric === 'accounts') return row.accountsTotal;
  return metric === 'valueCny' ? row.valueCny : row.showroomVisitors;
}

/** A sum of places: null where none is known, `atLeast` where only a part is. */
export interface PlaceSum {
  value: string | null;
  atLeast: boolean;
}

/** Whether a row's own figure is the sum of a part. */
const isPart = (row: RankingRow, metric: MapMetric) => metricOf(row, metric) === null || (metric === 'valueCny' && row.valueAtLeast);

/** Sum of the known figures of each province's cities, by the first two digits of their codes. */
export function byProvince(rows: readonly RankingRow[], metric: MapMetric): Record<string, PlaceSum> {
  const groups = new Map<string, RankingRow[]>();
  for (const row of rows) {
    const code = row.adcode?.slice(0, 2);
    if (code && /^\d\d$/.test(code)) groups.set(code, [...(groups.get(code) ?? []), row]);
  }
  return Object.fromEntries(
    [...groups].map(([code, of]) => {
      const value = sumKnown(of.map((row) => metricOf(row, metric)));
      return [code, { value, atLeast: value !== null && of.some((row) => isPart(row, metric)) }];
    }),
  );
}

/** The figure of one place as a sum of itself. */
export const ofPlace = (row: RankingRow, metric: MapMetric): PlaceSum => {
  const value = metricOf(row, metric);
  return { value: value === null ? null : String(value), atLeast: value !== null && isPart(row, metric) };
};

/** What a region is asked for by: its sales region, or its city's first four digits ('' for what is in none). */
export const codeOf = ({ salesRegion, adcode }: RankingRow): string => salesRegion ?? (adcode ?? '').replace(/00$/, '');
