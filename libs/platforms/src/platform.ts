import type { Bilingual, Platform as PlatformName } from '@app/contracts';
import type { Clock } from '@app/config';
import type { Grant, GrantAccess } from './grant';

/** What a platform may be asked for. `videoDays` is a platform's own daily series of one video. */
export type Capability = true | { kind: false; reason: Bilingual };
export type CapabilityName = 'accounts' | 'sessions' | 'videos' | 'videoDays' | 'followers';
export type Capabilities = Readonly<Record<CapabilityName, Capability>>;

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

/** A fact as the platform calls it: `api-final` once the platform says that it will not change, else `api-provisional`. */
export type ApiSource = 'api-final' | 'api-provisional';

/** Fields of the import kinds `accounts`, `sessions`, `videos`, `video-days`, `followers` without platform and accountId. Null is unknown. */
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
}

export interface SessionsRequest {
  /** Half-open instants, epoch ms. */
  from: number;
  to: number;
  /** Sessions that are already final: listed, but their metrics are not fetched again. */
  isFinal: (sessionId: string) => boolean;
}

/**
 * Port to one platform. Adapters keep no state between calls; rows are yielded as they arrive. Errors are PlatformError with the action that the
 * collector takes; calls that may be repeated have been repeated before. A fourth platform is a folder with one subclass (docs/platforms.md).
 */
export abstract class Platform {
  abstract readonly name: PlatformName;
  /** The grant's product (contracts.md, import kind grants). */
  abstract readonly product: string;
  abstract readonly capabilities: Capabilities;
  /** Is a new token to be stored? False where it can be derived from the app's secret at any time. */
  abstract readonly storesTokens: boolean;

  /** How many past days `followers` can give; 0: only now. */
  abstract readonly followerHistoryDays: number;

  abstract profile(call: PlatformCall): Promise<ProfileRow>;
  abstract sessions(call: PlatformCall, request: SessionsRequest): AsyncIterable<SessionReading>;
  /** All videos. `oldest`: the id that ended an earlier whole list; where only an empty page ends a list, it ends with this video too. */
  abstract videos(call: PlatformCall, oldest?: string | null): AsyncIterable<VideoRow>;
  abstract videoDays(call: PlatformCall, video: Pick<VideoRow, 'videoId' | 'seriesId'>): AsyncIterable<VideoDayRow>;
  /** Follower totals of the latest `days` days, as far as the platform keeps them; at least the newest. */
  abstract followers(call: PlatformCall, days: number): AsyncIterable<FollowerRow>;
  /** A grant with a usable access token. `force`: the token in hand was refused although it had not run out. */
  abstract refresh(grant: Grant, force: boolean, clock: Clock, signal: AbortSignal): Promise<Grant>;
  abstract close(): Promise<void>;
}
