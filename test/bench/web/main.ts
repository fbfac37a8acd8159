// npm run bench:web: the page of a brand of 5,000 accounts in a real browser; one line per figure with its goal.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT, RunningProduct, get } from '../../support/cli';
import { signedIn } from '../../support/sign-in';
import { progress } from '../warehouse/bench';
import { ASKED } from '../warehouse/generator/year';
import { lineOf, type GoalLine, type Measured } from '../warehouse/goal';
import { machineLine } from '../warehouse/machine';
import { markdown, table } from '../warehouse/render';
import { BenchBrowser, browserMissing } from './browser';
import { BUDGETS, type Budget } from './budgets';
import { pageScripts } from './bundle';
import { median, open, openings, type Opening } from './opening';
import { tasksDuring } from './page-tasks';
import { parseOptions, type WebBenchOptions } from './options';
import { actions, answer, scrollWhole } from './table-work';
import { prepareWorld } from './world';

const RANKING = `/ranking/${ASKED.month}?level=account`;
const ROWS = 'tr.row td.name';
const HOMES = [
  { role: 'brand-admin', name: 'overview', address: `/overview/${ASKED.month}`, usable: '.key-figure .number' },
  { role: 'dealer', name: 'dealer’s score', address: '/desk/score', usable: 'main h1' },
  { role: 'auditor', name: 'queue of cases', address: '/cases', usable: 'main h1' },
] as const;

/** A task that people notice. */
const LONG_MS = 50;

const lines: GoalLine[] = [];
const kb = (bytes: number) => bytes / 1000;

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const missing = browserMissing();
  if (missing) throw new Error(missing);
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-bench-web-'));
  fs.mkdirSync(dataDir, { recursive: true });
  progress(`${machineLine()}; data in ${dataDir}`);
  try {
    await prepareWorld(options, dataDir);
    await measured(options, dataDir);
  } finally {
    if (!options.keep && options.dataDir === null) fs.rmSync(dataDir, { recursive: true, force: true });
  }
  if (options.markdown) console.log(markdown(lines));
  else if (!options.json) console.log(table(lines));
}

async function measured(options: WebBenchOptions, dataDir: string): Promise<void> {
  const told = teller(options);
  scripts(told);
  const product = RunningProduct.up(dataDir);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void product.stop().finally(() => process.exit(130)));
  let browser: BenchBrowser | null = null;
  try {
    const url = await product.ready();
    const first = await answerOf(url);
    progress(`  the first ranking after the start: ${(first.ms / 1000).toFixed(1)} s, ${first.rows.toLocaleString('en')} rows`);
    browser = await BenchBrowser.open(url);
    progress(`measuring (${machineLine()})`);
    await ranking(browser, { told, runs: options.runs, first: first.ms });
    for (const { role, name, address, usable } of HOMES) {
      const [opened] = await openings(browser, { role, address, usable, runs: 1 });
      told(`script until the page is usable, ${name}`, BUDGETS.firstScript, { value: kb(opened.scriptBytes), note: noteOf(opened) });
    }
  } finally {
    await browser?.close();
    await product.stop();
  }
}

type Told = (name: string, budget: Budget, measured: Measured) => void;

const teller =
  ({ json }: WebBenchOptions): Told =>
  (name, budget, value) => {
    const line = lineOf({ name, ...budget }, value);
    lines.push(line);
    const verdict = line.holds ? 'holds' : 'MISSED';
    progress(`  ${name}: ${line.value ?? '–'} ${line.unit} (${line.goal}) ${verdict} ${line.note ?? ''}`);
    if (json) console.log(JSON.stringify(line));
  };

