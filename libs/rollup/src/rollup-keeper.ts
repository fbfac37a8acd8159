import type { BrandState } from '@app/contracts';
import { RefreshStores, refreshRollups } from './refresh';
import { ROLLUPS } from './rollups';

/** What decides whether there is anything to do: both change whenever deliveries close or the state does. */
export interface KeptMarks {
  deliveries: string;
  state: string;
}

interface Kept {
  marks: KeptMarks;
  months: Set<string>;
}

/** Keeps the roll-ups of all brands up to date for whoever asks in this process; asks the stores only when something has changed. */
export class RollupKeeper {
  private readonly kept = new Map<number, Kept>();
  private readonly turns = new Map<number, Promise<void>>();

  /** `readState`: the state as it is now, with the accounts that only facts know; read while nobody else refreshes. */
  constructor(
    private readonly stores: RefreshStores,
    private readonly readState: (brandId: number) => Promise<BrandState>,
  ) {}

  /** Returns when every delivery that `marks` knows as closed is in, and the given months are under today's rules. One at a time per brand. */
  keep(brandId: number, marks: KeptMarks, months: readonly string[]): Promise<void> {
    if (this.isKept(brandId, marks, months)) return Promise.resolve();
    const before = this.turns.get(brandId) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.refresh(brandId, marks, months));
    this.turns.set(brandId, turn);
    return turn;
  }

  private async refresh(brandId: number, marks: KeptMarks, months: readonly string[]): Promise<void> {
    if (this.isKept(brandId, marks, months)) return; // whoever was before has done it
    const known = this.kept.get(brandId);
    const asked = known?.marks.state === marks.state ? months.filter((month) => !known.months.has(month)) : months;
    await refreshRollups(this.stores, ROLLUPS, { brandId, readState: () => this.readState(brandId) }, asked);
    const kept = known?.marks.state === marks.state ? known.months : [];
    this.kept.set(brandId, { marks, months: new Set([...kept, ...months]) });
  }

  private isKept(brandId: number, marks: KeptMarks, months: readonly string[]): boolean {
    const known = this.kept.get(brandId);
    if (known?.marks.deliveries !== marks.deliveries || known.marks.state !== marks.state) return false;
    return months.every((month) => known.months.has(month));
  }
}
