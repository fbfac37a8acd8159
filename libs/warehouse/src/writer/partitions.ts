import type { FactRow, FactTable } from '../fact-table';

const monthOf = (ms: number): number => {
  const date = new Date(ms);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
};
/** The instant that partitions a table without a month column, and the part of the calendar that it is cut by. */
const INSTANTS: Readonly<Record<string, [column: string, of: (ms: number) => number]>> = {
  minutes: ['minute', monthOf],
  comments: ['at', monthOf],
  video_readings: ['read_at', (ms) => new Date(ms).getUTCFullYear()],
};

/** The partition of a row, as the migrations cut the tables. */
export function partitionOf(table: FactTable): (row: FactRow) => number {
  if ('month' in table.columns) return (row) => row.month as number;
  const cut = INSTANTS[table.name];
  if (!cut) return () => 0;
  const [column, of] = cut;
  let [from, to, last] = [0, 0, 0];
  return (row) => {
    const ms = row[column] as number;
    if (ms >= from && ms < to) return last;
    const day = Math.floor(ms / 86_400_000) * 86_400_000;
    [from, to, last] = [day, day + 86_400_000, of(ms)];
    return last;
  };
}
