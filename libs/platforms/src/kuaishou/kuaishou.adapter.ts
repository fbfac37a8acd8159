import { businessDay } from '@app/contracts';
import type { Clock, PlatformSettings } from '@app/config';
import type { Grant } from '../grant';
import { Platform, type FollowerRow, type PlatformCall, type ProfileRow, type VideoRow } from '../platform';
import { PlatformError } from '../platform-error';
import type { WireOptions } from '../wire/wire-client';
import { wireCount, wireText, type WireObject } from '../wire/wire-value';
import { KUAISHOU_CAPABILITIES } from './kuaishou-capabilities';
import { KuaishouClient, type KuaishouUser } from './kuaishou-client';
import { mapPublicCount, mapUser, mapVideos, nextCursors } from './kuaishou-mapper';

const VIDEO_LIST = '/openapi/photo/list';
const MAX_PAGES = 2_000;
/** A counter of a platform is a few off; a list that was cut short lacks more than that. */
const COUNT_SLACK = 2;
const COUNT_SLACK_SHARE = 0.01;
/** How many older neighbours are tried as cursor when the oldest video was deleted between two pages. */
const CURSOR_TRIES = 3;

/** Kuaishou's open platform: followers now, and the video list with running totals. Live figures are in no call. */
export class KuaishouAdapter extends Platform {
  readonly name = 'kuaishou';
  readonly product = 'kuaishou-open';
  readonly storesTokens = true;
  readonly capabilities = KUAISHOU_CAPABILITIES;
  private readonly client: KuaishouClient;

  constructor(
    private readonly settings: PlatformSettings,
    options?: WireOptions,
  ) {
    super();
    this.client = new KuaishouClient(settings.baseUrl, options);
  }

  private userOf(grant: Grant): KuaishouUser {
    const appId = grant.appId ?? this.settings.appId;
    if (!appId) throw new PlatformError('kuaishou', 'stop-all', 'no app id', '/openapi');
    return { appId, accessToken: grant.accessToken };
  }

  override async profile({ grant, signal }: PlatformCall): Promise<ProfileRow> {
    return mapUser(await grant.use((current) => this.client.userInfo(this.userOf(current), signal)));
  }

  override async *followers(call: PlatformCall): AsyncIterable<FollowerRow> {
    const { followers } = await this.profile(call);
    if (followers !== null) yield { day: businessDay(call.clock.now(), call.account.zone), total: followers };
  }

  /**
   * Pages by the id of the oldest video so far. There is no "has more", and a short page may come before the end: the list ends with a page
   * that brings nothing new. It is then compared with the number of public videos, where the platform tells it.
   */
  override async *videos(call: PlatformCall, oldest: string | null = null): AsyncIterable<VideoRow> {
    const seen = new Set<string>();
    const unseen = (videos: VideoRow[]): VideoRow[] => {
      const fresh = videos.filter(({ videoId }) => !seen.has(videoId));
      for (const video of fresh) seen.add(video.videoId);
      return fresh;
    };
    let cursors: (string | undefined)[] = [undefined];
    let ended = false;
    for (let page = 0; page < MAX_PAGES && !ended; page++) {
      const videos = mapVideos(await this.pageFrom(call, cursors));
      const fresh = unseen(videos);
      yield* fresh;
      ended = fresh.length === 0 || (oldest !== null && seen.has(oldest));
      cursors = nextCursors(videos);
    }
    if (!ended) throw new PlatformError('kuaishou', 'fail', 'list without end', VIDEO_LIST);
    const count = await this.publicCount(call);
    if (count === null || seen.size >= count) return;
    // one may have been published since the first page
    yield* unseen(mapVideos(await this.pageFrom(call, [undefined])));
    if (count - seen.size > Math.max(COUNT_SLACK, count * COUNT_SLACK_SHARE))
      throw new PlatformError('kuaishou', 'fail', 'list shorter than its count', VIDEO_LIST);
  }

  /** Null where the call is not to be had: the list then stands alone. */
  private async publicCount({ grant, signal }: PlatformCall): Promise<number | null> {
    try {
      return mapPublicCount(await grant.use((current) => this.client.videoCount(this.userOf(current), signal)));
    } catch (error) {
      if (error instanceof PlatformError && ['fail', 'gone', 'stop-endpoint'].includes(error.action)) return null;
      throw error;
    }
  }

  private async pageFrom({ grant, signal }: PlatformCall, cursors: (string | undefined)[]): Promise<WireObject> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await grant.use((current) => this.client.videoPage(this.userOf(current), cursors[attempt], signal));
      } catch (error) {
        const deleted = error instanceof PlatformError && error.action === 'gone';
        if (!deleted || attempt + 1 >= Math.min(CURSOR_TRIES, cursors.length)) throw error;
      }
    }
  }

  async refresh(grant: Grant, _force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant> {
    const appId = grant.appId ?? this.settings.appId;
    const appSecret = grant.appSecret ?? this.settings.appSecret;
    if (!appId || !appSecret) throw new PlatformError('kuaishou', 'stop-all', 'no app credentials', '/oauth2/refresh_token');
    if (!grant.refreshToken) throw new PlatformError('kuaishou', 'mark-revoked', 'no refresh token', '/oauth2/refresh_token');
    const answer = await this.client.refreshToken(appId, appSecret, grant.refreshToken, signal);
    const accessToken = wireText(answer.access_token);
    if (accessToken === '') throw new PlatformError('kuaishou', 'fail', 'no token in answer', '/oauth2/refresh_token');
    const until = (value: unknown): number | null => {
      const seconds = wireCount(value);
      return seconds === null ? null : clock.now() + seconds * 1_000;
    };
    return {
      ...grant,
      accessToken,
      refreshToken: wireText(answer.refresh_token) || grant.refreshToken,
      accessExpiresAt: until(answer.expires_in),
      refreshExpiresAt: until(answer.refresh_token_expires_in) ?? grant.refreshExpiresAt,
    };
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
