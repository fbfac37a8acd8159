import { addDays, dayStart } from '@app/contracts';
import type { PlatformSettings } from '@app/config';
import { AdvertisingPlatform } from '../advertising-platform';
import type { Grant } from '../grant';
import { numberedPages, pageTotals, rowsOf } from '../numbered-pages';
import type { DaySpan, FollowerRow, LeadRow, PlatformCall, SessionReading, SessionsRequest } from '../platform';
import { dayStretches, PLATFORM_ZONE, platformDay } from '../wire/wire-time';
import type { WireOptions } from '../wire/wire-client';
import { wireObject, type WireObject } from '../wire/wire-value';
import { TENCENT_ADS_CAPABILITIES, TENCENT_ADS_FOLLOWER_DAYS } from './tencent-ads-capabilities';
import { PAGE_SIZE, REPORTS, TencentAdsClient, TOKEN, type AdsAccount, type ChannelReport } from './tencent-ads-client';
import { channelOf, mapFans, mapLeadDays, mapShowing } from './tencent-ads-mapper';

/** No longest span is published; a month is what its back office shows. */
const REPORT_DAYS = 31;

/** The grant's principal is the advertising account; a brand's account names its brands behind a colon: `10000001:501,502`. */
function adsAccount(grant: Grant, now: number): AdsAccount {
  const [accountId = '', brands = ''] = grant.principalId.split(':');
  return { accountId, brandIds: brands.split(',').filter((id) => id !== ''), accessToken: grant.accessToken, now };
}

/** Tencent Ads: broadcasts, follower totals and numbers of leads of a brand's or a dealer's channels, by whole days. */
export class TencentAdsAdapter extends AdvertisingPlatform<TencentAdsClient> {
  readonly name = 'channels';
  readonly product = 'tencent-ads';
  override readonly followerHistoryDays = TENCENT_ADS_FOLLOWER_DAYS;
  /** A broadcast has another id here than in the account's own interface. */
  override readonly ownSessionIds = true;
  readonly capabilities = TENCENT_ADS_CAPABILITIES;
  protected readonly renewal = { endpoint: TOKEN, accessLife: 'access_token_expires_in' };

  constructor(settings: PlatformSettings, options?: WireOptions) {
    super(new TencentAdsClient(settings.baseUrl, options), settings);
  }

  override async *sessions(call: PlatformCall, { from, to, isFinal }: SessionsRequest): AsyncIterable<SessionReading> {
    const finalBefore = dayStart(platformDay(call.clock.now()), PLATFORM_ZONE);
    // a broadcast may be in the table of its end
    const toDay = addDays(platformDay(Math.max(from, to - 1)), 2);
    const seen = new Set<string>();
    for await (const row of this.rows(call, 'live', { fromDay: platformDay(from), toDay })) {
      const reading = mapShowing(row, finalBefore);
      if (!reading || seen.has(reading.sessionId) || isFinal(reading.sessionId)) continue;
      seen.add(reading.sessionId);
      if (reading.startedAt !== null && reading.startedAt >= from && reading.startedAt < to) yield reading;
    }
  }

  override async *followers(call: PlatformCall, days: number): AsyncIterable<FollowerRow> {
    const toDay = platformDay(call.clock.now());
    const fromDay = addDays(toDay, -Math.min(Math.max(days, 1) + 1, TENCENT_ADS_FOLLOWER_DAYS));
    for await (const row of this.rows(call, 'fans', { fromDay, toDay })) {
      const fans = mapFans(row);
      if (fans) yield fans;
    }
  }

  override async *leads(call: PlatformCall, days: DaySpan): AsyncIterable<LeadRow> {
    const rows: WireObject[] = [];
    for await (const row of this.rows(call, 'leads', days)) rows.push(row);
    yield* mapLeadDays(rows, days);
  }

  /** Rows of the account's channel. Tables are made the next morning: today is not asked for. */
  private async *rows(call: PlatformCall, report: ChannelReport, { fromDay, toDay }: DaySpan): AsyncGenerator<WireObject> {
    const today = platformDay(call.clock.now());
    const { path, list } = REPORTS[report];
    const channelId = call.account.accountId;
    for (const { first, last } of dayStretches(fromDay, toDay < today ? toDay : today, REPORT_DAYS)) {
      const fetch = async (page: number) => {
        const span = { channelId, first, last, page };
        const answer = await call.grant.use((grant) => this.client.page(report, adsAccount(grant, call.clock.now()), span, call.signal));
        const data = wireObject(answer.data);
        return { rows: rowsOf(data, list), ...pageTotals(data) };
      };
      for await (const rows of numberedPages({ platform: this.name, endpoint: path, pageSize: PAGE_SIZE, fetch }))
        for (const row of rows) if ((channelOf(row) ?? channelId) === channelId) yield row;
    }
  }
}
