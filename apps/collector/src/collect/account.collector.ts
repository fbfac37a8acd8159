import { addDays, businessDay, type Platform as PlatformName } from '@app/contracts';
import { PlatformError, type Platform, type PlatformCall, type SessionReading, type VideoRow } from '@app/platforms';
import type { CollectKind, StreamKind } from '@app/queue';
import type { CollectionBuffer, CoverageKind, WrittenKind } from './collection-buffer';
import { advanceSessions, FIRST_DAYS, sessionWindow, type SessionCursor } from './session-cursor';

/** Which days are asked for, and how thrifty to be. */
export interface CollectScope {
  kinds: readonly CollectKind[];
  from?: string;
  to?: string;
  /** Where a platform keeps past follower totals: ask every so many days only. */
  followersEveryDays: number;
  /** How far back broadcasts are asked for, days. Only the stream `sessions-history` goes there. */
  historyDays?: number;
  /** Look again, once a day, at sessions that were final some days ago: platforms correct late. */
  recheck?: boolean;
}

export interface VideoCursor {
  /** Business day of the account's first reading. */
  firstDay: string;
  /** Newest figures per video: a reading that says the same is not written again. */
  figures: Record<string, string>;
  /** The oldest video of the latest whole list. */
  oldest: string | null;
  /** Videos whose daily series has been fetched. */
  series: string[];
}

export interface FollowerCursor {
  /** Newest day with a total. */
  lastDay: string | null;
  askedOn: string;
}

export interface LeadCursor {
  /** Every day before it was read after it had ended. */
  through: string;
}

/** Where the reading of the past stands: days from here on were asked for. */
export interface HistoryCursor {
  since: string;
  done: boolean;
}

/** Numbers of leads of the latest days change: they are read again every time. */
const LEAD_DAYS = 3;
const FIRST_LEAD_DAYS = 30;
/** The past is read in spans that every platform answers. */
const HISTORY_SPAN_DAYS = 30;

/** A platform's daily series of a video reaches this far back, and appears the day after the authorisation. */
const SERIES_DAYS = 30;
const SERIES_PATIENCE_DAYS = 3;

const figuresOf = ({ plays, likes, comments, shares, status }: VideoRow): string => [plays, likes, comments, shares ?? null, status].join();

/** Fetches one account's kinds into the buffer. Each method answers the next cursor; whatever it throws, the cursor before holds. */
export class AccountCollector {
  private readonly now: number;
  private readonly zone: string;
  private readonly today: string;

  constructor(
    private readonly platform: Platform,
    private readonly call: PlatformCall,
    private readonly buffer: CollectionBuffer,
    private readonly scope: CollectScope,
  ) {
    this.now = call.clock.now();
    this.zone = call.account.zone;
    this.today = businessDay(this.now, this.zone);
  }

  collect(kind: StreamKind, cursor: Record<string, unknown> | null): Promise<object> {
    switch (kind) {
      case 'sessions':
        return this.sessions(cursor as SessionCursor | null);
      case 'videos':
        return this.videos(cursor as VideoCursor | null);
      case 'followers':
        return this.followers(cursor as FollowerCursor | null);
      case 'accounts':
        return this.profile();
      case 'leads':
        return this.leads(cursor as LeadCursor | null);
      case 'sessions-history':
        return this.history(cursor as HistoryCursor | null);
    }
  }

  private write(kind: WrittenKind, row: object, source: string): void {
    const { accountId } = this.call.account;
    this.buffer.add(kind, { ...row, platform: this.platform.name satisfies PlatformName, accountId, source, observedAt: this.now });
  }

  private mark(kind: CoverageKind, day: string, complete: boolean): void {
    this.buffer.mark({ platform: this.platform.name, accountId: this.call.account.accountId, kind, day, complete, observedAt: this.now });
  }

  private async sessions(cursor: SessionCursor | null): Promise<SessionCursor> {
    const at = { now: this.now, zone: this.zone };
    const { from, to, recheck } = this.scope;
    const window = sessionWindow(cursor, { ...at, from, to, recheck });
    const isFinal = (id: string): boolean =>
      !window.explicit && cursor !== null && Object.hasOwn(cursor.final, id) && !window.again.includes(cursor.final[id] ?? '');
    const readings: SessionReading[] = [];
    for await (const reading of this.platform.sessions(this.call, { from: window.from, to: window.to, isFinal })) {
      readings.push(reading);
      this.seen(reading.startedAt);
      for (const { source, ...row } of reading.rows) this.write('sessions', row, source);
      for (const { source, ...row } of reading.minutes ?? []) this.write('minutes', row, source);
    }
    const ended = readings.filter(({ sessionId, final }) => final && !Object.hasOwn(cursor?.final ?? {}, sessionId));
    await this.minutes(ended);
    const next = advanceSessions(cursor, window, readings, at);
    // where only some broadcasts are listed, nothing is known of the others
    if (this.platform.capabilities.sessionList === true) for (const { day, complete } of next.marks) this.mark('sessions', day, complete);
    return next.cursor;
  }

