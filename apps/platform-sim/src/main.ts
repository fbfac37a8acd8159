import { parseArgs } from 'node:util';
import { writeWorldFiles } from './files/world-files';
import { startPlatformSim } from './simulator';
import { DAY, monthOf, monthText } from './world/calendar';
import { createWorld } from './world/world';

const USAGE =
  'platform-sim serve [--seed 7] [--end-month YYYY-MM] [--trouble demo|none|test] [--port-base 0] [--now MS] [--scenario NAME|JSON]… [--log]\nplatform-sim files DIR [--seed 7] [--end-month YYYY-MM] [--full] [--life-line]';

/** The last complete month by the machine's clock. */
function lastMonth(): string {
  return monthText(monthOf(Math.floor((Date.now() + 8 * 3_600_000) / DAY)) - 1);
}

/** Calls back when whoever started this is gone: it holds the other end of stdin. */
function onLifeLineCut(cut: () => void): void {
  process.stdin.on('end', cut).on('close', cut).on('error', cut).resume();
}

interface ServeValues {
  trouble?: string;
  'port-base'?: string;
  now?: string;
  log: boolean;
  scenario?: string[];
}

/** `busy` or `{"name":"busy","rate":0.5}`, each given once or more. */
function settingsOf(texts: string[] | undefined): unknown {
  return texts?.map((one) => (one.startsWith('{') ? (JSON.parse(one) as unknown) : one));
}

async function serve(seed: number, endMonth: string, values: ServeValues): Promise<void> {
  const trouble = values.trouble ?? 'demo';
  if (trouble !== 'demo' && trouble !== 'none' && trouble !== 'test') throw new RangeError('--trouble is demo, none or test');
  const sim = await startPlatformSim({
    world: createWorld({ seed, endMonth }),
    trouble,
    portBase: Number(values['port-base'] ?? 0),
    log: values.log,
    scenarios: settingsOf(values.scenario),
  });
  if (values.now !== undefined) sim.setNow(Number(values.now));
  process.stdout.write(`${JSON.stringify(sim.urls)}\n`);
  await new Promise<void>((resolve) => {
    onLifeLineCut(resolve);
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
  await sim.stop();
  process.stdin.destroy();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '7' },
      'end-month': { type: 'string' },
      full: { type: 'boolean', default: false },
      'life-line': { type: 'boolean', default: false },
      'port-base': { type: 'string' },
      trouble: { type: 'string' },
      now: { type: 'string' },
      log: { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true },
    },
  });
  const [command, dir] = positionals;
  const seed = Number(values.seed);
  const endMonth = values['end-month'] ?? lastMonth();
  if (command === 'serve' && Number.isInteger(seed)) return serve(seed, endMonth, values);
  if (command === 'files' && dir && Number.isInteger(seed)) {
    if (values['life-line']) onLifeLineCut(() => process.exit(1));
    const { files, entries } = await writeWorldFiles(createWorld({ seed, endMonth }), dir, { full: values.full });
    process.stdout.write(`${JSON.stringify({ files: files.length, entries })}\n`);
    if (values['life-line']) process.exit(0); // open stdin would keep us
    return;
  }
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exitCode = error instanceof RangeError || error instanceof TypeError ? 2 : 1;
});
