// npm run bench:what-if -- [--rows N] [--accounts N] [--json] [--data DIR] [--keep]: a generated year; what it costs to suppose another policy or other prices.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import type { WhatIfQuery } from '@app/contracts';
import { ReportService } from '@app/reports';
import { WhatIfService } from '@app/what-if';
import { Bench, BenchClock, progress } from './warehouse/bench';
import { ensureData, mergeFacts, settle } from './warehouse/generator/generate';
import { ASKED, YEAR } from './warehouse/generator/year';
import { Goal, GoalLine, lineOf } from './warehouse/goal';
import { machineLine } from './warehouse/machine';
import { table } from './warehouse/render';
import { ensureRollups } from './warehouse/rollups';

const SPAN = { from: `${YEAR[0].month}-01`, to: '2026-11-01' };
const QUICK_SECONDS = 3;
const LONG_SECONDS = 60;

type Supposed = Pick<WhatIfQuery, 'policy' | 'prices' | 'stability'>;
const PRICE: Supposed = { prices: [{ platform: 'douyin', line: 'live_view', unitPriceCny: '0.13' }] };
/** Each is another one at each run: an answer that is remembered would be no measurement. */
const QUICK: [name: string, supposed: (run: number) => Supposed][] = [
  ['a price', (run) => ({ prices: [{ platform: 'douyin', line: 'live_view', unitPriceCny: `0.2${run}` }] })],
  ['a discount', (run) => ({ prices: [{ platform: 'douyin', line: 'video_play', discount: `0.3${run}` }] })],
  ['weights', (run) => ({ policy: { 'weights.showroom': 40 + run, 'weights.value': 20 - run } })],
  ['tier bounds', (run) => ({ policy: { headTierCny: `40000${run}`, baseTierCny: `10000${run}` } })],
  ['minVisits', (run) => ({ policy: { minVisits: 2 + 3 * run } })],
  ['minCoverage', (run) => ({ policy: { minCoverage: 0.5 + run / 10 } })],
];
const LONG: [name: string, supposed: Supposed][] = [
  ['gap', { policy: { visitGapMinutes: 45 } }],
  ['least dwell', { policy: { minVisitDwellSeconds: 60 } }],
];

interface Question {
  name: string;
  query: WhatIfQuery;
  limit: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '10000000' },
      accounts: { type: 'string', default: '5000' },
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const dataDir = values.data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-bench-'));
  fs.mkdirSync(dataDir, { recursive: true });
  const [rows, accounts] = [Number(values.rows), Number(values.accounts)];
  const format = values.json ? ('json' as const) : ('table' as const);
  progress(`${machineLine()}; data in ${dataDir}`);
  const options = { rows, accounts, dealers: Math.round(accounts * 0.4), format, dataDir, keep: values.keep, only: [], peers: false };
  const bench = await Bench.open(options, dataDir);
  try {
    await ensureData(bench);
    await mergeFacts(bench);
    await ensureRollups(bench);
    await settle(bench);
    const lines = await measured(bench);
    if (!values.json) console.log(table(lines));
  } finally {
    await bench.close();
    if (!values.keep && values.data === undefined) fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measured(bench: Bench): Promise<GoalLine[]> {
  const { warehouse, dataSource, instance } = bench;
  const stores = { warehouse, dataSource, secret: instance.secret, clock: new BenchClock() };
  const reports = new ReportService(stores);
  const lines: GoalLine[] = [];
  for (const [period, span] of [
    ['month', { month: ASKED.month }],
    ['year', SPAN],
  ] as const) {
    const service = new WhatIfService(reports);
    const asked = { level: 'account' as const, basis: 'raw' as const, ...span };
    const [bare] = await seconds(() => reports.report({ name: 'ranking', ...asked }, 'all'));
    progress(`${period}: the ranking itself ${bare.toFixed(2)} s`);
    const questions: Question[] = [
      { name: `${period}, first question`, query: { ...asked, ...PRICE }, limit: LONG_SECONDS },
      ...QUICK.map(([name, supposed]) => ({ name: `${period}, ${name}`, query: { ...asked, ...supposed(0) }, limit: QUICK_SECONDS })),
      { name: `${period}, minVisits again`, query: { ...asked, ...QUICK[4][1](1) }, limit: QUICK_SECONDS },
      ...LONG.map(([name, supposed]) => ({ name: `${period}, ${name}`, query: { ...asked, ...supposed }, limit: LONG_SECONDS })),
      { name: `${period}, stability (40 draws)`, query: { ...asked, stability: {} }, limit: LONG_SECONDS },
    ];
    for (const question of questions) lines.push(await lineFor(bench, service, question, bare));
  }
  return lines;
}

async function lineFor(bench: Bench, service: WhatIfService, { name, query, limit }: Question, bare: number): Promise<GoalLine> {
  const [took, report] = await seconds(() => service.ask(query, 'all'));
  const goal: Goal = { name, unit: 's', bound: { below: limit }, measure: () => Promise.resolve({ value: took }) };
  const note = `${report.summary.changed.toLocaleString('en')} of ${report.summary.subjects.toLocaleString('en')} change; ${(took / bare).toFixed(2)} × the ranking`;
  const line = lineOf(goal, { value: took, note });
  progress(`  ${line.name}: ${line.value} s (${line.goal}) ${line.holds ? 'holds' : 'MISSED'}; ${note}`);
  if (bench.options.format === 'json') console.log(JSON.stringify(line));
  return line;
}

async function seconds<Answer extends object>(work: () => Promise<Answer>): Promise<[number, Answer]> {
  const began = performance.now();
  const answer = await work();
  return [(performance.now() - began) / 1000, answer];
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
