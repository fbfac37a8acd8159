import type { Platform } from './platform';

/** A proposal waits, or a person has decided. */
export const SENTINEL_STATES = ['proposed', 'accepted', 'rejected'] as const;
export type SentinelState = (typeof SENTINEL_STATES)[number];

/** A viewer key that behaves like no person, with the evidence. `viewer` is the key (`vk<version>:<hex>`); the id itself is not known. Instants epoch ms. */
export interface SentinelSuspect {
  viewer: string;
  platform: Platform;
  entries: number;
  /** In the session with the largest share of it: its entries, and their share of all entries there (0–1, four places). */
  sessionEntries: number;
  largestShare: number;
  /** Rooms of different accounts entered within one minute, at most. */
  roomsAtOnce: number;
  /** Rooms of different accounts altogether. */
  rooms: number;
  firstSeenAt: number;
  lastSeenAt: number;
}

export interface SentinelProposal extends SentinelSuspect {
  proposedAt: number;
  state: SentinelState;
  decidedAt: number | null;
  note: string | null;
}
