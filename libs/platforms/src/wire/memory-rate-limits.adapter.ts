import { RateLimits, RECOVERY_MS, slowed, spend, type Cell, type Charge, type Grace } from './rate-limits';

const FRESH: Cell = { tat: 0, factor: 1, slowedAt: -RECOVERY_MS };
const KEPT = 10_000;

/** Limits of a single process: the embedded mode. Also keeps many thousand credentials in little memory: what is over is forgotten. */
export class MemoryRateLimitsAdapter extends RateLimits {
  private readonly cells = new Map<string, Cell>();

  /** `now`: ms of a clock that never goes back. */
  constructor(private readonly now: () => number = () => performance.now()) {
    super();
  }

  acquire(charges: readonly Charge[]): Promise<Grace> {
    const now = this.now();
    let grace: Grace = { waitMs: 0, key: null };
    const spent = charges.map((charge) => {
      const cell = this.cells.get(charge.key) ?? FRESH;
      const { waitMs, tat } = spend(cell, charge, now);
      if (waitMs > grace.waitMs) grace = { waitMs, key: charge.key };
      return { charge, cell: { ...cell, tat } };
    });
    if (grace.waitMs === 0) for (const { charge, cell } of spent) this.cells.set(charge.key, cell);
    if (this.cells.size > KEPT) this.forget(now);
    return Promise.resolve(grace);
  }

  slowDown(charges: readonly Charge[], waitMs: number): Promise<void> {
    const now = this.now();
    for (const charge of charges) this.cells.set(charge.key, slowed(this.cells.get(charge.key) ?? FRESH, charge, now, waitMs));
    return Promise.resolve();
  }

  private forget(now: number): void {
    for (const [key, cell] of this.cells) if (cell.tat <= now && now - cell.slowedAt >= RECOVERY_MS) this.cells.delete(key);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
