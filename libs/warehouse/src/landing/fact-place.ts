import type { ColumnType, FactTable } from '../fact-table';

/** Where a fact stands in time: the column whose month it is looked at by. */
const MOMENT: Readonly<Record<string, string>> = {
  sessions: 'started_at',
  minutes: 'minute',
  comments: 'at',
  video_readings: 'read_at',
};

/** What checks and rebuilding take together: the facts of one subject (an account, or a dealer) and one month. */
export interface FactKey {
  /** Account key as a decimal string, or a dealer's id. */
  subject: string;
  /** YYYYMM; the business month of entries, the month in UTC of the others. */
  month: number;
}

export const subjectOf = (table: FactTable): string => ('account_key' in table.columns ? 'account_key' : 'dealer_id');

/** The column that says when a fact was: an instant, or `day`. */
export const momentOf = (table: FactTable): string => ('month' in table.columns ? 'entered_at' : (MOMENT[table.name] ?? 'day'));

/** SQL of the month of a row of the table or of its landing log. */
export function monthOf(table: FactTable): string {
  return 'month' in table.columns ? 'month' : `toYYYYMM(${MOMENT[table.name] ?? 'day'})`;
}

/** SQL that is true for the rows of these keys, with its parameters. The subjects alone already reach the sort key. */
export function amongKeys(table: FactTable, keys: readonly FactKey[]): { sql: string; params: Record<string, unknown> } {
  const subject = subjectOf(table);
  const type: ColumnType = subject === 'account_key' ? 'UInt64' : 'String';
  const months = 'month' in table.columns ? ' AND month IN {months: Array(UInt32)}' : '';
  return {
    sql: `${subject} IN {subjects: Array(${type})}${months} AND has({places: Array(String)}, concat(toString(${subject}), ' ', toString(${monthOf(table)})))`,
    params: {
      subjects: keys.map((key) => (type === 'UInt64' ? BigInt(key.subject) : key.subject)),
      months: [...new Set(keys.map((key) => key.month))],
      places: keys.map((key) => `${key.subject} ${key.month}`),
    },
  };
}
