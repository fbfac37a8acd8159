import { addMonths } from '@app/contracts';
import type { SeriesMonth } from '@/api/resources';

/** The `count` months up to and with `to`, rising; a month that the series does not hold stands with nulls: a gap. */
export function fillMonths(series: SeriesMonth[], to: string, count: number): SeriesMonth[] {
  const known = new Map(series.map((entry) => [entry.month, entry]));
  return Array.from({ length: count }, (_, index) => {
    const month = addMonths(to, index - count + 1);
    return (
      known.get(month) ?? {
        month,
        showroomVisitors: null,
        low: null,
        high: null,
        valueCny: null,
        valueAtLeast: false,
        score: null,
        rank: null,
      }
    );
  });
}
