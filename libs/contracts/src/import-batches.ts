import type { Bilingual } from './platform';

/**
 * `standing`: it counts; `undone`: it was taken back; `under-way`: it is being read, or taken back; `failed`: none of its deliveries came to an end, or taking it back did not: rows
 * of it may count until that is asked for again.
 */
export type BatchState = 'standing' | 'undone' | 'under-way' | 'failed';

/** Files of the same content and kind, however often they were brought: one batch (domain.md 2.2). Instants ISO 8601. */
export interface ImportedBatch {
  batchId: string;
  kind: string;
  label: Bilingual;
  /** Names under which the content was brought. */
  files: string[];
  source: string;
  state: BatchState;
  /** How often the content was brought. */
  deliveries: number;
  firstDeliveredAt: string;
  lastDeliveredAt: string;
  /** Counts of the delivery that changed most. */
  read: number;
  accepted: number;
  replaced: number;
  rejected: number;
  undoneAt: string | null;
  /** Why it cannot be taken back; null: it can. */
  refusal: Bilingual | null;
}

/** What taking a batch back would touch, or has touched. */
export interface BatchContents extends ImportedBatch {
  /** Rows of it in the landing log, and different facts that they tell. */
  rows: number;
  facts: number;
  accounts: number;
  /** Business months whose figures may change. */
  months: string[];
  /** Of these, those that are closed: their figures stay as they were frozen, the difference is shown as a pending restatement. */
  closedMonths: string[];
}
