import type { Bilingual } from '@app/contracts';
import type { Problem } from './problems';

/** One row as a reader gives it; `problem` set when the row itself could not be read. */
export interface RawRow {
  line: number;
  values: Record<string, unknown>;
  problem?: Problem;
}

/** A field name per cell of a header (null: ignored); null when the cells are no header yet. */
export type HeaderReading = (cells: string[]) => (string | null)[] | null;

/** Rows come in batches: a promise per row would cost more than its validation. */
export type RawRows = AsyncIterable<RawRow[]>;

/** What a reader reports beside its rows. */
export interface Reading {
  onBytes(count: number): void;
  note(note: Bilingual): void;
}
