import type { ScanSummary, Signal } from '@app/contracts';
import { runScan } from '@app/integrity';
import { Bench, progress } from '../../warehouse/bench';
import type { WorldDealer } from '../world/shapes';
import { dayInstant } from './calendar';
import { accountIdOf, type Feed } from './feed';
import { feedSession } from './feed-totals';
import { accountKey } from '@app/warehouse';

export interface Scanned {
  signals: Signal[];
  seconds: number;
  summary: ScanSummary;
}

/** The product’s own scan of the test days, with the sixty days before them as history. */
export async function scanWorld(bench: Bench, of: { brand: string; testFrom: number; days: number }): Promise<Scanned> {
  const { warehouse, dataSource, instance } = bench;
  const began = performance.now();
  const { signals, summary } = await runScan(
    { warehouse, dataSource, secret: instance.secret },
    { brand: of.brand, from: dayInstant(of.testFrom), to: dayInstant(of.days) },
  );
  const seconds = (performance.now() - began) / 1000;
  for (const one of summary.detectors)
    progress(`  ${one.detector}: ${one.signals} signals, ${one.notAssessable} not assessable, ${one.seconds.toFixed(1)} s`);
  progress(`${of.brand}: scanned in ${seconds.toFixed(1)} s, ${signals.length} signals`);
  return { signals, seconds, summary };
}

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
  const { summary } = await runScan(
    { warehouse, dataSource, secret: instance.secret },
    { brand: feed.code, from: dayInstant(of.testFrom), to: dayInstant(of.days), mode: 'incremental' },
  );
  const seconds = (performance.now() - began) / 1000;
  progress(`${feed.code}: ${summary.mode} scan in ${seconds.toFixed(2)} s`);
  return summary.mode === 'incremental' ? seconds : null;
}
