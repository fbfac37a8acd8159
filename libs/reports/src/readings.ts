import type { PartMemory } from '@app/analytics';
import { Covered, readTouchedAccounts } from '@app/rollup';
import type { Warehouse } from '@app/warehouse';
import { ChangedAccounts } from './changed-accounts';
import { RememberedParts } from './remembered-parts';
import type { Snapshot } from './snapshots';

/** What is known of a brand at a moment. Two equal moments of one declared state mean equal figures. */
export interface Moment {
  moment: number;
  memory: PartMemory;
}

/** States of brands (and questions about the past) whose readings are remembered. */
const MEMORIES = 4;
const NOTHING: ReadonlySet<string> = new Set();

/** Everything that reports have read, by brand and state; of what has changed since, only the accounts that it concerns are read again. */
export class Readings {
  private readonly changes = new Map<number, ChangedAccounts>();
  private readonly memories = new Map<string, RememberedParts>();

  constructor(private readonly warehouse: Warehouse) {}

  /** `covered`: what the roll-ups hold; null: the snapshot is of the past, which does not change. */
  async at({ brand, declared }: Snapshot, covered: Covered | null): Promise<Moment> {
    if (covered === null) return { moment: 0, memory: this.memory(declared, () => NOTHING).at(0) };
    const changes = this.changesOf(brand.brandId);
    const moment = await changes.momentOf(covered);
    const memory = this.memory(`${brand.brandId} ${declared}`, (after, to, names) => changes.between(after, to, names));
    return { moment, memory: memory.at(moment) };
  }

  private changesOf(brandId: number): ChangedAccounts {
    const known = this.changes.get(brandId) ?? new ChangedAccounts((span) => readTouchedAccounts(this.warehouse, brandId, span));
    this.changes.set(brandId, known);
    return known;
  }

  /** The one that was used last leaves last. */
  private memory(key: string, changes: ConstructorParameters<typeof RememberedParts>[0]): RememberedParts {
    const memory = this.memories.get(key) ?? new RememberedParts(changes);
    this.memories.delete(key);
    this.memories.set(key, memory);
    if (this.memories.size > MEMORIES) this.memories.delete(this.memories.keys().next().value as string);
    return memory;
  }
}
