import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEPT = ['settlement', 'settlement_sheet', 'incentive_rules'];

const UP = [
  `CREATE FUNCTION settlement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'a settlement is not changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_kept';
  END $$`,
  ...KEPT.map(
    (table) => `CREATE TRIGGER ${table}_stays BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION settlement_stays()`,
  ),
  `CREATE TRIGGER settlement_hold_stays BEFORE DELETE OR TRUNCATE ON settlement_hold FOR EACH STATEMENT EXECUTE FUNCTION settlement_stays()`,
  `CREATE FUNCTION settlement_hold_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    released text[] := ARRAY['released_at', 'released_by', 'release_reason'];
  BEGIN
    IF OLD.released_at IS NOT NULL OR NEW.released_at IS NULL OR (to_jsonb(NEW) - released) IS DISTINCT FROM (to_jsonb(OLD) - released) THEN
      RAISE EXCEPTION 'a hold is released once and not changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_kept';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER settlement_hold_kept BEFORE UPDATE ON settlement_hold FOR EACH ROW EXECUTE FUNCTION settlement_hold_keep()`,
];

/** What was settled cannot be emptied, and a hold is released once: neither edited nor deleted. */
export class SettlementKept1765410000000 implements MigrationInterface {
  name = 'SettlementKept1765410000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...KEPT, 'settlement_hold']) await runner.query(`DROP TRIGGER ${table}_stays ON ${table}`);
    await runner.query('DROP TRIGGER settlement_hold_kept ON settlement_hold');
    await runner.query('DROP FUNCTION settlement_stays(), settlement_hold_keep()');
  }
}
