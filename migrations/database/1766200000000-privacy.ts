import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE person_erasure (
    erasure_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    brand_id integer NOT NULL REFERENCES brand,
    platform platform NOT NULL,
    requested_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    requested_by jsonb NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'held', 'done')),
    blocked boolean NOT NULL DEFAULT true,
    marks jsonb NOT NULL DEFAULT '[]',
    months integer[] NOT NULL DEFAULT '{}',
    removed jsonb NOT NULL DEFAULT '{}',
    finished_at timestamptz(3),
    CONSTRAINT person_erasure_done CHECK (state <> 'done' OR finished_at IS NOT NULL)
  )`,
  `COMMENT ON TABLE person_erasure IS 'One row is one person who was deleted: never their id. marks: accounts and months that are computed anew, emptied when the deletion is done; months: those of them; removed: rows by table. held: some rows stay while a legal hold lasts.'`,
  `CREATE INDEX person_erasure_by_brand ON person_erasure (brand_id, requested_at)`,
  `CREATE TABLE erased_viewer (
    brand_id integer NOT NULL REFERENCES brand,
    viewer_key text NOT NULL CHECK (viewer_key ~ '^[0-9]{1,20}$'),
    erasure_id uuid NOT NULL REFERENCES person_erasure,
    PRIMARY KEY (brand_id, viewer_key)
  )`,
  `COMMENT ON TABLE erased_viewer IS 'One row is one key of a person who was deleted. Imports refuse rows under it while the deletion blocks; the daily job removes what came in all the same (a spill file, a restored backup).'`,
  `CREATE TABLE legal_hold (
    hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    subject text NOT NULL CHECK (subject IN ('brand', 'account')),
    platform platform,
    account_id text,
    from_at timestamptz(3) NOT NULL,
    to_at timestamptz(3) NOT NULL CHECK (to_at > from_at),
    case_id text CHECK (length(case_id) <= 256),
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    placed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    placed_by jsonb NOT NULL,
    released_at timestamptz(3),
    released_by jsonb,
    release_reason text,
    CONSTRAINT legal_hold_subject CHECK ((subject = 'account') = (platform IS NOT NULL AND account_id IS NOT NULL)),
    CONSTRAINT legal_hold_released CHECK ((released_at IS NULL) = (released_by IS NULL) AND (released_at IS NULL) = (release_reason IS NULL))
  )`,
  `COMMENT ON TABLE legal_hold IS 'One row keeps the facts of an account, or of the brand, of a span of instants (half open) from retention and from the deletion of a person until it is released. Rows are never deleted.'`,
  `CREATE FUNCTION legal_hold_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'UPDATE' THEN
      IF OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
        AND to_jsonb(NEW) - '{released_at,released_by,release_reason}'::text[] = to_jsonb(OLD) - '{released_at,released_by,release_reason}'::text[] THEN
        RETURN NEW;
      END IF;
    END IF;
    RAISE EXCEPTION 'a legal hold can only be released' USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_only_released';
  END $$`,
  `CREATE TRIGGER legal_hold_only_released BEFORE UPDATE OR DELETE ON legal_hold FOR EACH ROW EXECUTE FUNCTION legal_hold_keep()`,
  `CREATE TABLE staff_reveal (
    reveal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    actor_id text NOT NULL,
    day date NOT NULL,
    subject text NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
  )`,
  `COMMENT ON TABLE staff_reveal IS 'One row is one masked name or text that somebody was shown, never the value. Serves the budget of a user and business day; the audit log holds the same for ever.'`,
  `CREATE INDEX staff_reveal_budget ON staff_reveal (brand_id, actor_id, day)`,
  `CREATE TABLE fact_floor (
    brand_id integer PRIMARY KEY REFERENCES brand,
    month text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$')
  )`,
  `COMMENT ON TABLE fact_floor IS 'One row is the first business month of which every entry is kept: those before were removed by retention, but for what later months need. Written before anything is deleted; it only rises.'`,
];

/** Deletion of persons, legal holds, revealed names, and the floor of retention. */
export class Privacy1766200000000 implements MigrationInterface {
  name = 'Privacy1766200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE fact_floor, staff_reveal, legal_hold, erased_viewer, person_erasure');
    await runner.query('DROP FUNCTION legal_hold_keep()');
  }
}
