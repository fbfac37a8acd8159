import { addDays, businessDay } from '@app/contracts';
import { leadCountId, type DaySpan, type LeadRow, type SessionReading, type SessionRow } from '../platform';
import { wireLocalTime } from '../wire/wire-time';
import { wireCount, wireId, wireNumber, wireObject, type WireObject } from '../wire/wire-value';

/** Counts of the whole room, of all flows and all advertisers. Gift value has no stated unit and forms are leads already: neither is read. */
const ROOM_COUNTS = {
  all_live_watch_cnt_td: 'views',
  all_live_watch_ucnt_td: 'uniqueViewers',
  all_live_single_watch_over_1m_cnt_td: 'viewsOver1Min',
  all_live_max_1min_pcu_td: 'peakConcurrent',
  all_fans_live_watch_ucnt_td: 'fanViewers',
  all_live_follow_cnt_td: 'follows',
  all_live_share_cnt_td: 'shares',
  all_live_comment_cnt_td: 'comments',
  all_live_comment_ucnt_td: 'commenters',
  all_live_send_gift_cnt_td: 'gifts',
  all_live_like_cnt_td: 'likes',
} as const satisfies Record<string, keyof SessionRow>;

const VIEWS = 'all_live_watch_cnt_td';

/** A count that may come as 12, "12" or 12.0; a negative or broken one is unknown. */
const countOf = (value: unknown): number | null => {
  const number = wireNumber(value);
  return number === null ? null : wireCount(Math.round(number));
};

/** The room's id and views: what a flow contributed to it. */
export function mapFlow(row: WireObject): { roomId: string; views: number | null } | null {
  const roomId = wireId(row.room_id);
  return roomId === null ? null : { roomId, views: countOf(wireObject(row.fields)[VIEWS]) };
}

/** The account that a row is about. */
export const anchorOf = (row: WireObject): string | null => wireId(row.anchor_id);

/**
 * One room of the report, or null without id or start. Made early the next morning, also of a room that is still on air: final is one that ended
 * before `finalBefore`. `paidViews`: views of the paid flows, null when they are not known; more than all views cannot be and is unknown.
 */
export function mapRoom(row: WireObject, paidViews: number | null, finalBefore: number): SessionReading | null {
  const sessionId = wireId(row.room_id);
  const startedAt = wireLocalTime(row.room_create_time);
  if (sessionId === null || startedAt === null) return null;
  const fields = wireObject(row.fields);
  const finish = wireLocalTime(row.room_finish_time);
  const ended = row.room_status === undefined || row.room_status === 'END';
  const endedAt = ended && finish !== null && finish >= startedAt ? finish : null;
  const final = endedAt !== null && endedAt < finalBefore;
  const session: SessionRow = {
    sessionId,
    startedAt,
    endedAt,
    averageConcurrent: wireNumber(fields.all_avg_live_pcu_td),
    averageDwellSeconds: wireNumber(fields.all_avg_live_watch_duration_seconds_td),
    final,
    source: 'ads-api',
  };
  for (const [name, field] of Object.entries(ROOM_COUNTS)) session[field] = countOf(fields[name]);
  const views = session.views ?? null;
  session.paidViews = paidViews !== null && views !== null && paidViews <= views ? paidViews : null;
  return { sessionId, startedAt, final, rows: [session] };
}

/** Test leads of a preview, and leads that the advertiser brought in from elsewhere: not made by the platform. */
const NOT_MADE_HERE = new Set(['2', '4']);

/** One lead, reduced to its id and its day at once: nothing about the person goes on. Null when it is not to be counted. */
export function mapClue(row: WireObject, zone: string): { clueId: string; day: string } | null {
  const clueId = wireId(row.clue_id);
  const createdAt = wireLocalTime(row.create_time_detail);
  if (clueId === null || createdAt === null || NOT_MADE_HERE.has(String(row.clue_source ?? ''))) return null;
  return { clueId, day: businessDay(createdAt, zone) };
}

/** Numbers of leads by day, days without any included. The call does not say which lead was paid for. */
export function leadDays(clues: Iterable<{ clueId: string; day: string }>, { fromDay, toDay }: DaySpan): LeadRow[] {
  const byDay = new Map<string, Set<string>>();
  for (const { clueId, day } of clues) byDay.set(day, (byDay.get(day) ?? new Set()).add(clueId));
  const rows: LeadRow[] = [];
  for (let day = fromDay; day < toDay; day = addDays(day, 1))
    rows.push({ leadId: leadCountId(day), day, count: byDay.get(day)?.size ?? 0, paid: null, source: 'ads-api' });
  return rows;
}
