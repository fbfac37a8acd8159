import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that reports read, with their keys. What is added to them later is kept without change here, for a version is the whole row. */
const KEPT: Record<string, string> = {
  brand: 'brand_id',
  sales_region: 'path',
  dealer: 'dealer_id',
  dealer_placement: 'dealer_id,valid_from',
  account: 'platform,account_id',
  account_ownership: 'platform,account_id,valid_from',
  policy: 'version',
  sentinel: 'viewer',
  calendar_day: 'day',
  rate_card: 'platform,line,valid_from,version',
  cost: 'cost_id',
  declaration: 'declaration_id',
  platform_grant: 'product,principal_id',
};
/** Of these tables only the named columns: a token, even a sealed one, must not outlive its row. */
const ONLY: Record<string, string> = { platform_grant: 'brand_id,product,principal_id,platform,account_ids,granted_at' };

const CREATED = ['brand', 'dealer', 'account'];

const HISTORY = [
  `CREATE TABLE state_version (
    version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    table_name text NOT NULL,
    row_key text NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    deleted boolean NOT NULL,
    content jsonb NOT NULL
  )`,
  `COMMENT ON TABLE state_version IS 'One row is one version of one row of a state table; the state as of T is, per key, the version with the highest id among those recorded by T. Append only, kept for ever.'`,
  `CREATE INDEX state_version_by_key ON state_version (brand_id, table_name, row_key, version_id DESC)`,
  // Before this instant former versions of corrected rows are not known.
  `CREATE TABLE state_history (since timestamptz(3) NOT NULL)`,
  `INSERT INTO state_history VALUES (date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond')`,
  `CREATE FUNCTION state_row_key(state_row jsonb, names text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_agg(state_row -> name ORDER BY place)::text FROM unnest(names) WITH ORDINALITY AS part (name, place)
  $$`,
  `CREATE FUNCTION state_row_kept(state_row jsonb, names text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN names IS NULL THEN state_row ELSE (SELECT jsonb_object_agg(name, state_row -> name) FROM unnest(names) AS name) END
  $$`,
  // The lock comes before the clock: who then locks the table against writers has seen all that is recorded by the instant of its lock.
  // Rounded up to the next millisecond: no row is recorded at an instant that had passed.
  `CREATE FUNCTION keep_state_version() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    keys text[] := string_to_array(TG_ARGV[0], ',');
    names text[] := string_to_array(TG_ARGV[1], ',');
    recorded timestamptz;
  BEGIN
    IF TG_OP = 'UPDATE' THEN
      IF NOT EXISTS (SELECT FROM arrived) THEN
        RETURN NULL;
      END IF;
    END IF;
    LOCK TABLE state_version IN ROW EXCLUSIVE MODE;
    recorded := date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond';
    IF TG_OP = 'INSERT' THEN
      INSERT INTO state_version (brand_id, table_name, row_key, recorded_at, deleted, content)
      SELECT brand_id, TG_TABLE_NAME, state_row_key(to_jsonb(arrived), keys), recorded, false, state_row_kept(to_jsonb(arrived), names)
      FROM arrived;
    ELSIF TG_OP = 'DELETE' THEN
      INSERT INTO state_version (brand_id, table_name, row_key, recorded_at, deleted, content)
      SELECT brand_id, TG_TABLE_NAME, state_row_key(to_jsonb(former), keys), recorded, true, state_row_kept(to_jsonb(former), names)
      FROM former;
    ELSE
      INSERT INTO state_version (brand_id, table_name, row_key, recorded_at, deleted, content)
      SELECT brand_id, TG_TABLE_NAME, row_key, recorded, after.kept IS NULL, coalesce(after.kept, before.kept)
      FROM (SELECT brand_id, state_row_key(to_jsonb(arrived), keys) AS row_key, state_row_kept(to_jsonb(arrived), names) AS kept FROM arrived) AS after
      FULL JOIN (SELECT brand_id, state_row_key(to_jsonb(former), keys) AS row_key, state_row_kept(to_jsonb(former), names) AS kept FROM former) AS before
        USING (brand_id, row_key)
      WHERE (after.kept - 'recorded_at') IS DISTINCT FROM (before.kept - 'recorded_at');
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE FUNCTION state_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the history of the state is append only' USING ERRCODE = 'check_violation', CONSTRAINT = 'state_version_append_only';
  END $$`,
  `CREATE TRIGGER state_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON state_version
    FOR EACH STATEMENT EXECUTE FUNCTION state_version_keep()`,
];

/** One trigger per event: a trigger that sees its changed rows as a table may have one event only. */
const EVENTS: [event: string, rows: string][] = [
  ['INSERT', 'NEW TABLE AS arrived'],
  ['UPDATE', 'OLD TABLE AS former NEW TABLE AS arrived'],
  ['DELETE', 'OLD TABLE AS former'],
];

function kept(table: string, keys: string): string[] {
  const given = ONLY[table] === undefined ? `'${keys}'` : `'${keys}', '${ONLY[table]}'`;
  const names = ONLY[table] === undefined ? 'NULL' : `string_to_array('${ONLY[table]}', ',')`;
  return [
    `INSERT INTO state_version (brand_id, table_name, row_key, recorded_at, deleted, content)
     SELECT brand_id, '${table}', state_row_key(to_jsonb(present), string_to_array('${keys}', ',')),
       ${CREATED.includes(table) ? 'created_at' : 'recorded_at'}, false, state_row_kept(to_jsonb(present), ${names})
     FROM ${table} AS present`,
    ...EVENTS.map(
      ([event, rows]) => `CREATE TRIGGER ${table}_kept_${event.toLowerCase()} AFTER ${event} ON ${table} REFERENCING ${rows}
       FOR EACH STATEMENT EXECUTE FUNCTION keep_state_version(${given})`,
    ),
  ];
}

/** Keeps every version of the rows that reports read, so that a report can be answered as of an instant (domain.md 2.4). */
export class KeepStateVersions1763100000000 implements MigrationInterface {
  name = 'KeepStateVersions1763100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...HISTORY, ...Object.entries(KEPT).flatMap(([table, keys]) => kept(table, keys))])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(KEPT))
      for (const [event] of EVENTS) await runner.query(`DROP TRIGGER ${table}_kept_${event.toLowerCase()} ON ${table}`);
    await runner.query('DROP TABLE state_version, state_history');
    await runner.query(
      'DROP FUNCTION keep_state_version(), state_version_keep(), state_row_key(jsonb, text[]), state_row_kept(jsonb, text[])',
    );
  }
}
