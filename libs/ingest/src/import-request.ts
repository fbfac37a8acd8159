import type { Actor, Bilingual, Source } from '@app/contracts';
import type { SpillFolder, Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import type { RejectLine } from './rejects';

/** What every import and export works on. */
export interface IngestStores {
  warehouse: Warehouse;
  dataSource: DataSource;
  /** The installation's secret, from which viewer keys are derived. */
  secret: string;
  /** Rejects go to `<dataDir>/rejects`. */
  dataDir: string;
  /** Epoch ms; default the machine's clock. */
  now?: () => number;
  /** Where rows of `importRows` wait while the fact store does not answer; none: the import fails then, as files always do. */
  spill?: SpillFolder;
  /** How long an insert is repeated that the fact store does not answer, ms. Default 30,000; with `spill` 10,000. */
  retryMs?: number;
  /** Who brings the rows: prices and policies that change are written down as theirs. Default the product itself. */
  actor?: Actor;
}

export const FILE_FORMATS = ['ndjson', 'csv', 'xlsx', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export interface ImportProgress {
  file: string | null;
  bytes: number;
  totalBytes: number | null;
  rows: number;
}

export interface ImportOptions {
  brandId: number;
  /** Account of a one-account file: `platform/accountId`, or the id alone where the file or preset tells the platform. */
  account?: string;
  /** Epoch ms for rows that carry none; default: when this content was first delivered. */
  observedAt?: number;
  /** For rows that carry none; default `file`. */
  source?: Source;
  /** Everything but writing. Counts of accepted, replaced and unchanged are then null. */
  dryRun?: boolean;
  onProgress?: (progress: ImportProgress) => void;
}

/** A file whose account or observation is not that of the request. */
export interface ImportFile {
  file: string;
  account?: string;
  observedAt?: number;
}

export interface ImportRequest extends ImportOptions {
  /** Import kind or export preset. */
  kind: string;
  /** Paths; small files of facts that stand together are written together, each still a batch of its own. */
  files: (string | ImportFile)[];
  /** Default: by the file's extension. */
  format?: FileFormat;
}

export interface RowsRequest extends ImportOptions {
  kind: string;
  /** JSON values as they would stand in NDJSON. Local times are refused. */
  rows: AsyncIterable<object> | Iterable<object>;
  /** Identity of the batch, e.g. the hash of a request's body; default: every call is a batch of its own. */
  contentHash?: string;
}

/** accepted: identities not seen before · replaced: known ones that now say something else · unchanged: the rest of what was read and not rejected. */
export interface ImportResult {
  read: number;
  accepted: number | null;
  replaced: number | null;
  unchanged: number | null;
  rejected: number;
  /** Set when the fact store does not answer: what was not rejected waits, safe on disk, and comes in by itself. The three counts above are then null. */
  waiting?: true;
  /** Path of the rejects file, null when nothing was rejected. */
  rejectsFile: string | null;
  /** All rejects files of an import of several files. */
  rejectsFiles: string[];
  /** The first rejects themselves. */
  rejects: RejectLine[];
  notes: Bilingual[];
}
