import { channelsFans } from '../wire/channels';
import type { ScenarioEngine } from '../scenario/engine';
import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayStart, dayText, HOUR } from '../world/calendar';
import { videoFigures } from '../world/videos';
import type { SimSession } from '../world/sessions';
import type { SimVideo } from '../world/videos';
import { advertisedRow, leadsOfDay, paidRow } from './advertising';
import { blockAt, kindsOf } from './openings';
import type { TruthKind } from './openings';
import { TencentAdsTruth } from './tencent-ads';
import type { TruthGap } from './truth-gap';
import type { TruthRow } from './truth-row';

/** A metric of a Douyin room by its number within its call; the largest number decides nothing, each has its own time. */
const DOUYIN_METRICS = 6;
/** The longest daily series of followers that is sure to be had. */
const SERIES_DAYS = 15;

/**
 * What a collector that never errs and never tires would hold, had it read at the given instants. It is computed from the world, not from what was
 * served: an instant counts unless a scenario refuses everybody then.
 */
export class SimTruth {
  constructor(
    private readonly told: ToldWorld,
    private readonly scenarios: ScenarioEngine,
    /** Instants (epoch ms, ascending) at which everything was asked for. */
    private readonly readings: readonly number[],
  ) {}

  /** Instants at which a kind of an account could be read, from its platform's own server or another. */
  open(account: SimAccount, kind: TruthKind, server?: string): number[] {
    return this.readings.filter((at) => blockAt(this.scenarios, account, { kind, at, server }) === null);
  }

  /** Final rows of the sessions that started in [from, to) and were final at some reading. */
  sessions(account: SimAccount, from: number, to: number): TruthRow[] {
    if (account.platform === 'kuaishou') return [];
    const open = this.open(account, 'sessions');
    return this.told.world.sessionsBetween(account, from, to).flatMap((session) => {
      const read = open.filter((at) => this.isFinal(session, at));
      const last = read[read.length - 1];
      return last === undefined ? [] : [sessionRow(session, this.told.views(session, last))];
    });
  }

  /** Sessions of a Douyin account that started in [from, to), as Ocean Engine's tables of later mornings have them. */
  advertisedSessions(account: SimAccount, from: number, to: number): TruthRow[] {
    const open = this.open(account, 'sessions', 'oceanengine');
    return this.told.world.sessionsBetween(account, from, to).flatMap((session) => {
      const last = open.filter((at) => dayOf(session.endedAt) < dayOf(at)).pop();
      return last === undefined ? [] : [advertisedRow(session, this.told.views(session, last))];
    });
  }

  /** Broadcasts of a Kuaishou account that started in [from, to) and that advertising led to, as Magnetic Engine's tables of later days have them. */
  paidSessions(account: SimAccount, from: number, to: number): TruthRow[] {
    const open = this.open(account, 'sessions', 'magnetic');
    return this.told.world
      .sessionsBetween(account, from, to)
      .filter(({ endedAt }) => open.some((at) => dayOf(endedAt) < dayOf(at)))
      .map(paidRow)
      .filter((row) => row !== null);
  }

  /** Of Channels accounts that only Tencent Ads is connected for. */
  get tencentAds(): TencentAdsTruth {
    return new TencentAdsTruth(this.told, this.scenarios, this.readings);
  }

  /** Numbers of leads of the days in [from, to): of Douyin accounts as Ocean Engine has them, of Channels accounts from their own server. */
  leads(account: SimAccount, from: number, to: number): TruthRow[] {
    const open = this.open(account, 'leads', account.platform === 'douyin' ? 'oceanengine' : undefined);
    const rows: TruthRow[] = [];
    for (let day = dayOf(from); day < dayOf(to); day++)
      if (open.some((at) => dayOf(at) > day)) rows.push({ day: dayText(day), ...leadsOfDay(this.told.world, account, day) });
    return rows;
  }

  /** Videos as the list shows them at an instant. */
  videos(account: SimAccount, at: number): TruthRow[] {
    return this.told.visible(account, at).map((video) => this.videoRow(video, at));
  }

  /** One video at an instant, listed or just deleted; null when there is none with this id. */
  video(account: SimAccount, videoId: string, at: number): TruthRow | null {
    const video = this.told.world.videos(account, at).find((one) => one.videoId === videoId);
    return video && (this.told.deletedAt(video) ?? Infinity) >= at ? this.videoRow(video, at) : null;
  }

  /** Follower totals by day, as far as some reading could tell them. */
  followers(account: SimAccount): TruthRow[] {
    const open = this.open(account, 'followers');
    const told =
      account.platform === 'douyin'
        ? // a series up to the newest day; the shorter of its lengths is sure to be asked for
          open.flatMap((at) => Array.from({ length: 7 }, (_, back) => newestDay(at) - back))
        : open.map(dayOf);
    const first = account.platform === 'douyin' ? Math.min(...open.map(newestDay)) : -Infinity;
    return [...new Set(told)]
      .filter((day) => day >= first)
      .sort((a, b) => a - b)
      .map((day) => this.follower(account, day))
      .filter((row) => row !== null);
  }

  /** The follower total of a day where some reading could have told it; null where none could. */
  follower(account: SimAccount, day: number): TruthRow | null {
    const { world } = this.told;
    const open = this.open(account, 'followers');
    const known =
      account.platform === 'douyin'
        ? this.told.servesDay(account, day) && open.some((at) => newestDay(at) >= day && newestDay(at) < day + SERIES_DAYS)
        : open.some((at) => dayOf(at) === day);
    if (!known) return null;
    return {
      day: dayText(day),
      total: account.platform === 'channels' ? channelsFans(world, account, day) : world.followers(account, day),
    };
  }

