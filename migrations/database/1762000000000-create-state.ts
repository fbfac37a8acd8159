import type { MigrationInterface, QueryRunner } from 'typeorm';

const PLATFORM = "'douyin', 'kuaishou', 'channels'";
const LINE = "'live_view', 'live_viewer', 'live_minute', 'video_play', 'like', 'comment', 'share', 'favorite', 'follow', 'gift', 'lead'";

/** Enums, and ranges over two of them: with a range a plain GiST index can compare for equality, so no extension is needed (managed servers may forbid one). */
const TYPES = [
  `CREATE TYPE platform AS ENUM (${PLATFORM})`,
  `CREATE TYPE value_line AS ENUM (${LINE})`,
  `CREATE TYPE owner_kind AS ENUM ('dealer', 'staff', 'brand')`,
  `CREATE TYPE tier AS ENUM ('head', 'base', 'outer', 'incubating')`,
  `CREATE TYPE cost_kind AS ENUM ('video', 'host', 'ads', 'red_packet', 'agency', 'equipment', 'other')`,
  `CREATE TYPE declaration_kind AS ENUM ('paid', 'raffle', 'guest', 'outage', 'event', 'staff')`,
  `CREATE TYPE platform_span AS RANGE (subtype = platform)`,
  `CREATE TYPE value_line_span AS RANGE (subtype = value_line)`,
];

const BRAND = [
  `CREATE TABLE brand (
    brand_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code = btrim(code) AND length(code) BETWEEN 1 AND 64),
    name text NOT NULL CHECK (btrim(name) <> ''),
    zone text NOT NULL CHECK (zone = 'UTC' OR zone LIKE '%/%'),
    facts_since timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK ((timestamptz '2026-01-01 00:00:00Z' AT TIME ZONE zone) IS NOT NULL)
  )`,
  // Business days of stored facts were cut by this zone: another one would move them silently.
  `CREATE FUNCTION brand_keep_zone() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF OLD.facts_since IS NOT NULL AND (NEW.zone <> OLD.zone OR NEW.facts_since IS NULL) THEN
      RAISE EXCEPTION 'the zone of a brand is fixed once facts exist' USING ERRCODE = 'check_violation', CONSTRAINT = 'brand_zone_fixed';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER brand_zone_fixed BEFORE UPDATE ON brand FOR EACH ROW EXECUTE FUNCTION brand_keep_zone()`,
];

const DEALERS = [
  // A path is its parent's path and its own name, so every step down is longer: no row can lie below itself.
  `CREATE TABLE sales_region (
    brand_id integer NOT NULL REFERENCES brand,
    path text NOT NULL,
    parent_path text,
    name text NOT NULL CHECK (btrim(name) <> '' AND strpos(name, '/') = 0),
    valid_from date NOT NULL DEFAULT '1970-01-01',
    valid_to date CHECK (valid_to >= valid_from),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, path),
    FOREIGN KEY (brand_id, parent_path) REFERENCES sales_region,
    CONSTRAINT sales_region_path CHECK (path = CASE WHEN parent_path IS NULL THEN name ELSE parent_path || '/' || name END)
  )`,
  `CREATE TABLE dealer (
    brand_id integer NOT NULL REFERENCES brand,
    dealer_id text NOT NULL CHECK (dealer_id = btrim(dealer_id) AND length(dealer_id) BETWEEN 1 AND 128 AND dealer_id <> 'unassigned'),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, dealer_id)
  )`,
  `CREATE TABLE dealer_placement (
    brand_id integer NOT NULL,
    dealer_id text NOT NULL,
    valid_from date NOT NULL,
    name text NOT NULL CHECK (btrim(name) <> ''),
    adcode text NOT NULL CHECK (adcode ~ '^[1-9][0-9]{5}$'),
    sales_region text,
    dealer_group text CHECK (btrim(dealer_group) <> ''),
    status text NOT NULL DEFAULT 'active' CHECK (btrim(status) <> ''),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, dealer_id, valid_from),
    FOREIGN KEY (brand_id, dealer_id) REFERENCES dealer,
    FOREIGN KEY (brand_id, sales_region) REFERENCES sales_region
  )`,
];

