import { seeded } from './seeded';

/** The long form is asked for with `npm run test:faults -- --long`; CI and `npm test` run the short one. */
export const LONG = process.env.VITRINE_FAULTS === 'long';

/** Every random choice of a fault test follows from it; told with every failure. The short form has few facts, and so a seed that gives enough of them. */
export const FAULT_SEED = Number(process.env.VITRINE_FAULT_SEED ?? (LONG ? Math.floor(Math.random() * 2 ** 31) : 20_261_122));

export { seeded };

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
