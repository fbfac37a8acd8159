import { factTable } from '../fact-table';

/** One row: a viewer entered a room. `month` is the business month (YYYYMM) of entered_at; blank viewers have viewer_key 0 and entry_key from entryId. next_viewer_key: of the 31 days before the key changes, else 0 (docs/adr/0018). */
export const entriesTable = factTable('entries', ['month', 'account_key', 'viewer_key', 'entered_at', 'entry_key'], {
  month: 'UInt32',
  account_key: 'UInt64',
  viewer_key: 'UInt64',
  entered_at: 'DateTime64(3)',
  entry_key: 'UInt64',
  dwell_seconds: 'Nullable(UInt32)',
  session_id: 'LowCardinality(String)',
  entry_id: 'String',
  traffic_source: 'LowCardinality(String)',
  adcode: 'LowCardinality(String)',
  device: 'LowCardinality(String)',
  is_new_account: 'Nullable(UInt8)',
  next_viewer_key: 'UInt64',
});

/** One row: the totals of one broadcast as one source gave them. Null is unknown. */
export const sessionsTable = factTable('sessions', ['account_key', 'session_id'], {
  account_key: 'UInt64',
  session_id: 'String',
  started_at: 'DateTime64(3)',
  ended_at: 'Nullable(DateTime64(3))',
  views: 'Nullable(UInt64)',
  unique_viewers: 'Nullable(UInt64)',
  peak_concurrent: 'Nullable(UInt64)',
  average_concurrent: 'Nullable(Decimal(18, 4))',
  watch_seconds: 'Nullable(UInt64)',
  average_dwell_seconds: 'Nullable(Decimal(18, 4))',
  impressions: 'Nullable(UInt64)',
  impression_viewers: 'Nullable(UInt64)',
  views_over_1_min: 'Nullable(UInt64)',
  likes: 'Nullable(UInt64)',
  comments: 'Nullable(UInt64)',
  commenters: 'Nullable(UInt64)',
  shares: 'Nullable(UInt64)',
  follows: 'Nullable(UInt64)',
  fan_viewers: 'Nullable(UInt64)',
  gifts: 'Nullable(UInt64)',
  gift_value_cny: 'Nullable(Decimal(18, 4))',
  leads: 'Nullable(UInt64)',
  paid_leads: 'Nullable(UInt64)',
  paid_views: 'Nullable(UInt64)',
  title: 'String',
  host: 'String',
  final: 'Nullable(UInt8)',
});

/** One row: one minute of a session; counts of that minute. */
export const minutesTable = factTable('minutes', ['account_key', 'session_id', 'minute'], {
  account_key: 'UInt64',
  session_id: 'String',
  minute: 'DateTime64(3)',
  concurrent: 'Nullable(UInt64)',
  views: 'Nullable(UInt64)',
  likes: 'Nullable(UInt64)',
  comments: 'Nullable(UInt64)',
  gifts: 'Nullable(UInt64)',
  paid_entries: 'Nullable(UInt64)',
});

/** One row: one chat message. comment_key is 0, or the hash of the given commentId. */
export const commentsTable = factTable('comments', ['account_key', 'session_id', 'viewer_key', 'at', 'comment_key'], {
  account_key: 'UInt64',
  session_id: 'String',
  viewer_key: 'UInt64',
  at: 'DateTime64(3)',
  comment_key: 'UInt64',
  comment_id: 'String',
  text: 'String',
});

/** One row: running totals of one video at one instant (domain.md 4.5). */
export const videoReadingsTable = factTable('video_readings', ['account_key', 'video_id', 'read_at'], {
  account_key: 'UInt64',
  video_id: 'String',
  read_at: 'DateTime64(3)',
  published_at: 'DateTime64(3)',
  plays: 'Nullable(UInt64)',
  paid_plays: 'Nullable(UInt64)',
  likes: 'Nullable(UInt64)',
  comments: 'Nullable(UInt64)',
  shares: 'Nullable(UInt64)',
  favorites: 'Nullable(UInt64)',
  follows: 'Nullable(UInt64)',
  completion_rate: 'Nullable(Decimal(18, 4))',
  average_play_seconds: 'Nullable(Decimal(18, 4))',
  status: 'LowCardinality(String)',
  title: 'String',
});

/** One row: a platform's own figures of one video on one business day (increase, not running total). */
export const videoDaysTable = factTable('video_days', ['account_key', 'video_id', 'day'], {
  account_key: 'UInt64',
  video_id: 'String',
  day: 'Date',
  plays: 'Nullable(UInt64)',
  paid_plays: 'Nullable(UInt64)',
  likes: 'Nullable(UInt64)',
  comments: 'Nullable(UInt64)',
  shares: 'Nullable(UInt64)',
  favorites: 'Nullable(UInt64)',
  follows: 'Nullable(UInt64)',
});

/** One row: followers of one account on one business day (total, not increase). */
export const followerReadingsTable = factTable('follower_readings', ['account_key', 'day'], {
  account_key: 'UInt64',
  day: 'Date',
  total: 'UInt64',
});

/** One row: a number of leads of one account and day. lead_key hashes the given id, else all fields. */
export const leadsTable = factTable('leads', ['account_key', 'lead_key'], {
  account_key: 'UInt64',
  lead_key: 'UInt64',
  lead_id: 'String',
  session_id: 'String',
  day: 'Date',
  count: 'UInt64',
  paid: 'Nullable(UInt64)',
});

/** One row: visitors of one shop on one business day. */
export const footfallTable = factTable('footfall', ['dealer_id', 'day'], {
  dealer_id: 'String',
  day: 'Date',
  visitors: 'UInt64',
});

export const FACT_TABLES = [
  entriesTable,
  sessionsTable,
  minutesTable,
  commentsTable,
  videoReadingsTable,
  videoDaysTable,
  followerReadingsTable,
  leadsTable,
  footfallTable,
] as const;