const ACCOUNTS = [
  `CREATE TABLE account (
    brand_id integer NOT NULL REFERENCES brand,
    platform platform NOT NULL,
    account_id text NOT NULL CHECK (account_id = btrim(account_id) AND length(account_id) BETWEEN 1 AND 256),
    account_key numeric(20, 0) NOT NULL UNIQUE CHECK (account_key >= 0 AND account_key < 18446744073709551616),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, platform, account_id)
  )`,
  // One row per start; the next start ends it, so spans cannot overlap. No row at all: the account is undeclared.
  `CREATE TABLE account_ownership (
    brand_id integer NOT NULL,
    platform platform NOT NULL,
    account_id text NOT NULL,
    valid_from date NOT NULL,
    name text NOT NULL CHECK (btrim(name) <> ''),
    handle text,
    union_id text,
    dealer_id text,
    owner_kind owner_kind NOT NULL,
    declared_tier tier,
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, platform, account_id, valid_from),
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account,
    FOREIGN KEY (brand_id, dealer_id) REFERENCES dealer,
    CONSTRAINT account_ownership_brand_owned CHECK (owner_kind <> 'brand' OR dealer_id IS NULL)
  )`,
  `CREATE INDEX account_ownership_dealer ON account_ownership (brand_id, dealer_id)`,
];

const POLICIES = [
  `CREATE TABLE policy (
    brand_id integer NOT NULL REFERENCES brand,
    version integer NOT NULL CHECK (version > 0),
    from_month date NOT NULL CHECK (extract(day FROM from_month) = 1),
    visit_gap_minutes integer NOT NULL CHECK (visit_gap_minutes BETWEEN 1 AND 1440),
    min_visits integer NOT NULL CHECK (min_visits BETWEEN 1 AND 1000),
    min_visit_dwell_seconds integer NOT NULL CHECK (min_visit_dwell_seconds BETWEEN 0 AND 86400),
    min_session_minutes integer NOT NULL CHECK (min_session_minutes BETWEEN 0 AND 1440),
    consecutive_sessions integer NOT NULL CHECK (consecutive_sessions BETWEEN 1 AND 100),
    source_order text[] NOT NULL CHECK (cardinality(source_order) > 0
      AND source_order <@ ARRAY['correction', 'api-final', 'ads-api', 'file', 'feed', 'api-provisional']),
    min_coverage numeric(5, 4) NOT NULL CHECK (min_coverage BETWEEN 0 AND 1),
    min_known_weight numeric(7, 4) NOT NULL CHECK (min_known_weight BETWEEN 0 AND 100),
    cadence_min_session_minutes integer NOT NULL CHECK (cadence_min_session_minutes BETWEEN 0 AND 1440),
    min_peers integer NOT NULL CHECK (min_peers >= 1),
    weight_showroom numeric(7, 4) NOT NULL CHECK (weight_showroom >= 0),
    weight_value numeric(7, 4) NOT NULL CHECK (weight_value >= 0),
    weight_loyalty numeric(7, 4) NOT NULL CHECK (weight_loyalty >= 0),
    weight_engagement numeric(7, 4) NOT NULL CHECK (weight_engagement >= 0),
    weight_cadence numeric(7, 4) NOT NULL CHECK (weight_cadence >= 0),
    weight_growth numeric(7, 4) NOT NULL CHECK (weight_growth >= 0),
    head_tier_cny numeric(18, 4) NOT NULL,
    base_tier_cny numeric(18, 4) NOT NULL CHECK (base_tier_cny > 0),
    required_cost_kinds cost_kind[] NOT NULL DEFAULT '{}',
    cpa_douyin_cny numeric(18, 4) CHECK (cpa_douyin_cny >= 0),
    cpa_kuaishou_cny numeric(18, 4) CHECK (cpa_kuaishou_cny >= 0),
    cpa_channels_cny numeric(18, 4) CHECK (cpa_channels_cny >= 0),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    superseded_at timestamptz(3),
    PRIMARY KEY (brand_id, version),
    CONSTRAINT policy_tiers CHECK (head_tier_cny > base_tier_cny),
    CONSTRAINT policy_weights CHECK (weight_showroom + weight_value + weight_loyalty + weight_engagement + weight_cadence + weight_growth = 100)
  )`,
  `CREATE UNIQUE INDEX policy_one_per_month ON policy (brand_id, from_month) WHERE superseded_at IS NULL`,
  `CREATE TABLE sentinel (
    brand_id integer NOT NULL REFERENCES brand,
    viewer text NOT NULL,
    valid_from date NOT NULL DEFAULT '1970-01-01',
    valid_to date CHECK (valid_to >= valid_from),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, viewer)
  )`,
  `CREATE TABLE calendar_day (
    brand_id integer NOT NULL REFERENCES brand,
    day date NOT NULL,
    working boolean NOT NULL,
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, day)
  )`,
];

