import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A new version of a viewer key is a change of the state that reports start from: who keeps the state in memory reads it again. Never the key itself. */
export class KeepViewerKeyVersions1764210000000 implements MigrationInterface {
  name = 'KeepViewerKeyVersions1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TRIGGER viewer_key_kept_insert AFTER INSERT ON viewer_key REFERENCING NEW TABLE AS arrived
      FOR EACH STATEMENT EXECUTE FUNCTION keep_state_version('version', 'brand_id,version,valid_from,overlap')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER viewer_key_kept_insert ON viewer_key');
  }
}
