import type { PartMemory, PartedReading } from '@app/analytics';

/** What of some facts and roll-ups changed after one moment up to another; null: anything may have. */
type Changes = (after: number, to: number, names: readonly string[]) => ReadonlySet<string> | null;

interface KnownPart {
  accounts: readonly string[];
  /** Undefined: it has no rows. */
  value: unknown;
}
interface Reading {
  moment: number;
  parts: Map<string, KnownPart>;
  /** One reads at a time; who asks for the same meanwhile finds it read. */
  turn: Promise<unknown>;
}

/** Parts that are remembered in one memory. 5,000 accounts have some 30,000 for a month. */
const PARTS = 150_000;

/** Remembers parts of readings of one brand under one state; a part is read again when one of its accounts has changed since. */
export class RememberedParts {
  private readonly readings = new Map<string, Reading>();

  constructor(private readonly changes: Changes) {}

  /** The memory as it has to be at a moment, or later. */
  at(moment: number): PartMemory {
    return { recall: (asked) => this.recall(asked, moment) };
  }

  private recall<Part>(asked: PartedReading<Part>, moment: number): Promise<ReadonlyMap<string, Part>> {
    const key = `${asked.name} ${JSON.stringify(asked.decidedBy)}`;
    const reading = this.readings.get(key) ?? { moment, parts: new Map<string, KnownPart>(), turn: Promise.resolve() };
    this.readings.delete(key);
    this.readings.set(key, reading); // the one asked last leaves last
    const recalled = reading.turn.then(() => this.bringUp(reading, asked, moment));
    reading.turn = recalled.catch(() => undefined);
    return recalled;
  }

  private async bringUp<Part>(reading: Reading, asked: PartedReading<Part>, moment: number): Promise<ReadonlyMap<string, Part>> {
    if (moment > reading.moment) {
      this.forget(reading, this.changes(reading.moment, moment, asked.from));
      reading.moment = moment;
    }
    const missing = [...asked.parts].filter(([part, accounts]) => !isOf(reading.parts.get(part), accounts)).map(([part]) => part);
    if (missing.length > 0) {
      const read = await asked.read(missing);
      for (const part of missing) reading.parts.set(part, { accounts: asked.parts.get(part)!, value: read.get(part) });
      this.bound();
    }
    const found = new Map<string, Part>();
    for (const part of asked.parts.keys()) {
      const value = reading.parts.get(part)!.value as Part | undefined;
      if (value !== undefined) found.set(part, value);
    }
    return found;
  }

  private forget(reading: Reading, changed: ReadonlySet<string> | null): void {
    if (changed === null) reading.parts.clear();
    else if (changed.size > 0)
      for (const [part, { accounts }] of reading.parts) if (accounts.some((account) => changed.has(account))) reading.parts.delete(part);
  }

  private bound(): void {
    let parts = [...this.readings.values()].reduce((sum, reading) => sum + reading.parts.size, 0);
    for (const [key, reading] of this.readings) {
      if (parts <= PARTS || this.readings.size === 1) return;
      parts -= reading.parts.size;
      this.readings.delete(key);
    }
  }
}

function isOf(known: KnownPart | undefined, accounts: readonly string[]): boolean {
  if (!known) return false;
  return known.accounts.length === accounts.length && known.accounts.every((account, at) => account === accounts[at]);
}
