import type { BrandState, Policy } from '@app/contracts';

/** One business month of some accounts of a brand, to be computed from the facts as they are now and kept as rows. */
export interface RollupRecompute {
  state: BrandState;
  policy: Policy;
  /** `2026-10` */
  month: string;
  /** Account keys with the hash of the rules under which they are computed, ascending. */
  accounts: readonly { accountKey: string; rules: bigint }[];
  /** Greater than that of every earlier computation of these keys. */
  version: bigint;
  /** Rows of an earlier computation of some of the keys may exist. */
  previous: boolean;
}

/** What of the state decides a month's rows, as one number per account. `own`: accounts whose number may be another one than that of all others, which `''` has. */
export type KeyRules = ((accountKey: string) => bigint) & { readonly own: readonly string[] };
