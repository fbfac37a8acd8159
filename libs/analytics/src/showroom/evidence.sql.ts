import { grabberPieces } from './grabbers.sql';
import { HEARD, SESSIONS, SESSION_SPANS } from './sessions.sql';
import { SCAN_SETTINGS } from '../statement-settings';
import { FORMED_ENTRIES, OWNERS, entryPieces, mergedEntries, ownerAt, visits } from './showroom.sql';
import type { EntryPieces } from './showroom.sql';
import { VisitorPieces, judgedVisits, personPieces } from './visitors.sql';

/** Which persons of a group stand behind a figure: conditions over `person`. */
const PERSONS = {
  viewers: 'person.seen',
  visits: 'person.visits > 0',
  showroom: 'person.is_showroom',
  showroomOn2Days: 'person.is_showroom_on_2_days',
  rolling: 'person.is_rolling',
  dwell: 'person.known_visits > 0',
  showroomDwell: 'person.is_showroom AND person.known_visits > 0',
  otherDwell: 'NOT person.is_showroom AND person.known_visits > 0',
} as const;
export type PersonKind = keyof typeof PERSONS;

const ofSubject = (kind: PersonKind): string => `person.subject = {subject: UInt32} AND ${PERSONS[kind]}`;

/** One row: how many persons stand behind the figure, with their sums; `open` as in `visitorSums`. */
export const personTotals = (
  pieces: EntryPieces,
  asked: VisitorPieces & { kind: PersonKind },
): string => `WITH ${personPieces(pieces, asked)}
SELECT
  max(person.open) AS is_open,
  countIf(${ofSubject(asked.kind)}) AS persons,
  sumIf(person.visits, ${ofSubject(asked.kind)}) AS all_visits,
  sumIf(person.known_visits, ${ofSubject(asked.kind)}) AS all_known_visits,
  sumIf(person.known_dwell, ${ofSubject(asked.kind)}) AS all_known_dwell
FROM person
${SCAN_SETTINGS}`;

/** One row is a person behind the figure, by key. */
export const personPage = (pieces: EntryPieces, asked: VisitorPieces & { kind: PersonKind }): string => `WITH ${personPieces(pieces, asked)}
SELECT
  person.viewer_key AS viewer,
  person.visits AS counted_visits,
  person.known_visits AS dwell_visits,
  person.known_dwell AS dwell_seconds,
  toUInt8(person.seen) AS is_viewer,
  toUInt8(person.is_showroom) AS is_visitor,
  toUInt8(person.is_showroom_on_2_days) AS is_visitor_on_2_days,
  toUInt8(person.is_rolling) AS is_rolling_visitor
FROM person
WHERE ${ofSubject(asked.kind)} AND person.viewer_key > {after: UInt64}
ORDER BY viewer
LIMIT {most: UInt32}
${SCAN_SETTINGS}`;

/** One row is a grabber of the group. `is_open` as in `visitorSums`. */
export const grabberList = (pieces: EntryPieces): string => `WITH ${grabberPieces(pieces)}
SELECT
  person.viewer_key AS viewer,
  person.subject AS subject,
  toUInt8(person.is_grabber) AS grabber,
  max(person.open) OVER () AS open
FROM person
${SCAN_SETTINGS}`;

/** Only these viewers: their visits are made of their own entries. Not applied where the viewer key changes, hence also the last condition. */
const THESE = `
    AND viewer_key IN {viewers: Array(UInt64)}`;

