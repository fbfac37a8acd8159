import type { DataTier } from '@app/contracts';
import { wilsonInterval } from '@app/integrity';
import { GoalLine, lineOf, type Bound } from '../../warehouse/goal';
import { hitsAmong, kendallTau, thresholdAt } from '../figures';
import { median } from '../weeks';
import { STRENGTHS, type Strength } from '../world/shapes';
import { startOf } from './feed-totals';
import type { JudgedWeek } from './findings';

const RECALL_GOALS: Record<DataTier, number> = { T1: 0.55, T2: 0.75, T3: 0.92, T4: 0.92 };
const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);
const share = (flags: readonly boolean[]): number | null => (flags.length === 0 ? null : flags.filter(Boolean).length / flags.length);
const attackOf = ({ week }: JudgedWeek): string => week.dealer.injection?.attacks.join('+') ?? '';
/** Without a goal: told, not judged. */
const told = (name: string, value: number | null, of: { unit?: string; note?: string } = {}): GoalLine => ({
  name,
  value: value === null ? null : Number(value.toPrecision(4)),
  goal: '–',
  holds: null,
  unit: of.unit ?? '',
  ...(of.note === undefined ? {} : { note: of.note }),
});
const goal = (name: string, of: { value: number | null; bound: Bound; note?: string; unit?: string }): GoalLine =>
  lineOf({ name, bound: of.bound, unit: of.unit ?? '' }, { value: of.value, note: of.note });

/** Precision among the 10, 20, 50, 100 highest of a week, and at half the number of cheaters, which is the goal of small worlds. */
export function precisionLines(tier: string, judged: readonly JudgedWeek[]): GoalLine[] {
  const cheaters = new Set(judged.filter(({ week }) => week.inflated).map(({ week }) => week.dealer.dealer)).size;
  const half = Math.min(50, Math.max(1, Math.round(cheaters / 2)));
  return [10, 20, 50, 100, half].map((places, at) => {
    let hits = 0;
    let shown = 0;
    for (const week of new Set(judged.map((one) => one.week.week))) {
      const own = judged
        .filter((one) => one.week.week === week)
        .map(({ fusion, week: { inflated } }) => ({ score: fusion.inorganic, positive: inflated }));
      hits += hitsAmong(own, places);
      shown += Math.min(places, own.length);
    }
    const interval = wilsonInterval(hits, shown);
    const note =
      interval === null
        ? 'nothing judged'
        : `between ${interval.low.toFixed(3)} and ${interval.high.toFixed(3)}, ${cheaters} inflated dealers`;
    const name = `ours ${tier}: precision at ${places} a week${at === 4 ? ' (half the inflated)' : ''}`;
    return at === 4
      ? goal(name, { value: interval?.value ?? null, bound: { atLeast: 0.95 }, note })
      : told(name, interval?.value ?? null, { note });
  });
}

/** The probability above which one honest week in a hundred lies. */
export const honestThreshold = (judged: readonly JudgedWeek[]): number =>
  thresholdAt(
    judged.filter(({ week }) => week.dealer.injection === null).map(({ fusion }) => fusion.inorganic),
    0.01,
  );

