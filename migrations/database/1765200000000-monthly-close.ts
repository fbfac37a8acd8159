import type { MigrationInterface, QueryRunner } from 'typeorm';

const MONTH = `text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')`;
const HASH = `text NOT NULL CHECK (%s ~ '^[0-9a-f]{64}$')`;
const hash = (column: string) => `${column} ${HASH.replace('%s', column)}`;

const UP = [
  `CREATE TABLE monthly_close (
    close_id uuid PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    sequence integer NOT NULL CHECK (sequence > 0),
    month ${MONTH},
    restatement integer NOT NULL CHECK (restatement >= 0),
    restates uuid REFERENCES monthly_close,
    closed_at timestamptz(3) NOT NULL,
    closed_by jsonb NOT NULL,
    requested_by jsonb,
    reason text CHECK (btrim(reason) <> ''),
    forced boolean NOT NULL,
    policy_version integer NOT NULL,
    rate_cards text[] NOT NULL,
    versions jsonb NOT NULL,
    data_instant timestamptz(3) NOT NULL,
    deliveries jsonb NOT NULL,
    figure_rows integer NOT NULL CHECK (figure_rows > 0),
    ${hash('figures_hash')},
    ${hash('previous_hash')},
    ${hash('hash')},
    ${hash('record_hash')},
    UNIQUE (brand_id, sequence),
    UNIQUE (brand_id, month, restatement),
    CONSTRAINT monthly_close_restates CHECK ((restatement = 0) = (restates IS NULL)),
    CONSTRAINT monthly_close_reason CHECK (reason IS NOT NULL OR (restates IS NULL AND NOT forced))
  )`,
  `COMMENT ON TABLE monthly_close IS 'One row is one close of one month: what was frozen, out of what, by whom; the figures are in close_figures of the fact store, written before. Per brand a chain: hash covers figures, versions and the hash before; record_hash the whole row. Append only, kept for ever.'`,
  `CREATE TABLE close_preview (
    preview_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    month ${MONTH},
    from_at timestamptz(3) NOT NULL,
    until_at timestamptz(3) NOT NULL,
    opened_by jsonb NOT NULL,
    CHECK (until_at > from_at)
  )`,
  `COMMENT ON TABLE close_preview IS 'One row is a span in which dealers may look at a month before it is closed; of several of one month the newest holds. Append only.'`,
  `CREATE INDEX close_preview_by_month ON close_preview (brand_id, month, preview_id DESC)`,
  `CREATE FUNCTION monthly_close_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'closes are append only' USING ERRCODE = 'check_violation', CONSTRAINT = 'monthly_close_append_only';
  END $$`,
  ...['monthly_close', 'close_preview'].map(
    (table) => `CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION monthly_close_keep()`,
  ),
  `CREATE TABLE close_request (
    request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    month ${MONTH},
    kind text NOT NULL CHECK (kind IN ('close', 'restate')),
    reason text CHECK (btrim(reason) <> ''),
    force boolean NOT NULL,
    requested_by jsonb NOT NULL,
    requested_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'confirmed', 'rejected')),
    decided_by jsonb,
    decided_at timestamptz(3),
    close_id uuid REFERENCES monthly_close,
    CONSTRAINT close_request_decided CHECK ((state = 'open') = (decided_by IS NULL) AND (state = 'open') = (decided_at IS NULL)),
    CONSTRAINT close_request_closed CHECK ((state = 'confirmed') = (close_id IS NOT NULL)),
    CONSTRAINT close_request_reason CHECK (reason IS NOT NULL OR (kind = 'close' AND NOT force))
  )`,
  `COMMENT ON TABLE close_request IS 'One row is somebody asking for a close or a restatement over HTTP, which another person confirms or rejects; kept for ever.'`,
  `CREATE UNIQUE INDEX close_request_open ON close_request (brand_id, month) WHERE state = 'open'`,
];

/** Months that are frozen, the spans in which they may be looked at before, and who asked for it. */
export class MonthlyClose1765200000000 implements MigrationInterface {
  name = 'MonthlyClose1765200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE close_request, close_preview, monthly_close');
    await runner.query('DROP FUNCTION monthly_close_keep()');
  }
}