/** One row is an entry of one of the viewers, with the visit that it is part of and whether that one counts; `isOpen` as in `visitorSums`. */
export const entriesOfVisits = (pieces: EntryPieces): string => `WITH ${entryPieces({ ...pieces, only: THESE })},
${FORMED_ENTRIES},
${visits(false)},
${judgedVisits(false)}
SELECT
  formed.account_key AS account,
  formed.viewer_key AS viewer,
  formed.visit_start AS visitStart,
  formed.entered_ms AS enteredAt,
  formed.dwell AS dwellSeconds,
  formed.given_session AS givenSession,
  toUInt8(formed.unseen) AS unseen,
  toUInt8(formed.is_grab) AS grab,
  toUInt8(formed.stays) AS kept,
  toUInt8(judged_visit.counted) AS visitCounts,
  judged_visit.known_dwell AS visitDwell,
  judged_visit.unknown_dwells AS visitUnknownDwells,
  toUInt8(max(judged_visit.open) OVER ()) AS isOpen
FROM formed
INNER JOIN judged_visit ON judged_visit.account_key = formed.account_key AND judged_visit.viewer_key = formed.viewer_key
  AND judged_visit.visit_start = formed.visit_start
WHERE formed.viewer_key IN {viewers: Array(UInt64)} AND formed.visit_start >= {shownFrom: Int64} AND formed.visit_start < {shownTo: Int64}
ORDER BY
  viewer,
  account,
  enteredAt
LIMIT {most: UInt32} BY viewer
${SCAN_SETTINGS}`;

const OWN_ENTRIES = ({ links, excluded }: EntryPieces): string => `WITH ${mergedEntries({ links, excluded })},
${OWNERS},
own_entry AS (
  SELECT
    merged.account_key AS account_key,
    merged.viewer_key AS viewer_key,
    entered_ms,
    dwell
  FROM merged
  INNER JOIN owner ON owner.account_key = merged.account_key
  WHERE ${ownerAt('entered_ms')} = {subject: UInt32}${excluded ? ' AND NOT merged.is_excluded' : ''}
)`;

/** One row: all entries of the group, those with a usable id, and by how many ids. */
export const ownEntryTotals = (pieces: EntryPieces): string => `${OWN_ENTRIES(pieces)}
SELECT
  count() AS entries,
  countIf(viewer_key NOT IN {sentinels: Array(UInt64)}) AS usable,
  uniqExact(viewer_key) AS viewers
FROM own_entry
${SCAN_SETTINGS}`;

/** One row is an id, usable or not, with its entries. */
export const ownEntryPage = (pieces: EntryPieces): string => `${OWN_ENTRIES(pieces)}
SELECT
  viewer_key AS viewer,
  count() AS entries,
  toUInt8(viewer_key NOT IN {sentinels: Array(UInt64)}) AS usable
FROM own_entry
WHERE viewer_key > {after: UInt64} OR {fromStart: UInt8} = 1
GROUP BY viewer
ORDER BY viewer
LIMIT {most: UInt32}
${SCAN_SETTINGS}`;

/** One row is an entry of one of these ids, sentinels too; at most so many of each. */
export const ownEntriesOf = (pieces: EntryPieces): string => `${OWN_ENTRIES(pieces)}
SELECT
  account_key AS account,
  viewer_key AS viewer,
  entered_ms AS enteredAt,
  dwell AS dwellSeconds
FROM own_entry
WHERE viewer_key IN {viewers: Array(UInt64)}
ORDER BY
  viewer,
  account,
  enteredAt
LIMIT {most: UInt32} BY viewer
${SCAN_SETTINGS}`;

/** One row is a session of the group, with what bounds and coverage need of it: the same whatever cases remove. */
export const ownSessions = (pieces: EntryPieces): string => `WITH ${entryPieces({ ...pieces, excluded: undefined })},
${SESSIONS},
${SESSION_SPANS},
${HEARD},
${OWNERS}
SELECT
  session.account_key AS account,
  session.session_id AS sessionId,
  session.start_ms AS startedAt,
  toUnixTimestamp64Milli(session.known_end) AS endedAt,
  session.views AS views,
  session.unique_viewers AS uniqueViewers,
  heard.entries AS entries,
  heard.usable AS usableEntries,
  heard.identified AS identifiedViewers,
  toUInt8(session.too_short) AS tooShort
FROM session
LEFT JOIN heard ON heard.account_key = session.account_key AND heard.session_id = session.session_id
INNER JOIN owner ON owner.account_key = session.account_key
WHERE session.start_ms >= {periodFrom: Int64} AND session.start_ms < {periodTo: Int64} AND ${ownerAt('session.start_ms')} = {subject: UInt32}
ORDER BY
  startedAt,
  account,
  sessionId
${SCAN_SETTINGS}`;
