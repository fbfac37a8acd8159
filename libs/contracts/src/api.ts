import type { OwnerKind, Platform, Tier } from './platform';

/** A page of a list; `nextCursor` null on the last one. */
export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
  total: number;
}

/** Every error of the HTTP interface. `requestId` finds it in the log. */
export interface ErrorBody {
  code: string;
  message: string;
  details: { field?: string; message: string; remedy?: string }[];
  requestId?: string;
}

export interface AccountListRow {
  platform: Platform;
  accountId: string;
  name: string;
  handle: string | null;
  dealerId: string | null;
  dealerName: string | null;
  ownerKind: OwnerKind;
  declaredTier: Tier | null;
  undeclared: boolean;
}

/**
 * A live session of an account. Instants epoch ms. `entries`, those with a usable id and distinct identified viewers are as the viewer-level source saw
 * them, null for an account without any; `identifiability` is usable ÷ all (0–1, four places), null where nobody was seen entering.
 */
export interface SessionListRow {
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  views: number | null;
  uniqueViewers: number | null;
  entries: number | null;
  usableEntries: number | null;
  identifiedViewers: number | null;
  identifiability: number | null;
}

export interface DealerListRow {
  dealerId: string;
  name: string;
  adcode: string;
  place: string;
  salesRegion: string | null;
  group: string | null;
  status: string;
  accounts: number;
}

/** What the page needs to start: brand, months with facts (newest first), the month to open. */
export interface Overview {
  brand: { code: string; name: string; zone: string };
  months: string[];
  defaultMonth: string | null;
  dataInstant: string;
  accounts: number;
  dealers: number;
  demo: boolean;
}
