/**
 * Rows of the adjusted basis are kept beside those of the raw one, under months of their own, which are partitions of their own: whoever reads raw rows
 * never meets them. They exist for accounts of which a case removes entries, and only what the state names of them is read (docs/adr/0029).
 */
const ADJUSTED = 1_000_000;

/** The month (YYYYMM) under which rows of a basis are kept. */
export const keptMonth = (month: number, adjusted: boolean): number => (adjusted ? month + ADJUSTED : month);

/** Rows of account_month of the raw basis, where no month is named. Those of the other one are left behind when a case is lifted, whatever becomes of the facts. */
export const IN_RAW_MONTHS = `account_month.month < ${ADJUSTED}`;

/** The month that kept rows are of. */
export const plainMonth = (kept: number): number => kept % ADJUSTED;
