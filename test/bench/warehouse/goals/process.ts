import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Bench } from '../bench';
import { ASKED } from '../generator/year';
import type { GoalGroup } from '../goal';
import type { LoadKind, LoadOrder, LoadResult } from '../load-child';
import { ensureRollups } from '../rollups';
import { INGEST_DATABASE, ingestAddress } from './ingest';

const WRITTEN_ROWS = 2_000_000;
const IMPORTED_ROWS = 300_000;
const REPORT_SECONDS = 20;

/** NDJSON as a source delivers it. */
async function importFile(bench: Bench): Promise<string> {
  const file = bench.file('import.ndjson');
  const out = fs.createWriteStream(file);
  for (let at = 0; at < IMPORTED_ROWS; at++) {
    const enteredAt = ASKED.from + at * 7000;
    const line = `${JSON.stringify({ platform: 'douyin', accountId: `i${at % 50}`, viewer: `v${at % 90_000}`, enteredAt, dwellSeconds: at % 600, trafficSource: '推荐' })}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return file;
}

const loadOf = (bench: Bench, kind: LoadKind): Promise<LoadResult> =>
  bench.once(`load ${kind}`, async () => {
    const { postgres, secret, clickhouse } = bench.instance;
    if (kind === 'reports') await ensureRollups(bench);
    return runChild({
      kind,
      clickhouse: kind === 'reports' ? clickhouse : await ingestAddress(bench),
      postgres,
      secret,
      dataDir: bench.dataDir,
      rows: kind === 'import' ? IMPORTED_ROWS : WRITTEN_ROWS,
      file: kind === 'import' ? await importFile(bench) : '',
      seconds: REPORT_SECONDS,
    });
  });

function runChild(order: LoadOrder): Promise<LoadResult> {
  const child = fork(path.join(__dirname, '../load-child.ts'), [], {
    execArgv: ['-r', path.resolve('tools/run-ts.cjs')],
    stdio: 'inherit',
  });
  child.send(order);
  return new Promise((resolve, reject) => {
    child.once('message', (answer: { result?: LoadResult; error?: string }) =>
      answer.result ? resolve(answer.result) : reject(new Error(answer.error)),
    );
    child.once('exit', (code) => reject(new Error(`the measured process ended with ${code}`)));
  });
}

const worst = async (bench: Bench, kinds: readonly LoadKind[], of: (load: LoadResult) => number) => {
  const loads: [LoadKind, LoadResult][] = [];
  for (const kind of kinds) loads.push([kind, await loadOf(bench, kind)]);
  return {
    value: Math.max(...loads.map(([, load]) => of(load))),
    note: loads
      .map(
        ([kind, load]) =>
          `${kind} ${of(load).toFixed(1)} (max delay ${load.delayMaxMs.toFixed(0)} ms, ${Number((load.done / load.seconds).toPrecision(3)).toLocaleString('en')}/s)`,
      )
      .join(', '),
  };
};

export const processLoad: GoalGroup = {
  name: 'process',
  after: (bench) => bench.run('DROP DATABASE IF EXISTS {database: Identifier} SYNC', { database: INGEST_DATABASE }),
  goals: [
    {
      name: 'memory of the Node process during ingest',
      unit: 'MB',
      bound: { below: 400 },
      measure: (bench) => worst(bench, ['write', 'import'], (load) => load.peakMb),
    },
    {
      name: 'event loop delay during ingest, p99',
      unit: 'ms',
      bound: { atMost: 20 },
      measure: (bench) => worst(bench, ['write', 'import'], (load) => load.delayP99Ms),
    },
    {
      name: 'event loop delay during reports, p99',
      unit: 'ms',
      bound: { atMost: 20 },
      measure: (bench) => worst(bench, ['reports'], (load) => load.delayP99Ms),
    },
  ],
};
