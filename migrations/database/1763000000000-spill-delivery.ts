import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A delivery whose rows wait in a spill file is in flight without a heartbeat. The new value is named in no statement here: PostgreSQL forbids its
 * use in the transaction that adds it.
 */
export class SpillDelivery1763000000000 implements MigrationInterface {
  name = 'SpillDelivery1763000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TYPE delivery_state ADD VALUE IF NOT EXISTS 'spilled'`);
    await runner.query(`ALTER TABLE delivery DROP CONSTRAINT delivery_finished`);
    await runner.query(
      `ALTER TABLE delivery ADD CONSTRAINT delivery_finished CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))`,
    );
    await runner.query(`DROP INDEX delivery_running`);
    await runner.query(`CREATE INDEX delivery_open ON delivery (started_at) WHERE finished_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE delivery SET state = 'failed', finished_at = greatest(started_at, clock_timestamp()) WHERE state::text = 'spilled'`,
    );
    await runner.query(`DROP INDEX delivery_open`);
    await runner.query(`ALTER TABLE delivery DROP CONSTRAINT delivery_finished, ALTER COLUMN state DROP DEFAULT`);
    await runner.query(`ALTER TYPE delivery_state RENAME TO delivery_state_spilled`);
    await runner.query(`CREATE TYPE delivery_state AS ENUM ('running', 'done', 'failed')`);
    await runner.query(
      `ALTER TABLE delivery ALTER COLUMN state TYPE delivery_state USING state::text::delivery_state, ALTER COLUMN state SET DEFAULT 'running'`,
    );
    await runner.query(`DROP TYPE delivery_state_spilled`);
    await runner.query(`ALTER TABLE delivery ADD CONSTRAINT delivery_finished CHECK ((state = 'running') = (finished_at IS NULL))`);
    await runner.query(`CREATE INDEX delivery_running ON delivery (started_at) WHERE state = 'running'`);
  }
}
