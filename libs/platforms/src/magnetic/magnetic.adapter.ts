import { addDays, dayStart } from '@app/contracts';
import type { PlatformSettings } from '@app/config';
import { advertisersOf, AdvertisingPlatform } from '../advertising-platform';
import { numberedPages, rowsOf } from '../numbered-pages';
import type { PlatformCall, SessionReading, SessionsRequest } from '../platform';
import { dayStretches, PLATFORM_ZONE, platformDay } from '../wire/wire-time';
import type { WireOptions } from '../wire/wire-client';
import { wireCount, wireObject, type WireObject } from '../wire/wire-value';
import { MAGNETIC_CAPABILITIES } from './magnetic-capabilities';
import { LIVE_REPORT, MagneticClient, PAGE_SIZE, REFRESH, type LiveReportPage } from './magnetic-client';
import { liveUserOf, mapBroadcasts } from './magnetic-mapper';

/** No longest span is published. */
const REPORT_DAYS = 30;

/** 磁力引擎: the paid views of an account's broadcasts. The grant is an advertiser's. */
export class MagneticAdapter extends AdvertisingPlatform<MagneticClient> {
  readonly name = 'kuaishou';
  readonly product = 'magnetic';
  readonly capabilities = MAGNETIC_CAPABILITIES;
  protected readonly renewal = { endpoint: REFRESH, accessLife: 'access_token_expires_in' };

  constructor(settings: PlatformSettings, options?: WireOptions) {
    super(new MagneticClient(settings.baseUrl, options), settings);
  }

  /** Days are asked for one wider at each end, so that a broadcast over midnight is whole; today is not over and not asked for. */
  override async *sessions(call: PlatformCall, { from, to, isFinal }: SessionsRequest): AsyncIterable<SessionReading> {
    const today = platformDay(call.clock.now());
    const end = addDays(platformDay(Math.max(from, to - 1)), 2);
    const rows: WireObject[] = [];
    const stretches = dayStretches(addDays(platformDay(from), -1), end < today ? end : today, REPORT_DAYS);
    // each advertiser reports the viewers that its own money brought: they add up
    for (const advertiserId of advertisersOf(call.grant.current()))
      for (const stretch of stretches)
        for await (const row of this.report(call, { advertiserId, ...stretch }))
          if (liveUserOf(row) === call.account.accountId) rows.push(row);
    for (const reading of mapBroadcasts(rows, dayStart(today, PLATFORM_ZONE))) {
      const { sessionId, startedAt } = reading;
      if (startedAt !== null && startedAt >= from && startedAt < to && !isFinal(sessionId)) yield reading;
    }
  }

  private async *report(call: PlatformCall, asked: Omit<LiveReportPage, 'page'>): AsyncGenerator<WireObject> {
    const fetch = async (page: number) => {
      const answer = await call.grant.use((grant) => this.client.liveReport(grant.accessToken, { ...asked, page }, call.signal));
      const data = wireObject(answer.data);
      return { rows: rowsOf(data, 'details'), totalPages: null, totalRows: wireCount(data.total_count) };
    };
    for await (const rows of numberedPages({ platform: this.name, endpoint: LIVE_REPORT, pageSize: PAGE_SIZE, fetch })) yield* rows;
  }
}
