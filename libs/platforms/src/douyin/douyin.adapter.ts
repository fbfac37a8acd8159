import { businessDay, dayStart } from '@app/contracts';
import type { Clock, PlatformSettings } from '@app/config';
import type { Grant } from '../grant';
import {
  Platform,
  type FollowerRow,
  type PlatformCall,
  type ProfileRow,
  type SessionReading,
  type SessionsRequest,
  type VideoDayRow,
  type VideoRow,
} from '../platform';
import { PlatformError } from '../platform-error';
import type { WireOptions } from '../wire/wire-client';
import { wireBoolean, wireCount, wireId, wireList, wireObject, wireText, type WireObject } from '../wire/wire-value';
import { DouyinClient, type DouyinUser } from './douyin-client';
import { DOUYIN_CAPABILITIES, DOUYIN_FOLLOWER_DAYS } from './douyin-capabilities';
import { mapFollowers, mapRoomIds, mapSession, mapVideo, mapVideoDays } from './douyin-mapper';

const DAY_MS = 86_400_000;
/** A list that never says "no more" is given up, so that a broken server cannot hold a worker forever. */
const MAX_PAGES = 2_000;
/** The longest span of one room list: the documentation names no limit, a month is what its samples show. */
const MAX_SPAN_MS = 30 * DAY_MS;
/**
 * Refreshing the access token does not extend the refresh token. It is looked at when the access token is refreshed, which is every 15 days: so
 * what ends before the next look is renewed now.
 */
const RENEW_AHEAD_MS = 16 * DAY_MS;

/** The platform renews a refresh token at most so often, then refuses with this code. */
const RENEWAL_LIMIT = 5;
const RENEWALS_USED_UP = '10020';

const userOf = (grant: Grant): DouyinUser => ({ openId: grant.principalId, accessToken: grant.accessToken });
const SERIES = ['play', 'like', 'comment', 'share'] as const;

/** Douyin's open platform: profile, video list and daily series, follower series, live rooms with T+1 metrics. */
export class DouyinAdapter extends Platform {
  readonly name = 'douyin';
  readonly product = 'douyin-open';
  override readonly followerHistoryDays = DOUYIN_FOLLOWER_DAYS;
  readonly storesTokens = true;
  readonly capabilities = DOUYIN_CAPABILITIES;
  private readonly client: DouyinClient;

  constructor(
    private readonly settings: PlatformSettings,
    options?: WireOptions,
  ) {
    super();
    this.client = new DouyinClient(settings.baseUrl, options);
  }

  override async profile({ grant, signal }: PlatformCall): Promise<ProfileRow> {
    const answer = await grant.use((current) => this.client.profile(userOf(current), signal));
    return { name: wireText(wireObject(answer.data).nickname), followers: null };
  }

  /** Figures are T+1: today's rooms are asked for tomorrow. */
  override async *sessions(
    { account, grant, clock, signal }: PlatformCall,
    { from, to: until, isFinal }: SessionsRequest,
  ): AsyncIterable<SessionReading> {
    const to = Math.min(until, dayStart(businessDay(clock.now(), account.zone), account.zone));
    const seen = new Set<string>();
    for (let start = from; start < to; start += MAX_SPAN_MS) {
      const end = Math.min(to, start + MAX_SPAN_MS);
      const list = await grant.use((current) =>
        this.client.roomIds(userOf(current), Math.floor(start / 1_000), Math.ceil(end / 1_000), signal),
      );
      for (const roomId of mapRoomIds(list)) {
        if (seen.has(roomId) || isFinal(roomId)) continue;
        seen.add(roomId);
        const answers = await Promise.all(
          (['base', 'audience', 'interactive'] as const).map((group) =>
            grant.use((current) => this.client.roomMetrics(userOf(current), group, roomId, signal)),
          ),
        );
        yield mapSession(roomId, answers);
      }
    }
  }

