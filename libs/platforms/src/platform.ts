import type { Capabilities, GrantProduct, Platform as PlatformName, Source } from '@app/contracts';
import type { Clock } from '@app/config';
import type { Grant, GrantAccess } from './grant';
import { PlatformError } from './platform-error';

/** The account that is asked for, and the brand's zone, in which days are read. */
export interface CalledAccount {
  accountId: string;
  zone: string;
}

/** Context of every call: whose figures, under which grant, at what time. */
export interface PlatformCall {
  account: CalledAccount;
  grant: GrantAccess;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * A fact as the platform calls it: `api-final` once the platform says that it will not change, else `api-provisional`; `ads-api` when the
 * platform's advertising side tells it, whether it may still change or not (`final` says so).
 */
export type ApiSource = Extract<Source, 'api-final' | 'api-provisional' | 'ads-api'>;

/** Fields of the import kinds, without platform and accountId. Null is unknown. */
export interface ProfileRow {
  name: string;
  followers: number | null;
}

export interface SessionRow {
  sessionId: string;
  /** Epoch ms. */
  startedAt: number;
  endedAt: number | null;
  views?: number | null;
  uniqueViewers?: number | null;
  peakConcurrent?: number | null;
  watchSeconds?: number | null;
  averageDwellSeconds?: number | null;
  likes?: number | null;
  comments?: number | null;
  commenters?: number | null;
  shares?: number | null;
  follows?: number | null;
  fanViewers?: number | null;
  averageConcurrent?: number | null;
  impressions?: number | null;
  impressionViewers?: number | null;
  viewsOver1Min?: number | null;
  gifts?: number | null;
  /** Exact decimal. */
  giftValueCny?: string | null;
  leads?: number | null;
  paidLeads?: number | null;
  paidViews?: number | null;
  title?: string | null;
  final: boolean;
  source: ApiSource;
}

/** One session as the platform shows it now. `rows` holds up to one row per source; none while even its start is unknown. */
export interface SessionReading {
  sessionId: string;
  startedAt: number | null;
  /** Every metric is final: it need not be asked for again. */
  final: boolean;
  rows: SessionRow[];
  /** A minute curve that came along with the figures. */
  minutes?: MinuteRow[];
}

export interface VideoRow {
  videoId: string;
  publishedAt: number;
  plays: number | null;
  likes: number | null;
  comments: number | null;
  shares?: number | null;
  /** `public`, `friends`, `private`, `review`, `unsuitable`, `pending`, or empty when the platform does not say. */
  status: string;
  title: string;
  /** The id under which the platform gives this video's daily series, where it differs. Not a field of ours. */
  seriesId?: string | null;
}

export interface VideoDayRow {
  videoId: string;
  day: string;
  plays?: number | null;
  likes?: number | null;
  comments?: number | null;
  shares?: number | null;
}

export interface FollowerRow {
  day: string;
  total: number;
  /** `api-final` where absent. */
  source?: ApiSource;
}

/**
 * A number of leads of one day, or of one session. Never a lead itself: names and numbers of people end in the mapper. `leadId` is made of what is
 * counted (see leadCountId), so that a later reading of the same day takes this one's place, also from another product of the platform.
 */
export interface LeadRow {
  leadId: string;
  sessionId?: string | null;
  day: string;
  count: number;
  paid?: number | null;
  source: ApiSource;
}

/** One minute of one session. */
export interface MinuteRow {
  sessionId: string;
  /** Epoch ms, a whole minute. */
  minute: number;
  concurrent: number | null;
  views?: number | null;
  likes?: number | null;
  comments?: number | null;
  gifts?: number | null;
  paidEntries?: number | null;
  source: ApiSource;
}

/** Half-open business days. */
export interface DaySpan {
  fromDay: string;
  toDay: string;
}

export interface SessionsRequest {
  /** Half-open instants, epoch ms. */
  from: number;
  to: number;
  /** Sessions that are already final: listed, but their metrics are not fetched again. */
  isFinal: (sessionId: string) => boolean;
}

/**
 * Port to one product of a platform: the connector. Adapters keep no state between calls; rows are yielded as they arrive. Errors are
 * PlatformError with the action that the collector takes; calls that may be repeated have been repeated before. A call that a product does not
 * have is refused with `stop-endpoint` and is false in its capabilities. A fourth platform is a folder with one subclass (docs/platforms.md).
 */
export abstract class Platform {
  /** The platform whose accounts the facts are about. */
  abstract readonly name: PlatformName;
  /** The grant's product (contracts.md, import kind grants). */
  abstract readonly product: GrantProduct;
  abstract readonly capabilities: Capabilities;
  /** Is a new token to be stored? False where it can be derived from the app's secret at any time. */
  abstract readonly storesTokens: boolean;

  /** How many past days `followers` can give; 0: only now. */
  readonly followerHistoryDays: number = 0;

  /** Its session ids are known to no other product of the platform: it is asked for sessions only where no other product lists them. */
  readonly ownSessionIds: boolean = false;

  profile(call: PlatformCall): Promise<ProfileRow>;
  profile(): Promise<ProfileRow> {
    return Promise.reject(this.noSuchCall('accounts'));
  }
  sessions(call: PlatformCall, request: SessionsRequest): AsyncIterable<SessionReading>;
  sessions(): AsyncIterable<SessionReading> {
    return refused(this.noSuchCall('sessions'));
  }
  /** All videos. `oldest`: the id that ended an earlier whole list; where only an empty page ends a list, it ends with this video too. */
  videos(call: PlatformCall, oldest?: string | null): AsyncIterable<VideoRow>;
  videos(): AsyncIterable<VideoRow> {
    return refused(this.noSuchCall('videos'));
  }
  videoDays(call: PlatformCall, video: Pick<VideoRow, 'videoId' | 'seriesId'>): AsyncIterable<VideoDayRow>;
  videoDays(): AsyncIterable<VideoDayRow> {
    return refused(this.noSuchCall('videoDays'));
  }
  /** Follower totals of the latest `days` days, as far as the platform keeps them; at least the newest. */
  followers(call: PlatformCall, days: number): AsyncIterable<FollowerRow>;
  followers(): AsyncIterable<FollowerRow> {
    return refused(this.noSuchCall('followers'));
  }
  /** Numbers of leads of the days; a day whose number is known to be 0 is a row with 0. */
  leads(call: PlatformCall, days: DaySpan): AsyncIterable<LeadRow>;
  leads(): AsyncIterable<LeadRow> {
    return refused(this.noSuchCall('leads'));
  }
  /** Minute curve of one session. */
  minutes(call: PlatformCall, session: { sessionId: string; startedAt: number }): AsyncIterable<MinuteRow>;
  minutes(): AsyncIterable<MinuteRow> {
    return refused(this.noSuchCall('minutes'));
  }
  /** A grant with a usable access token. `force`: the token in hand was refused although it had not run out, and a plain request did not help. */
  abstract refresh(grant: Grant, force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant>;
  abstract close(): Promise<void>;

  private noSuchCall(call: string): PlatformError {
    return new PlatformError(this.name, 'stop-endpoint', 'no such call', call);
  }
}

// eslint-disable-next-line require-yield
async function* refused(error: PlatformError): AsyncGenerator<never> {
  throw error;
}

/** Identity of a day's, or one session's, number of leads of an account: the same whichever product of the platform tells it. */
export const leadCountId = (day: string, sessionId?: string | null): string => (sessionId ? `count:${day}:${sessionId}` : `count:${day}`);
