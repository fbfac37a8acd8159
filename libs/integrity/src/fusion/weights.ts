import type { DetectorFamily } from '@app/contracts';
import { AMOUNT_WEIGHTS, type AmountWeights } from './amount-weights';

/** What the fusion weighs with. Reviewed like code: a change is a new version, and says how it came about. */
export interface FusionWeights {
  name: string;
  version: number;
  /** Where the numbers come from: seeds and date, or "set". */
  fittedOn: string;
  /** Log-odds without any signal, at the share of inflated windows that the tuning worlds have. */
  base: number;
  /** Per family, log-odds for each decimal order of magnitude beyond one honest subject in ten. Never negative. */
  families: Record<DetectorFamily, number>;
  /** Log-odds when every session of the window has a signal. */
  persistence: number;
  /** Log-odds when a week beside is full of signals (`BESIDE_FULL`). */
  beside: number;
  /** What the corrected figure is estimated with. */
  amounts: AmountWeights;
}

export const FUSION_WEIGHTS: FusionWeights = {
  name: 'family-logit',
  version: 4,
  // what totals and minutes see: fitted on totals; what sees viewers: the fits of version 3 (seeds 102 and 103), which a new fit on seed 103 confirms within .2. Families that had no signal in the tuning
  // worlds stand where the prior of the fit has them (1.5); audience is soft by its own bound. beside: 3.4 by the fit, less for the honest weeks beside inflated ones, which the fit leaves out
  fittedOn:
    'seeds 101 (800 dealers, 5 % cheating), 102 (400, 30 %) and 104 (1000, 10 %), 9944 weeks of totals and minutes; viewers: seeds 102, 103; 2026-11-23',
  base: -4.79,
  families: {
    physics: 1.4,
    data: 2.28,
    ratio: 1.21,
    shape: 0.6,
    viewer: 1.8,
    policy: 1.5,
    network: 1.5,
    self: 1.79,
    text: 1.51,
    growth: 0.7,
    audience: 1,
    source: 0.87,
  },
  persistence: 0.92,
  beside: 3,
  amounts: AMOUNT_WEIGHTS,
};

/** Decimal orders of magnitude, of all families together, from which on a week beside says as much as it can. */
export const BESIDE_FULL = 6;

/** What decides how loud an answer is; shown in docs/adr/0040. */
export const LEVELS = {
  /** Probability from which two agreeing families make it high. */
  high: 0.8,
  medium: 0.5,
  /** Strength from which a family counts as agreeing. */
  agreeing: 0.97,
} as const;

/**
 * Families that look at the same contradiction and so do not confirm each other: an edited total differs from its minutes (data), and then physics cannot
 * hold either.
 */
export const SAME_GROUND: readonly (readonly DetectorFamily[])[] = [['physics', 'data']];

/**
 * Log-odds that an inflated figure is the dealer's own doing. Set, not fitted, and on purpose: in any world with more cheaters than victims a fit would call
 * guilty whoever is inflated. So bots alone do not reach one half, whatever their number: they can be sent by anybody (framing). What raises it is what only
 * the dealer can do.
 */
export const ATTRIBUTION = {
  /** Log-odds with nothing known: about one in four. */
  base: -1.1,
  /**
   * Detectors that see what is in the dealer's own hands only, per order of magnitude, up to two. One that is not named accuses nobody, so a new detector
   * does so only after a review. `figure`: only findings with a figure whose name begins so. Not replayRoom: a room full of constant bots looks like a tape, too.
   */
  ownActs: {
    counterSanity: { weight: 1.2, figure: 'edited' },
    staffFarm: { weight: 1.2 },
    mutualAidRings: { weight: 1.2 },
    thresholdGaming: { weight: 1 },
    // below one half alone: the platform's word on what was bought, not on who bought it
    undeclaredPaid: { weight: 0.5 },
    thresholdBunching: { weight: 0.4 },
  } as Readonly<Record<string, { weight: number; figure?: string }>>,
  /** Incentive with the inflated part above the one without it; or equal: nobody buys what brings nothing. */
  gains: 0.8,
  gainsNothing: -1.5,
  selfReported: -1.5,
} as const;