/** Recall by attack at 1 % false positives, a line per strength; the goal is on medium ones. */
export function recallLines(tier: DataTier, judged: readonly JudgedWeek[]): GoalLine[] {
  const threshold = honestThreshold(judged);
  const lines: GoalLine[] = [];
  for (const strength of Object.keys(STRENGTHS) as Strength[]) {
    const inflated = judged.filter(({ week }) => week.inflated && week.dealer.injection?.strength === strength);
    const kinds = [...new Set(inflated.map(attackOf))].sort();
    const recalls = kinds.map((kind) => {
      const own = inflated.filter((one) => attackOf(one) === kind);
      return { kind, of: own.length, recall: share(own.map(({ fusion }) => fusion.inorganic > threshold)) ?? 0 };
    });
    const note = recalls.map(({ kind, of, recall }) => `${kind} ${percent(recall)} of ${of}`).join(', ');
    const macro = recalls.length === 0 ? null : recalls.reduce((all, { recall }) => all + recall, 0) / recalls.length;
    const name = `ours ${tier}: macro recall of ${strength} attacks at 1 % false positives`;
    lines.push(
      strength === 'medium' ? goal(name, { value: macro, bound: { atLeast: RECALL_GOALS[tier] }, note }) : told(name, macro, { note }),
    );
    if (strength === 'medium' && tier === 'T3') {
      const worst = [...recalls].sort((a, b) => a.recall - b.recall)[0];
      lines.push(
        goal('ours T3: worst attack, medium', { value: worst?.recall ?? null, bound: { atLeast: 0.6 }, note: worst?.kind ?? 'no attack' }),
      );
    }
  }
  return lines;
}

