import type { BrandState } from '@app/contracts';
import { Covered, RefreshStores, refreshRollups } from './refresh';
import { ROLLUPS } from './rollups';

/** What decides whether there is anything to do: both change whenever deliveries close or the state does. */
export interface KeptMarks {
  deliveries: string;
  state: string;
}

/** What a keeper reads of a brand. */
export interface KeptBrands {
  marks(brandId: number): Promise<KeptMarks>;
  /** The state as it is now, with the accounts that only facts know; read while nobody else refreshes. */
  state(brandId: number): Promise<BrandState>;
}

interface Kept {
  marks: KeptMarks;
  months: Set<string>;
  covered: Covered;
}

/** A refresh that has not begun: everything that is asked for until then is in it. */
interface Waiting {
  months: Set<string>;
  done: Promise<Covered>;
}

/** Keeps the roll-ups of all brands up to date for whoever asks in this process; asks the stores only when something has changed. */
export class RollupKeeper {
  private readonly kept = new Map<number, Kept>();
  private readonly running = new Map<number, Promise<unknown>>();
  private readonly waiting = new Map<number, Waiting>();

  constructor(
    private readonly stores: RefreshStores,
    private readonly brands: KeptBrands,
  ) {}

  /**
   * Returns when every delivery that `marks` knows as closed is in, and the given months are under today's rules. One refresh of a brand runs at a time; all
   * who ask meanwhile share the next one, which covers what was closed when it began.
   */
  keep(brandId: number, marks: KeptMarks, months: readonly string[]): Promise<Covered> {
    const kept = this.kept.get(brandId);
    if (kept && isKept(kept, marks, months)) return Promise.resolve(kept.covered);
    const waiting = this.waiting.get(brandId) ?? this.next(brandId);
    for (const month of months) waiting.months.add(month);
    return waiting.done;
  }

  private next(brandId: number): Waiting {
    const months = new Set<string>();
    const before = this.running.get(brandId) ?? Promise.resolve();
    const done = before
      .catch(() => undefined)
      .then(() => {
        this.waiting.delete(brandId);
        return this.refresh(brandId, [...months]);
      });
    const waiting = { months, done };
    this.waiting.set(brandId, waiting);
    this.running.set(brandId, done);
    return waiting;
  }

  private async refresh(brandId: number, months: readonly string[]): Promise<Covered> {
    const marks = await this.brands.marks(brandId);
    const known = this.kept.get(brandId);
    if (known && isKept(known, marks, months)) return known.covered; // the one before has done it
    const sameState = known?.marks.state === marks.state;
    const asked = sameState ? months.filter((month) => !known.months.has(month)) : months;
    const done = await refreshRollups(this.stores, ROLLUPS, { brandId, readState: () => this.brands.state(brandId) }, asked);
    const covered = {
      deliveries: done[0].deliveries,
      versions: Object.fromEntries(done.map(({ rollup, version }) => [rollup, version])),
    };
    this.kept.set(brandId, { marks, months: new Set([...(sameState ? known.months : []), ...months]), covered });
    return covered;
  }
}

function isKept(kept: Kept, marks: KeptMarks, months: readonly string[]): boolean {
  return kept.marks.deliveries === marks.deliveries && kept.marks.state === marks.state && months.every((month) => kept.months.has(month));
}
