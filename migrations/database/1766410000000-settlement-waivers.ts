import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE settlement_waiver (
    waiver_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    dealer_id text NOT NULL,
    month text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    rule_id text NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    waived_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    waived_by jsonb NOT NULL,
    UNIQUE (brand_id, dealer_id, month, rule_id)
  )`,
  `COMMENT ON TABLE settlement_waiver IS 'One row is a decision that a rule whose figure is unknown gives a dealer nothing in a month, so that the rest is paid. It counts only while the figure is unknown. Append only.'`,
  `CREATE TRIGGER settlement_waiver_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_waiver
    FOR EACH STATEMENT EXECUTE FUNCTION settlement_stays()`,
];

/** What releases a dealer whose settlement an unknown figure holds. */
export class SettlementWaivers1766410000000 implements MigrationInterface {
  name = 'SettlementWaivers1766410000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE settlement_waiver');
  }
}
