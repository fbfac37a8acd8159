import { createHash } from 'node:crypto';
import type { PartMemory, PartedReading } from '@app/analytics';
import type { BrandState } from '@app/contracts';

/** What of the state that can be supposed decides a reading beside what it says itself. */
type StateNeed = 'policies' | 'prices';

/** Readings of the reports that need less than everything of it. One that is not listed is taken to need all. */
const NEEDS: Readonly<Record<string, readonly StateNeed[]>> = {
  value: ['prices'],
  sessions: [],
  followers: [],
  covered: [],
  observed: [],
  'showroom.accounts': [],
  'showroom.first': [],
  'showroom.visit_counts': [],
};

interface KnownParts {
  parts: Promise<ReadonlyMap<string, unknown>>;
  size: number;
}

/** Parts that are remembered: 5,000 accounts have some 40,000 for a period. */
const PARTS = 300_000;

/** Parts of readings at one moment, by what decides them: under other weights nothing is priced again, under other prices nobody is counted again. */
export class SupposedMemory {
  private readonly known = new Map<string, KnownParts>();

  /** `scope`: brand, moment and asker. */
  of(scope: string, state: BrandState): PartMemory {
    const hashes: Record<StateNeed, string> = {
      policies: hashed([state.policies, state.keptPolicies ?? state.policies]),
      prices: hashed(state.rateCards),
    };
    return {
      recall: <Part>(reading: PartedReading<Part>) => {
        const needs = (NEEDS[reading.name] ?? ['policies', 'prices']).map((need) => hashes[need]);
        const asked = [scope, reading.name, needs, reading.decidedBy, [...reading.parts]];
        return this.recall(hashed(asked), reading) as Promise<ReadonlyMap<string, Part>>;
      },
    };
  }

  private recall<Part>(key: string, { parts, read }: PartedReading<Part>): Promise<ReadonlyMap<string, unknown>> {
    const found = this.known.get(key);
    this.known.delete(key);
    const known = found ?? { parts: read([...parts.keys()]), size: parts.size };
    this.known.set(key, known); // the one asked last leaves last
    if (!found) known.parts.catch(() => this.known.get(key) === known && this.known.delete(key));
    this.bound();
    return known.parts;
  }

  private bound(): void {
    let all = [...this.known.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, { size }] of this.known) {
      if (all <= PARTS || this.known.size === 1) return;
      all -= size;
      this.known.delete(key);
    }
  }
}

const hashed = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value, (_, own: unknown) => (typeof own === 'bigint' ? `${own}n` : own)))
    .digest('base64');
