/**
 * The month, which is the partition, is part of an identity: FINAL need not look across partitions, and what is asked of the sort key is asked before
 * rows are merged: an account has a fifth of a granule, so that the others would be merged for nothing. Chains of comparisons are not extended: that
 * takes two thirds of the analysis of a large statement, and gives nothing here.
 */
const EXACT = 'do_not_merge_across_partitions_select_final = 1, optimize_move_to_prewhere_if_final = 1, optimize_and_compare_chain = 0';

/** Of statements that form visits out of many entries. Aggregation in the order of the sort key was measured 2.5 times slower here. */
export const SCAN_SETTINGS = `SETTINGS ${EXACT}`;

/**
 * Of statements that read little: recomputations, and whatever reads kept rows. Nothing is compiled to machine code (the third run of each statement paid more
 * for that than for all of its reading, and again after each restart).
 */
export const KEPT_SETTINGS = `SETTINGS ${EXACT}, compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0`;
