import { envelopeCode } from '../envelope-code';
import { PlatformError } from '../platform-error';
import { WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { isMagneticRateLimit, magneticAction } from './magnetic-errors';

/** Both days included. */
export interface LiveReportPage {
  advertiserId: string;
  first: string;
  last: string;
  page: number;
}

export const LIVE_REPORT = '/rest/openapi/gw/dsp/v1/report/live_user_report';
export const REFRESH = '/rest/openapi/oauth2/authorize/refresh_token';
export const PAGE_SIZE = 2_000;

/** Wire protocol of 磁力引擎: POST with JSON, token in the header `Access-Token`, `code` 0 is good. */
export class MagneticClient {
  private readonly wire: WireClient;
  /** Codes that came with a message of "too many calls": there is no table of them. */
  private readonly rateLimits = new Set<string>();

  constructor(baseUrl: string, options?: WireOptions) {
    this.wire = new WireClient(
      baseUrl,
      {
        platform: 'kuaishou',
        check: (answer, path) => {
          const code = envelopeCode(answer);
          if (code === null) return null;
          if (isMagneticRateLimit(answer)) this.rateLimits.add(code);
          return new PlatformError('kuaishou', magneticAction(answer), code, path);
        },
        isRateLimit: (code) => this.rateLimits.has(code),
      },
      options,
    );
  }

  /** Broadcasts that advertising led to, by day. */
  liveReport(accessToken: string, { advertiserId, first, last, page }: LiveReportPage, signal: AbortSignal): Promise<WireObject> {
    const json = {
      // ids fit a double here; text where one does not
      advertiser_id: Number.isSafeInteger(Number(advertiserId)) ? Number(advertiserId) : advertiserId,
      start_date: first,
      end_date: last,
      temporal_granularity: 'DAILY',
      page,
      page_size: PAGE_SIZE,
    };
    return this.wire.send({ method: 'POST', path: LIVE_REPORT, headers: { 'access-token': accessToken }, json, signal });
  }

  refreshToken(appId: string, secret: string, refreshToken: string, signal: AbortSignal): Promise<WireObject> {
    return this.wire.send({ method: 'POST', path: REFRESH, json: { app_id: appId, secret, refresh_token: refreshToken }, signal });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
