import type { GapReason, TruthKind } from './openings';

/** A kind of an account and business day that nobody could read, and why. */
export interface TruthGap {
  platform: string;
  accountId: string;
  kind: TruthKind;
  day: string;
  reason: GapReason;
}
