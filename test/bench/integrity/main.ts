// npm run bench:integrity: how well inflated numbers are found by the product in worlds whose truth is known, beside simple rules on the same worlds.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Bench, progress } from '../warehouse/bench';
import type { GoalLine } from '../warehouse/goal';
import { machineLine } from '../warehouse/machine';
import { table } from '../warehouse/render';
import { IntegrityOptions, UsageError, parseOptions } from './options';
import { measureTotals } from './measure-totals';
import { measureViewers } from './measure-viewers';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-bench-'));
  fs.mkdirSync(dataDir, { recursive: true });
  const removing = (): void => {
    if (options.dataDir === null && !options.keep) fs.rmSync(dataDir, { recursive: true, force: true });
  };
  progress(`${machineLine()}; data in ${dataDir}`);
  const bench = await Bench.open(
    { rows: 0, accounts: 0, dealers: 0, format: 'json', dataDir, keep: options.keep, only: [], peers: false },
    dataDir,
  );
  const stop = (): void => {
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => undefined);
    void bench.instance.stop().finally(() => {
      removing();
      process.exit(130);
    });
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const lines = await measured(bench, options);
    if (options.json) for (const line of lines) console.log(JSON.stringify(line));
    else console.log(table(lines));
  } finally {
    await bench.close();
    removing();
  }
}

async function measured(bench: Bench, options: IntegrityOptions): Promise<GoalLine[]> {
  const lines: GoalLine[] = [];
  if (options.only !== 'viewers') lines.push(...(await measureTotals(bench, options)));
  if (options.only !== 'totals') lines.push(...(await measureViewers(bench, options)));
  return lines;
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
