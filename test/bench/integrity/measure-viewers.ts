import { Bench, progress } from '../warehouse/bench';
import type { GoalLine } from '../warehouse/goal';
import { flockScores, flockWeeks } from './baselines/flock';
import { appendFeatures } from './fit/features';
import { guardLines, precisionLine, recallLines } from './lines';
import { askedOf, baselines, detectorLines, incrementalLine, tierLines, timeLines } from './measure-totals';
import type { IntegrityOptions } from './options';
import { Feed } from './product/feed';
import { feedViewers } from './product/feed-viewers';
import { ListedEntries, namedTogether } from './product/entry-lists';
import { judgeWeeks, judgedAgain } from './product/findings';
import { scanIncrementally, scanWorld } from './product/scan';
import { sessionLines, viewLines } from './product/viewer-lines';
import { weeksOf } from './weeks';
import { ViewersWorld, VIEWERS_WORLD } from './world/viewers-world';

/** The world of viewers: T3, with the totals and minutes that its entries make. */
export async function measureViewers(bench: Bench, options: IntegrityOptions): Promise<GoalLine[]> {
  const world = new ViewersWorld(askedOf({ ...VIEWERS_WORLD, dealers: options.rooms }, options));
  const feed = await Feed.open(bench, 'viewers', world.asked);
  const fed = await feedViewers(feed, bench, {
    world,
    progress: (count) => (count % 20 === 0 ? progress(`viewers: ${count} of ${options.rooms} dealers are in the store`) : undefined),
  });
  const { testFrom, days } = world.asked;
  const weeks = fed.dealers.flatMap((dealer) => weeksOf(dealer, testFrom, days));
  const flock = { weeks, scores: flockWeeks(weeks, flockScores(fed.shapes)) };
  const lines = [
    ...guardLines('viewers', weeks),
    ...baselines('viewers', weeks),
    precisionLine('FLOCK form', 'viewers', flock),
    ...recallLines('FLOCK form', 'viewers', flock),
  ];
  const scanned = await scanWorld(bench, { brand: feed.code, testFrom, days, again: options.again, copies: options.copies });
  lines.push(
    ...timeLines(
      'viewers',
      `${options.rooms} × ${options.copies} dealers, ${(fed.entries * options.copies).toLocaleString('en')} entries`,
      scanned,
    ),
  );
  lines.push(
    incrementalLine('viewers', options.again ? null : await scanIncrementally(bench, feed, { dealers: fed.dealers, testFrom, days })),
  );
  const first = judgeWeeks(weeks, scanned.signals, { tier: 'T3', testFrom });
  const listed = new ListedEntries(bench);
  const began = performance.now();
  const named = await namedTogether(listed, fed, { weeks: first, testFrom });
  progress(`viewers: entries that findings name counted in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const judged = first.map((one) => judgedAgain(one, named.get(one) ?? [], { tier: 'T3', testFrom }));
  if (options.features !== null) appendFeatures(options.features, judged, { seed: options.seed, tier: 'T3', testFrom });
  lines.push(...tierLines('T3', judged), ...sessionLines(fed, scanned.signals, testFrom));
  lines.push(...(await viewLines(listed, fed, { judged, outside: options.outside })));
  return [...lines, ...detectorLines(scanned.signals)];
}
