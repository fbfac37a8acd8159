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

/**
 * Of every statement of a recomputation. The month, which is the partition, is part of an identity: FINAL need not look across partitions,
 * and what is asked of the sort key is asked before rows are merged: an account has a fifth of a granule, so that the others would be merged for nothing. The rest
 * is what costs more than it gives where little is read: nothing is compiled to machine code (the third run of each statement paid more for that than for
 * all of its reading, and again after each restart), and chains of comparisons are not extended (two thirds of the analysis of viewer_month).
 */
export const RECOMPUTE_SETTINGS = `SETTINGS do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1, compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0, optimize_and_compare_chain = 0`;
