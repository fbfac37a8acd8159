import { addDays, businessDay, type Platform as PlatformName } from '@app/contracts';
import { PlatformError, type Platform, type PlatformCall, type SessionReading, type VideoRow } from '@app/platforms';
import type { CollectKind } from '@app/queue';
import type { CollectionBuffer, CoverageKind, WrittenKind } from './collection-buffer';
import { advanceSessions, sessionWindow, type SessionCursor } from './session-cursor';

/** Which days are asked for, and how thrifty to be. */
export interface CollectScope {
  kinds: readonly CollectKind[];
  from?: string;
  to?: string;
  /** Where a platform keeps past follower totals: ask every so many days only. */
  followersEveryDays: number;
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

  collect(kind: CollectKind, cursor: Record<string, unknown> | null): Promise<object> {
    switch (kind) {
      case 'sessions':
        return this.sessions(cursor as SessionCursor | null);
      case 'videos':
        return this.videos(cursor as VideoCursor | null);
      case 'followers':
        return this.followers(cursor as FollowerCursor | null);
      case 'accounts':
        return this.profile();
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
    const window = sessionWindow(cursor, { ...at, from: this.scope.from, to: this.scope.to });
    const isFinal = (id: string): boolean => !window.explicit && cursor !== null && Object.hasOwn(cursor.final, id);
    const readings: SessionReading[] = [];
    for await (const reading of this.platform.sessions(this.call, { from: window.from, to: window.to, isFinal })) {
      readings.push(reading);
      for (const { source, ...row } of reading.rows) this.write('sessions', row, source);
    }
    const next = advanceSessions(cursor, window, readings, at);
    for (const { day, complete } of next.marks) this.mark('sessions', day, complete);
    return next.cursor;
  }

  private async videos(cursor: VideoCursor | null): Promise<VideoCursor> {
    const firstDay = cursor?.firstDay ?? this.today;
    const figures: Record<string, string> = {};
    const wanted: VideoRow[] = [];
    let oldest: VideoRow | null = null;
    for await (const video of this.platform.videos(this.call, cursor?.oldest)) {
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
    try {
      for await (const row of this.platform.videoDays(this.call, video)) {
        if (row.day >= this.today) continue;
        this.write('video-days', row, 'api-final');
        rows++;
      }
    } catch (error) {
      // a series that is not to be had leaves the opening balance unknown; the readings themselves are good
      if (!(error instanceof PlatformError) || !['stop-endpoint', 'gone', 'fail'].includes(error.action)) throw error;
    }
    return rows > 0;
  }

  private async followers(cursor: FollowerCursor | null): Promise<FollowerCursor> {
    const history = this.platform.followerHistoryDays;
    if (cursor && history > 0 && this.today < addDays(cursor.askedOn, Math.min(this.scope.followersEveryDays, history - 1))) return cursor;
    let lastDay = cursor?.lastDay ?? null;
    const since = lastDay;
    const days = since === null ? history : Math.round((Date.parse(this.today) - Date.parse(since)) / 86_400_000);
    for await (const { day, total } of this.platform.followers(this.call, days)) {
      // the day before is written again: its total may have been read before the day was over
      if (since !== null && day < since) continue;
      this.write('followers', { day, total }, 'api-final');
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
