import { type BrandScope, isSeen, seenBy } from '@app/access';
import type { LiveBoard, LiveMinute, LiveRoom } from '@app/contracts';
import type { Look } from './brand-board';
import { type KeyedRoom, STALE_AFTER_MS, totalsOf } from './live-board';
import { liveMinute, type KeyedMinute } from './live.reader';

/** Rooms without a feed that a board names; the others are counted. */
const MOST_NEXT_DAY = 100;

/** The part of a look that a scope shows. */
export interface View {
  board: LiveBoard;
  live: readonly KeyedRoom[];
  minutesOf(minutes: readonly KeyedMinute[]): LiveMinute[];
}

/** Cuts a look for somebody: rows by what was granted at the instant of the board, sums over these alone. */
export function viewOf({ brand, state, rooms, keys }: Look, scope: BrandScope): View {
  const { accounts } = seenBy(scope, state, { from: rooms.at, to: rooms.at + 1 });
  const own = (room: KeyedRoom): boolean => isSeen(accounts, room.accountKey);
  const live = rooms.live.filter(own);
  const nextDay = rooms.nextDay.filter(own);
  const shown: LiveRoom[] = live.map(({ room }) => room);
  return {
    live,
    board: {
      at: rooms.at,
      zone: brand.zone,
      staleAfterMs: STALE_AFTER_MS,
      rooms: shown,
      nextDay: nextDay.slice(0, MOST_NEXT_DAY).map(({ room }) => room),
      nextDayTotal: nextDay.length,
      totals: totalsOf(shown, nextDay.length),
    },
    minutesOf: (minutes) =>
      minutes
        .filter(({ accountKey }) => isSeen(accounts, accountKey) && keys.has(accountKey))
        .map((minute) => liveMinute(keys.get(minute.accountKey)!, minute)),
  };
}
