import type { MigrationInterface, QueryRunner } from 'typeorm';

const EVENTS: [event: string, rows: string][] = [
  ['INSERT', 'NEW TABLE AS arrived'],
  ['UPDATE', 'OLD TABLE AS former NEW TABLE AS arrived'],
];

const UP = [
  `CREATE SEQUENCE exclusion_id`,
  `CREATE TABLE exclusion (
    brand_id integer NOT NULL,
    exclusion_id bigint NOT NULL CHECK (exclusion_id > 0),
    case_id text NOT NULL CHECK (btrim(case_id) <> '' AND length(case_id) <= 256),
    kind text NOT NULL CHECK (kind IN ('entries', 'units')),
    platform platform NOT NULL,
    account_id text NOT NULL,
    listed bigint NOT NULL CHECK (listed > 0),
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    from_day date NOT NULL,
    to_day date NOT NULL CHECK (to_day >= from_day),
    in_force_from timestamptz(3) NOT NULL,
    in_force_until timestamptz(3) CHECK (in_force_until >= in_force_from),
    recorded_by text NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    lifted_by text,
    lift_reason text,
    PRIMARY KEY (exclusion_id),
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account,
    CONSTRAINT exclusion_lifted CHECK ((in_force_until IS NULL) = (lifted_by IS NULL) AND (lifted_by IS NULL) = (lift_reason IS NULL))
  )`,
  `COMMENT ON TABLE exclusion IS 'One row is what a confirmed case removes from one account: a list of entries or of units, kept in the fact store under exclusion_id and never changed. It counts from in_force_from until in_force_until. Rows are never deleted.'`,
  `CREATE UNIQUE INDEX exclusion_once ON exclusion (brand_id, case_id, kind, platform, account_id) WHERE in_force_until IS NULL`,
  `CREATE FUNCTION exclusion_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'UPDATE' THEN
      IF OLD.in_force_until IS NULL AND NEW.in_force_until IS NOT NULL
        AND to_jsonb(NEW) - '{in_force_until,lifted_by,lift_reason}'::text[] = to_jsonb(OLD) - '{in_force_until,lifted_by,lift_reason}'::text[] THEN
        RETURN NEW;
      END IF;
    END IF;
    RAISE EXCEPTION 'an exclusion can only be lifted' USING ERRCODE = 'check_violation', CONSTRAINT = 'exclusion_only_lifted';
  END $$`,
  `CREATE TRIGGER exclusion_only_lifted BEFORE UPDATE OR DELETE ON exclusion FOR EACH ROW EXECUTE FUNCTION exclusion_keep()`,
  ...EVENTS.map(
    ([event, rows]) => `CREATE TRIGGER exclusion_kept_${event.toLowerCase()} AFTER ${event} ON exclusion REFERENCING ${rows}
       FOR EACH STATEMENT EXECUTE FUNCTION keep_state_version('exclusion_id')`,
  ),
];

/** What confirmed cases remove (domain.md 7.3), with every version, so that a report as of an instant knows what held then. */
export class Exclusions1765300000000 implements MigrationInterface {
  name = 'Exclusions1765300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE exclusion');
    await runner.query('DROP FUNCTION exclusion_keep()');
    await runner.query('DROP SEQUENCE exclusion_id');
  }
}