const MONEY = [
  `CREATE TABLE rate_card (
    brand_id integer NOT NULL REFERENCES brand,
    platform platform NOT NULL,
    line value_line NOT NULL,
    valid_from date NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    valid_to date CHECK (valid_to >= valid_from),
    unit_price_cny numeric(20, 6) NOT NULL CHECK (unit_price_cny >= 0),
    discount numeric(5, 4) NOT NULL CHECK (discount > 0 AND discount <= 1),
    source_note text,
    sample boolean NOT NULL DEFAULT false,
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    superseded_at timestamptz(3),
    PRIMARY KEY (brand_id, platform, line, valid_from, version),
    CONSTRAINT rate_card_one_price EXCLUDE USING gist (
      int4range(brand_id, brand_id, '[]') WITH &&,
      platform_span(platform, platform, '[]') WITH &&,
      value_line_span(line, line, '[]') WITH &&,
      daterange(valid_from, valid_to, '[]') WITH &&
    ) WHERE (superseded_at IS NULL),
    CONSTRAINT rate_card_view_or_viewer EXCLUDE USING gist (
      int4range(brand_id, brand_id, '[]') WITH &&,
      platform_span(platform, platform, '[]') WITH &&,
      daterange(valid_from, valid_to, '[]') WITH &&
    ) WHERE (superseded_at IS NULL AND line IN ('live_view', 'live_viewer'))
  )`,
  // A price that once counted stays as it was: a change is a new version, and a superseded one stays superseded.
  `CREATE FUNCTION rate_card_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF OLD.superseded_at IS NOT NULL
      OR (to_jsonb(NEW) - 'superseded_at') IS DISTINCT FROM (to_jsonb(OLD) - 'superseded_at') THEN
      RAISE EXCEPTION 'a rate card version is never edited' USING ERRCODE = 'check_violation', CONSTRAINT = 'rate_card_immutable';
    END IF;
    RETURN NEW;
  END $$`,
  `CREATE TRIGGER rate_card_immutable BEFORE UPDATE ON rate_card FOR EACH ROW EXECUTE FUNCTION rate_card_keep()`,
  `CREATE TABLE cost (
    brand_id integer NOT NULL REFERENCES brand,
    cost_id text NOT NULL CHECK (btrim(cost_id) <> ''),
    platform platform,
    account_id text,
    dealer_id text,
    day date NOT NULL,
    kind cost_kind NOT NULL,
    amount_cny numeric(18, 4) NOT NULL CHECK (amount_cny >= 0),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, cost_id),
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account,
    FOREIGN KEY (brand_id, dealer_id) REFERENCES dealer,
    CONSTRAINT cost_one_scope CHECK ((platform IS NULL) = (account_id IS NULL) AND (account_id IS NULL) <> (dealer_id IS NULL))
  )`,
  `CREATE TABLE declaration (
    brand_id integer NOT NULL REFERENCES brand,
    declaration_id text NOT NULL CHECK (btrim(declaration_id) <> ''),
    kind declaration_kind NOT NULL,
    platform platform,
    account_id text,
    dealer_id text,
    from_at timestamptz(3) NOT NULL,
    to_at timestamptz(3) NOT NULL,
    viewer_keys text[] NOT NULL DEFAULT '{}' CHECK (array_to_string(viewer_keys, ',', '?') ~ '^([0-9]{1,20}(,[0-9]{1,20})*)?$'),
    detail text,
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, declaration_id),
    FOREIGN KEY (brand_id, platform, account_id) REFERENCES account,
    FOREIGN KEY (brand_id, dealer_id) REFERENCES dealer,
    CONSTRAINT declaration_scope CHECK ((platform IS NULL) = (account_id IS NULL) AND (account_id IS NULL OR dealer_id IS NULL)),
    CONSTRAINT declaration_span CHECK (from_at <= to_at),
    CONSTRAINT declaration_staff CHECK ((kind = 'staff') = (cardinality(viewer_keys) > 0))
  )`,
];

