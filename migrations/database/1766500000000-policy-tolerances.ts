import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = ['tolerance_share', 'tolerance_count', 'tolerance_followers', 'tolerance_leads'];

/** What two sources may tell apart of one figure becomes part of the policy; the defaults are what was in force before. */
export class PolicyTolerances1766500000000 implements MigrationInterface {
  name = 'PolicyTolerances1766500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE policy
      ADD COLUMN tolerance_share numeric(5, 4) NOT NULL DEFAULT 0.02 CHECK (tolerance_share BETWEEN 0 AND 1),
      ADD COLUMN tolerance_count integer NOT NULL DEFAULT 1 CHECK (tolerance_count BETWEEN 0 AND 1000000),
      ADD COLUMN tolerance_followers integer NOT NULL DEFAULT 3 CHECK (tolerance_followers BETWEEN 0 AND 1000000),
      ADD COLUMN tolerance_leads integer NOT NULL DEFAULT 0 CHECK (tolerance_leads BETWEEN 0 AND 10000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE policy ${COLUMNS.map((column) => `DROP COLUMN ${column}`).join(', ')}`);
  }
}
