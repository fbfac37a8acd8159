import { answerCheck, WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { CHANNELS_ACTIONS, CHANNELS_WAITS, channelsCode } from './channels-errors';

/** Wire protocol of api.weixin.qq.com: POST with a JSON body (never empty), token in the query, `errcode` in the answer. */
export class ChannelsClient {
  private readonly wire: WireClient;

  constructor(baseUrl: string, options?: WireOptions) {
    // quotas are per appid, and every account has its own: a limit of one holds back no other
    this.wire = new WireClient(
      baseUrl,
      { platform: 'channels', check: answerCheck('channels', channelsCode, CHANNELS_ACTIONS, CHANNELS_WAITS), isRateLimit: () => false },
      options,
    );
  }

  private post(path: string, accessToken: string, json: object, signal: AbortSignal): Promise<WireObject> {
    return this.wire.send({ method: 'POST', path, query: { access_token: accessToken }, json, signal });
  }

  finder(accessToken: string, signal: AbortSignal): Promise<WireObject> {
    return this.post('/channels/finderlive/get_finder_attr_by_appid', accessToken, {}, signal);
  }

  /** Lives that ENDED in the span (unix seconds). */
  livePage(
    accessToken: string,
    span: { startSeconds: number; endSeconds: number; lastBuffer: string },
    signal: AbortSignal,
  ): Promise<WireObject> {
    const body = { start_time: span.startSeconds, end_time: span.endSeconds, last_buffer: span.lastBuffer };
    return this.post('/channels/finderlive/get_finder_live_data_list', accessToken, body, signal);
  }

  /** The stable token: may be asked for by several programs without ending each other's. */
  token(appId: string, secret: string, forceRefresh: boolean, signal: AbortSignal): Promise<WireObject> {
    const json = { grant_type: 'client_credential', appid: appId, secret, force_refresh: forceRefresh };
    return this.wire.send({ method: 'POST', path: '/cgi-bin/stable_token', json, signal });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
