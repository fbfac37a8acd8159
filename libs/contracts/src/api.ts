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
