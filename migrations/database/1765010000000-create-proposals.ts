import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE proposal (
    proposal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    kind text NOT NULL CHECK (kind IN ('rate-cards', 'policies')),
    items jsonb NOT NULL CHECK (jsonb_array_length(items) > 0),
    base jsonb NOT NULL,
    reason text,
    proposed_by jsonb NOT NULL,
    proposed_at timestamptz(3) NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'active', 'rejected', 'withdrawn')),
    decided_by jsonb,
    decided_at timestamptz(3),
    decision text,
    versions text[] NOT NULL DEFAULT '{}',
    CONSTRAINT proposal_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CONSTRAINT proposal_second_person CHECK (state NOT IN ('active', 'rejected')
      OR (decided_by ->> 'kind', decided_by ->> 'id') IS DISTINCT FROM (proposed_by ->> 'kind', proposed_by ->> 'id')),
    CONSTRAINT proposal_own_withdrawal CHECK (state <> 'withdrawn'
      OR (decided_by ->> 'kind', decided_by ->> 'id') IS NOT DISTINCT FROM (proposed_by ->> 'kind', proposed_by ->> 'id'))
  )`,
  `COMMENT ON TABLE proposal IS 'One row is one proposed change of rate cards or policies: its rows, and the versions that were in force when it was made. Decided once, by a second person (withdrawn: by the first); kept for ever.'`,
  `CREATE INDEX proposal_by_brand ON proposal (brand_id, proposal_id DESC)`,
  `CREATE FUNCTION proposal_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF OLD.state <> 'open' OR NEW.state = 'open'
      OR (to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'decision', 'versions'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'decision', 'versions']) THEN
      RAISE EXCEPTION 'a proposal is decided once and never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_immutable';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER proposal_immutable BEFORE UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION proposal_keep()`,
  // As with prices: a policy that once ruled a month stays as it was.
  `CREATE FUNCTION policy_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF OLD.superseded_at IS NOT NULL
      OR (to_jsonb(NEW) - 'superseded_at') IS DISTINCT FROM (to_jsonb(OLD) - 'superseded_at') THEN
      RAISE EXCEPTION 'a policy version is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_immutable';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER policy_immutable BEFORE UPDATE ON policy FOR EACH ROW EXECUTE FUNCTION policy_keep()`,
  `CREATE FUNCTION version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'versions of prices and policies, and what was proposed, are never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';
  END $$`,
  ...['rate_card', 'policy', 'proposal'].map(
    (table) => `CREATE TRIGGER ${table}_stays BEFORE DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION version_stays()`,
  ),
];

/** Changes of prices and policies that a second person activates; versions that nobody edits. */
export class CreateProposals1765010000000 implements MigrationInterface {
  name = 'CreateProposals1765010000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE proposal');
    await runner.query('DROP TRIGGER policy_immutable ON policy');
    for (const table of ['rate_card', 'policy']) await runner.query(`DROP TRIGGER ${table}_stays ON ${table}`);
    await runner.query('DROP FUNCTION proposal_keep(), policy_keep(), version_stays()');
  }
}
