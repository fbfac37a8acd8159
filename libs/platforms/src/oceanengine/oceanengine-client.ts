import { envelopeCode } from '../envelope-code';
import { PlatformError } from '../platform-error';
import { WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { OCEANENGINE_RATE_LIMITS, oceanengineAction } from './oceanengine-errors';

/** A token and the advertisers that it stands for. */
export interface Advertisers {
  advertiserIds: string[];
  accessToken: string;
}

/** Paid flows, each a filter of its own: auction advertising, brand advertising, DOU+. */
export const PAID_FLOWS = ['AD', 'BRAND', 'DOU'] as const;
export type PaidFlow = (typeof PAID_FLOWS)[number];

export const ROOM_REPORT = '/open_api/v3.0/report/live_room/analysis/get/';
export const CLUES = '/open_api/2/tools/clue/get/';
export const REFRESH = '/open_api/oauth2/refresh_token/';
export const PAGE_SIZE = 100;

interface RoomReportPage {
  advertiserId: string;
  /** First and last day, both included. */
  first: string;
  last: string;
  /** The number (抖音号 id) of the account; null: all rooms that the advertiser sees. */
  awemeId: string | null;
  flow: PaidFlow | null;
  page: number;
}

/** An id as a JSON number: 64 bits, so it never becomes a double. */
const numbers = (ids: string[]): string => `[${ids.join(',')}]`;

/** Wire protocol of 巨量引擎: token in the header `Access-Token`, lists and filters as JSON inside the query, `code` 0 is good, HTTP 200 always. */
export class OceanEngineClient {
  private readonly wire: WireClient;

  constructor(baseUrl: string, options?: WireOptions) {
    this.wire = new WireClient(
      baseUrl,
      {
        platform: 'douyin',
        check: (answer, path) => {
          const code = envelopeCode(answer);
          return code === null ? null : new PlatformError('douyin', oceanengineAction(code), code, path);
        },
        isRateLimit: (code) => OCEANENGINE_RATE_LIMITS.has(code),
      },
      options,
    );
  }

  private get(path: string, accessToken: string, query: Record<string, string | number | undefined>, signal: AbortSignal) {
    return this.wire.send({ path, query, headers: { 'access-token': accessToken }, signal });
  }

  /** Rooms of the days. The report knows whole days only, the newest yesterday. */
  roomReport(
    accessToken: string,
    { advertiserId, first, last, awemeId, flow, page }: RoomReportPage,
    signal: AbortSignal,
  ): Promise<WireObject> {
    const filters = [
      ...(awemeId === null ? [] : [`"aweme_ids":${numbers([awemeId])}`]),
      ...(flow === null ? [] : [`"first_flow_category":"${flow}"`]),
    ];
    const query = {
      advertiser_id: advertiserId,
      start_time: `${first} 00:00:00`,
      end_time: `${last} 23:59:59`,
      filtering: filters.length > 0 ? `{${filters.join(',')}}` : undefined,
      page,
      page_size: PAGE_SIZE,
    };
    return this.get(ROOM_REPORT, accessToken, query, signal);
  }

  clues(
    { advertiserIds, accessToken }: Advertisers,
    { first, last, page }: { first: string; last: string; page: number },
    signal: AbortSignal,
  ) {
    const query = {
      advertiser_ids: numbers(advertiserIds),
      start_time: first,
      end_time: last,
      page,
      page_size: PAGE_SIZE,
    };
    return this.get(CLUES, accessToken, query, signal);
  }

  refreshToken(appId: string, secret: string, refreshToken: string, signal: AbortSignal): Promise<WireObject> {
    const json = { app_id: appId, secret, grant_type: 'refresh_token', refresh_token: refreshToken };
    return this.wire.send({ method: 'POST', path: REFRESH, json, signal });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
