/**
 * Rows of the adjusted basis are kept beside those of the raw one, under months of their own, which are partitions of their own: whoever reads raw rows
 * never meets them. They exist for accounts of which a case removes entries, and only what the state names of them is read (docs/adr/0029).
 */
const ADJUSTED = 1_000_000;

/** The month (YYYYMM) under which rows of a basis are kept. */
export const keptMonth = (month: number, adjusted: boolean): number => (adjusted ? month + ADJUSTED : month);

/** The month that kept rows are of. */
export const plainMonth = (kept: number): number => kept % ADJUSTED;
