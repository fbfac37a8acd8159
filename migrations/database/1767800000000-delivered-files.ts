import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the deliveries of a batch of files without looking at those of collectors, of which there are millions. */
export class DeliveredFiles1767800000000 implements MigrationInterface {
  name = 'DeliveredFiles1767800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX delivery_of_file ON delivery (batch_id) WHERE file_name IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX delivery_of_file');
  }
}
