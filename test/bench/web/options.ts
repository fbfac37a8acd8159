import { parseArgs } from 'node:util';
import type { BenchOptions } from '../warehouse/options';

export interface WebBenchOptions {
  /** Of the instance that is measured. */
  world: BenchOptions;
  /** Null: a temporary folder. */
  dataDir: string | null;
  keep: boolean;
  json: boolean;
  markdown: boolean;
  /** How often each time is taken. */
  runs: number;
}

/** npm run bench:web -- [--accounts N] [--rows N] [--runs N] [--json | --markdown] [--data DIR] [--keep] */
export function parseOptions(args: string[]): WebBenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      accounts: { type: 'string', default: '5000' },
      rows: { type: 'string', default: '2400000' },
      runs: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      data: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const dataDir = values.data ?? null;
  const { keep, json, markdown } = values;
  const [accounts, rows] = [Number(values.accounts), Number(values.rows)];
  const format = json ? ('json' as const) : ('table' as const);
  const dealers = Math.round(accounts * 0.4);
  return {
    world: { rows, accounts, dealers, format, dataDir, keep, only: [], peers: false },
    dataDir,
    keep,
    json,
    markdown,
    runs: Number(values.runs),
  };
}
