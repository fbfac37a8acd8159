import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = `('open', 'in_review', 'confirmed', 'dismissed', 'inconclusive', 'third_party', 'appealed', 'upheld', 'overturned')`;

const UP = [
  `CREATE TABLE integrity_case (
    brand_id integer NOT NULL REFERENCES brand,
    case_id text NOT NULL CHECK (case_id ~ '^C-[0-9A-Z]{10}$'),
    subject jsonb NOT NULL,
    subject_key text NOT NULL,
    dealer_ids text[] NOT NULL DEFAULT '{}',
    from_at timestamptz(3) NOT NULL,
    to_at timestamptz(3) NOT NULL CHECK (to_at > from_at),
    origin text NOT NULL CHECK (origin IN ('signals', 'sample', 'person')),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ${STATES}),
    outcome text CHECK (outcome IN ('confirmed', 'dismissed', 'inconclusive', 'third_party')),
    reason_code text,
    fusion jsonb,
    risk_cny numeric,
    risk_entries bigint NOT NULL DEFAULT 0,
    risk_visitors bigint,
    opened_at timestamptz(3) NOT NULL,
    due_at timestamptz(3) NOT NULL,
    claimed_by jsonb,
    claimed_until timestamptz(3),
    decided_at timestamptz(3),
    decided_by jsonb,
    appeal_until timestamptz(3),
    linked_to text,
    hold_id text,
    PRIMARY KEY (brand_id, case_id),
    CONSTRAINT integrity_case_claim CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CONSTRAINT integrity_case_decided CHECK ((state IN ('open', 'in_review')) = (decided_at IS NULL)
      AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (outcome IS NULL) AND (decided_at IS NULL) = (reason_code IS NULL)),
    CONSTRAINT integrity_case_outcome CHECK (outcome IS NULL OR state = outcome OR (outcome = 'confirmed' AND state IN ('appealed', 'upheld', 'overturned')))
  )`,
  `COMMENT ON TABLE integrity_case IS 'One row is one case: where it stands, who works on it until when, what is at stake (estimates, for the order of the queue). Its history is integrity_case_step.'`,
  `CREATE INDEX integrity_case_queue ON integrity_case (brand_id, state, risk_cny DESC)`,
  `CREATE INDEX integrity_case_subject ON integrity_case (brand_id, subject_key, to_at)`,
  `CREATE TABLE integrity_case_signal (
    brand_id integer NOT NULL,
    signal_id text NOT NULL,
    case_id text NOT NULL,
    signal jsonb NOT NULL,
    added_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    stands boolean NOT NULL DEFAULT true,
    PRIMARY KEY (brand_id, signal_id),
    FOREIGN KEY (brand_id, case_id) REFERENCES integrity_case
  )`,
  `COMMENT ON TABLE integrity_case_signal IS 'One row is one finding of a case, as it was when it joined: a later scan changes nothing of what somebody has to answer to. stands false: struck by a decision.'`,
  `CREATE INDEX integrity_case_signal_case ON integrity_case_signal (brand_id, case_id)`,
  `CREATE TABLE integrity_case_step (
    brand_id integer NOT NULL,
    case_id text NOT NULL,
    seq integer NOT NULL CHECK (seq > 0),
    at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    actor jsonb NOT NULL,
    step text NOT NULL,
    from_state text CHECK (from_state IN ${STATES}),
    to_state text NOT NULL CHECK (to_state IN ${STATES}),
    reason text,
    PRIMARY KEY (brand_id, case_id, seq),
    FOREIGN KEY (brand_id, case_id) REFERENCES integrity_case
  )`,
  `COMMENT ON TABLE integrity_case_step IS 'One row is one step of a case: who, when, why. Append only.'`,
  `CREATE FUNCTION integrity_case_step_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'a step of a case is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'integrity_case_step_kept';
  END $$`,
  `CREATE TRIGGER integrity_case_step_kept BEFORE UPDATE OR DELETE ON integrity_case_step FOR EACH ROW EXECUTE FUNCTION integrity_case_step_keep()`,
  `CREATE TABLE integrity_case_effect (
    effect_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL,
    case_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('exclude', 'warn', 'penalty')),
    state text NOT NULL CHECK (state IN ('proposed', 'in_force', 'rejected', 'ended')),
    dealer_id text,
    months text[] NOT NULL DEFAULT '{}',
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    made_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    made_by jsonb NOT NULL,
    confirmed_by jsonb,
    ended_at timestamptz(3),
    ended_by jsonb,
    end_reason text,
    FOREIGN KEY (brand_id, case_id) REFERENCES integrity_case,
    CONSTRAINT integrity_penalty_dealer CHECK (kind <> 'penalty' OR (dealer_id IS NOT NULL AND cardinality(months) > 0)),
    CONSTRAINT integrity_penalty_four_eyes CHECK (kind <> 'penalty' OR state NOT IN ('in_force', 'ended')
      OR (confirmed_by IS NOT NULL AND (confirmed_by ->> 'kind' <> made_by ->> 'kind' OR confirmed_by ->> 'id' <> made_by ->> 'id'))),
    CONSTRAINT integrity_effect_ended CHECK ((state IN ('rejected', 'ended')) = (ended_at IS NOT NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
  )`,
  `COMMENT ON TABLE integrity_case_effect IS 'One row is one effect of a decision: figures left out, a warning, a penalty. Each begins and ends for itself. A penalty in force has been confirmed by another person.'`,
  `CREATE INDEX integrity_case_effect_case ON integrity_case_effect (brand_id, case_id)`,
  `CREATE INDEX integrity_case_penalty ON integrity_case_effect (brand_id, dealer_id) WHERE kind = 'penalty' AND state = 'in_force'`,
  `CREATE TABLE integrity_appeal (
    brand_id integer NOT NULL,
    appeal_id text NOT NULL CHECK (appeal_id ~ '^A-[0-9A-Z]{10}$'),
    case_id text NOT NULL,
    signal_ids text[] NOT NULL DEFAULT '{}',
    ground text NOT NULL CHECK (ground IN ('data', 'explanation', 'identity', 'procedure')),
    text text NOT NULL CHECK (btrim(text) <> ''),
    state text NOT NULL DEFAULT 'filed' CHECK (state IN ('filed', 'upheld', 'overturned', 'withdrawn')),
    filed_at timestamptz(3) NOT NULL,
    filed_by jsonb NOT NULL,
    due_at timestamptz(3) NOT NULL,
    decided_at timestamptz(3),
    decided_by jsonb,
    reason text,
    struck text[] NOT NULL DEFAULT '{}',
    repull jsonb,
    PRIMARY KEY (brand_id, appeal_id),
    FOREIGN KEY (brand_id, case_id) REFERENCES integrity_case,
    CONSTRAINT integrity_appeal_decided CHECK ((state = 'filed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
  )`,
  `COMMENT ON TABLE integrity_appeal IS 'One row is a dealer''s objection against findings of a confirmed case (none named: against all that stand).'`,
  `CREATE INDEX integrity_appeal_case ON integrity_appeal (brand_id, case_id)`,
  `CREATE TABLE integrity_appeal_file (
    brand_id integer NOT NULL,
    file_id text NOT NULL CHECK (file_id ~ '^F-[0-9A-Z]{10}$'),
    appeal_id text NOT NULL,
    name text NOT NULL CHECK (btrim(name) <> '' AND length(name) <= 200),
    media_type text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes > 0),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    uploaded_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    uploaded_by jsonb NOT NULL,
    PRIMARY KEY (brand_id, file_id),
    FOREIGN KEY (brand_id, appeal_id) REFERENCES integrity_appeal
  )`,
  `COMMENT ON TABLE integrity_appeal_file IS 'One row is one file of an appeal. Its bytes lie in the data folder under files/appeals, by appeal and file id.'`,
  `CREATE TABLE integrity_rectification (
    brand_id integer NOT NULL,
    rectification_id text NOT NULL CHECK (rectification_id ~ '^R-[0-9A-Z]{10}$'),
    case_id text NOT NULL,
    dealer_id text NOT NULL,
    detectors text[] NOT NULL,
    text text NOT NULL CHECK (btrim(text) <> ''),
    due_at timestamptz(3) NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'closed')),
    answer text,
    opened_at timestamptz(3) NOT NULL,
    closed_at timestamptz(3),
    reopened integer NOT NULL DEFAULT 0 CHECK (reopened >= 0),
    PRIMARY KEY (brand_id, rectification_id),
    FOREIGN KEY (brand_id, case_id) REFERENCES integrity_case,
    CONSTRAINT integrity_rectification_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
  )`,
  `COMMENT ON TABLE integrity_rectification IS 'One row is an order to a dealer to put something right (整改单). A new signal of one of its detectors about the dealer opens it again.'`,
  `CREATE INDEX integrity_rectification_dealer ON integrity_rectification (brand_id, dealer_id)`,
];

/** Cases, their findings, steps and effects, appeals with files, rectification orders (docs/adr/0039). */
export class Cases1767100000000 implements MigrationInterface {
  name = 'Cases1767100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE integrity_rectification, integrity_appeal_file, integrity_appeal, integrity_case_effect, integrity_case_step, integrity_case_signal, integrity_case',
    );
    await runner.query('DROP FUNCTION integrity_case_step_keep()');
  }
}
