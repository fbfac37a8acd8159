import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['forwarding_task', 'forwarding_assignment', 'forwarding_proof', 'forwarding_waiver'];

const UP = [
  `CREATE TABLE forwarding_task (
    brand_id integer NOT NULL REFERENCES brand,
    task_id text NOT NULL CHECK (btrim(task_id) <> ''),
    title text NOT NULL CHECK (btrim(title) <> ''),
    platform platform NOT NULL,
    account_id text NOT NULL,
    content_kind text NOT NULL CHECK (content_kind IN ('session', 'video', 'account')),
    content_id text,
    due_at timestamptz(3) NOT NULL,
    recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (brand_id, task_id),
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account,
    CONSTRAINT forwarding_task_content CHECK ((content_kind = 'account') = (content_id IS NULL))
  )`,
  `COMMENT ON TABLE forwarding_task IS 'One row is a task of the outer tier: what is to be forwarded until when. Append only.'`,
  `CREATE TABLE forwarding_assignment (
    brand_id integer NOT NULL,
    task_id text NOT NULL,
    forwarder text NOT NULL,
    platform platform,
    account_id text,
    dealer_id text,
    staff_id text,
    recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (brand_id, task_id, forwarder),
    FOREIGN KEY (brand_id, task_id) REFERENCES forwarding_task,
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account,
    FOREIGN KEY (brand_id, dealer_id) REFERENCES dealer,
    CONSTRAINT forwarding_assignment_one CHECK ((account_id IS NULL) <> (staff_id IS NULL) AND (platform IS NULL) = (account_id IS NULL)
      AND (staff_id IS NULL OR dealer_id IS NOT NULL))
  )`,
  `COMMENT ON TABLE forwarding_assignment IS 'One row is a forwarder''s part of a task: an account, or a member of a dealer''s staff by the dealer''s own number. dealer_id of an account is its owner then. Append only; its state is computed.'`,
  `CREATE TABLE forwarding_proof (
    proof_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL,
    task_id text NOT NULL,
    forwarder text NOT NULL,
    forwarded_at timestamptz(3) NOT NULL,
    link text,
    text_reference text,
    joins bigint CHECK (joins >= 0),
    join_users bigint CHECK (join_users >= 0),
    join_source text,
    recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (brand_id, task_id, forwarder) REFERENCES forwarding_assignment,
    CONSTRAINT forwarding_proof_says CHECK (link IS NOT NULL OR text_reference IS NOT NULL),
    CONSTRAINT forwarding_proof_joins CHECK (join_users IS NULL OR joins IS NULL OR join_users <= joins),
    CONSTRAINT forwarding_proof_source CHECK ((joins IS NULL AND join_users IS NULL) OR join_source IS NOT NULL)
  )`,
  `COMMENT ON TABLE forwarding_proof IS 'One row is what was handed in for an assignment: when and where it was forwarded, and the joins that a source tells. Shares are not kept. Append only; of one link the newest row holds.'`,
  `CREATE INDEX forwarding_proof_of ON forwarding_proof (brand_id, task_id, forwarder)`,
  `CREATE TABLE forwarding_waiver (
    brand_id integer NOT NULL,
    task_id text NOT NULL,
    forwarder text NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (brand_id, task_id, forwarder),
    FOREIGN KEY (brand_id, task_id, forwarder) REFERENCES forwarding_assignment
  )`,
  `COMMENT ON TABLE forwarding_waiver IS 'One row takes an assignment back, with the reason. Append only.'`,
  `CREATE FUNCTION forwarding_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'forwarding tasks are append only' USING ERRCODE = 'check_violation', CONSTRAINT = 'forwarding_append_only';
  END $$`,
  ...TABLES.map(
    (table) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION forwarding_keep()`,
  ),
];

/** Forwarding tasks of the outer tier: assignment, deadline, proof. */
export class Forwarding1765110000000 implements MigrationInterface {
  name = 'Forwarding1765110000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${[...TABLES].reverse().join(', ')}`);
    await runner.query('DROP FUNCTION forwarding_keep()');
  }
}
