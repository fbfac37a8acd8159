import type { Covered } from '@app/rollup';

/** Accounts that changed, by the name of the fact or roll-up. */
export type Touched = ReadonlyMap<string, ReadonlySet<string>>;

/** Steps that are known back: a reading that is older is read anew. */
const STEPS = 1000;

interface Step {
  covered: Covered;
  /** Changed since the step before; null: unknown. */
  touched: Touched | null;
}

/** What has changed of a brand's accounts from moment to moment. A moment is known by its number; a greater one is later. */
export class ChangedAccounts {
  private readonly steps: Step[] = [];
  private dropped = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly read: (span: { from: Covered; to: Covered }) => Promise<Touched>) {}

  /** The number of a moment; asks what has changed until then when it is a new one. */
  momentOf(covered: Covered): Promise<number> {
    const moment = this.turn.then(() => this.advance(covered));
    this.turn = moment.catch(() => undefined);
    return moment;
  }

  /** What of the named facts and roll-ups changed after one moment up to another; null: anything may have. */
  between(after: number, to: number, names: readonly string[]): ReadonlySet<string> | null {
    const changed = new Set<string>();
    for (let moment = after + 1; moment <= to; moment++) {
      const touched = this.steps[moment - this.dropped]?.touched;
      if (!touched) return null;
      for (const name of names) for (const account of touched.get(name) ?? []) changed.add(account);
    }
    return changed;
  }

  private async advance(covered: Covered): Promise<number> {
    const last = this.steps.at(-1);
    if (!last || !isSame(last.covered, covered)) {
      const touched = last ? await this.read({ from: last.covered, to: covered }) : null;
      this.steps.push({ covered, touched });
      for (; this.steps.length > STEPS; this.dropped++) this.steps.shift();
    }
    return this.dropped + this.steps.length - 1;
  }
}

function isSame(a: Covered, b: Covered): boolean {
  return (
    a.deliveries.horizon === b.deliveries.horizon &&
    a.deliveries.open.join() === b.deliveries.open.join() &&
    Object.entries(a.versions).every(([rollup, version]) => b.versions[rollup] === version)
  );
}
