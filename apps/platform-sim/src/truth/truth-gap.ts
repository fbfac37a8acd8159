import type { GapReason, TruthKind } from './openings';

/** A kind of an account and business day that nobody could read, and why. */
export interface TruthGap {
  platform: string;
  accountId: string;
  kind: TruthKind;
  day: string;
  reason: GapReason;
  /** Business day of the last reading that could have told it: the reason stood in the way then. */
  lastReading: string;
}
