import type { Writable } from 'node:stream';

export interface ExportRequest {
  kind: string;
  brandId: number;
  /** Half open, epoch ms; of the fact's own instant or day. Not for state. */
  from?: number;
  to?: number;
  /** `platform/accountId`, or an id on any platform. */
  account?: string;
  format: 'ndjson' | 'csv' | 'xlsx';
  /** Path of a file, or a stream, which is left open for `process.stdout`-like streams only when it is not ended by its owner. */
  out: string | Writable;
}

/** Fields of an exported row by name. */
export type ExportedRow = Record<string, unknown>;
