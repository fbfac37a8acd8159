import { wilsonInterval } from '@app/integrity';
import { GoalLine, lineOf } from '../warehouse/goal';
import { areaUnderCurve, hitsAmong, Judged, thresholdAt } from './figures';
import { FIGURES, Week } from './weeks';
import { Random } from './world/random';

/** Weeks, and what a simple rule says of each: null where it cannot judge. */
export interface Scored {
  weeks: readonly Week[];
  scores: readonly (number | null)[];
}

/** Precision in the highest of each week, with Wilson's bound over all weeks. */
export function precisionLine(name: string, world: string, { weeks, scores }: Scored): GoalLine {
  const positives = new Set(weeks.filter(({ inflated }) => inflated).map(({ dealer }) => dealer.dealer)).size;
  const places = Math.min(50, Math.max(1, Math.round(positives / 2)));
  let hits = 0;
  let shown = 0;
  for (const week of new Set(weeks.map((one) => one.week))) {
    const judged = judgedOf(weeks, scores, (one) => one.week === week);
    hits += hitsAmong(judged, places);
    shown += Math.min(places, judged.length);
  }
  const interval = wilsonInterval(hits, shown);
  return lineOf(
    { name: `${name}: precision at ${places} a week, ${world}`, bound: { atLeast: 0.95 }, unit: '' },
    {
      value: interval?.value ?? null,
      note: interval === null ? 'nothing judged' : `between ${interval.low.toFixed(3)} and ${interval.high.toFixed(3)}`,
    },
  );
}

const judgedOf = (weeks: readonly Week[], scores: readonly (number | null)[], wanted: (week: Week) => boolean): Judged[] =>
  weeks.flatMap((week, at) => {
    const score = scores[at];
    return score === null || !wanted(week) ? [] : [{ score, positive: week.inflated }];
  });

/** Recall of medium attacks at 1 % false positives, mean over the kinds, and what share of each honest class is flagged at that threshold. */
export function recallLines(name: string, world: string, { weeks, scores }: Scored): GoalLine[] {
  const honest = judgedOf(weeks, scores, ({ dealer }) => dealer.injection === null);
  const threshold = thresholdAt(
    honest.map(({ score }) => score),
    0.01,
  );
  const flagged = (wanted: (week: Week) => boolean): { share: number | null; of: number } => {
    const chosen = weeks.flatMap((week, at) => (wanted(week) ? [scores[at]] : []));
    return {
      share: chosen.length === 0 ? null : chosen.filter((score) => score !== null && score > threshold).length / chosen.length,
      of: chosen.length,
    };
  };
  const kinds = [...new Set(weeks.flatMap(({ dealer }) => dealer.injection?.attacks.join('+') ?? []))].sort();
  const recalls = kinds.map((kind) => ({
    kind,
    ...flagged(
      ({ dealer, inflated }) => inflated && dealer.injection?.strength === 'medium' && dealer.injection.attacks.join('+') === kind,
    ),
  }));
  const known = recalls.filter(({ share }) => share !== null);
  const classes = [...new Set(weeks.flatMap(({ dealer }) => dealer.honest))].filter((one) => one !== 'H16').sort();
  const worst = classes
    .map((one) => ({ one, ...flagged(({ dealer }) => dealer.injection === null && dealer.honest.includes(one)) }))
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0))[0];
  return [
    lineOf(
      { name: `${name}: macro recall of medium attacks at 1 % false positives, ${world}`, bound: { atLeast: 0.55 }, unit: '' },
      {
        value: known.length === 0 ? null : known.reduce((all, { share }) => all + (share ?? 0), 0) / known.length,
        note: recalls.map(({ kind, share, of }) => `${kind} ${share === null ? '–' : `${Math.round(share * 100)} %`} of ${of}`).join(', '),
      },
    ),
    lineOf(
      { name: `${name}: false positives of the worst honest class, ${world}`, bound: { atMost: 2 }, unit: '%' },
      {
        value: worst === undefined || worst.share === null ? null : worst.share * 100,
        note: worst === undefined ? 'no honest class' : `${worst.one}, ${worst.of} weeks`,
      },
    ),
  ];
}

/** With fewer the area of shuffled labels lies further from .5 by chance. */
const LEAST_POSITIVES = 100;

/** What must hold of the world itself, else its figures mean nothing. */
export function guardLines(world: string, weeks: readonly Week[]): GoalLine[] {
  const medium = weeks.filter(({ dealer, inflated }) => !inflated || dealer.injection?.strength === 'medium');
  const areas = FIGURES.map((figure) => ({
    figure,
    area: areaUnderCurve(medium.flatMap(({ z, inflated }) => (z === null ? [] : [{ score: z[figure], positive: inflated }]))),
  })).sort((a, b) => (b.area ?? 0) - (a.area ?? 0));
  const positives = weeks.filter(({ inflated }) => inflated).length;
  const random = Random.of(1, 'shuffled');
  const labels = random.sample(
    weeks.map(({ inflated }) => inflated),
    weeks.length,
  );
  const shuffled = areaUnderCurve(weeks.flatMap((week, at) => (week.z === null ? [] : [{ score: week.z.views, positive: labels[at] }])));
  const prevalence = weeks.filter(({ inflated }) => inflated).length / weeks.length;
  const constant =
    hitsAmong(
      weeks.map(({ inflated }) => ({ score: 1, positive: inflated })),
      50,
    ) / 50;
  return [
    lineOf(
      { name: `guard: best single figure on medium attacks, area, ${world}`, bound: { below: 0.98 }, unit: '' },
      { value: areas[0].area, note: areas[0].figure },
    ),
    lineOf(
      { name: `guard: shuffled labels, distance of the area from 0.5, ${world}`, bound: { atMost: 0.05 }, unit: '' },
      shuffled === null || positives < LEAST_POSITIVES
        ? { value: null, note: `${positives} inflated weeks are too few` }
        : { value: Math.abs(shuffled - 0.5) },
    ),
    lineOf(
      { name: `guard: constant score, distance from the prevalence, ${world}`, bound: { atMost: 0.001 }, unit: '' },
      { value: Math.abs(constant - prevalence), note: `prevalence ${prevalence.toFixed(3)}` },
    ),
  ];
}
