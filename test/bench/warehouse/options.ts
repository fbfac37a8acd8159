import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface BenchOptions {
  /** Entries as first delivered; corrections, retractions and second sources come on top. */
  rows: number;
  accounts: number;
  dealers: number;
  format: 'table' | 'json' | 'markdown';
  /** Folder of the instance; null is a temporary one. */
  dataDir: string | null;
  keep: boolean;
  /** Measures only groups whose name contains one of these; empty is all. */
  only: string[];
  /** Peers hold the same rows, so they are asked up to this size only. */
  peers: boolean;
}

export const DEFAULT_ROWS = 10_000_000;
const PEER_ROWS = 10_000_000;
/** 5,000 accounts of 2,000 dealers hold 100 M entries: the same number of entries an account at every size. */
const ROWS_PER_ACCOUNT = 20_000;
const LEAST_ACCOUNTS = 20;

const USAGE = `bench:warehouse -- [--rows N] [--accounts N] [--json | --markdown] [--data DIR] [--keep] [--only GROUP,…] [--from FILE]
  --rows N       entries to generate (default ${DEFAULT_ROWS})
  --accounts N   accounts that they are of (default: one for ${ROWS_PER_ACCOUNT} entries, 5,000 at 100 M)
  --json         one JSON line per goal; --markdown: a table for docs/benchmarks.md
  --data DIR     where the instance lives (default: a temporary folder); kept data of the same size is used again
  --keep         leaves the data for the next run
  --only a,b     measures only the groups whose name contains a or b
  --from FILE    measures nothing: renders the JSON lines of FILE (with --markdown or as a table)`;

/** Thrown for bad usage; the text says what is right. */
export class UsageError extends Error {}

/** `from`: a file of JSON lines to render in place of measuring. */
export function parseOptions(args: string[]): BenchOptions & { from: string | null } {
  const { values } = parsed(args);
  const rows = Number(values.rows ?? DEFAULT_ROWS);
  if (!Number.isSafeInteger(rows) || rows < 12_000) throw new UsageError(`--rows is a whole number of at least 12000\n${USAGE}`);
  const accounts = Number(values.accounts ?? Math.max(LEAST_ACCOUNTS, Math.round(rows / ROWS_PER_ACCOUNT)));
  if (!Number.isSafeInteger(accounts) || accounts < LEAST_ACCOUNTS)
    throw new UsageError(`--accounts is a whole number of at least ${LEAST_ACCOUNTS}\n${USAGE}`);
  return {
    rows,
    accounts,
    dealers: Math.round(accounts * 0.4),
    format: values.markdown ? 'markdown' : values.json ? 'json' : 'table',
    dataDir: values.data ?? null,
    keep: values.keep ?? false,
    only: values.only?.split(',').filter(Boolean) ?? [],
    peers: rows <= PEER_ROWS,
    from: values.from ?? null,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        rows: { type: 'string' },
        accounts: { type: 'string' },
        json: { type: 'boolean' },
        markdown: { type: 'boolean' },
        data: { type: 'string' },
        keep: { type: 'boolean' },
        only: { type: 'string' },
        from: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
