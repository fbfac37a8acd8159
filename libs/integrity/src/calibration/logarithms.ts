/** ln((part + 1) ÷ (whole + 1)); null where either is unknown. */
export const logRatio = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || part < 0 || whole < 0 ? null : Math.log((part + 1) / (whole + 1));

/** ln(value + 1); null where unknown or negative. */
export const logOf = (value: number | null): number | null => (value === null || value < 0 ? null : Math.log(value + 1));
