/** ln of the odds of a part of a whole, with half a unit on either side: a scale on which shifts of shares add up. */
export const logOdds = (part: number, whole: number): number =>
  Math.log((Math.max(0, part) + 0.5) / (Math.max(0, whole - Math.max(0, part)) + 0.5));

/** From log-odds to the share that people read. */
export const shareShown = (odds: number): number => 1 / (1 + Math.exp(-odds));