  /** Increase of a video on a business day, as a platform's daily series tells it; null for a day that it leaves out. */
  videoDay(account: SimAccount, videoId: string, day: number): TruthRow | null {
    const video = this.told.world.videos(account, dayStart(day + 1)).find((one) => one.videoId === videoId);
    if (!video || !this.told.servesDay(account, day)) return null;
    const after = videoFigures(video, dayStart(day + 1));
    const before = videoFigures(video, dayStart(day));
    return {
      plays: after.plays - before.plays,
      likes: after.likes - before.likes,
      comments: after.comments - before.comments,
      shares: after.shares - before.shares,
    };
  }

  /** Every day from the first reading's to the one before the last reading's that stays unknown, by account and kind. */
  gaps(accounts: readonly SimAccount[]): TruthGap[] {
    const first = this.readings[0];
    const last = this.readings[this.readings.length - 1];
    if (first === undefined || last === undefined) return [];
    const gaps: TruthGap[] = [];
    for (const account of accounts) {
      for (const kind of kindsOf(account)) {
        for (let day = dayOf(first); day < dayOf(last); day++) {
          const gap = this.gapOf(account, kind, day);
          if (gap) gaps.push({ platform: account.platform, accountId: account.accountId, kind, day: dayText(day), ...gap });
        }
      }
    }
    return gaps;
  }

  private gapOf(account: SimAccount, kind: TruthKind, day: number): Pick<TruthGap, 'reason' | 'lastReading'> | null {
    const open = this.open(account, kind);
    const useful = (at: number): boolean => this.couldServe(account, kind, day, at);
    const wanted = this.readings.filter(useful);
    if (wanted.some((at) => open.includes(at))) return null;
    if (account.platform === 'douyin' && kind === 'sessions' && this.advertisingHasTheLastWord(account, day)) return null;
    // what stood in the way the last time decides: it is what nobody could wait for
    const blocked = wanted.length > 0 ? wanted : this.readings.filter((at) => dayOf(at) >= day);
    const at = blocked[blocked.length - 1] ?? 0;
    const lastReading = dayText(dayOf(at));
    if (kind === 'followers' && !this.told.servesDay(account, day)) return { reason: 'never-served', lastReading };
    const reason = blockAt(this.scenarios, account, { kind, at }) ?? (kind === 'sessions' ? 'never-ready' : 'never-served');
    return { reason, lastReading };
  }

  /**
   * Ocean Engine lists the rooms of a Douyin account too, and is done with a day once all its rooms have ended. Of two lists of one day the latest
   * look decides, and of two looks at one instant the one that misses something.
   */
  private advertisingHasTheLastWord(account: SimAccount, day: number): boolean {
    const rooms = this.told.world.sessionsBetween(account, dayStart(day), dayStart(day + 1));
    const done = this.open(account, 'sessions', 'oceanengine').find(
      (at) => dayOf(at) > day && rooms.every(({ endedAt }) => dayOf(endedAt) < dayOf(at)),
    );
    return done !== undefined && this.open(account, 'sessions').every((at) => dayOf(at) <= day || at < done);
  }

  /** Whether a reading at an instant tells a day. */
  private couldServe(account: SimAccount, kind: TruthKind, day: number, at: number): boolean {
    if (kind === 'videos') return dayOf(at) === day;
    if (kind === 'followers') {
      if (account.platform !== 'douyin') return dayOf(at) === day;
      return newestDay(at) >= day && newestDay(at) < day + 7 && this.told.servesDay(account, day);
    }
    if (dayOf(at) <= day) return false;
    return this.told.world.sessionsBetween(account, dayStart(day), dayStart(day + 1)).every((session) => this.isFinal(session, at));
  }

  /** Douyin says when each metric is ready; a Channels live is taken as final on the day after its end. */
  private isFinal(session: SimSession, at: number): boolean {
    if (session.account.platform === 'channels') return dayOf(session.endedAt) < dayOf(at);
    return Array.from({ length: DOUYIN_METRICS }, (_, metric) => this.told.readyAt(session, metric, at)).every((ready) => at >= ready);
  }

  private videoRow(video: SimVideo, at: number): TruthRow {
    const figures = this.told.figures(video, at);
    const hidden = this.told.isPrivate(video, at);
    const { videoId, publishedAt, title } = video;
    const shared = { videoId, publishedAt, title, likes: figures.likes, comments: figures.comments };
    if (video.account.platform === 'kuaishou') return { ...shared, plays: figures.plays, shares: null, status: 'public' };
    return { ...shared, plays: hidden ? 0 : figures.plays, shares: figures.shares, status: hidden ? 'private' : 'public' };
  }
}

/** The newest day of Douyin's daily tables: yesterday from 10:00, before that the day before. */
function newestDay(at: number): number {
  return dayOf(at - 10 * HOUR) - 1;
}

function sessionRow(session: SimSession, views: number): TruthRow {
  const { sessionId, startedAt, endedAt, uniqueViewers, peakConcurrent, comments, shares, follows } = session;
  const shared = { sessionId, startedAt, endedAt, uniqueViewers, peakConcurrent, comments, shares, follows, final: 1 };
  if (session.account.platform === 'channels') {
    const dwell = Math.round(session.watchSeconds / Math.max(1, uniqueViewers));
    return { ...shared, likes: Math.round(session.likes * 0.4), averageDwellSeconds: dwell, views: null, watchSeconds: null };
  }
  const { watchSeconds, likes, commenters, fanViewers } = session;
  return { ...shared, views, watchSeconds, likes, commenters, fanViewers, averageDwellSeconds: null };
}

/** Half-open span of the sessions that a first reading can still reach: the lists of the platforms go a month back. */
export function reachableFrom(firstReading: number): number {
  return dayStart(dayOf(firstReading)) - 25 * DAY;
}
