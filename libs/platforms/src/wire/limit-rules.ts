import type { Payer } from './payer';
import type { Charge } from './rate-limits';

/** One limit of a platform. */
export interface LimitRule {
  /** Whose calls are counted together. */
  per: 'app' | 'credential';
  /** Paths, or names given by the client (WireRequest.endpoint), that are counted together; absent: all calls. */
  endpoints?: readonly string[];
  calls: number;
  perMs: number;
  /** How many may come at once. Default: a tenth of `calls`. */
  burst?: number;
  /** False: nobody has published it, so it gives way when the platform says "too frequent". */
  published: boolean;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** What is assumed where a platform publishes nothing: calls per second. */
export interface AssumedRates {
  app: number;
  credential: number;
}
export const ASSUMED_RATES: AssumedRates = { app: 50, credential: 10 };

/** Less than one call a second is one call in a longer span. */
const perSecond = (rate: number): Pick<LimitRule, 'calls' | 'perMs'> =>
  rate >= 1 ? { calls: Math.floor(rate), perMs: SECOND_MS } : { calls: 1, perMs: SECOND_MS / rate };

/** A platform's rules, completed by assumed ones for those whose calls no general rule counts. */
export function completeRules(rules: readonly LimitRule[], assumed: AssumedRates = ASSUMED_RATES): LimitRule[] {
  const general = (per: LimitRule['per']) => rules.some((rule) => rule.per === per && rule.endpoints === undefined);
  const missing = (['app', 'credential'] as const).filter((per) => !general(per));
  return [...rules, ...missing.map((per) => ({ per, ...perSecond(assumed[per]), published: false }))];
}

/**
 * The same limit where time runs `scale` times as fast: a shorter window, or, where that would be less than a second and so lost in the jitter of
 * a network, more calls in a second.
 */
export function scaledRule(rule: LimitRule, scale: number): LimitRule {
  const perMs = rule.perMs / scale;
  if (perMs >= SECOND_MS) return { ...rule, perMs };
  return { ...rule, perMs: SECOND_MS, calls: Math.max(1, Math.floor((rule.calls * SECOND_MS) / perMs)), burst: undefined };
}

/** What one call to `endpoint` uses up. */
export function chargesOf(rules: readonly LimitRule[], product: string, payer: Payer, endpoint: string): Charge[] {
  return rules
    .filter((rule) => rule.endpoints?.includes(endpoint) ?? true)
    .map(({ per, endpoints, calls, perMs, burst, published }) => ({
      key: [product, payer.app, ...(per === 'credential' ? [payer.credential] : []), endpoints?.[0] ?? '*', String(perMs)].join('|'),
      per,
      calls,
      perMs,
      burst: burst ?? Math.max(1, Math.floor(calls / 10)),
      cost: 1,
      adaptive: !published,
    }));
}
