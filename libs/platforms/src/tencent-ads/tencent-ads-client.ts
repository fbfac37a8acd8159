import { randomUUID } from 'node:crypto';
import { envelopeCode } from '../envelope-code';
import { PlatformError } from '../platform-error';
import { WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { TENCENT_ADS_RATE_LIMITS, TENCENT_ADS_WAITS, tencentAdsAction } from './tencent-ads-errors';

/** An advertising account's token, its id, the brands that it may ask about (none: a dealer's own account), and the instant of the call. */
export interface AdsAccount {
  accountId: string;
  brandIds: string[];
  accessToken: string;
  now: number;
}

export type ChannelReport = 'live' | 'fans' | 'leads';

/** Path and list key of each report. */
export const REPORTS: Readonly<Record<ChannelReport, { path: string; list: string }>> = {
  live: { path: '/v3.0/video_channel_live_data/get', list: 'living_info_list' },
  fans: { path: '/v3.0/video_channel_fans_data/get', list: 'fans_info_list' },
  leads: { path: '/v3.0/video_channel_leads_data/get', list: 'leads_info_list' },
};
export const TOKEN = '/oauth/token';
export const PAGE_SIZE = 100;

/** Ids are 64 bits: a number where a double holds it, else text. */
const idOf = (id: string): number | string => (Number.isSafeInteger(Number(id)) ? Number(id) : id);
const dayNumber = (day: string): number => Number(day.replaceAll('-', ''));

/** Wire protocol of Tencent Ads: token, a fresh timestamp and a nonce of its own in every call's query; `code` 0 is good. */
export class TencentAdsClient {
  private readonly wire: WireClient;

  constructor(baseUrl: string, options?: WireOptions) {
    this.wire = new WireClient(
      baseUrl,
      {
        platform: 'channels',
        check: (answer, path) => {
          const code = envelopeCode(answer);
          return code === null ? null : new PlatformError('channels', tencentAdsAction(code), code, path, TENCENT_ADS_WAITS[code]);
        },
        isRateLimit: (code) => TENCENT_ADS_RATE_LIMITS.has(code),
      },
      options,
    );
  }

  /** One page of a report about one channel, both days included. */
  page(
    report: ChannelReport,
    { accountId, brandIds, accessToken, now }: AdsAccount,
    { channelId, first, last, page }: { channelId: string; first: string; last: string; page: number },
    signal: AbortSignal,
  ): Promise<WireObject> {
    const json = {
      account_id: idOf(accountId),
      ...(brandIds.length > 0 ? { brand_ids: brandIds.map(idOf) } : {}),
      video_channel_ids: [channelId],
      start_date: dayNumber(first),
      end_date: dayNumber(last),
      page,
      page_size: PAGE_SIZE,
    };
    const wire = {
      method: 'POST' as const,
      path: REPORTS[report].path,
      // read at every try: a nonce that comes twice is refused
      get query() {
        return { access_token: accessToken, timestamp: Math.floor(now / 1_000), nonce: randomUUID().replaceAll('-', '') };
      },
      json,
      signal,
    };
    return this.wire.send(wire);
  }

  refreshToken(clientId: string, clientSecret: string, refreshToken: string, signal: AbortSignal): Promise<WireObject> {
    const query = { client_id: clientId, client_secret: clientSecret, grant_type: 'refresh_token', refresh_token: refreshToken };
    return this.wire.send({ path: TOKEN, query, signal });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
