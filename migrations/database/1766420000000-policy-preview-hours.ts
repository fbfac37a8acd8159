import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long dealers may look at a month before it is closed becomes part of the policy; the default is what was in force before. */
export class PolicyPreviewHours1766420000000 implements MigrationInterface {
  name = 'PolicyPreviewHours1766420000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE policy ADD COLUMN preview_hours integer NOT NULL DEFAULT 48 CHECK (preview_hours BETWEEN 1 AND 720)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE policy DROP COLUMN preview_hours');
  }
}
