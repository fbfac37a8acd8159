import { FIGURES, Week, median } from '../weeks';
import type { WorldSession } from '../world/shapes';

/** The highest robust z of the four counts against the own reference: what a monitoring system rings on. */
export const robustZ = ({ z }: Week): number | null => (z === null ? null : Math.max(z.views, z.likes, z.comments, z.follows));

/** Growth against the own reference beside the growth of dealers of the same size in the same week. */
export function peerZ(weeks: readonly Week[]): Map<Week, number> {
  const scores = new Map<Week, number>();
  const groups = new Map<string, Week[]>();
  for (const week of weeks) {
    if (week.change === null) continue;
    const size = Math.floor(Math.log2(median(week.sessions.map(({ views }) => views)) + 1));
    const name = `${week.week}/${size}`;
    const group = groups.get(name) ?? [];
    group.push(week);
    groups.set(name, group);
  }
  for (const group of groups.values())
    for (const figure of ['views', 'likes', 'comments', 'follows'] as const) {
      const changes = group.map(({ change }) => change?.[figure] ?? 0);
      const middle = median(changes);
      const spread = Math.max(0.05, 1.4826 * median(changes.map((value) => Math.abs(value - middle))));
      group.forEach((week, at) => scores.set(week, Math.max(scores.get(week) ?? -Infinity, (changes[at] - middle) / spread)));
    }
  return scores;
}

/** Seven fixed rules of thumb as agencies publish them; the score is how many a week breaks. */
export function sevenRules({ sessions, z }: Week): number {
  const some = (rule: (session: WorldSession) => boolean): number =>
    sessions.some((session) => session.views >= 50 && rule(session)) ? 1 : 0;
  return (
    some(({ likes, views }) => likes / views < 0.005) +
    some(({ likes, views }) => likes / views > 0.3) +
    some(({ comments, views }) => comments / views < 0.002) +
    some(({ commenters, comments }) => comments > 30 && commenters / comments < 0.3) +
    some(({ peakConcurrent, averageConcurrent }) => averageConcurrent > 0 && peakConcurrent / averageConcurrent > 8) +
    some(({ watchSeconds, views }) => watchSeconds / views < 10) +
    (z !== null && z.views > 3 ? 1 : 0)
  );
}

/** The vector that a learner without labels sees. */
export const featuresOf = ({ change, z }: Week): number[] | null =>
  change === null || z === null ? null : FIGURES.flatMap((figure) => [change[figure], z[figure]]);
