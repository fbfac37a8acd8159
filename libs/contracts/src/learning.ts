import type { Bilingual } from './platform';

/** A share with its 95 % interval, 0–1. */
export interface ShareBounds {
  value: number;
  low: number;
  high: number;
}

/** What people's decisions say of one version of a detector. Inconclusive cases are in no share. */
export interface DetectorPrecisionRow {
  detector: string;
  version: number;
  decided: number;
  right: number;
  inconclusive: number;
  precision: ShareBounds | null;
  /** It opens no case and adds nothing to a probability. */
  demoted: boolean;
  notice: Bilingual | null;
}

/** The random draw of a month among dealers that nobody flagged, and what its reviews say of what is missed. */
export interface ReviewDraw {
  month: string;
  unflagged: number;
  drawn: string[];
  /** Drawn, but without a case yet. */
  undrawn: string[];
  reviewed: number;
  inflated: number;
  recall: ShareBounds | null;
}
