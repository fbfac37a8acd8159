import * as fs from 'node:fs';
import type { Signal } from '@app/contracts';
import { DETECTORS, runScan, type ScanResult } from '@app/integrity';
import { accountKey } from '@app/warehouse';
import { Bench, progress } from '../../warehouse/bench';
import type { WorldDealer } from '../world/shapes';
import { dayInstant } from './calendar';
import { copyDealers } from './copies';
import { accountIdOf, type Feed } from './feed';
import { feedSession } from './feed-totals';

export interface Scanned {
  signals: Signal[];
  seconds: number;
  /** Detectors that broke, which a scan does not survive: the others are then run one by one. */
  broken: string[];
}

/** The product’s own scan of the test days, with the sixty days before them as history. `again`: what the last scan of the kept instance found. */
export async function scanWorld(
  bench: Bench,
  of: { brand: string; testFrom: number; days: number; again: boolean; copies: number },
): Promise<Scanned> {
  const { warehouse, dataSource, instance } = bench;
  const kept = bench.file(`${of.brand}-signals.json`);
  if (of.again && fs.existsSync(kept)) return JSON.parse(fs.readFileSync(kept, 'utf8')) as Scanned;
  if (of.copies > 1) await copyDealers(bench, of.brand, of.copies);
  const began = performance.now();
  const stores = { warehouse, dataSource, secret: instance.secret };
  const ask = { brand: of.brand, from: dayInstant(of.testFrom), to: dayInstant(of.days) };
  const broken: string[] = [];
  const signals: Signal[] = [];
  const take = (result: ScanResult): void => {
    signals.push(...result.signals);
    for (const one of result.summary.detectors)
      progress(`  ${one.detector}: ${one.signals} signals, ${one.notAssessable} not assessable, ${one.seconds.toFixed(1)} s`);
    tellCost(result);
  };
  await runScan(stores, ask).then(take, async (error: unknown) => {
    progress(`the scan breaks: ${told(error)}`);
    for (const { name } of DETECTORS)
      await runScan(stores, { ...ask, detectors: [name] }).then(take, (own: unknown) => {
        broken.push(name);
        progress(`  ${name} breaks: ${told(own)}`);
      });
  });
  const seconds = (performance.now() - began) / 1000;
  progress(`${of.brand}: scanned in ${seconds.toFixed(1)} s, ${signals.length} signals`);
  const scanned = { signals, seconds, broken };
  fs.writeFileSync(kept, JSON.stringify(scanned));
  return scanned;
}

/** Where the seconds went. */
function tellCost({ summary: { cost } }: ScanResult): void {
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  progress(`  state ${seconds(cost.state)}, keep ${seconds(cost.keep)}, process ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  for (const fact of cost.facts) progress(`  fact ${fact.name}: ${seconds(fact.seconds)}`);
  for (const one of cost.statements) progress(`  statement ${one.name}: ${one.count} × , ${one.rows} rows, ${seconds(one.seconds)}`);
}

const told = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 300) : 'unknown');

/** A session of one account comes again with other totals, as when it has ended; answers the seconds until its signals are kept. Null: no account. */
export async function scanIncrementally(
  bench: Bench,
  feed: Feed,
  of: { dealers: readonly WorldDealer[]; testFrom: number; days: number },
): Promise<number | null> {
  const last = [...of.dealers].reverse().find(({ sessions }) => sessions.length > 0);
  const session = last?.sessions.at(-1);
  if (last === undefined || session === undefined) return null;
  const accountId = accountIdOf(last.dealer);
  const account = {
    dealer: last.dealer,
    dealerId: '',
    platform: last.platform,
    accountId,
    key: accountKey(feed.brandId, last.platform, accountId),
  };
  await feed.begin(`${feed.brandId}-again`);
  await feedSession(feed, account, { ...session, views: session.views + 1, minutes: session.minutes + 1 });
  await feed.finish();
  const { warehouse, dataSource, instance } = bench;
  const began = performance.now();
  const ask = { brand: feed.code, from: dayInstant(of.testFrom), to: dayInstant(of.days), mode: 'incremental' as const };
  const result = await runScan({ warehouse, dataSource, secret: instance.secret }, ask).catch((error: unknown) => {
    progress(`the incremental scan breaks: ${told(error)}`);
    return null;
  });
  const seconds = (performance.now() - began) / 1000;
  if (result) tellCost(result);
  progress(`${feed.code}: ${result?.summary.mode ?? 'no'} scan in ${seconds.toFixed(2)} s`);
  return result?.summary.mode === 'incremental' ? seconds : null;
}
