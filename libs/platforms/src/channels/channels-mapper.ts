import { leadCountId, type ApiSource, type LeadRow, type MinuteRow, type SessionReading } from '../platform';
import { wireCount, wireId, wireInstant, wireList, wireNumber, wireObject, wireText, type WireObject } from '../wire/wire-value';
import { wireEmbedded } from '../wire/wire-json';

/** Name and followers: `finder_attr` is one object or a list of them. */
export function mapFinder(answer: WireObject): { name: string; followers: number | null } {
  const finder = wireList(answer.finder_attr)[0] ?? wireObject(answer.finder_attr);
  return { name: wireText(finder.nickname), followers: wireCount(finder.fans_count) };
}

/**
 * One ended live, or null without id or start. The platform counts persons (`total_audience_count`), so views stay unknown. It does not say when
 * figures are final: they are taken as such when the live ended before `finalBefore` (the start of today).
 */
export function mapLive(row: WireObject, finalBefore: number): SessionReading | null {
  const sessionId = wireId(row.export_id);
  const startedAt = wireInstant(row.live_start_time);
  if (sessionId === null || startedAt === null) return null;
  const seconds = wireCount(row.live_duration_in_seconds);
  const endedAt = seconds === null ? null : startedAt + seconds * 1_000;
  const final = endedAt !== null && endedAt < finalBefore;
  const source: ApiSource = final ? 'api-final' : 'api-provisional';
  return {
    sessionId,
    startedAt,
    final,
    rows: [
      {
        sessionId,
        startedAt,
        endedAt,
        uniqueViewers: wireCount(row.total_audience_count),
        peakConcurrent: wireCount(row.max_online_count),
        averageDwellSeconds: wireNumber(row.audiences_avg_seconds),
        likes: wireCount(row.total_cheer_count),
        comments: wireCount(row.total_comment_count),
        shares: wireCount(row.forward_count),
        follows: wireCount(row.new_follow_count),
        final,
        source,
      },
    ],
  };
}

/** Traffic that was paid for. */
const AD_TRAFFIC = '1';

/** A day's number of leads over all components, with the part from advertising; null where one part has no number: half a day is no day. */
export function mapLeadTotals(answer: WireObject, day: string): LeadRow | null {
  if (!Array.isArray(answer.item) && answer.item !== undefined && answer.item !== null) return null;
  let [count, paid] = [0, 0];
  for (const row of wireList(answer.item)) {
    const leads = wireCount(row.leads_count);
    if (leads === null) return null;
    count += leads;
    if (String(row.traffic_type) === AD_TRAFFIC) paid += leads;
  }
  return { leadId: leadCountId(day), day, count, paid, source: 'api-final' };
}

/** Persons whom a shop room was shown to, and who commented. */
interface DashboardFigures {
  impressionViewers: number | null;
  commenters: number | null;
}

/**
 * What the dashboard adds to a live: `live_dashboard_data` is JSON text (or the object itself) that holds an entry of the same name. Its other figures
 * are in the list of lives as well, or count persons where we count times.
 */
export function mapDashboard(answer: WireObject): DashboardFigures {
  const summary = wireEmbedded(dashboardOf(answer).summary) ?? {};
  return { impressionViewers: wireCount(summary.impression_uv), commenters: wireCount(summary.comment_uv) };
}

const dashboardOf = (answer: WireObject): WireObject => {
  const block = wireEmbedded(answer.live_dashboard_data) ?? {};
  return wireEmbedded(block.live_dashboard_data) ?? block;
};

const MINUTE_MS = 60_000;

/**
 * The viewers online by minute, of the dashboard's series. Only a series of all viewers with steps of a minute is a curve: whether the parts by age, sex or
 * place add up to all is nowhere said. None of the parts is guessed: without such a series there is no curve.
 */
export function mapOnlineMinutes(answer: WireObject, sessionId: string): MinuteRow[] {
  const { online_watch_uv: series } = wireEmbedded(dashboardOf(answer).portrait) ?? {};
  const whole = wireList(series).find(
    ({ dimensions, step }) => wireList(dimensions).length === 0 && wireNumber(step) === MINUTE_MS / 1_000,
  );
  const minutes = new Map<number, MinuteRow>();
  for (const { ts, value } of wireList(whole?.points)) {
    const at = wireInstant(ts);
    const concurrent = wireCount(value);
    if (at === null || concurrent === null) continue;
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    minutes.set(minute, { sessionId, minute, concurrent, source: 'api-final' });
  }
  return [...minutes.values()];
}