  override async *videos({ grant, signal }: PlatformCall): AsyncIterable<VideoRow> {
    const seen = new Set<string>();
    let cursor: string | number = 0;
    for (let page = 0; page < MAX_PAGES; page++) {
      const at: string | number = cursor;
      const data: WireObject = wireObject((await grant.use((current) => this.client.videoPage(userOf(current), at, signal))).data);
      for (const row of wireList(data.list)) {
        const video = mapVideo(row);
        if (!video || seen.has(video.videoId)) continue;
        seen.add(video.videoId);
        yield video;
      }
      // pinned videos make pages longer or shorter than asked: only has_more ends the list
      if (!wireBoolean(data.has_more)) return;
      cursor = wireId(data.cursor) ?? wireCount(data.cursor) ?? at;
      if (String(cursor) === String(at))
        throw new PlatformError('douyin', 'fail', 'cursor stands still', '/api/douyin/v1/video/video_list/');
    }
    throw new PlatformError('douyin', 'fail', 'list without end', '/api/douyin/v1/video/video_list/');
  }

  /** Days of a video published within the last 30 days; none on the day of the authorisation. */
  override async *videoDays({ grant, signal }: PlatformCall, video: Pick<VideoRow, 'videoId' | 'seriesId'>): AsyncIterable<VideoDayRow> {
    const itemId = video.seriesId ?? video.videoId;
    const days = new Map<string, VideoDayRow>();
    const answers = await Promise.all(
      SERIES.map((series) => grant.use((current) => this.client.videoSeries(userOf(current), itemId, series, signal))),
    );
    SERIES.forEach((series, index) => {
      for (const row of mapVideoDays(video.videoId, series, answers[index])) days.set(row.day, { ...days.get(row.day), ...row });
    });
    yield* days.values();
  }

  override async *followers({ grant, signal }: PlatformCall, days: number): AsyncIterable<FollowerRow> {
    yield* mapFollowers(await grant.use((current) => this.client.followerSeries(userOf(current), days <= 6 ? 7 : 15, signal)));
  }

  async refresh(grant: Grant, _force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant> {
    const clientKey = grant.appId ?? this.settings.appId;
    if (!clientKey) throw new PlatformError('douyin', 'stop-all', 'no client key', '/oauth/refresh_token/');
    if (!grant.refreshToken) throw new PlatformError('douyin', 'mark-revoked', 'no refresh token', '/oauth/refresh_token/');
    const data = wireObject((await this.client.refreshToken(clientKey, grant.refreshToken, signal)).data);
    const accessToken = wireText(data.access_token);
    if (accessToken === '') throw new PlatformError('douyin', 'fail', 'no token in answer', '/oauth/refresh_token/');
    const life = wireCount(data.expires_in);
    const refreshed: Grant = {
      ...grant,
      accessToken,
      refreshToken: wireText(data.refresh_token) || grant.refreshToken,
      accessExpiresAt: life === null ? null : clock.now() + life * 1_000,
    };
    return this.renewed(refreshed, clientKey, clock.now(), signal);
  }

  /**
   * A refresh token near its end is renewed, as the last call before the grant is stored: the old one dies at once. When the platform refuses
   * (it renews at most five times, which are counted), the old one is used until it ends.
   */
  private async renewed(grant: Grant, clientKey: string, now: number, signal: AbortSignal): Promise<Grant> {
    const { refreshToken, refreshExpiresAt } = grant;
    if (!refreshToken || refreshExpiresAt === null || refreshExpiresAt - RENEW_AHEAD_MS > now) return grant;
    try {
      const data = wireObject((await this.client.renewRefreshToken(clientKey, refreshToken, signal)).data);
      const token = wireText(data.refresh_token);
      const life = wireCount(data.expires_in) ?? wireCount(data.refresh_expires_in);
      if (token === '') return grant;
      const renewals = (grant.renewals ?? 0) + 1;
      return { ...grant, refreshToken: token, refreshExpiresAt: now + (life === null ? 30 * DAY_MS : life * 1_000), renewals };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      return error.wireCode === RENEWALS_USED_UP ? { ...grant, renewals: RENEWAL_LIMIT } : grant;
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