const COLLECTION = [
  // Tokens are AES-256-GCM boxes: 1 byte of format, 12 of nonce, 16 of tag, then the text.
  `CREATE TABLE platform_grant (
    brand_id integer NOT NULL REFERENCES brand,
    product text NOT NULL CHECK (product IN ('douyin-open', 'oceanengine', 'kuaishou-open', 'magnetic', 'channels-app', 'tencent-ads')),
    principal_id text NOT NULL CHECK (btrim(principal_id) <> ''),
    platform platform NOT NULL,
    account_ids text[] NOT NULL DEFAULT '{}',
    access_token bytea NOT NULL CHECK (length(access_token) > 29),
    refresh_token bytea CHECK (length(refresh_token) > 29),
    app_id text,
    app_secret bytea CHECK (length(app_secret) > 29),
    access_expires_at timestamptz(3),
    refresh_expires_at timestamptz(3),
    scopes text[] NOT NULL DEFAULT '{}',
    granted_at timestamptz(3) NOT NULL DEFAULT now(),
    recorded_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, product, principal_id)
  )`,
  `CREATE TABLE collection_cursor (
    brand_id integer NOT NULL REFERENCES brand,
    platform platform NOT NULL,
    account_id text NOT NULL,
    kind text NOT NULL CHECK (kind <> ''),
    cursor jsonb NOT NULL,
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (brand_id, platform, account_id, kind)
  )`,
  `CREATE TABLE batch (
    batch_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    brand_id integer NOT NULL REFERENCES brand,
    kind text NOT NULL CHECK (kind <> ''),
    content_hash text NOT NULL CHECK (content_hash <> ''),
    first_delivered_at timestamptz(3) NOT NULL,
    UNIQUE (brand_id, kind, content_hash)
  )`,
  `CREATE TYPE delivery_state AS ENUM ('running', 'done', 'failed')`,
  `CREATE TABLE delivery (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id uuid NOT NULL REFERENCES batch,
    source text NOT NULL CHECK (source <> ''),
    file_name text,
    started_at timestamptz(3) NOT NULL,
    heartbeat_at timestamptz(3) NOT NULL,
    finished_at timestamptz(3),
    state delivery_state NOT NULL DEFAULT 'running',
    read bigint NOT NULL DEFAULT 0 CHECK (read >= 0),
    accepted bigint NOT NULL DEFAULT 0 CHECK (accepted >= 0),
    replaced bigint NOT NULL DEFAULT 0 CHECK (replaced >= 0),
    unchanged bigint NOT NULL DEFAULT 0 CHECK (unchanged >= 0),
    rejected bigint NOT NULL DEFAULT 0 CHECK (rejected >= 0),
    CONSTRAINT delivery_finished CHECK ((state = 'running') = (finished_at IS NULL)),
    CONSTRAINT delivery_heartbeat CHECK (heartbeat_at >= started_at)
  )`,
  `CREATE INDEX delivery_running ON delivery (started_at) WHERE state = 'running'`,
];

/** Tables whose rows are corrected in place. */
const CORRECTED = [
  'sales_region',
  'dealer_placement',
  'account_ownership',
  'sentinel',
  'calendar_day',
  'cost',
  'declaration',
  'platform_grant',
];
const RECORDED = [
  `CREATE FUNCTION touch_recorded_at() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.recorded_at := clock_timestamp();
    RETURN NEW;
  END $$`,
  ...CORRECTED.map(
    (table) => `CREATE TRIGGER ${table}_recorded BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION touch_recorded_at()`,
  ),
];

const TABLES = [
  'delivery',
  'batch',
  'collection_cursor',
  'platform_grant',
  'declaration',
  'cost',
  'rate_card',
  'calendar_day',
  'sentinel',
  'policy',
  'account_ownership',
  'account',
  'dealer_placement',
  'dealer',
  'sales_region',
  'brand',
];
const DROPPED_TYPES = [
  'delivery_state',
  'value_line_span',
  'platform_span',
  'declaration_kind',
  'cost_kind',
  'tier',
  'owner_kind',
  'value_line',
  'platform',
];

/** The state store's first schema. Every child carries brand_id in its foreign keys, so no row can point into another brand. */
export class CreateState1762000000000 implements MigrationInterface {
  name = 'CreateState1762000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TYPES, ...BRAND, ...DEALERS, ...ACCOUNTS, ...POLICIES, ...MONEY, ...COLLECTION, ...RECORDED])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP FUNCTION brand_keep_zone(), rate_card_keep(), touch_recorded_at()');
    for (const type of DROPPED_TYPES) await runner.query(`DROP TYPE ${type}`);
  }
}
