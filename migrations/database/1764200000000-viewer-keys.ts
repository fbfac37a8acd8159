import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE viewer_key (
    brand_id integer NOT NULL REFERENCES brand,
    version integer NOT NULL CHECK (version > 0),
    sealed_key bytea NOT NULL,
    valid_from timestamptz(3),
    overlap boolean NOT NULL DEFAULT true,
    created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (brand_id, version),
    UNIQUE (brand_id, valid_from),
    CONSTRAINT viewer_key_first CHECK ((version = 1) = (valid_from IS NULL))
  )`,
  `COMMENT ON TABLE viewer_key IS 'One row is one version of the key that hashes a brand''s viewers, in force from the first instant of a business month until the next version. Version 1 has no row while it is the one derived from the secret. overlap: entries of the 31 days before carry this key, too. Rows stay as long as entries under them.'`,
  `CREATE TABLE ingest_key (
    key_id text PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    name text NOT NULL,
    sealed_secret bytea NOT NULL,
    kinds text[] NOT NULL DEFAULT '{}',
    accounts text[] NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    replaced_by text REFERENCES ingest_key,
    last_used_at timestamptz(3)
  )`,
  `COMMENT ON TABLE ingest_key IS 'One row is one key with which another system may sign deliveries of facts for a brand: of some kinds and accounts, or (empty) of all. The secret is sealed: a signature cannot be checked with a hash of it. Rows are never deleted.'`,
  `CREATE TYPE sentinel_state AS ENUM ('proposed', 'accepted', 'rejected')`,
  `CREATE TABLE sentinel_proposal (
    brand_id integer NOT NULL REFERENCES brand,
    viewer text NOT NULL CHECK (viewer ~ '^vk[0-9]+:[0-9a-f]{16}$'),
    platform platform NOT NULL,
    entries bigint NOT NULL,
    session_entries bigint NOT NULL,
    largest_share numeric(7, 4) NOT NULL,
    rooms_at_once integer NOT NULL,
    rooms integer NOT NULL,
    first_seen_at timestamptz(3) NOT NULL,
    last_seen_at timestamptz(3) NOT NULL,
    proposed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    state sentinel_state NOT NULL DEFAULT 'proposed',
    decided_at timestamptz(3),
    note text,
    PRIMARY KEY (brand_id, viewer),
    CONSTRAINT sentinel_proposal_decided CHECK ((state = 'proposed') = (decided_at IS NULL))
  )`,
  `COMMENT ON TABLE sentinel_proposal IS 'One row is one viewer key that behaves like no person, with the evidence of the latest look. Only a person decides; what is accepted is put into the list of sentinels as its key.'`,
];

/** Keys of viewers in versions, keys of signed deliveries, proposals for the list of sentinels. */
export class ViewerKeys1764200000000 implements MigrationInterface {
  name = 'ViewerKeys1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sentinel_proposal, ingest_key, viewer_key');
    await runner.query('DROP TYPE sentinel_state');
  }
}
