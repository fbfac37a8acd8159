import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE close_attempt (
    close_id uuid PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    begun_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    given_up boolean NOT NULL DEFAULT false
  )`,
  `COMMENT ON TABLE close_attempt IS 'One row is a close whose figures are being written to close_figures of the fact store and that is not recorded yet: the row goes in the transaction that records it. given_up: a later closer has taken over; it can never be recorded, and its figures are swept. Figures of a close that stands neither here nor in monthly_close are nobody''s to remove.'`,
  `CREATE INDEX close_attempt_by_brand ON close_attempt (brand_id)`,
];

/** Closes that were begun: what makes sure that a sweep removes only what no close and no living closer owns. */
export class CloseAttempts1766400000000 implements MigrationInterface {
  name = 'CloseAttempts1766400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE close_attempt');
  }
}
