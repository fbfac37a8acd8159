import type { Bilingual } from '@app/contracts';
import type { Rejected } from './problems';

/** Where parsed rows go: facts or state. */
export interface Target {
  /** A promise only when the caller has to wait. */
  add(line: number, row: Record<string, unknown>): Promise<void> | Rejected | null;
  /** `waiting`: rows wait in the spill folder; what they change is not yet known. */
  finish(): Promise<{ accepted: number; replaced: number; unchanged?: number } | 'waiting'>;
  notes(): Promise<Bilingual[]>;
}
