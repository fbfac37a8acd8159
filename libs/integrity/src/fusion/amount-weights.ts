/**
 * How well a detector measures how much, in logarithms of (reported ÷ honest): what it says times `scale` is right on average, with errors of `spread`.
 * Fitted on tuning seeds by `npm run fit:integrity`; a detector that is not named measures like `others`.
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
  /** What inflated sessions have in common, before anybody measures: mean and spread. */
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
  fittedOn: 'set',
  measures: {},
  others: { scale: 1, spread: 0.4 },
  entries: { scale: 1, spread: 0.2 },
  usual: { scale: 0.35, spread: 0.35 },
  repeated: 0.5,
  width: 1,
  least: 0.5,
};
