/** The long form is asked for with `npm run test:faults -- --long`; CI and `npm test` run the short one. */
export const LONG = process.env.VITRINE_FAULTS === 'long';

/** Every random choice of a fault test follows from it; told with every failure. The short form has few facts, and so a seed that gives enough of them. */
export const FAULT_SEED = Number(process.env.VITRINE_FAULT_SEED ?? (LONG ? Math.floor(Math.random() * 2 ** 31) : 20_261_122));

/** Numbers in [0, 1), always the same for one seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <Value>(random: () => number, values: readonly Value[]): Value => values[Math.floor(random() * values.length)];

/** Runs the test and tells the seed when it fails. */
export async function withSeed(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) error.message += `\nagain with VITRINE_FAULT_SEED=${FAULT_SEED}`;
    throw error;
  }
}