/** What share of honest weeks opens a case (probability of one half), overall and per honest class. */
export function honestLines(tier: string, judged: readonly JudgedWeek[]): GoalLine[] {
  const honest = judged.filter(({ week }) => week.dealer.injection === null);
  const opens = ({ fusion }: JudgedWeek): boolean => fusion.inorganic >= 0.5;
  const classes = [...new Set(honest.flatMap(({ week }) => week.dealer.honest))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  const shares = classes.map((one) => {
    const own = honest.filter(({ week }) => week.dealer.honest.includes(one));
    return { one, of: own.length, share: share(own.map(opens)) ?? 0 };
  });
  const worst = [...shares].sort((a, b) => b.share - a.share)[0];
  const all = share(honest.map(opens));
  return [
    goal(`ours ${tier}: false positives of all honest weeks`, {
      value: all === null ? null : all * 100,
      bound: { atMost: 1 },
      unit: '%',
      note: `${honest.length} weeks; "high" ${percent(share(honest.map(({ fusion }) => fusion.level === 'high')))}`,
    }),
    goal(`ours ${tier}: false positives of the worst honest class`, {
      value: worst === undefined ? null : worst.share * 100,
      bound: { atMost: 2 },
      unit: '%',
      note: shares.map(({ one, of, share: flagged }) => `${one} ${(flagged * 100).toFixed(1)} % of ${of}`).join(', ') || 'no honest class',
    }),
  ];
}

/** Framed dealers of whom the product would say that they did it: high, and more likely than not their own doing. */
export function framedLine(tier: string, judged: readonly JudgedWeek[]): GoalLine {
  const framed = new Map<number, boolean>();
  for (const { week, fusion } of judged)
    if (week.dealer.honest.includes('H16'))
      framed.set(week.dealer.dealer, (framed.get(week.dealer.dealer) ?? false) || (fusion.level !== 'low' && fusion.attributable >= 0.5));
  const penalised = share([...framed.values()]);
  const cheaters = judged.filter(({ week }) => week.inflated && week.dealer.injection?.attributable);
  return goal(`ours ${tier}: framed dealers held responsible`, {
    value: penalised === null ? null : penalised * 100,
    bound: { atMost: 0.5 },
    unit: '%',
    note: `${framed.size} framed; of the cheaters' weeks ${percent(share(cheaters.map(({ fusion }) => fusion.attributable >= 0.5)))} are held attributable`,
  });
}

/** From the start of the first inflated session to the end of the first window that a strong signal is about. */
export function latencyLine(tier: string, judged: readonly JudgedWeek[]): GoalLine {
  const delays: number[] = [];
  let dealers = 0;
  for (const dealer of new Set(judged.map(({ week }) => week.dealer))) {
    const { injection } = dealer;
    const first = dealer.sessions.find(({ sessionId }) => injection?.sessions.has(sessionId));
    if (injection === null || injection.strength === 'weak' || first === undefined) continue;
    dealers++;
    const onset = startOf(first);
    const alerts = judged
      .filter(({ week }) => week.dealer === dealer)
      .flatMap(({ signals }) => signals.filter(({ strength }) => strength >= 0.99).map(({ window }) => Date.parse(window.to)))
      .filter((end) => end > onset);
    if (alerts.length > 0) delays.push((Math.min(...alerts) - onset) / 60_000);
  }
  return told(
    `ours ${tier}: median minutes from onset to a signal of .99, medium and strong`,
    delays.length === 0 ? null : median(delays),
    {
      unit: 'min',
      note: `${delays.length} of ${dealers} inflated dealers have one`,
    },
  );
}

const viewsOf = ({ sessions }: JudgedWeek['week']): number => sessions.reduce((all, { views }) => all + views, 0);
const honestViews = ({ sessions, dealer }: JudgedWeek['week']): number =>
  sessions.reduce((all, { views, sessionId }) => all + views - (dealer.injection?.sessions.get(sessionId)?.views ?? 0), 0);
/** What the ranking would use if auditors confirmed what is likelier than not. */
const correctedViews = ({ week, fusion }: JudgedWeek): number =>
  (fusion.inorganic >= 0.5 ? fusion.corrections.find(({ metric }) => metric === 'live_view')?.corrected.value : undefined) ?? viewsOf(week);

/** Error of the corrected number, and how often the interval holds the honest one. */
export function correctionLines(tier: string, judged: readonly JudgedWeek[]): GoalLine[] {
  const inflated = judged.filter(({ week }) => honestViews(week) > 0 && viewsOf(week) > honestViews(week));
  const errors = (value: (one: JudgedWeek) => number, of: readonly JudgedWeek[]): number | null =>
    of.length === 0 ? null : median(of.map((one) => Math.abs(value(one) - honestViews(one.week)) / honestViews(one.week)));
  const reported = ({ week }: JudgedWeek): number => viewsOf(week);
  const found = inflated.filter(({ fusion }) => fusion.inorganic >= 0.5 && fusion.corrections.some(({ metric }) => metric === 'live_view'));
  const held = found.map(({ week, fusion }) => {
    const { low, high } = fusion.corrections.find(({ metric }) => metric === 'live_view')!.corrected;
    return low <= honestViews(week) && honestViews(week) <= high;
  });
  return [
    told(`ours ${tier}: median error of corrected views, inflated weeks`, errors(correctedViews, inflated), {
      note: `reported ${percent(errors(reported, inflated))}; of the ${found.length} weeks of ${inflated.length} that are corrected ${percent(errors(correctedViews, found))} against ${percent(errors(reported, found))}`,
    }),
    told(`ours ${tier}: corrected intervals that hold the honest number`, share(held), { note: `${held.length} weeks` }),
  ];
}

/** How much of the disorder that bought views bring into the ranking goes away: Kendall's tau of the test days' views. */
export function rankLine(tier: string, judged: readonly JudgedWeek[]): GoalLine {
  const totals = new Map<number, [honest: number, reported: number, corrected: number]>();
  for (const one of judged) {
    const [honest, reported, corrected] = totals.get(one.week.dealer.dealer) ?? [0, 0, 0];
    totals.set(one.week.dealer.dealer, [honest + honestViews(one.week), reported + viewsOf(one.week), corrected + correctedViews(one)]);
  }
  const column = (at: 0 | 1 | 2): number[] => [...totals.values()].map((row) => row[at]);
  const before = kendallTau(column(1), column(0));
  const after = kendallTau(column(2), column(0));
  const repaired = before === null || after === null || before === 1 ? null : ((after - before) / (1 - before)) * 100;
  return goal(`ours ${tier}: rank harm repaired`, {
    value: repaired,
    bound: { atLeast: 80 },
    unit: '%',
    note: `tau ${before?.toFixed(4)} reported, ${after?.toFixed(4)} corrected, ${totals.size} dealers`,
  });
}
