import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE audit_log (
    brand_id integer NOT NULL REFERENCES brand,
    seq bigint NOT NULL CHECK (seq > 0),
    at timestamptz(3) NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('operator', 'user', 'system')),
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    action text NOT NULL CHECK (btrim(action) <> ''),
    subject text NOT NULL CHECK (btrim(subject) <> ''),
    before jsonb,
    after jsonb,
    reason text,
    previous_hash text NOT NULL CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (brand_id, seq)
  )`,
  `COMMENT ON TABLE audit_log IS 'One row is one decision, written in its transaction. Per brand a chain without gaps: hash covers all columns and the hash of the row before. Append only, kept for ever.'`,
  `CREATE TABLE audit_head (
    brand_id integer PRIMARY KEY REFERENCES brand,
    seq bigint NOT NULL CHECK (seq > 0),
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
  )`,
  `COMMENT ON TABLE audit_head IS 'One row is the end of a brand''s chain: without it the newest rows of audit_log could go unseen.'`,
  `CREATE FUNCTION audit_log_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the audit log is append only' USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_log_append_only';
  END $$`,
  `CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_keep()`,
  `CREATE TRIGGER audit_head_append_only BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_keep()`,
  `CREATE FUNCTION audit_head_step() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.brand_id <> OLD.brand_id OR NEW.seq <> OLD.seq + 1 THEN
      RAISE EXCEPTION 'the audit log goes on by one' USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_log_append_only';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER audit_head_steps BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_step()`,
];

/** Who decided what, when and why: a chain of hashes per brand. */
export class CreateAuditLog1765000000000 implements MigrationInterface {
  name = 'CreateAuditLog1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log, audit_head');
    await runner.query('DROP FUNCTION audit_log_keep(), audit_head_step()');
  }
}
