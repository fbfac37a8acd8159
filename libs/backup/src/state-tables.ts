/** Made when a restore begins, gone when it has ended: its presence means that the stores are half restored. */
export const MARKER = 'restore_under_way';

/** The migrator's own log is in the manifest; BullMQ keeps its jobs in a schema of its own, and they are not part of a backup. */
const NOT_STATE = `('state_migration', 'typeorm_metadata', '${MARKER}')`;

/** Every table of the schema with its own columns. Unknown ones are copied like all others. */
export const STATE_TABLES = `
  SELECT t.relname AS "table",
    (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
  FROM pg_class t
  WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relname NOT IN ${NOT_STATE}
  ORDER BY t.relname`;

/** Pairs of tables of which the second must be there before the first. */
export const REFERENCES = `
  SELECT DISTINCT child.relname AS child, parent.relname AS parent
  FROM pg_constraint c JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid
  WHERE c.contype = 'f' AND child.relnamespace = current_schema()::regnamespace AND child.oid <> parent.oid`;

export const SEQUENCES = `
  SELECT sequencename AS name, last_value::text AS "lastValue" FROM pg_sequences
  WHERE schemaname = current_schema() AND last_value IS NOT NULL AND sequencename NOT LIKE 'state_migration%' ORDER BY 1`;

/** Values as text that every server reads alike. */
export const TEXT_FORMS = [
  `SET LOCAL DateStyle = 'ISO, YMD'`,
  `SET LOCAL IntervalStyle = 'iso_8601'`,
  `SET LOCAL TimeZone = 'UTC'`,
  `SET LOCAL bytea_output = 'hex'`,
  `SET LOCAL extra_float_digits = 1`,
];

/** Tables into which migrations put rows of their own. */
export const SEEDED = ['state_history'];
