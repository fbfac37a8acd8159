/**
 * A reading in parts, each of which changes only when a fact of one of its accounts does: so a correction of one account makes nothing of the
 * others be read again.
 */
export interface PartedReading<Part> {
  name: string;
  /** Everything else that decides the parts (brand, months, thresholds, window …), as plain values; the state belongs to the memory. */
  decidedBy: readonly unknown[];
  /** What the parts are made of: facts by the name of their table, kept rows by the name of their roll-up. */
  from: readonly string[];
  /** The parts that are wanted, with their accounts. */
  parts: ReadonlyMap<string, readonly string[]>;
  /** Reads some of the parts; one without rows may be missing in the answer. */
  read(parts: string[]): Promise<ReadonlyMap<string, Part>>;
}

/** Knows parts that were read before, of one brand under one state. */
export interface PartMemory {
  /** The wanted parts, none older than the memory's moment. Nobody may change them. */
  recall<Part>(reading: PartedReading<Part>): Promise<ReadonlyMap<string, Part>>;
}

/** Remembers nothing. */
export const NO_MEMORY: PartMemory = { recall: ({ parts, read }) => read([...parts.keys()]) };

/** Parts that are an account each. */
export const partsOfAccounts = (accounts: readonly string[]): Map<string, readonly string[]> =>
  new Map(accounts.map((account) => [account, [account]]));
