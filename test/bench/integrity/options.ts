import { parseArgs } from 'node:util';
import { STRENGTHS, type Strength } from './world/shapes';

const USAGE = `bench:integrity -- [--dealers N] [--rooms N] [--copies N] [--seed N] [--cheaters SHARE] [--outside] [--without A1,…] [--only totals|viewers] [--features FILE] [--json]
  --dealers N      dealers of the world of totals and minutes (default 300; 4000 is the size of the goals)
  --rooms N        dealers of the world of viewers (default 60; 200 is the size of the goals)
  --seed N         1 to 99 are for judging, 100 and above for tuning (default 1)
  --cheaters S     share of the dealers that cheat (default 0.1; the goals are at 0.05)
  --strength S     every attack is weak, medium or strong (default: all three)
  --outside        parameters outside the usual ranges
  --without A,B    attacks that do not occur
  --only WORLD     one world
  --features FILE  appends what the fusion saw of each week, for fitting (tuning seeds only)
  --copies N       so many times the dealers, copied in the store: for seconds only, what copies show is judged by nobody (default 1)
  --json           one JSON line per figure
  --data DIR, --keep  where the instance lives, and whether it stays
  --again          judges what the last scan of the kept instance found, without scanning again`;

export interface IntegrityOptions {
  dealers: number;
  copies: number;
  rooms: number;
  seed: number;
  cheaters: number;
  strength: Strength | null;
  outside: boolean;
  without: string[];
  only: 'totals' | 'viewers' | null;
  features: string | null;
  json: boolean;
  dataDir: string | null;
  keep: boolean;
  again: boolean;
}

/** Seeds from here on are for tuning; figures of them are never published. */
export const FIRST_TUNING_SEED = 100;

export class UsageError extends Error {}

export function parseOptions(args: string[]): IntegrityOptions {
  const { values } = parsed(args);
  const whole = (name: 'dealers' | 'rooms' | 'seed' | 'copies', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < least) throw new UsageError(`--${name} is a whole number of at least ${least}\n${USAGE}`);
    return value;
  };
  const { only } = values;
  if (only !== undefined && only !== 'totals' && only !== 'viewers') throw new UsageError(`--only is totals or viewers\n${USAGE}`);
  const seed = whole('seed', 1);
  if (values.features !== undefined && seed < FIRST_TUNING_SEED)
    throw new UsageError(`weights are fitted on seeds from ${FIRST_TUNING_SEED} on, never on those that judge\n${USAGE}`);
  return {
    dealers: whole('dealers', 10),
    rooms: whole('rooms', 5),
    copies: whole('copies', 1),
    seed,
    cheaters: Number(values.cheaters),
    strength: strengthOf(values.strength),
    outside: values.outside,
    without: values.without?.split(',') ?? [],
    only: only ?? null,
    features: values.features ?? null,
    json: values.json,
    dataDir: values.data ?? null,
    keep: values.keep,
    again: values.again,
  };
}

function strengthOf(text: string | undefined): Strength | null {
  if (text === undefined) return null;
  if (!(text in STRENGTHS)) throw new UsageError(`--strength is weak, medium or strong\n${USAGE}`);
  return text as Strength;
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        dealers: { type: 'string', default: '300' },
        rooms: { type: 'string', default: '60' },
        copies: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        cheaters: { type: 'string', default: '0.1' },
        strength: { type: 'string' },
        outside: { type: 'boolean', default: false },
        without: { type: 'string' },
        only: { type: 'string' },
        features: { type: 'string' },
        json: { type: 'boolean', default: false },
        data: { type: 'string' },
        keep: { type: 'boolean', default: false },
        again: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
