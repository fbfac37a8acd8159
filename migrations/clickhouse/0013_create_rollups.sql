-- Roll-ups: rows computed from facts, per account and business month, only for what changed (docs/adr/0008). Each is recomputed as a whole for its
-- key; version is the refresh's number, deleted marks what the recomputation no longer finds. Read with FINAL only. Every statement can run again.

-- viewer_month: one row is a viewer of one account in one business month. Serves distinct viewers above the account, and account_month.
-- entries: all kept ones; visits: counted for sure; possible_visits: with those whose dwell is unknown; known_visits, known_dwell: of counted
-- visits without unknown dwell, seconds; overhang: seconds by which a visit that began here goes on after the month. Sentinels have entries only.
CREATE TABLE IF NOT EXISTS viewer_month
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(ZSTD(1)),
    entries UInt32 CODEC(T64, ZSTD(1)),
    is_viewer UInt8 CODEC(ZSTD(1)),
    is_live UInt8 CODEC(ZSTD(1)),
    visits UInt32 CODEC(T64, ZSTD(1)),
    possible_visits UInt32 CODEC(T64, ZSTD(1)),
    known_visits UInt32 CODEC(T64, ZSTD(1)),
    known_dwell UInt64 CODEC(T64, ZSTD(1)),
    on_2_days UInt8 CODEC(ZSTD(1)),
    overhang UInt32 CODEC(ZSTD(1)),
    deleted UInt8 CODEC(ZSTD(1)),
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY month
ORDER BY (brand_id, month, account_key, viewer_key);

-- showroom_visitor: the short list of viewer_month: who is a showroom visitor (for sure, or perhaps), or was in a run of adjacent sessions.
-- Serves distinct showroom visitors of dealers, regions and the brand.
CREATE TABLE IF NOT EXISTS showroom_visitor
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    viewer_key UInt64 CODEC(ZSTD(1)),
    is_showroom UInt8,
    is_possible UInt8,
    on_2_days UInt8,
    is_consecutive UInt8,
    deleted UInt8,
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY month
ORDER BY (brand_id, month, account_key, viewer_key);

-- account_month: one row is one account in one business month. Serves rankings and series of accounts, and the sums of all levels that add up.
-- Dwell in seconds; platform_viewers and identified_viewers over the sessions that have both; seen_entries and session_views over those with views.
CREATE TABLE IF NOT EXISTS account_month
(
    brand_id UInt32,
    month UInt32,
    account_key UInt64,
    entries UInt64,
    usable_entries UInt64,
    is_live UInt8,
    viewers UInt64,
    visits UInt64,
    showroom_visitors UInt64,
    possible_showroom_visitors UInt64,
    showroom_on_2_days UInt64,
    consecutive_visitors UInt64,
    showroom_visits UInt64,
    showroom_dwell UInt64,
    other_visits UInt64,
    other_dwell UInt64,
    sessions UInt64,
    skipped_sessions UInt64,
    platform_viewers UInt64,
    identified_viewers UInt64,
    seen_entries UInt64,
    session_views UInt64,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY month
ORDER BY (brand_id, month, account_key);

-- account_day: one row is the units of one line of one account on one business day (domain.md 4), from sessions, videos or leads. Serves value
-- and everything that is priced. net: earned only; opening: an opening balance, in no day; counts: bit 1: counts
-- (else nothing but an opening balance), bit 2: some unit is not 0.
-- Days of sessions also carry what cadence needs: lines `session`, `open_session` (without a known end), `longest_session_ms`.
CREATE TABLE IF NOT EXISTS account_day
(
    brand_id UInt32 CODEC(ZSTD(1)),
    month UInt32 CODEC(ZSTD(1)),
    account_key UInt64 CODEC(ZSTD(1)),
    day Date CODEC(Delta, ZSTD(1)),
    line LowCardinality(String),
    origin LowCardinality(String),
    gross Int64 CODEC(T64, ZSTD(1)),
    net Int64 CODEC(T64, ZSTD(1)),
    paid_unknown UInt8 CODEC(ZSTD(1)),
    opening Int64 CODEC(T64, ZSTD(1)),
    counts UInt8 CODEC(ZSTD(1)),
    deleted UInt8 CODEC(ZSTD(1)),
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY month
ORDER BY (brand_id, month, account_key, line, origin, day);

-- rollup_key: one row is one recomputed key of one roll-up: under which rules (a hash of policy and declarations), which instants of facts can
-- change it (half open, epoch ms) and which sessions or leads it knows by name. Serves finding what a delivery, or a change of rules, makes stale.
CREATE TABLE IF NOT EXISTS rollup_key
(
    brand_id UInt32,
    rollup LowCardinality(String),
    month UInt32,
    account_key UInt64,
    rules UInt64,
    reach_from Int64,
    reach_to Int64,
    names Array(String),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (brand_id, rollup, month, account_key);

-- rollup_progress: the watermark of one roll-up of one brand: every delivery up to horizon is in it, but for the open ones.
CREATE TABLE IF NOT EXISTS rollup_progress
(
    brand_id UInt32,
    rollup LowCardinality(String),
    horizon UInt64,
    open Array(UInt64),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (brand_id, rollup);

-- session_audience: one row is a session as the recomputation of one business month sees it: the sessions that start in the month, and the earlier
-- ones in which a run of adjacent sessions of the month may begin (in_period 0). Serves bounds, coverage, runs, and the session's own page.
CREATE TABLE IF NOT EXISTS session_audience
(
    brand_id UInt32,
    month UInt32,
    account_key UInt64,
    session_id String,
    started_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ends_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    in_period UInt8,
    too_short UInt8,
    views Nullable(UInt64),
    unique_viewers Nullable(UInt64),
    entries UInt64,
    usable_entries UInt64,
    identified_viewers UInt64,
    deleted UInt8,
    version UInt64 CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version, deleted)
PARTITION BY month
ORDER BY (brand_id, month, account_key, session_id);
