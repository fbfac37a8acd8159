import { setTimeout as sleep } from 'node:timers/promises';
import { ReportService } from '@app/reports';
import { BenchClock, type Bench } from '../bench';
import { correctAccounts } from '../corrections';
import { ASKED, YEAR } from '../generator/year';
import type { GoalGroup, Measured } from '../goal';
import { CLICKHOUSE_VST, rawWindow } from '../questions';
import { QUESTIONS } from '../report-questions';
import { ensureRollups } from '../rollups';
import { milliseconds, quantile } from '../timing';

const DASHBOARDS = 16;
const REFRESH_MS = 5000;
/** How long a crowd, or one alone, is watched; and how many samples are enough. */
const WATCH_MS = 45_000;
const SAMPLES = 24;
const LEAST_SAMPLES = 2 * QUESTIONS.length;

const serviceOf = ({ warehouse, dataSource, instance }: Bench) =>
  new ReportService({ warehouse, dataSource, secret: instance.secret, clock: new BenchClock() });

const brandOf = { brand: 'bench' };

/** One refresh: a question of the dashboard, computed (a new service remembers nothing). */
const ask = (bench: Bench, turn: number) => serviceOf(bench).report({ ...QUESTIONS[turn % QUESTIONS.length], ...brandOf }, 'all');

async function samples(bench: Bench, count: number): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + WATCH_MS;
  for (let turn = 0; turn < count && (turn < LEAST_SAMPLES || performance.now() < until); turn++)
    times.push(await milliseconds(() => ask(bench, turn)));
  return times;
}

/** Exact months from the entries, one after the other, over and over, until the samples are taken. */
async function besideScans<T>(bench: Bench, work: () => Promise<T>): Promise<{ result: T; scans: number }> {
  const state = { done: false, scans: 0 };
  const scanning = (async () => {
    for (let at = 0; !state.done; at++, state.scans++)
      await bench.ask(CLICKHOUSE_VST, { brandId: bench.brandId, ...rawWindow(YEAR[at % YEAR.length]) });
  })();
  try {
    return { result: await work(), scans: state.scans };
  } finally {
    state.done = true;
    await scanning;
  }
}

async function besideScan(bench: Bench): Promise<Measured> {
  await ensureRollups(bench);
  await samples(bench, QUESTIONS.length);
  const idle = quantile(await samples(bench, SAMPLES), 0.95);
  const { result, scans } = await besideScans(bench, () => samples(bench, SAMPLES));
  const busy = quantile(result, 0.95);
  return { value: busy / idle, note: `p95 ${busy.toFixed(0)} ms beside exact scans (${scans} months done), ${idle.toFixed(0)} ms idle` };
}

/** Dashboards of one service, which remembers what nobody changed; facts change all the time, so that every refresh meets new ones. */
async function refreshing(bench: Bench, dashboards: number): Promise<number[]> {
  const service = serviceOf(bench);
  const times: number[] = [];
  const until = performance.now() + WATCH_MS;
  const one = async (at: number) => {
    await sleep((REFRESH_MS / DASHBOARDS) * at);
    for (let turn = 0; turn === 0 || performance.now() < until; turn++) {
      const ms = await milliseconds(() => service.report({ ...QUESTIONS[(at + turn) % QUESTIONS.length], ...brandOf }, 'all'));
      times.push(ms);
      await sleep(Math.max(0, REFRESH_MS - ms));
    }
  };
  await Promise.all(Array.from({ length: dashboards }, (_, at) => one(at)));
  return times;
}

/** Two accounts are corrected each second. */
async function whileFactsArrive<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  const state = { done: false };
  const arriving = (async () => {
    for (let at = 0; !state.done; at++) {
      await correctAccounts(bench, ASKED.yyyymm, 2, at);
      await sleep(1000);
    }
  })();
  try {
    return await work();
  } finally {
    state.done = true;
    await arriving;
  }
}

async function sixteen(bench: Bench): Promise<Measured> {
  await ensureRollups(bench);
  await samples(bench, QUESTIONS.length);
  const alone = quantile(await whileFactsArrive(bench, () => refreshing(bench, 1)), 0.95);
  const together = quantile(await whileFactsArrive(bench, () => refreshing(bench, DASHBOARDS)), 0.95);
  return {
    value: together / alone,
    note: `p95 ${together.toFixed(0)} ms of ${DASHBOARDS}, ${alone.toFixed(0)} ms of one; two accounts are corrected each second`,
  };
}

export const dashboards: GoalGroup = {
  name: 'dashboards',
  goals: [
    { name: 'p95 of dashboard reports beside a full exact scan ÷ idle', unit: '×', bound: { atMost: 3 }, measure: besideScan },
    { name: 'p95 of 16 dashboards refreshing every 5 s ÷ one', unit: '×', bound: { below: 3 }, measure: sixteen },
  ],
};
