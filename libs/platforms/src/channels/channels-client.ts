import { answerCheck, WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { CHANNELS_ACTIONS, CHANNELS_RATE_LIMITS, CHANNELS_WAITS, channelsCode } from './channels-errors';
import { CHANNELS_LIMITS, FORCED_TOKEN_ENDPOINT } from './limits';

/** Wire protocol of api.weixin.qq.com: POST with a JSON body (never empty), token in the query, `errcode` in the answer. */
export class ChannelsClient {
  private readonly wire: WireClient;

  constructor(baseUrl: string, options?: WireOptions) {
    // quotas are per appid, and every account has its own: a limit of one holds back no other
    const check = answerCheck('channels', channelsCode, CHANNELS_ACTIONS, CHANNELS_WAITS);
    this.wire = new WireClient(
      baseUrl,
      { platform: 'channels', check, isRateLimit: (code) => CHANNELS_RATE_LIMITS.has(code), limits: CHANNELS_LIMITS },
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

  /** The dashboard of one live; shop rooms only. */
  dashboard(accessToken: string, exportId: string, signal: AbortSignal): Promise<WireObject> {
    return this.post('/channels/livedashboard/getlivedata', accessToken, { export_id: exportId }, signal);
  }

  /** Numbers of leads of the span (unix seconds), all sources. */
  leadTotals(accessToken: string, span: { startSeconds: number; endSeconds: number }, signal: AbortSignal): Promise<WireObject> {
    const body = { start_time: span.startSeconds, end_time: span.endSeconds, source_type: 0 };
    return this.post('/channels/finderlive/get_finder_live_leads_data', accessToken, body, signal);
  }

  /** The stable token: may be asked for by several programs without ending each other's. */
  token(appId: string, secret: string, forceRefresh: boolean, signal: AbortSignal): Promise<WireObject> {
    const json = { grant_type: 'client_credential', appid: appId, secret, force_refresh: forceRefresh };
    const endpoint = forceRefresh ? FORCED_TOKEN_ENDPOINT : undefined;
    return this.wire.send({ method: 'POST', path: '/cgi-bin/stable_token', endpoint, json, signal });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
