import { addMonths, monthPeriod } from '@app/contracts';

/** Tables that retention knows; what is not here is kept for ever (docs/privacy.md says why). */
export const RETAINED = ['entries', 'comments', 'dead-letters', 'sentinel-proposals', 'reveals', 'rejects'] as const;
export type Retained = (typeof RETAINED)[number];

/** Whole months that rows are kept after the month in which they lie; null: for ever. */
export type RetentionPolicy = Readonly<Record<Retained, number | null>>;

const DAY_MS = 86_400_000;
/** What any month can need of the time before it: a rolling window or a raffle's 30 days, and the visits that began before these. */
const REACH_MS = 33 * DAY_MS;

/** First month of which all is kept at an instant. */
export const firstKeptMonth = (current: string, months: number): string => addMonths(current, -months);

/**
 * From which month on entries stay: those of closed months alone may go, for their figures answer out of the close. `oldest`: of the entries that there are.
 * `waitsFor`: the month whose close is awaited, null when none is.
 */
export function floorOf(
  { oldest, current, keptMonths }: { oldest: string; current: string; keptMonths: number },
  closed: readonly string[],
): { floor: string; waitsFor: string | null } {
  const wanted = firstKeptMonth(current, keptMonths);
  let floor = oldest;
  while (floor < wanted && closed.includes(floor)) floor = addMonths(floor, 1);
  return { floor, waitsFor: floor < wanted ? floor : null };
}

/** What a kept key says that it depends on (roll-ups, docs/adr/0008). `from`, `to` epoch ms, half open; 0, 0: on nothing. */
export interface KeyReach {
  account: string;
  from: number;
  to: number;
}

/**
 * Before which instant (epoch ms) the entries of an account go, so that no kept month changes: the margin of every month, and all that its kept months
 * reach back to. `byAccount` holds only accounts that need more than the margin.
 */
export function cutoffs(floor: string, zone: string, reaches: readonly KeyReach[]): { usual: number; byAccount: Map<string, number> } {
  const usual = monthPeriod(floor, zone).from - REACH_MS;
  const byAccount = new Map<string, number>();
  for (const { account, from, to } of reaches)
    if (to > from && from < usual) byAccount.set(account, Math.min(from, byAccount.get(account) ?? Infinity));
  return { usual, byAccount };
}
