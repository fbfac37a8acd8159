import { Pairs, centred } from './correlation';

/** A correlation that was measured, and how far from it the true one may be. */
export interface Measured {
  value: number;
  /** Null: the points say too little for an interval. */
  low: number | null;
  high: number | null;
}

export type CorrelationKind = 'pearson' | 'spearman';

interface Precision {
  kind: CorrelationKind;
  /** Independent points; need not be whole. */
  points: number;
  /** Group means that were taken off, beyond the first: each costs a point. */
  controls?: number;
  /** Share of intervals that hold the true value, as 0.95. */
  confidence: number;
}

/**
 * Interval by Fisher's z: tanh(atanh r ± q × se). Pearson se² = 1 ÷ (n − 3 − controls); Spearman (1 + r² ÷ 2) times as much (Bonett and Wright 2000),
 * which holds with ties. Without a bound under one point more than that. r = ±1 leaves no width.
 */
export function measured(value: number, { kind, points, controls = 0, confidence }: Precision): Measured {
  const freedom = points - 3 - controls;
  if (freedom <= 0) return { value, low: null, high: null };
  if (Math.abs(value) === 1) return { value, low: value, high: value };
  const variance = (kind === 'spearman' ? 1 + value ** 2 / 2 : 1) / freedom;
  const reach = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { value, low: Math.tanh(Math.atanh(value) - reach), high: Math.tanh(Math.atanh(value) + reach) };
}

/** A series of weeks that was paired with another: which weeks, ascending. */
export interface WeeklyPairs extends Pairs {
  weeks: readonly number[];
}

/**
 * How many independent points a pair of series is worth when each week resembles the one before: n × (1 − ab) ÷ (1 + ab), with the lag-1
 * autocorrelations a and b over adjacent weeks (Bartlett 1935; Bretherton 1999). Never more than n.
 */
export function effectivePoints({ x, y, weeks }: WeeklyPairs): number {
  const alike = Math.max(0, resemblance(x, weeks) * resemblance(y, weeks));
  return (weeks.length * (1 - alike)) / (1 + alike);
}

function resemblance(values: readonly number[], weeks: readonly number[]): number {
  const away = centred(values);
  const whole = away.reduce((sum, value) => sum + value ** 2, 0);
  if (whole === 0) return 0;
  return away.reduce((sum, value, at) => (at > 0 && weeks[at] === weeks[at - 1] + 1 ? sum + value * away[at - 1] : sum), 0) / whole;
}

/** Coefficients of Wichura's AS 241 (PPND16), numerator and denominator by falling power. */
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438,
    3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091,
    1,
  ],
] as const;
const TAIL = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1,
  ],
] as const;
const polynomial = (coefficients: readonly number[], at: number): number => coefficients.reduce((sum, next) => sum * at + next, 0);

/** The point of the standard normal distribution below which a share lies, for shares within 0.0000001 of neither end. */
export function normalQuantile(share: number): number {
  const away = share - 0.5;
  if (Math.abs(away) <= 0.425) {
    const at = 0.180625 - away ** 2;
    return (away * polynomial(CENTRE[0], at)) / polynomial(CENTRE[1], at);
  }
  const at = Math.sqrt(-Math.log(Math.min(share, 1 - share))) - 1.6;
  return (Math.sign(away) * polynomial(TAIL[0], at)) / polynomial(TAIL[1], at);
}
