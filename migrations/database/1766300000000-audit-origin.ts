import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE audit_log
    ADD COLUMN version smallint NOT NULL DEFAULT 1 CHECK (version IN (1, 2)),
    ADD COLUMN address text CHECK (length(address) <= 200),
    ADD COLUMN request_id text CHECK (length(request_id) <= 200),
    ADD COLUMN session_id text CHECK (length(session_id) <= 200)`,
  `COMMENT ON COLUMN audit_log.version IS 'What the hash covers: 1 all columns of the first form, 2 also where the act came from.'`,
  'CREATE INDEX audit_log_at ON audit_log (brand_id, at)',
  'CREATE INDEX audit_log_actor ON audit_log (brand_id, actor_id, seq)',
  'CREATE INDEX audit_log_actor_name ON audit_log (brand_id, actor_name, seq)',
  'CREATE INDEX audit_log_action ON audit_log (brand_id, action, seq)',
  'CREATE INDEX audit_log_subject ON audit_log (brand_id, subject, seq)',
];

/** Where an act came from, as part of its hash, and what the log is searched by. Rows of before keep their hashes. */
export class AuditOrigin1766300000000 implements MigrationInterface {
  name = 'AuditOrigin1766300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_log_at, audit_log_actor, audit_log_actor_name, audit_log_action, audit_log_subject');
    await runner.query('ALTER TABLE audit_log DROP COLUMN version, DROP COLUMN address, DROP COLUMN request_id, DROP COLUMN session_id');
  }
}
