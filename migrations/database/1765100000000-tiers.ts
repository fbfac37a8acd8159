import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEPT = `keep_state_version('platform,account_id,year_to')`;

const UP = [
  `ALTER TABLE policy
    ADD COLUMN tier_down_months integer NOT NULL DEFAULT 1 CHECK (tier_down_months BETWEEN 1 AND 60),
    ADD COLUMN tier_down_margin numeric(5, 4) NOT NULL DEFAULT 0 CHECK (tier_down_margin >= 0 AND tier_down_margin < 1)`,
  `CREATE TABLE opening_value (
    brand_id integer NOT NULL REFERENCES brand,
    platform platform NOT NULL,
    account_id text NOT NULL,
    year_to date NOT NULL,
    value_cny numeric(18, 4) NOT NULL CHECK (value_cny >= 0),
    source_note text NOT NULL CHECK (btrim(source_note) <> ''),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, platform, account_id, year_to),
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account
  )`,
  `COMMENT ON TABLE opening_value IS 'One row is the value of the twelve months that end with year_to, which the brand declares for an account of before it was observed. Former versions are in state_version.'`,
  `CREATE TRIGGER opening_value_kept_insert AFTER INSERT ON opening_value REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION ${KEPT}`,
  `CREATE TRIGGER opening_value_kept_update AFTER UPDATE ON opening_value REFERENCING OLD TABLE AS former NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION ${KEPT}`,
  `CREATE TRIGGER opening_value_kept_delete AFTER DELETE ON opening_value REFERENCING OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION ${KEPT}`,
];

/** Hysteresis of tiers in the policy (off), and the values of former years that the brand declares (申报). */
export class Tiers1765100000000 implements MigrationInterface {
  name = 'Tiers1765100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE opening_value');
    await runner.query('ALTER TABLE policy DROP COLUMN tier_down_months, DROP COLUMN tier_down_margin');
  }
}