  /** The minute curves of sessions that have become final; one that is not to be had costs the session nothing. */
  private async minutes(sessions: readonly SessionReading[]): Promise<void> {
    if (this.platform.capabilities.minutes !== true) return;
    for (const { sessionId, startedAt } of sessions) {
      if (startedAt === null) continue;
      await this.unlessMissing(async () => {
        for await (const { source, ...row } of this.platform.minutes(this.call, { sessionId, startedAt }))
          this.write('minutes', row, source);
      });
    }
  }

  /** One span of the past, backwards from where the stream `sessions` began. */
  private async history(cursor: HistoryCursor | null): Promise<HistoryCursor> {
    const first = addDays(this.today, -(this.scope.historyDays ?? 0));
    const before = cursor?.since ?? addDays(this.today, -FIRST_DAYS);
    const since = addDays(before, -HISTORY_SPAN_DAYS) < first ? first : addDays(before, -HISTORY_SPAN_DAYS);
    if (since < before) {
      const past = new AccountCollector(this.platform, this.call, this.buffer, { ...this.scope, from: since, to: before });
      await past.sessions(null);
    }
    return { since: since < before ? since : before, done: since <= first };
  }

  private async leads(cursor: LeadCursor | null): Promise<LeadCursor> {
    const tomorrow = addDays(this.today, 1);
    const fromDay = this.scope.from ?? (cursor ? addDays(cursor.through, -LEAD_DAYS) : addDays(this.today, -FIRST_LEAD_DAYS));
    const toDay = this.scope.to ?? tomorrow;
    for await (const { source, ...row } of this.platform.leads(this.call, { fromDay, toDay })) {
      this.write('leads', row, source);
      this.seenDay(row.day);
    }
    for (let day = fromDay; day < this.today && day < toDay; day = addDays(day, 1)) this.mark('leads', day, true);
    return { through: this.scope.from === undefined || !cursor ? this.today : cursor.through };
  }

  private seen(startedAt: number | null): void {
    if (startedAt !== null && startedAt > (this.buffer.newestAt ?? -Infinity)) this.buffer.newestAt = startedAt;
  }

  private seenDay(day: string): void {
    if (day > (this.buffer.newestDay ?? '')) this.buffer.newestDay = day;
  }

  private async videos(cursor: VideoCursor | null): Promise<VideoCursor> {
    const firstDay = cursor?.firstDay ?? this.today;
    const figures: Record<string, string> = {};
    const wanted: VideoRow[] = [];
    let oldest: VideoRow | null = null;
    for await (const video of this.platform.videos(this.call, cursor?.oldest)) {
      this.seen(video.publishedAt);
      if (oldest === null || video.publishedAt <= oldest.publishedAt) oldest = video;
      const now = figuresOf(video);
      figures[video.videoId] = now;
      if (cursor?.figures[video.videoId] !== now) {
        this.write('videos', { ...video, seriesId: undefined, readAt: this.now }, 'api-final');
      }
      if (this.needsSeries(video, firstDay, cursor)) wanted.push(video);
    }
    this.mark('videos', this.today, true);
    const series = [...(cursor?.series ?? [])];
    for (const video of wanted) if (await this.series(video)) series.push(video.videoId);
    const open = this.today <= addDays(firstDay, SERIES_PATIENCE_DAYS);
    return { firstDay, figures, oldest: oldest?.videoId ?? null, series: open ? series : [] };
  }

  /** The platform's own series stands for the days before the first reading: of young videos, and only once (domain.md 4.5). */
  private needsSeries(video: VideoRow, firstDay: string, cursor: VideoCursor | null): boolean {
    if (this.platform.capabilities.videoDays !== true || this.today <= firstDay) return false;
    if (this.today > addDays(firstDay, SERIES_PATIENCE_DAYS) || cursor?.series.includes(video.videoId)) return false;
    const published = businessDay(video.publishedAt, this.zone);
    return published < firstDay && this.today <= addDays(published, SERIES_DAYS);
  }

  private async series(video: VideoRow): Promise<boolean> {
    let rows = 0;
    // a series that is not to be had leaves the opening balance unknown; the readings themselves are good
    await this.unlessMissing(async () => {
      for await (const row of this.platform.videoDays(this.call, video)) {
        if (row.day >= this.today) continue;
        this.write('video-days', row, 'api-final');
        rows++;
      }
    });
    return rows > 0;
  }

  private async unlessMissing(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof PlatformError) || !['stop-endpoint', 'gone', 'fail'].includes(error.action)) throw error;
    }
  }

  private async followers(cursor: FollowerCursor | null): Promise<FollowerCursor> {
    const history = this.platform.followerHistoryDays;
    if (cursor && history > 0 && this.today < addDays(cursor.askedOn, Math.min(this.scope.followersEveryDays, history - 1))) return cursor;
    let lastDay = cursor?.lastDay ?? null;
    const since = lastDay;
    const days = since === null ? history : Math.round((Date.parse(this.today) - Date.parse(since)) / 86_400_000);
    for await (const { day, total, source } of this.platform.followers(this.call, days)) {
      this.seenDay(day);
      // the day before is written again: its total may have been read before the day was over
      if (since !== null && day < since) continue;
      this.write('followers', { day, total }, source ?? 'api-final');
      this.mark('followers', day, true);
      if (lastDay === null || day > lastDay) lastDay = day;
    }
    return { lastDay, askedOn: this.today };
  }

  private async profile(): Promise<object> {
    const { name } = await this.platform.profile(this.call);
    return { name };
  }
}
