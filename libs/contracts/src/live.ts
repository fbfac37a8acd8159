import type { Bilingual, DeclarationKind, Platform } from './platform';

/** How a broadcast is followed: minute by minute, only by who enters, or not at all before the platform's figures of the next day. */
export const LIVE_FEEDS = ['minutes', 'entries', 'none'] as const;
export type LiveFeed = (typeof LIVE_FEEDS)[number];

/** `fresh`: something came lately · `stale`: nothing has come for longer than `staleAfterMs`, and nobody said that it ended · `next-day`: no feed. */
export const LIVE_FRESHNESS = ['fresh', 'stale', 'next-day'] as const;
export type LiveFreshness = (typeof LIVE_FRESHNESS)[number];

/** A room as it is known at an instant. Instants epoch ms; null is unknown, never 0. Sums are over the minutes that came. */
export interface LiveRoom {
  /** `platform/accountId`. */
  key: string;
  platform: Platform;
  accountId: string;
  name: string;
  dealerId: string | null;
  dealerName: string | null;
  /** Province of the dealer, six digits; null without a dealer. */
  provinceCode: string | null;
  place: string | null;
  salesRegion: string | null;
  sessionId: string | null;
  title: string | null;
  startedAt: number | null;
  feed: LiveFeed;
  freshness: LiveFreshness;
  /** Up to when something is known of the broadcast, and from when on that is too old to be shown as present. */
  newestAt: number | null;
  staleAt: number | null;
  concurrent: number | null;
  concurrentAt: number | null;
  peakConcurrent: number | null;
  views: number | null;
  likes: number | null;
  comments: number | null;
  /** Entries of the last five minutes; null where no entries come. */
  recentEntries: number | null;
  /** Concurrency of the last 30 minutes, the oldest first; null: no reading. */
  curve: (number | null)[];
  /** Of a room without a feed: business day and views of its last broadcast. */
  lastDay: string | null;
  lastViews: number | null;
}

/** Sums over what is fresh: an old number is in no sum. Null: nothing is known. */
export interface LiveTotals {
  fresh: number;
  stale: number;
  nextDay: number;
  concurrent: number | null;
  recentEntries: number | null;
}

/** Rooms that are live as far as is known, and those whose figures come the next day (the newest, `nextDayTotal` in all). */
export interface LiveBoard {
  /** Of the server, epoch ms. */
  at: number;
  zone: string;
  staleAfterMs: number;
  rooms: LiveRoom[];
  nextDay: LiveRoom[];
  nextDayTotal: number;
  totals: LiveTotals;
}

/** One minute of a broadcast, as it is known now. `minute`: its first instant, epoch ms. */
export interface LiveMinute {
  key: string;
  sessionId: string;
  minute: number;
  concurrent: number | null;
  views: number | null;
  likes: number | null;
  comments: number | null;
  gifts: number | null;
  paidEntries: number | null;
}

/** Event `board` of the stream: everything, and what has come since the event that the listener had last (nothing for a new one). */
export interface LiveOpening {
  board: LiveBoard;
  /** False: what came since the listener's last event is not told any more, or is not asked for. */
  resumed: boolean;
  minutes: LiveMinute[];
}

/** Event `change`: minutes that have come, rooms that are another way now, keys of rooms that have left. */
export interface LiveChange {
  at: number;
  minutes: LiveMinute[];
  rooms: LiveRoom[];
  gone: string[];
  totals: LiveTotals;
}

/** Event `end`: why the server ends the stream. Anything but `rights` may be opened again at once. */
export const LIVE_ENDS = ['session', 'rights', 'slow', 'stopping'] as const;
export type LiveEnd = (typeof LIVE_ENDS)[number];

/** Something that explains a stretch of a curve. Equal ends: an instant. Declared by people, or `gap`: no reading came. */
export interface LiveMarker {
  kind: Exclude<DeclarationKind, 'staff'> | 'gap';
  from: number;
  to: number;
  detail: string | null;
}

/** Entries by how long they stayed: from `fromSeconds` to the next bin. `before`: of the 28 days before, in the same room. */
export interface DwellBin {
  fromSeconds: number;
  entries: number;
  before: number;
}

/** One broadcast, minute by minute. `notes` say what is missing and when it comes. */
export interface LiveSession {
  room: LiveRoom;
  at: number;
  zone: string;
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  minutes: LiveMinute[];
  /** Entries by minute (its first instant, epoch ms); empty where none come. */
  entries: { minute: number; entries: number }[];
  /** Entries of known dwell; empty where none come. Every bin is there, the shortest first. */
  dwell: DwellBin[];
  markers: LiveMarker[];
  notes: Bilingual[];
}
