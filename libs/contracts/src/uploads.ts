import type { Bilingual, Platform } from './platform';

/** What people may bring by the page. Prices and policies are proposed instead, sentinel ids decided: both need a second person. */
export const UPLOAD_STATE_KINDS = ['dealers', 'accounts', 'costs', 'declarations', 'calendar'] as const;

/** Checking and importing go on behind the answer; `checked` waits for somebody to say yes. */
export const UPLOAD_STATES = ['checking', 'checked', 'importing', 'done', 'failed'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

/** A kind that a file may be of, or a platform's export; `needsAccount`: a file of one account, which has to be named. */
export interface UploadKind {
  name: string;
  label: Bilingual;
  /** Where people download it; null for files of our own templates. */
  from: Bilingual | null;
  needsAccount: boolean;
  platform: Platform | null;
}

/** A column of a file and the field that it is read as; null: not taken. */
export interface UploadColumn {
  header: string;
  field: string | null;
  label: Bilingual | null;
}

/** A row that was not taken: where and why, never its value. */
export interface UploadReject {
  line: number;
  field: string | null;
  label: Bilingual | null;
  code: string;
  reason: Bilingual;
  remedy: Bilingual;
}

/** Counts of an import. Of a check `accepted`, `replaced` and `unchanged` are null: nothing was compared. */
export interface UploadCounts {
  read: number;
  accepted: number | null;
  replaced: number | null;
  unchanged: number | null;
  rejected: number;
  /** The first of them. */
  rejects: UploadReject[];
  notes: Bilingual[];
}

/** A file on its way in. Instants ISO 8601. It is kept until it was imported, given up, or an hour old. */
export interface Upload {
  uploadId: string;
  name: string;
  bytes: number;
  /** As asked for, and as the file was recognised. */
  kind: string;
  recognised: UploadKind | null;
  columns: UploadColumn[];
  account: string | null;
  state: UploadState;
  progress: { bytes: number; rows: number };
  /** What the check found. */
  check: UploadCounts | null;
  result: UploadCounts | null;
  /** Why it ended without a result. */
  error: {
    code: string;
    text: Bilingual;
    remedy: Bilingual | null;
    details: { field?: string; message: string; remedy?: string }[];
  } | null;
  startedAt: string;
  endedAt: string | null;
}
