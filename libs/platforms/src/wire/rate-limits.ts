/** What one call uses up of one limit: at most `calls` in any span of `perMs`. */
export interface Charge {
  key: string;
  per: 'app' | 'credential';
  calls: number;
  perMs: number;
  /** How many may come at once, 1 to `calls`. The more, the slower the steady pace, so that no span ever holds more than `calls`. */
  burst: number;
  cost: number;
  /** May be slowed down when the platform says "too frequent". */
  adaptive: boolean;
}

/** `waitMs` 0: all charges are taken. Else none is, and `key` is the one to wait for. */
export interface Grace {
  waitMs: number;
  key: string | null;
}

/** Port to the limits that all processes of an installation share. */
export abstract class RateLimits {
  /** Takes all charges at once, or says how long to wait before asking again. */
  abstract acquire(charges: readonly Charge[]): Promise<Grace>;
  /** The platform said "too frequent": nothing for `waitMs`, then half the pace (adaptive ones), which recovers in ten minutes. */
  abstract slowDown(charges: readonly Charge[], waitMs: number): Promise<void>;
  abstract close(): Promise<void>;
}

/** Pace of a limit by the generic cell rate algorithm. */
export interface Pace {
  intervalMs: number;
  toleranceMs: number;
}

/** Time that a call may be on its way: two calls arrive closer together than they were let go. */
export const jitterMs = (perMs: number): number => Math.min(2_000, perMs / 4);
/** A pace that was slowed down is whole again after this time. */
export const RECOVERY_MS = 600_000;
export const SLOWEST = 1 / 64;
/** Complaints within this time are about the same burst. */
export const SAME_BURST_MS = 1_000;

/**
 * Of calls that conform to (T, tolerance), n in a span P imply (n − 1)·T − tolerance < P. With T = P ÷ (calls − burst + 1) and tolerance
 * (burst − 1)·T this gives n < calls + 1, for every position of the span.
 */
export function paceOf({ calls, perMs, burst }: Pick<Charge, 'calls' | 'perMs' | 'burst'>): Pace {
  const atOnce = Math.min(Math.max(1, Math.floor(burst)), calls);
  const intervalMs = (perMs + jitterMs(perMs)) / (calls - atOnce + 1);
  return { intervalMs, toleranceMs: (atOnce - 1) * intervalMs };
}

/** What is kept of one limit. `tat`: theoretical arrival time of the next call, ms. */
export interface Cell {
  tat: number;
  factor: number;
  slowedAt: number;
}

/** The share of the pace that is in force now: 1, or less after complaints. */
export const factorAt = ({ factor, slowedAt }: Cell, now: number): number =>
  Math.min(1, factor + Math.max(0, now - slowedAt) / RECOVERY_MS);

/** How long a charge has to wait at `now`, and the cell after it was taken. */
export function spend(cell: Cell, charge: Charge, now: number): { waitMs: number; tat: number } {
  const { intervalMs, toleranceMs } = paceOf(charge);
  const step = intervalMs / (charge.adaptive ? factorAt(cell, now) : 1);
  const tat = Math.max(cell.tat, now);
  return { waitMs: Math.max(0, tat + (charge.cost - 1) * step - toleranceMs - now), tat: tat + charge.cost * step };
}

/** The cell after a complaint. */
export function slowed(cell: Cell, charge: Charge, now: number, waitMs: number): Cell {
  const tat = Math.max(cell.tat, now + waitMs);
  if (!charge.adaptive || now - cell.slowedAt < SAME_BURST_MS) return { ...cell, tat };
  return { tat, factor: Math.max(SLOWEST, factorAt(cell, now) / 2), slowedAt: now };
}
