import { FACT_TABLES, FactTable } from '@app/warehouse';

/** What becomes of a table of the fact store. */
export type FactRule =
  /** Append-only log: rows of deliveries that were over in the snapshot. */
  | { kind: 'landing'; fact: FactTable }
  /** Filled from the landing log by restore; only rows that the log no longer has are saved (retention), into the log. */
  | { kind: 'fact'; fact: FactTable }
  /** No deliveries in it: read whole, `at-snapshot` or `last`, after everything else. */
  | { kind: 'whole'; when: 'at-snapshot' | 'last' }
  /** Recomputed, remade by migrations, or of a process under way: not in the backup. */
  | { kind: 'left-out' };

const AT_SNAPSHOT = [
  'account_keys',
  'collection_days',
  'collection_days_landing',
  'excluded_entries',
  'excluded_units',
  'undone_deliveries',
];
/**
 * The floor rises before retention deletes: read last, it is never below what the saved log lacks. Figures of a close are written before the close:
 * read last, those of every close in the snapshot are among them.
 */
const LAST = ['close_figures', 'landing_floor'];
/** Marks and roll-ups: the views fill the marks again when restore writes the landing log, and the refresh computes the rest. */
const DERIVED = [
  'dirty_keys',
  'viewer_month',
  'showroom_visitor',
  'rolling_visitor',
  'account_month',
  'account_day',
  'rollup_key',
  'rollup_progress',
  'session_audience',
];
const OF_THE_SCHEMA = ['schema_migrations'];
/** The migrator's lock (and locks that were retired), tables of an import of Parquet and of a scan under way. */
const PASSING = /^(schema_migrations_lock(_[0-9a-f-]+)?|import_staging_[0-9a-f]+|scan_staging_[0-9a-f]+_(rooms|entries))$/;
const VIEWS = ['MaterializedView', 'View'];

/** The rule of a table; null: nobody said what is to become of it, and a backup without it might be incomplete. */
export function factRule(table: string, engine: string): FactRule | null {
  const landing = FACT_TABLES.find(({ name }) => table === `${name}_landing`);
  if (landing) return { kind: 'landing', fact: landing };
  const fact = FACT_TABLES.find(({ name }) => table === name);
  if (fact) return { kind: 'fact', fact };
  if (AT_SNAPSHOT.includes(table)) return { kind: 'whole', when: 'at-snapshot' };
  if (LAST.includes(table)) return { kind: 'whole', when: 'last' };
  if (DERIVED.includes(table) || OF_THE_SCHEMA.includes(table) || PASSING.test(table) || VIEWS.includes(engine))
    return { kind: 'left-out' };
  return null;
}

/** The column by whose ranges a table is read in pieces: the first of its sort key after the brand. */
export const rangeColumn = (fact: FactTable): string => (fact.identity.includes('account_key') ? 'account_key' : fact.identity[0]);
