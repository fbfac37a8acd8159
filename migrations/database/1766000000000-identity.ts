import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE app_user (
    user_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    brand_id integer NOT NULL REFERENCES brand,
    login text NOT NULL CHECK (btrim(login) <> '' AND length(login) <= 200),
    name text NOT NULL CHECK (btrim(name) <> ''),
    email text,
    role text NOT NULL CHECK (role IN ('brand-admin', 'region-manager', 'dealer-group', 'dealer', 'host', 'auditor', 'senior-auditor', 'data-operator', 'read-only')),
    grants jsonb NOT NULL CHECK (jsonb_typeof(grants) = 'array'),
    state text NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    password_changed_at timestamptz(3),
    oidc_issuer text,
    oidc_subject text,
    created_at timestamptz(3) NOT NULL,
    last_sign_in_at timestamptz(3),
    UNIQUE (brand_id, login),
    UNIQUE (brand_id, email),
    UNIQUE (brand_id, oidc_issuer, oidc_subject),
    CONSTRAINT app_user_password_dated CHECK ((password_hash IS NULL) = (password_changed_at IS NULL)),
    CONSTRAINT app_user_oidc_whole CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL))
  )`,
  `COMMENT ON TABLE app_user IS 'One row is one user of one brand; a person of several brands has several. Login and email are folded to lower case. Rows are disabled, never deleted: acts name them.'`,
  `CREATE TABLE user_second_factor (
    user_id uuid PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    sealed_secret bytea NOT NULL,
    confirmed_at timestamptz(3),
    last_step bigint NOT NULL DEFAULT 0
  )`,
  `COMMENT ON TABLE user_second_factor IS 'One row is the TOTP secret of a user, sealed; without confirmed_at it is being set up. last_step: 30 s step of the newest code that was taken, none is taken twice.'`,
  `CREATE TABLE user_recovery_code (
    user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    code_hash text NOT NULL CHECK (code_hash ~ '^[0-9a-f]{64}$'),
    used_at timestamptz(3),
    PRIMARY KEY (user_id, code_hash)
  )`,
  `COMMENT ON TABLE user_recovery_code IS 'One row is one code that works once in place of the second factor. Replaced as a whole.'`,
  `CREATE TABLE user_link (
    token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('invitation', 'reset')),
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    used_at timestamptz(3)
  )`,
  `COMMENT ON TABLE user_link IS 'One row is one link with which a user sets a password, once. A newer link of a user ends the older ones.'`,
  `CREATE INDEX user_link_user ON user_link (user_id)`,
  `CREATE TABLE user_session (
    session_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    second_factor boolean NOT NULL,
    created_at timestamptz(3) NOT NULL,
    last_seen_at timestamptz(3) NOT NULL,
    idle_until timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    address text,
    user_agent text NOT NULL,
    revoked_at timestamptz(3),
    revoked_why text,
    CONSTRAINT user_session_revoked CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
  )`,
  `COMMENT ON TABLE user_session IS 'One row is one signed-in browser: the family of its refresh tokens. Every request looks at it, so a revoked one ends at once. Kept for 90 days after its end.'`,
  `CREATE INDEX user_session_user ON user_session (user_id)`,
  `CREATE INDEX user_session_ends ON user_session (ends_at)`,
  `CREATE TABLE refresh_token (
    token_hash text PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    session_id uuid NOT NULL REFERENCES user_session ON DELETE CASCADE,
    issued_at timestamptz(3) NOT NULL,
    used_at timestamptz(3),
    used_from text
  )`,
  `COMMENT ON TABLE refresh_token IS 'One row is one refresh token of a session, by its hash. A used one that comes again, later or from elsewhere (used_from), ends the session.'`,
  `CREATE INDEX refresh_token_session ON refresh_token (session_id)`,
  `CREATE TABLE sign_in_attempt (
    subject text PRIMARY KEY CHECK (subject ~ '^[0-9a-f]{64}$'),
    failures integer NOT NULL CHECK (failures >= 0),
    last_at timestamptz(3) NOT NULL,
    blocked_until timestamptz(3)
  )`,
  `COMMENT ON TABLE sign_in_attempt IS 'One row is an account that somebody tried to enter (whether it exists or not), or an address from which somebody tried, by keyed hash, with failures in a row. Forgotten after a day.'`,
  `CREATE INDEX sign_in_attempt_last ON sign_in_attempt (last_at)`,
  `CREATE TABLE api_key (
    key_id text PRIMARY KEY,
    brand_id integer NOT NULL REFERENCES brand,
    name text NOT NULL CHECK (btrim(name) <> ''),
    secret_hash text NOT NULL CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
    owner jsonb NOT NULL,
    actions text[] NOT NULL CHECK (cardinality(actions) > 0),
    grants jsonb NOT NULL CHECK (jsonb_typeof(grants) = 'array'),
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    replaced_by text REFERENCES api_key,
    last_used_at timestamptz(3)
  )`,
  `COMMENT ON TABLE api_key IS 'One row is one key with which a program asks in the name of its owner: some actions, some rows, until it expires. Only a hash of the secret is kept. Rows are never deleted.'`,
  `CREATE INDEX api_key_brand ON api_key (brand_id)`,
];

/** Users of a brand: passwords, second factors, sessions, links, and keys of programs. */
export class Identity1766000000000 implements MigrationInterface {
  name = 'Identity1766000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE api_key, sign_in_attempt, refresh_token, user_session, user_link, user_recovery_code, user_second_factor, app_user',
    );
  }
}
