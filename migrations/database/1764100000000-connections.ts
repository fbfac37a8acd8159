import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE platform_grant
    ADD COLUMN revoked_at timestamptz(3),
    ADD COLUMN revoked_code text,
    ADD COLUMN renewals integer NOT NULL DEFAULT 0 CHECK (renewals >= 0),
    ADD COLUMN authorised_at timestamptz(3),
    ADD COLUMN terms_acknowledged_at timestamptz(3),
    ADD COLUMN terms_acknowledged_by text,
    ADD CONSTRAINT platform_grant_revoked CHECK ((revoked_at IS NULL) = (revoked_code IS NULL)),
    ADD CONSTRAINT platform_grant_terms CHECK ((terms_acknowledged_at IS NULL) = (terms_acknowledged_by IS NULL))`,
  `CREATE TABLE oauth_state (
    state_hash bytea PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    product text NOT NULL,
    account_ids text[] NOT NULL DEFAULT '{}',
    platform_brand_ids text[] NOT NULL DEFAULT '{}',
    redirect_uri text NOT NULL,
    acknowledged_at timestamptz(3) NOT NULL,
    acknowledged_by text NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    used_at timestamptz(3)
  )`,
  `COMMENT ON TABLE oauth_state IS 'One row is one authorisation that was begun: only the hash of its state is kept, and it can be used once. Rows go a day after their end.'`,
  `CREATE TABLE webhook_message (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    message_key text NOT NULL,
    event text NOT NULL,
    content jsonb NOT NULL,
    received_at timestamptz(3) NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'ignored', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz(3) NOT NULL,
    finished_at timestamptz(3),
    outcome text,
    UNIQUE (channel, message_key),
    CONSTRAINT webhook_message_finished CHECK ((state = 'waiting') = (finished_at IS NULL))
  )`,
  `COMMENT ON TABLE webhook_message IS 'One row is one verified push of a platform, once however often it was sent: no viewer id but its key, no text of a person. Finished rows are kept 30 days (pushes of live rooms: one) to know a repetition.'`,
  `CREATE INDEX webhook_message_waiting ON webhook_message (next_try_at) WHERE finished_at IS NULL`,
  `CREATE INDEX webhook_message_over ON webhook_message (finished_at) WHERE finished_at IS NOT NULL`,
  `CREATE TABLE app_token (
    product text NOT NULL,
    app_id text NOT NULL,
    token bytea NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    forced_at timestamptz(3)[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (product, app_id)
  )`,
  `COMMENT ON TABLE app_token IS 'One row is the token of one app, sealed, shared by all processes: a second token would end the first. forced_at: renewals by force of the last day, which the platform counts.'`,
  `CREATE TABLE platform_clock (
    origin text PRIMARY KEY,
    skew_ms bigint NOT NULL,
    seen_at timestamptz(3) NOT NULL
  )`,
  `COMMENT ON TABLE platform_clock IS 'One row is how far our clock was ahead of a platform server''s at its latest answers.'`,
];

/** State of grants, authorisations under way, pushes of platforms, tokens of apps, clocks of servers. */
export class Connections1764100000000 implements MigrationInterface {
  name = 'Connections1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform_clock, app_token, webhook_message, oauth_state');
    await runner.query(
      `ALTER TABLE platform_grant DROP COLUMN revoked_at, DROP COLUMN revoked_code, DROP COLUMN renewals, DROP COLUMN authorised_at,
        DROP COLUMN terms_acknowledged_at, DROP COLUMN terms_acknowledged_by`,
    );
  }
}
