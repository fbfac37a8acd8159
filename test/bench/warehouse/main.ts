// npm run bench:warehouse: a year of entries in an instance of its own; one line per goal of the warehouse.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Bench, progress } from './bench';
import { ensureData, mergeFacts, settle } from './generator/generate';
import { GoalGroup, GoalLine, Measured, lineOf } from './goal';
import { GOAL_GROUPS } from './goals';
import { machineLine, obstacle } from './machine';
import { BenchOptions, UsageError, parseOptions } from './options';
import { markdown, parseLines, table } from './render';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const lines = options.from === null ? await measured(options) : parseLines(fs.readFileSync(options.from, 'utf8'));
  if (options.format === 'markdown') console.log(markdown(lines));
  else if (options.format === 'table' || options.from !== null) console.log(table(lines));
}

async function measured(options: BenchOptions): Promise<GoalLine[]> {
  const temporary = options.dataDir === null;
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-bench-'));
  fs.mkdirSync(dataDir, { recursive: true });
  progress(`${machineLine()}; data in ${dataDir}`);
  const removing = () => {
    if (temporary && !options.keep) fs.rmSync(dataDir, { recursive: true, force: true });
  };
  const against = obstacle(dataDir, options.rows, options.peers);
  if (against !== null) {
    removing();
    throw new UsageError(against);
  }
  const bench = await Bench.open(options, dataDir);
  const stop = () => {
    // what is under way breaks off when its servers end
    for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => undefined);
    void bench.instance.stop().finally(() => {
      removing();
      process.exit(130);
    });
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await ensureData(bench);
    await mergeFacts(bench);
    return await measureAll(bench);
  } finally {
    await bench.close();
    removing();
  }
}

async function measureAll(bench: Bench): Promise<GoalLine[]> {
  const { only } = bench.options;
  const lines: GoalLine[] = [];
  for (const group of GOAL_GROUPS.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)))) {
    await settle(bench);
    progress(`measuring ${group.name} (${machineLine()})`);
    lines.push(...(await measureGroup(bench, group)));
  }
  return lines;
}

/** One goal that cannot be measured must not take the others along; the exit code tells. */
function failed(error: unknown): Measured {
  progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
  return { value: null, failed: true, note: `failed: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}` };
}

async function measureGroup(bench: Bench, { goals, after }: GoalGroup): Promise<GoalLine[]> {
  const lines: GoalLine[] = [];
  for (const goal of goals) {
    const line = lineOf(goal, await goal.measure(bench).catch(failed));
    progress(
      `  ${line.name}: ${line.value ?? '–'} ${line.unit} (${line.goal}) ${line.holds === null ? 'not measured' : line.holds ? 'holds' : 'MISSED'} ${line.note ?? ''}`,
    );
    if (bench.options.format === 'json') console.log(JSON.stringify(line));
    lines.push(line);
  }
  await after?.(bench);
  return lines;
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
