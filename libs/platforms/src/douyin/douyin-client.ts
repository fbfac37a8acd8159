import { PlatformError } from '../platform-error';
import { answerCheck, WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { DOUYIN_ACTIONS, DOUYIN_RATE_LIMITS, douyinCode } from './douyin-errors';
import { DOUYIN_LIVE_ID } from './douyin-mapper';
import { DOUYIN_LIMITS } from './limits';

/** A user token and whose it is. */
export interface DouyinUser {
  openId: string;
  accessToken: string;
}

/** Asked for first; the maximum is not documented, so a refusal falls back to the size of the documentation's samples. */
const LARGE_PAGE = 50;
const SAMPLE_PAGE = 10;
const BAD_PARAMETER = new Set(['28001007', '2100005']);

/** Wire protocol of open.douyin.com: token in the header `access-token`, `open_id` in the query, errors in HTTP 200. */
export class DouyinClient {
  private readonly wire: WireClient;
  private pageSize = LARGE_PAGE;

  constructor(baseUrl: string, options?: WireOptions) {
    this.wire = new WireClient(
      baseUrl,
      {
        platform: 'douyin',
        check: answerCheck('douyin', douyinCode, DOUYIN_ACTIONS),
        isRateLimit: (code) => DOUYIN_RATE_LIMITS.has(code),
        limits: DOUYIN_LIMITS,
      },
      options,
    );
  }

  private get(path: string, user: DouyinUser, query: Record<string, string | number>, signal: AbortSignal): Promise<WireObject> {
    return this.wire.send({ path, query: { open_id: user.openId, ...query }, headers: { 'access-token': user.accessToken }, signal });
  }

  profile(user: DouyinUser, signal: AbortSignal): Promise<WireObject> {
    const form = { open_id: user.openId, access_token: user.accessToken };
    return this.wire.send({ method: 'POST', path: '/oauth/userinfo/', headers: { 'access-token': user.accessToken }, form, signal });
  }

  async videoPage(user: DouyinUser, cursor: string | number, signal: AbortSignal): Promise<WireObject> {
    const page = (count: number) => this.get('/api/douyin/v1/video/video_list/', user, { cursor, count }, signal);
    try {
      return await page(this.pageSize);
    } catch (error) {
      if (!(error instanceof PlatformError) || !BAD_PARAMETER.has(error.wireCode) || this.pageSize === SAMPLE_PAGE) throw error;
      this.pageSize = SAMPLE_PAGE;
      return page(SAMPLE_PAGE);
    }
  }

  videoSeries(user: DouyinUser, itemId: string, series: string, signal: AbortSignal): Promise<WireObject> {
    return this.get(`/data/external/item/${series}/`, user, { item_id: itemId, date_type: 30 }, signal);
  }

  /** `days`: 7 or 15; more is documented in conflict. */
  followerSeries(user: DouyinUser, days: 7 | 15, signal: AbortSignal): Promise<WireObject> {
    return this.get('/data/external/user/fans/', user, { date_type: days }, signal);
  }

  /** Instants in unix seconds. */
  roomIds(user: DouyinUser, startSeconds: number, endSeconds: number, signal: AbortSignal): Promise<WireObject> {
    return this.get('/room/data/room_id/get/', user, { start_time: startSeconds, end_time: endSeconds }, signal);
  }

  roomMetrics(user: DouyinUser, group: 'base' | 'audience' | 'interactive', roomId: string, signal: AbortSignal): Promise<WireObject> {
    return this.get(`/room/data/${group}/get/`, user, { room_id: roomId, live_id: DOUYIN_LIVE_ID }, signal);
  }

  refreshToken(clientKey: string, refreshToken: string, signal: AbortSignal): Promise<WireObject> {
    const form = { client_key: clientKey, grant_type: 'refresh_token', refresh_token: refreshToken };
    return this.wire.send({ method: 'POST', path: '/oauth/refresh_token/', form, signal });
  }

  renewRefreshToken(clientKey: string, refreshToken: string, signal: AbortSignal): Promise<WireObject> {
    return this.wire.send({
      method: 'POST',
      path: '/oauth/renew_refresh_token/',
      form: { client_key: clientKey, refresh_token: refreshToken },
      signal,
    });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
