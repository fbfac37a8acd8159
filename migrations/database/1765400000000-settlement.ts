import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE incentive_rules (
    brand_id integer NOT NULL REFERENCES brand,
    version integer NOT NULL CHECK (version > 0),
    from_month text NOT NULL CHECK (from_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    rules jsonb NOT NULL CHECK (jsonb_typeof(rules) = 'array'),
    up_to_cny numeric CHECK (up_to_cny >= 0),
    recorded_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    recorded_by jsonb NOT NULL,
    PRIMARY KEY (brand_id, version)
  )`,
  `COMMENT ON TABLE incentive_rules IS 'One row is one version of a brand''s incentive rules: rules whole months from from_month on, until those of a later month; of one month the highest version. Never edited.'`,
  `CREATE TABLE settlement (
    settlement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    month text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    sequence integer NOT NULL CHECK (sequence > 0),
    close_id text NOT NULL,
    close_hash text NOT NULL,
    rules_version integer NOT NULL,
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'approved', 'withdrawn')),
    prepared_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    prepared_by jsonb NOT NULL,
    decided_at timestamptz(3),
    decided_by jsonb,
    reason text,
    total_cny numeric(20, 2) NOT NULL,
    payable_cny numeric(20, 2) NOT NULL,
    held_dealers integer NOT NULL CHECK (held_dealers >= 0),
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    UNIQUE (brand_id, month, sequence),
    FOREIGN KEY (brand_id, rules_version) REFERENCES incentive_rules,
    CONSTRAINT settlement_decided CHECK ((state = 'draft') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
  )`,
  `COMMENT ON TABLE settlement IS 'One row is the settlement of one month out of one close. What is approved never changes; a later one of the month pays the difference.'`,
  `CREATE UNIQUE INDEX settlement_one_draft ON settlement (brand_id, month) WHERE state = 'draft'`,
  `CREATE TABLE settlement_sheet (
    settlement_id bigint NOT NULL REFERENCES settlement,
    dealer_id text NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (settlement_id, dealer_id)
  )`,
  `COMMENT ON TABLE settlement_sheet IS 'One row is the sheet of one dealer: lines, holds, amounts. Never changed.'`,
  `CREATE TABLE settlement_hold (
    hold_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    dealer_id text NOT NULL,
    month text CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    cause text NOT NULL CHECK (cause IN ('case', 'appeal', 'manual')),
    about text,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    placed_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    placed_by jsonb NOT NULL,
    released_at timestamptz(3),
    released_by jsonb,
    release_reason text,
    CONSTRAINT settlement_hold_released CHECK ((released_at IS NULL) = (released_by IS NULL))
  )`,
  `COMMENT ON TABLE settlement_hold IS 'One row holds a dealer''s settlement of a month (null: of every month) until it is released: an open case, an appeal, or a person''s decision.'`,
  `CREATE INDEX settlement_hold_open ON settlement_hold (brand_id, dealer_id) WHERE released_at IS NULL`,
  `CREATE FUNCTION settlement_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_TABLE_NAME = 'settlement' AND TG_OP = 'UPDATE' THEN
      IF OLD.state = 'draft' AND (to_jsonb(NEW) - '{state,decided_at,decided_by,reason}'::text[]) = (to_jsonb(OLD) - '{state,decided_at,decided_by,reason}'::text[]) THEN
        RETURN NEW;
      END IF;
    END IF;
    RAISE EXCEPTION 'a settlement is not changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_kept';
  END $$`,
  `CREATE TRIGGER settlement_kept BEFORE UPDATE OR DELETE ON settlement FOR EACH ROW EXECUTE FUNCTION settlement_keep()`,
  `CREATE TRIGGER settlement_sheet_kept BEFORE UPDATE OR DELETE ON settlement_sheet FOR EACH ROW EXECUTE FUNCTION settlement_keep()`,
  `CREATE TRIGGER incentive_rules_kept BEFORE UPDATE OR DELETE ON incentive_rules FOR EACH ROW EXECUTE FUNCTION settlement_keep()`,
];

/** Incentive rules as data, settlements out of closed months, what holds them. */
export class Settlement1765400000000 implements MigrationInterface {
  name = 'Settlement1765400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE settlement_hold, settlement_sheet, settlement, incentive_rules');
    await runner.query('DROP FUNCTION settlement_keep()');
  }
}
