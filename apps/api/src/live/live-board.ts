import { shownTo } from '@app/access';
import {
  businessDay,
  type Account,
  type BrandState,
  type DealerPlacement,
  type LiveRoom,
  type LiveTotals,
  type Ownership,
} from '@app/contracts';
import { isAdcode, placeName, provinceCode } from '@app/database';
import { CURVE_MINUTES, type EntryFeed, type LatestSession, type LiveFacts, type MinuteFeed } from './live.reader';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A feed sends a minute at a time: after two of them have failed to come, what is known is old. */
export const STALE_AFTER_MS = 3 * MINUTE_MS;
/** Without a session that says so, a broadcast of which nothing has come for so long is over. */
const SILENT_MS = 30 * MINUTE_MS;

/** A room with the account it is of. */
export interface KeyedRoom {
  accountKey: string;
  room: LiveRoom;
}
/** All rooms of a brand at an instant: live as far as is known, by name; and without a feed, the latest first. */
export interface BrandRooms {
  at: number;
  live: KeyedRoom[];
  nextDay: KeyedRoom[];
}

type Facts = { session?: LatestSession; minutes?: MinuteFeed; entries?: EntryFeed };
type Who = Pick<LiveRoom, 'key' | 'platform' | 'accountId' | 'name' | 'dealerId' | 'dealerName' | 'provinceCode' | 'place' | 'salesRegion'>;

/** A wall is read by whoever stands before it: no number or address of a person is on it. */
export const shownText = (text: string): string => shownTo('read-only', 'text', text).value;

/** Says of each account whether it is live now, how fresh that is, and what is known of it. */
export function roomsOf(state: BrandState, facts: LiveFacts, now: number): BrandRooms {
  const byKey = new Map<string, Facts>();
  const of = (accountKey: string): Facts => byKey.get(accountKey) ?? byKey.set(accountKey, {}).get(accountKey)!;
  for (const session of facts.sessions) of(session.accountKey).session = session;
  for (const minutes of facts.minutes) of(minutes.accountKey).minutes = minutes;
  for (const entries of facts.entries) of(entries.accountKey).entries = entries;
  const who = namesOf(state, now);
  const rooms: BrandRooms = { at: now, live: [], nextDay: [] };
  for (const account of state.accounts) {
    const { accountKey } = account;
    const known = byKey.get(accountKey);
    if (!known) continue;
    const standing = standingOf(known, now);
    if (standing === 'over') continue;
    const room = roomOf(who(account), known, { now, zone: state.brand.zone, standing });
    (standing === 'live' ? rooms.live : rooms.nextDay).push({ accountKey, room });
  }
  const byName = (a: KeyedRoom, b: KeyedRoom): number => (a.room.key < b.room.key ? -1 : 1);
  rooms.live.sort((a, b) => (b.room.concurrent ?? -1) - (a.room.concurrent ?? -1) || byName(a, b));
  rooms.nextDay.sort((a, b) => (b.room.startedAt ?? 0) - (a.room.startedAt ?? 0) || byName(a, b));
  return rooms;
}

/** Up to when something is known of the broadcast: a minute tells of itself to its end. */
const newestOf = ({ minutes, entries }: Facts, now: number): number | null => {
  const instants = [...(minutes ? [Math.min(now, minutes.newestAt + MINUTE_MS)] : []), ...(entries ? [entries.newestAt] : [])];
  return instants.length > 0 ? Math.max(...instants) : null;
};

/** Is a broadcast under way as far as is known, over, or is there no feed that would tell? */
export function standingOf(facts: Facts, now: number): 'live' | 'over' | 'next-day' {
  const { session } = facts;
  const newest = newestOf(facts, now);
  if (newest === null) return 'next-day';
  // what comes more than a minute after the end that was told is another broadcast
  const told = session !== undefined && session.endedAt !== null && session.endedAt <= now && newest <= session.endedAt + MINUTE_MS;
  if (told) return 'over';
  const open = session !== undefined && (session.endedAt === null || session.endedAt > now) && session.startedAt > now - DAY_MS;
  return open || now - newest <= SILENT_MS ? 'live' : 'over';
}

function roomOf(who: Who, facts: Facts, at: { now: number; zone: string; standing: 'live' | 'next-day' }): LiveRoom {
  const { session, minutes, entries } = facts;
  const { now, zone, standing } = at;
  const newestAt = newestOf(facts, now);
  const staleAt = newestAt === null ? null : newestAt + STALE_AFTER_MS;
  // minutes name their session, which may have begun after the latest that is listed
  const same = minutes === undefined || session?.sessionId === minutes.sessionId ? session : undefined;
  const live = standing === 'live';
  return {
    ...who,
    sessionId: minutes?.sessionId ?? session?.sessionId ?? null,
    title: same?.title ? shownText(same.title) : null,
    startedAt: same?.startedAt ?? minutes?.firstAt ?? null,
    feed: minutes ? 'minutes' : entries ? 'entries' : 'none',
    freshness: !live ? 'next-day' : staleAt !== null && now < staleAt ? 'fresh' : 'stale',
    newestAt,
    staleAt,
    concurrent: minutes?.concurrent ?? null,
    concurrentAt: minutes?.concurrentAt ?? null,
    peakConcurrent: minutes?.peakConcurrent ?? null,
    views: minutes?.views ?? null,
    likes: minutes?.likes ?? null,
    comments: minutes?.comments ?? null,
    recentEntries: entries?.recent ?? null,
    curve: curveOf(minutes, now),
    lastDay: live || !session ? null : businessDay(session.startedAt, zone),
    lastViews: live ? null : (session?.views ?? null),
  };
}

/** One place a minute, up to the minute that has ended last. */
function curveOf(minutes: MinuteFeed | undefined, now: number): (number | null)[] {
  if (!minutes) return [];
  const last = Math.floor(now / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  const values = new Map(minutes.curve);
  return Array.from({ length: CURVE_MINUTES }, (_, index) => values.get(last - (CURVE_MINUTES - 1 - index) * MINUTE_MS) ?? null);
}

/** Sums over what is fresh. */
export function totalsOf(rooms: readonly LiveRoom[], nextDay: number): LiveTotals {
  const fresh = rooms.filter(({ freshness }) => freshness === 'fresh');
  const sum = (values: (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
  };
  return {
    fresh: fresh.length,
    stale: rooms.length - fresh.length,
    nextDay,
    concurrent: sum(fresh.map(({ concurrent }) => concurrent)),
    recentEntries: sum(fresh.map(({ recentEntries }) => recentEntries)),
  };
}

function namesOf(state: BrandState, now: number): (account: Account) => Who {
  const holds = ({ from, to }: { from: number; to: number | null }): boolean => from <= now && (to === null || now < to);
  const owners = new Map<string, Ownership>(state.ownerships.filter(holds).map((own) => [own.accountKey, own]));
  const placed = new Map<string, DealerPlacement>(state.placements.filter(holds).map((place) => [place.dealerId, place]));
  return ({ accountKey, platform, accountId, name }) => {
    const dealerId = owners.get(accountKey)?.dealerId ?? null;
    const place = dealerId === null ? undefined : placed.get(dealerId);
    const known = place !== undefined && isAdcode(place.adcode);
    return {
      key: `${platform}/${accountId}`,
      platform,
      accountId,
      name,
      dealerId,
      dealerName: place?.name ?? dealerId,
      provinceCode: known ? provinceCode(place.adcode) : null,
      place: known ? placeName(place.adcode) : null,
      salesRegion: place?.salesRegion ?? null,
    };
  };
}
