import type { Signal } from '@app/contracts';
import { Bench, progress } from '../warehouse/bench';
import { lineOf, type GoalLine } from '../warehouse/goal';
import { SCORERS } from './baselines/scorers';
import { appendFeatures } from './fit/features';
import { guardLines, precisionLine, recallLines as baselineLines } from './lines';
import type { IntegrityOptions } from './options';
import { Feed } from './product/feed';
import { feedTotals } from './product/feed-totals';
import { judgeWeeks } from './product/findings';
import * as outcome from './product/outcome-lines';
import { scanIncrementally, scanWorld, type Scanned } from './product/scan';
import { weeksOf, type Week } from './weeks';
import { TotalsWorld, TOTALS_WORLD, type WorldAsked } from './world/world';

const FULL_SECONDS = 180;
const INCREMENTAL_SECONDS = 5;
/** Beyond the ranges in which anything was tuned: less than a weak attack, and more than a strong one. */
export const OUTSIDE = [0.5, 2.5] as const;

export const askedOf = <Asked extends Pick<WorldAsked, 'attacks' | 'strengths'>>(
  world: Asked,
  { seed, cheaters, strength, outside, without }: IntegrityOptions,
): Asked => ({
  ...world,
  seed,
  cheaters,
  ...(strength ? { strengths: [strength] } : {}),
  ...(outside ? { outside: OUTSIDE } : {}),
  attacks: world.attacks.filter((kinds) => !kinds.some((kind) => without.includes(kind))),
});

/** The world of totals and minutes: T1 and T2. */
export async function measureTotals(bench: Bench, options: IntegrityOptions): Promise<GoalLine[]> {
  const world = new TotalsWorld(askedOf({ ...TOTALS_WORLD, dealers: options.dealers }, options));
  const feed = await Feed.open(bench, 'totals', world.asked);
  const dealers = await feedTotals(feed, world, {
    minutes: true,
    progress: (count) => (count % 100 === 0 ? progress(`totals: ${count} of ${options.dealers} dealers are in the store`) : undefined),
  });
  const { testFrom, days } = world.asked;
  const weeks = dealers.flatMap((dealer) => weeksOf(dealer, testFrom, days));
  const lines = [...guardLines('totals', weeks), ...baselines('totals', weeks)];
  const scanned = await scanWorld(bench, { brand: feed.code, testFrom, days, again: options.again, copies: options.copies });
  lines.push(...timeLines('totals', `${options.dealers} × ${options.copies} dealers, minutes`, scanned));
  lines.push(incrementalLine('totals', options.again ? null : await scanIncrementally(bench, feed, { dealers, testFrom, days })));
  for (const tier of ['T1', 'T2'] as const) {
    const judged = judgeWeeks(weeks, scanned.signals, { tier, testFrom });
    lines.push(...tierLines(tier, judged));
    if (options.features !== null) appendFeatures(options.features, judged, { seed: options.seed, tier, testFrom });
  }
  return [...lines, ...detectorLines(scanned.signals)];
}

export function baselines(world: string, weeks: readonly Week[]): GoalLine[] {
  return SCORERS.flatMap(({ name, score }) => {
    const scores = score(weeks, 1);
    return [precisionLine(name, world, { weeks, scores }), ...baselineLines(name, world, { weeks, scores })];
  });
}

export const tierLines = (tier: 'T1' | 'T2' | 'T3', judged: ReturnType<typeof judgeWeeks>): GoalLine[] => [
  ...outcome.precisionLines(tier, judged),
  ...outcome.recallLines(tier, judged),
  ...outcome.honestLines(tier, judged),
  outcome.framedLine(tier, judged),
  outcome.latencyLine(tier, judged),
  ...outcome.correctionLines(tier, judged),
  outcome.rankLine(tier, judged),
];

export const timeLines = (world: string, size: string, { seconds, broken }: Scanned): GoalLine[] => [
  lineOf(
    { name: `full scan, ${world}`, bound: { atMost: FULL_SECONDS }, unit: 's' },
    {
      value: broken.length > 0 ? null : seconds,
      failed: broken.length > 0,
      note: broken.length > 0 ? `broke: ${broken.join(', ')}` : `${size}; the goal is for 4,000 dealers and 30 M entries together`,
    },
  ),
];

export const incrementalLine = (world: string, seconds: number | null): GoalLine =>
  lineOf({ name: `scan after one session has ended, ${world}`, bound: { atMost: INCREMENTAL_SECONDS }, unit: 's' }, { value: seconds });

/** How often each detector spoke: one that is silent or never stops shows here. */
export function detectorLines(signals: readonly Signal[]): GoalLine[] {
  const counts = new Map<string, number>();
  for (const { detector } of signals) counts.set(detector, (counts.get(detector) ?? 0) + 1);
  const note = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  return [{ name: 'signals', value: signals.length, goal: '–', holds: null, unit: '', note: note.join(', ') }];
}
