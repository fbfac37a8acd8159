const ONE_DECIMAL_BELOW = 0.1;

/** A share (0–1) as people read it: a decimal under ten per cent, none above. */
export const percent = (share: number): string => `${(share * 100).toFixed(Math.abs(share) < ONE_DECIMAL_BELOW ? 1 : 0)} %`;

/** A change, with its sign and a decimal. */
export const signedPercent = (change: number): string => `${change > 0 ? '+' : ''}${(change * 100).toFixed(1)} %`;
