/** Among all advisory locks of the product: who changes the state of a brand (the second number). */
export const STATE_LOCK = 826_410;
