import type { Signal } from '@app/contracts';
import { fuse, wilsonInterval } from '@app/integrity';
import { lineOf, type GoalLine } from '../../warehouse/goal';
import type { WorldDealer } from '../world/shapes';
import { namedEntries, type ListedEntries, type NamedEntries } from './entry-lists';
import type { FedViewers } from './feed-viewers';
import type { JudgedWeek } from './findings';

const BOTS: ReadonlySet<string> = new Set(['A1', 'A2', 'A3']);
const THRESHOLDS = [0.99, 0.999, 0.9999];

const isBotted = ({ injection }: WorldDealer): boolean => injection?.attacks.some((attack) => BOTS.has(attack)) ?? false;

interface Flagged {
  /** Flagged sessions of the test days, of these with bought entries; botted sessions (A1–A3), of these flagged. */
  flagged: number;
  hits: number;
  botted: number;
  found: number;
}

/** FLOCK's question: which broadcasts are botted. */
export function sessionLines(fed: FedViewers, signals: readonly Signal[], testFrom: number): GoalLine[] {
  const own = new Map<string, Signal[]>();
  for (const signal of signals)
    if (signal.subject.kind === 'session') own.set(signal.subject.sessionId, [...(own.get(signal.subject.sessionId) ?? []), signal]);
  const ofSession = (sessionId: string): Signal[] => own.get(sessionId) ?? [];
  const viewer = (sessionId: string): number =>
    Math.max(0, ...ofSession(sessionId).map((one) => (one.family === 'viewer' ? one.strength : 0)));
  const lines = THRESHOLDS.map((threshold) =>
    lineFor(
      `T3: precision of sessions with a viewer signal of ${threshold}`,
      counted(fed, testFrom, (id) => viewer(id) >= threshold),
      false,
    ),
  );
  const fused = counted(fed, testFrom, (id) => fuse(ofSession(id)).inorganic >= 0.5);
  return [...lines, lineFor('ours T3: precision of sessions held for inflated', fused, true)];
}

function counted(fed: FedViewers, testFrom: number, isFlagged: (sessionId: string) => boolean): Flagged {
  const all: Flagged = { flagged: 0, hits: 0, botted: 0, found: 0 };
  for (const dealer of fed.dealers)
    for (const { sessionId, day } of dealer.sessions) {
      if (day < testFrom) continue;
      const bought = (fed.sessions.get(sessionId)?.bought ?? 0) > 0;
      const flagged = isFlagged(sessionId);
      if (flagged) all.flagged++;
      if (flagged && bought) all.hits++;
      if (bought && isBotted(dealer)) {
        all.botted++;
        if (flagged) all.found++;
      }
    }
  return all;
}

function lineFor(name: string, { flagged, hits, botted, found }: Flagged, isGoal: boolean): GoalLine {
  const interval = wilsonInterval(hits, flagged);
  const note = `${interval === null ? 'none flagged' : `between ${interval.low.toFixed(3)} and ${interval.high.toFixed(3)}`}, ${flagged} flagged; A1–A3: ${found} of ${botted} found`;
  const line = lineOf({ name, bound: { atLeast: 0.985 }, unit: '' }, { value: interval?.value ?? null, note });
  return isGoal ? line : { ...line, goal: '–', holds: null };
}

/** Which views: entries that findings name, against the bought ones, in weeks of medium A1–A3 and in all weeks that are named at all. */
export async function viewLines(
  listed: ListedEntries,
  fed: FedViewers,
  of: { judged: readonly JudgedWeek[]; outside: boolean },
): Promise<GoalLine[]> {
  const chosen = of.judged.filter(({ fusion }) => fusion.inorganic >= 0.5);
  const named = await namedEntries(listed, fed, chosen);
  const medium = of.judged.filter(({ week }) => week.inflated && isBotted(week.dealer) && week.dealer.injection?.strength === 'medium');
  const bound = { atLeast: of.outside ? 0.85 : 0.93 };
  const bots = summed(medium, named, fed);
  const all = summed(chosen, named, fed);
  const note = `${bots.named} named, ${bots.hits} of them bought, ${bots.bought} bought in ${medium.length} weeks; of all ${chosen.length} weeks that open a case ${all.hits} of ${all.named}`;
  return [
    lineOf(
      { name: 'ours T3: views named that were bought, A1–A3 medium', bound, unit: '' },
      { value: bots.named === 0 ? null : bots.hits / bots.named, note },
    ),
    lineOf(
      { name: 'ours T3: bought views that are named, A1–A3 medium', bound, unit: '' },
      { value: bots.bought === 0 ? null : bots.hits / bots.bought },
    ),
  ];
}

function summed(weeks: readonly JudgedWeek[], named: ReadonlyMap<JudgedWeek, NamedEntries>, fed: FedViewers): NamedEntries {
  const all: NamedEntries = { named: 0, hits: 0, bought: 0 };
  for (const one of weeks) {
    const own = named.get(one);
    all.named += own?.named ?? 0;
    all.hits += own?.hits ?? 0;
    for (const { sessionId } of one.week.sessions) all.bought += fed.sessions.get(sessionId)?.bought ?? 0;
  }
  return all;
}
