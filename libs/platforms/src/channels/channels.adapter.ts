import { addDays, businessDay, dayStart } from '@app/contracts';
import type { Clock, PlatformSettings } from '@app/config';
import type { Grant } from '../grant';
import {
  Platform,
  type DaySpan,
  type LeadRow,
  type FollowerRow,
  type PlatformCall,
  type ProfileRow,
  type SessionReading,
  type SessionsRequest,
} from '../platform';
import { PlatformError } from '../platform-error';
import type { WireOptions } from '../wire/wire-client';
import { wireBoolean, wireCount, wireList, wireText } from '../wire/wire-value';
import { CHANNELS_CAPABILITIES } from './channels-capabilities';
import { ChannelsClient } from './channels-client';
import { mapDashboard, mapOnlineMinutes, mapFinder, mapLeadTotals, mapLive } from './channels-mapper';

const DAY_MS = 86_400_000;
const MAX_PAGES = 2_000;
/** The longest live that is looked for: the list knows lives by their end, sessions belong to the day of their start. */
const LONGEST_LIVE_MS = DAY_MS;
const LIVE_LIST = '/channels/finderlive/get_finder_live_data_list';
const TOKEN = '/cgi-bin/stable_token';
/** The call takes no earlier day. */
const FIRST_LEAD_DAY = '2023-09-13';

/** WeChat Channels by the account's own appid: ended lives and followers. Short videos are in no call. */
export class ChannelsAdapter extends Platform {
  readonly name = 'channels';
  readonly product = 'channels-app';
  readonly storesTokens = false;
  readonly capabilities = CHANNELS_CAPABILITIES;
  private readonly client: ChannelsClient;

  constructor(
    private readonly settings: PlatformSettings,
    options?: WireOptions,
  ) {
    super();
    this.client = new ChannelsClient(settings.baseUrl, options);
  }

  override async profile({ grant, signal }: PlatformCall): Promise<ProfileRow> {
    return mapFinder(await grant.use((current) => this.client.finder(current.accessToken, signal)));
  }

  override async *followers(call: PlatformCall): AsyncIterable<FollowerRow> {
    const { followers } = await this.profile(call);
    if (followers !== null) yield { day: businessDay(call.clock.now(), call.account.zone), total: followers };
  }

  /** Sessions that started in the span: lives that ended in it or up to a day later, as far as they have ended. */
  override async *sessions(call: PlatformCall, { from, to, isFinal }: SessionsRequest): AsyncIterable<SessionReading> {
    const { account, grant, clock, signal } = call;
    const finalBefore = dayStart(businessDay(clock.now(), account.zone), account.zone);
    const endSeconds = Math.floor(Math.min(to + LONGEST_LIVE_MS, clock.now()) / 1_000);
    const startSeconds = Math.floor(from / 1_000);
    if (endSeconds <= startSeconds) return;
    const seen = new Set<string>();
    const shop = { open: true };
    let lastBuffer = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const span = { startSeconds, endSeconds, lastBuffer };
      const answer = await grant.use((current) => this.client.livePage(current.accessToken, span, signal));
      for (const row of wireList(answer.item)) {
        const reading = mapLive(row, finalBefore);
        if (!reading || seen.has(reading.sessionId) || isFinal(reading.sessionId)) continue;
        seen.add(reading.sessionId);
        if (reading.startedAt === null || (reading.startedAt >= from && reading.startedAt < to))
          yield await this.withDashboard(call, reading, shop);
      }
      if (!wireBoolean(answer.continue_flag)) return;
      const next = wireText(answer.last_buffer);
      if (next === lastBuffer) throw new PlatformError('channels', 'fail', 'page token stands still', LIVE_LIST);
      lastBuffer = next;
    }
    throw new PlatformError('channels', 'fail', 'list without end', LIVE_LIST);
  }

  /** A final live with what its dashboard adds. The first refusal closes the dashboard for the rest: few accounts are shops. */
  private async withDashboard({ grant, signal }: PlatformCall, reading: SessionReading, shop: { open: boolean }): Promise<SessionReading> {
    if (!shop.open || !reading.final) return reading;
    try {
      const answer = await grant.use((current) => this.client.dashboard(current.accessToken, reading.sessionId, signal));
      const figures = mapDashboard(answer);
      const minutes = mapOnlineMinutes(answer, reading.sessionId);
      return { ...reading, rows: reading.rows.map((row) => ({ ...row, ...figures })), minutes };
    } catch (error) {
      if (!(error instanceof PlatformError) || !['fail', 'gone', 'stop-endpoint'].includes(error.action)) throw error;
      shop.open = false;
      return reading;
    }
  }

  /** Whole days, each by a call of its own: the answer does not tell days apart. */
  override async *leads({ account, grant, clock, signal }: PlatformCall, { fromDay, toDay }: DaySpan): AsyncIterable<LeadRow> {
    const today = businessDay(clock.now(), account.zone);
    const until = toDay < today ? toDay : today;
    for (let day = fromDay < FIRST_LEAD_DAY ? FIRST_LEAD_DAY : fromDay; day < until; day = addDays(day, 1)) {
      const startSeconds = dayStart(day, account.zone) / 1_000;
      const endSeconds = dayStart(addDays(day, 1), account.zone) / 1_000 - 1;
      const answer = await grant.use((current) => this.client.leadTotals(current.accessToken, { startSeconds, endSeconds }, signal));
      const row = mapLeadTotals(answer, day);
      if (row) yield row;
    }
  }

  /** The stable token stays the same until shortly before its end, unless it is replaced by force (at most 20 times a day). */
  async refresh(grant: Grant, force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant> {
    const appId = grant.appId ?? this.settings.appId;
    const appSecret = grant.appSecret ?? this.settings.appSecret;
    if (!appId || !appSecret) throw new PlatformError('channels', 'mark-revoked', 'no app credentials', TOKEN);
    const answer = await this.secretChecked(() => this.client.token(appId, appSecret, force, signal));
    const accessToken = wireText(answer.access_token);
    if (accessToken === '') throw new PlatformError('channels', 'fail', 'no token in answer', TOKEN);
    const life = wireCount(answer.expires_in);
    return { ...grant, accessToken, accessExpiresAt: life === null ? null : clock.now() + life * 1_000 };
  }

  /** 40001 means a bad secret here, not an old token; and the appid is this account's own, so others go on. */
  private async secretChecked<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof PlatformError && ['40001', '40013'].includes(error.wireCode))
        throw new PlatformError('channels', 'mark-revoked', error.wireCode, TOKEN, 1, error);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
