/**
 * How well a detector (or a measure) tells how much, in logarithms of (reported ÷ honest): what it says times `scale` is right on average, with errors of
 * `spread`. Fitted on tuning seeds by `npm run fit:integrity`; what is not named measures like `others`.
 */
export interface AmountMeasure {
  scale: number;
  spread: number;
}

/** What the corrected figure is estimated with. Reviewed like code. docs/adr/0048. */
export interface AmountWeights {
  version: number;
  fittedOn: string;
  measures: Readonly<Record<string, AmountMeasure>>;
  others: AmountMeasure;
  /** Lists of entries, all of a session together. */
  entries: AmountMeasure;
  /** What sessions of inflated windows have in common, before anybody measures: mean and spread. */
  usual: AmountMeasure;
  /** Share of its errors that a detector repeats from session to session of a window. */
  repeated: number;
  /** Widens the interval so that it holds the honest number in nine of ten inflated windows of the tuning worlds. */
  width: number;
  /** Below this probability a figure stays as it was reported: correcting it would harm the order more than it mends. */
  least: number;
}

export const AMOUNT_WEIGHTS: AmountWeights = {
  version: 1,
  fittedOn: 'seed 103: 300 dealers (T1, T2), 20 % cheating, and 32 rooms (T3), half of them cheating; 2026-11-23',
  measures: {
    counterSanity: { scale: 1, spread: 0.04 },
    // its usual error is .31; where it errs it errs much (honest hits), and order and interval are best when it weighs as if .5
    level: { scale: 0.75, spread: 0.5 },
    reactions: { scale: 1.11, spread: 0.2 },
    undeclaredPaid: { scale: 1, spread: 0.04 },
  },
  others: { scale: 1, spread: 0.4 },
  entries: { scale: 0.95, spread: 0.08 },
  usual: { scale: 0.4, spread: 0.38 },
  repeated: 0.5,
  width: 1.5,
  least: 0.6,
};
