/** Working days from the opening of a case to its decision. */
export const REVIEW_DAYS = 10;
/** Working days from a decision in which a dealer may appeal. */
export const APPEAL_DAYS = 5;
/** Working days from an appeal to its decision. */
export const SECOND_INSTANCE_DAYS = 10;
/** Working days that a dealer has for a rectification where no date is given. */
export const RECTIFICATION_DAYS = 15;
/** A claim lasts so long unless it is renewed or given back. */
export const CLAIM_MS = 4 * 3_600_000;