async function ranking(browser: BenchBrowser, { told, runs, first }: { told: Told; runs: number; first: number }): Promise<void> {
  await openings(browser, { role: 'brand-admin', address: RANKING, usable: ROWS, runs: 1 }); // the answers are remembered from here on
  const opened = await openings(browser, { role: 'brand-admin', address: RANKING, usable: ROWS, runs });
  const seconds = opened.map((one) => one.seconds);
  const traced = await browser.fresh('brand-admin', (page) =>
    tasksDuring(page, async () => void (await open(page, `${browser.url}${RANKING}`, ROWS))),
  );
  const own = traced.reduce((sum, { cpu }) => sum + cpu, 0) / 1000;
  const middle = opened.find((one) => one.seconds === median(seconds))!;
  const note = `${seconds.map((one) => one.toFixed(2)).join(', ')} s; ${noteOf(middle)}; the very first answer after a start ${(first / 1000).toFixed(1)} s, shown as work under way; the page's own work ${own.toFixed(2)} s, its longest task ${traced[0]?.cpu.toFixed(0)} ms of its own`;
  told('navigation to a usable ranking', BUDGETS.usable, { value: median(seconds), note });
  const inside: number[] = [];
  for (let run = 0; run < runs; run++) inside.push(await browser.fresh('brand-admin', (page) => fromOverview(page, browser.url)));
  told('from the overview to a usable ranking', BUDGETS.usable, {
    value: median(inside),
    note: `by the line of the rail; ${inside.map((one) => one.toFixed(2)).join(', ')} s`,
  });
  const asked = middle.requests.find(({ path }) => path.includes('/reports/ranking') && path.includes('level=account'));
  const answered = asked
    ? { value: asked.ms, note: `${kb(asked.plain).toFixed(0)} kB, ${kb(asked.wire).toFixed(0)} kB on the wire` }
    : { value: null };
  told('the answer with all rows, remembered', BUDGETS.answer, answered);
  told('script until the page is usable, ranking', BUDGETS.firstScript, {
    value: kb(middle.scriptBytes),
    note: `styles ${kb(middle.styleBytes).toFixed(1)} kB`,
  });
  told('layout shift while opening', BUDGETS.layoutShift, { value: Math.max(...opened.map(({ shift }) => shift)) });
  await browser.fresh('brand-admin', async (page) => {
    await open(page, `${browser.url}${RANKING}`, ROWS);
    const { tasks, rows, frames } = await scrollWhole(page);
    const wall = Math.max(0, ...tasks.map((task) => task.wall));
    const note = `${rows.toLocaleString('en')} rows in ${frames} frames, back by wheel, four jumps; the longest ${tasks[0]?.cpu.toFixed(0)} ms of its own, ${wall.toFixed(0)} ms by the wall's clock`;
    told('tasks over 50 ms while the whole table goes by', BUDGETS.longTasks, {
      value: tasks.filter(({ cpu }) => cpu > LONG_MS).length,
      note,
    });
    for (const { name, ms, most } of await actions(page, runs))
      told(`answer to: ${name}`, BUDGETS.action, { value: ms, note: `median of ${runs}, the longest ${most.toFixed(0)} ms` });
  });
}

/** Seconds from a press on the rail until rows stand there: the frame is drawn, nothing of the ranking is in the browser. */
async function fromOverview(page: Page, url: string): Promise<number> {
  await open(page, `${url}${HOMES[0].address}`, HOMES[0].usable);
  const ms = await answer(page, { event: 'click', selector: ROWS }, () => page.locator('.rail a', { hasText: '账号排名' }).click());
  return ms / 1000;
}

const noteOf = ({ requests, longestTask, seconds }: Opening): string => {
  const last = requests.filter(({ path }) => path.includes('/reports/')).at(-1);
  const api = last ? `, answer read at ${((last.began + last.ms) / 1000).toFixed(2)} s` : '';
  return `usable at ${seconds.toFixed(2)} s${api}, longest task ${longestTask.toFixed(0)} ms`;
};

/** The first answer after a start, asked as a program would. */
async function answerOf(url: string): Promise<{ ms: number; rows: number }> {
  const { headers } = await signedIn(url, 'data-operator');
  const began = performance.now();
  const { body, status } = await get<{ rows: unknown[] }>(
    `${url}/api/v1/reports/ranking?month=${ASKED.month}&level=account&basis=adjusted`,
    headers,
  );
  if (status !== 200) throw new Error(`the ranking answered ${status}`);
  return { ms: performance.now() - began, rows: body.rows.length };
}

function scripts(told: Told): void {
  const { pages, chartBytes } = pageScripts(path.join(ROOT, 'frontend/dist'));
  for (const { name, bytes, charts } of pages)
    told(`script of ${name} alone`, BUDGETS.pageScript, { value: kb(bytes), ...(charts ? { note: 'and the charts' } : {}) });
  told('the charts', BUDGETS.charts, { value: kb(chartBytes), note: 'a chunk of its own' });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
