import fc from 'fast-check';
import { COMMON_COLUMNS, type ColumnType, type ColumnValue, type FactRow, type FactTable } from '@app/warehouse';

/** First instant of the invented facts. */
export const FACTS_FROM = Date.parse('2026-01-31T15:00:00Z');
const SOURCES = ['file', 'feed', 'correction'];

/** Few values of each type, so that identities meet and payloads differ. Instants lie around the end of a month and of a year. */
function valueOf(type: ColumnType): fc.Arbitrary<ColumnValue> {
  if (type.startsWith('Nullable(')) return fc.option(valueOf(type.slice(9, -1) as ColumnType), { nil: null });
  if (type === 'Date') return fc.constantFrom('2026-01-31', '2026-02-01', '2026-12-31');
  if (type === 'DateTime64(3)') return fc.constantFrom(FACTS_FROM, FACTS_FROM + 1, Date.parse('2026-12-31T20:00:00.123Z'));
  if (type.startsWith('Decimal')) return fc.constantFrom('0', '1.5', '2.0001');
  if (type.includes('String')) return fc.constantFrom('', 'a', '直播');
  return fc.integer({ min: 0, max: 2 });
}

/** A row of a table without delivery: few identities, three sources, observed at one of few instants, now and then retracted. */
export function factRow(table: FactTable): fc.Arbitrary<FactRow> {
  const own = Object.entries(table.columns).filter(([column]) => !(column in COMMON_COLUMNS) && column !== 'month');
  return fc
    .record({
      ...Object.fromEntries(own.map(([column, type]) => [column, valueOf(type)])),
      source: fc.constantFrom(...SOURCES),
      retracted: fc.constantFrom(0, 0, 0, 1),
      observed_at: fc.constantFrom(0, 1, 2, 1000).map((later) => FACTS_FROM + later),
    })
    .map((row) => ('month' in table.columns ? { ...row, month: monthOf(Number((row as FactRow).entered_at)) } : row) as FactRow);
}

const monthOf = (instant: number): number => {
  const local = new Date(instant + 8 * 3_600_000);
  return local.getUTCFullYear() * 100 + local.getUTCMonth() + 1;
};
