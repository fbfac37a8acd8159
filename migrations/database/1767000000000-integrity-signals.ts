import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE integrity_scan (
    scan_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    brand_id integer NOT NULL REFERENCES brand ON DELETE CASCADE,
    window_from timestamptz(3) NOT NULL,
    window_to timestamptz(3) NOT NULL CHECK (window_to > window_from),
    mode text NOT NULL CHECK (mode IN ('full', 'incremental')),
    detectors text[] NOT NULL,
    horizon bigint NOT NULL,
    open bigint[] NOT NULL,
    state_mark text NOT NULL,
    scanned_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    summary jsonb NOT NULL
  )`,
  'CREATE INDEX integrity_scan_latest ON integrity_scan (brand_id, window_from, scanned_at DESC)',
  `COMMENT ON TABLE integrity_scan IS 'One row is one run of the detectors over a window: which deliveries it had seen (horizon, open), under which declarations and ownership (state_mark), and what came out in numbers.'`,
  `CREATE TABLE integrity_reference (
    brand_id integer NOT NULL REFERENCES brand ON DELETE CASCADE,
    window_from timestamptz(3) NOT NULL,
    name text NOT NULL,
    content jsonb NOT NULL,
    made_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (brand_id, window_from, name)
  )`,
  `COMMENT ON TABLE integrity_reference IS 'One row is what a full scan of the windows that begin there has learnt of honest peers for one detector: quantiles, common movement. Incremental scans judge by it; the next full scan replaces it.'`,
  `CREATE TABLE integrity_signal (
    brand_id integer NOT NULL REFERENCES brand ON DELETE CASCADE,
    signal_id text NOT NULL CHECK (signal_id ~ '^[0-9a-f]{32}$'),
    detector text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    family text NOT NULL,
    data_tier text NOT NULL CHECK (data_tier IN ('T1', 'T2', 'T3', 'T4')),
    subject jsonb NOT NULL,
    account_key numeric(20),
    dealer_id text,
    window_from timestamptz(3) NOT NULL,
    window_to timestamptz(3) NOT NULL CHECK (window_to > window_from),
    strength double precision NOT NULL CHECK (strength BETWEEN 0 AND 1),
    evidence jsonb NOT NULL,
    first_seen timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    last_seen timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    gone_at timestamptz(3),
    PRIMARY KEY (brand_id, signal_id)
  )`,
  'CREATE INDEX integrity_signal_window ON integrity_signal (brand_id, window_from, window_to) WHERE gone_at IS NULL',
  'CREATE INDEX integrity_signal_account ON integrity_signal (brand_id, account_key, window_from) WHERE gone_at IS NULL',
  `COMMENT ON TABLE integrity_signal IS 'One row is one finding of one version of a detector about one subject and window; scanning again finds the same row. gone_at: a later scan of the window did not find it any more (cases keep their own copy).'`,
];

/** Signals of the detectors, the scans that found them, and the measure of honest peers. */
export class IntegritySignals1767000000000 implements MigrationInterface {
  name = 'IntegritySignals1767000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE integrity_signal, integrity_reference, integrity_scan');
  }
}
