import { addDays, businessDay, dayStart } from '@app/contracts';
import type { PlatformSettings } from '@app/config';
import { advertisersOf, AdvertisingPlatform } from '../advertising-platform';
import type { Grant } from '../grant';
import { numberedPages, pageTotals, rowsOf } from '../numbered-pages';
import type { DaySpan, LeadRow, PlatformCall, SessionReading, SessionsRequest } from '../platform';
import { PlatformError } from '../platform-error';
import { dayStretches, PLATFORM_ZONE, platformDay } from '../wire/wire-time';
import type { WireOptions } from '../wire/wire-client';
import { wireObject, type WireObject } from '../wire/wire-value';
import { OCEANENGINE_CAPABILITIES } from './oceanengine-capabilities';
import {
  CLUES,
  OceanEngineClient,
  PAGE_SIZE,
  PAID_FLOWS,
  REFRESH,
  ROOM_REPORT,
  type Advertisers,
  type PaidFlow,
} from './oceanengine-client';
import { anchorOf, leadDays, mapClue, mapFlow, mapRoom } from './oceanengine-mapper';

/** The report answers at most 62 days at once. */
const REPORT_DAYS = 62;
const CLUE_DAYS = 30;
/** A number as the filter takes it; an account known by another id is found among all rooms of the advertiser. */
const AWEME_ID = /^[1-9]\d{0,18}$/;

const advertisersIn = (grant: Grant): Advertisers => ({ advertiserIds: advertisersOf(grant), accessToken: grant.accessToken });

interface Rooms {
  first: string;
  last: string;
  flow: PaidFlow | null;
}

/** 巨量引擎: T+1 figures of an account's rooms with the part that was paid for, and numbers of leads. The grant is an advertiser's. */
export class OceanEngineAdapter extends AdvertisingPlatform<OceanEngineClient> {
  readonly name = 'douyin';
  readonly product = 'oceanengine';
  readonly capabilities = OCEANENGINE_CAPABILITIES;
  protected readonly renewal = { endpoint: REFRESH, accessLife: 'expires_in' };

  constructor(settings: PlatformSettings, options?: WireOptions) {
    super(new OceanEngineClient(settings.baseUrl, options), settings);
  }

  override async *sessions(call: PlatformCall, { from, to, isFinal }: SessionsRequest): AsyncIterable<SessionReading> {
    const today = platformDay(call.clock.now());
    const finalBefore = dayStart(today, PLATFORM_ZONE);
    const end = addDays(platformDay(Math.max(from, to - 1)), 1);
    for (const { first, last } of dayStretches(platformDay(from), end < today ? end : today, REPORT_DAYS)) {
      const rooms = new Map<string, WireObject>();
      for await (const row of this.rooms(call, { first, last, flow: null })) {
        const roomId = mapFlow(row)?.roomId;
        if (roomId !== undefined) rooms.set(roomId, row);
      }
      const wanted = [...rooms].filter(([roomId]) => !isFinal(roomId));
      const paid = wanted.length > 0 ? await this.paidViews(call, first, last) : null;
      for (const [roomId, row] of wanted) {
        const reading = mapRoom(row, paid === null ? null : (paid.get(roomId) ?? 0), finalBefore);
        if (reading?.startedAt != null && reading.startedAt >= from && reading.startedAt < to) yield reading;
      }
    }
  }

  /** Rows of the account. Asked for by its number the report holds all its rooms, of all advertisers and flows. */
  private async *rooms(call: PlatformCall, { first, last, flow }: Rooms): AsyncGenerator<WireObject> {
    const { accountId } = call.account;
    const awemeId = AWEME_ID.test(accountId) ? accountId : null;
    const advertiserIds = advertisersOf(call.grant.current());
    // each advertiser sees only rooms of its own, unless a number is asked for: then one is enough
    for (const advertiserId of awemeId === null ? advertiserIds : advertiserIds.slice(0, 1)) {
      const fetch = async (page: number) => {
        const asked = { advertiserId, first, last, awemeId, flow, page };
        const answer = await call.grant.use((grant) => this.client.roomReport(grant.accessToken, asked, call.signal));
        const data = wireObject(answer.data);
        return { rows: rowsOf(data, 'list'), ...pageTotals(data) };
      };
      for await (const rows of numberedPages({ platform: this.name, endpoint: ROOM_REPORT, pageSize: PAGE_SIZE, fetch }))
        for (const row of rows) if (awemeId !== null || anchorOf(row) === accountId) yield row;
    }
  }

  /** Views of the paid flows by room. Null where the report refuses the filter, or lists a room without its views: then nobody knows. */
  private async paidViews(call: PlatformCall, first: string, last: string): Promise<Map<string, number> | null> {
    const views = new Map<string, number>();
    try {
      for (const flow of PAID_FLOWS) {
        // two advertisers may list one room: its figures are the room's, not theirs
        const ofFlow = new Map<string, number>();
        for await (const row of this.rooms(call, { first, last, flow })) {
          const part = mapFlow(row);
          if (part?.views == null) return null;
          ofFlow.set(part.roomId, part.views);
        }
        for (const [roomId, part] of ofFlow) views.set(roomId, (views.get(roomId) ?? 0) + part);
      }
    } catch (error) {
      if (error instanceof PlatformError && ['fail', 'stop-endpoint'].includes(error.action)) return null;
      throw error;
    }
    return views;
  }

  /** Whole days only. A lead names its advertiser, not an account: the grant must be of one account, else its leads cannot be told apart. */
  override async *leads(call: PlatformCall, { fromDay, toDay }: DaySpan): AsyncIterable<LeadRow> {
    const accounts = call.grant.current().accountIds;
    if (accounts && accounts.length > 1) throw new PlatformError(this.name, 'stop-endpoint', 'several accounts', CLUES);
    const { zone } = call.account;
    const today = businessDay(call.clock.now(), zone);
    const span = { fromDay, toDay: toDay < today ? toDay : today };
    const clues: { clueId: string; day: string }[] = [];
    // a zone of its own cuts days elsewhere than the platform does
    const wider = zone === PLATFORM_ZONE ? 0 : 1;
    for (const { first, last } of dayStretches(addDays(span.fromDay, -wider), addDays(span.toDay, wider), CLUE_DAYS)) {
      const fetch = async (page: number) => {
        const answer = await call.grant.use((grant) => this.client.clues(advertisersIn(grant), { first, last, page }, call.signal));
        const data = wireObject(answer.data);
        return { rows: rowsOf(data, 'list'), ...pageTotals(data) };
      };
      for await (const rows of numberedPages({ platform: this.name, endpoint: CLUES, pageSize: PAGE_SIZE, fetch }))
        for (const row of rows) {
          const clue = mapClue(row, zone);
          if (clue) clues.push(clue);
        }
    }
    yield* leadDays(clues, span);
  }
}
