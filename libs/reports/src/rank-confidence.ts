import { setImmediate as breathe } from 'node:timers/promises';
import {
  Contestant,
  DrawnSubject,
  DwellMoments,
  ExposureMoments,
  Items,
  RankInterval,
  RankIntervals,
  ScoreDraws,
  ScoreSubject,
  approximation,
  engagementTerm,
  lessened,
  readDwellMoments,
  readExposureMoments,
  scores,
  type ShowroomInput,
} from '@app/analytics';
import { UNASSIGNED, dayStart } from '@app/contracts';
import { unitsKept } from './kept-months';
import type { RankedRow } from './ranking-report';
import { ReportContext, cutDays, dealerGroups, groupedBy } from './report-context';
import { RankingFacts, rankedValues, scoreSubjects } from './score-subjects';

/** Draws of the bootstrap: enough for a 5th and a 95th percentile that another seed moves by a place or two. */
const DRAWS = 200;

export interface ConfidenceInput {
  /** Whose scores are drawn: accounts or dealers. */
  facts: RankingFacts;
  /** What their showroom figures were asked with. */
  showroom: ShowroomInput;
  ranked: readonly RankedRow[];
  /** Level and groups of the rows, where these are means over dealers. */
  above?: ReportContext;
}

/**
 * Between which places each rank lies (docs/adr/0024): scores, percentiles and ranks of 200 draws with Poisson weights on visitors and sessions. The seed is the
 * question itself, so that the same one gives the same intervals. Rows without a rank are missing.
 */
export async function rankConfidence({ facts, showroom, ranked, above }: ConfidenceInput): Promise<Map<string, RankInterval>> {
  const { context } = facts;
  const [dwell, exposure] = await Promise.all([readDwellMoments(context.warehouse, showroom), readExposure(context)]);
  const subjects = scoreSubjects(facts);
  const drawn = drawnSubjects(facts, subjects, { dwell, exposure });
  const draws = new ScoreDraws(drawn, context.policy, seedOf(context));
  const found = new RankIntervals(contestants(facts, subjects, ranked, above), DRAWS);
  for (let draw = 1; draw <= DRAWS; draw++) {
    found.add(draws.scores(draw));
    await breathe(); // others are answered meanwhile
  }
  return found.intervals();
}

/** Brand, period, policy version, data instant (of a period that is over: its end), and what else makes it another question. */
const seedOf = ({ state, period, policy, dataInstant, basis, level }: ReportContext): string =>
  [state.brand.code, period.fromDay, period.toDay, policy.version, Math.min(dataInstant, period.to), basis, level].join(' ');

/** Exposure per group and origin. */
async function readExposure(context: ReportContext): Promise<Map<string, Items[]>> {
  const { warehouse, state, zone, period, policy, accounts } = context;
  const edges = [...new Set([period.fromDay, ...cutDays(context)])].sort();
  const rows = await readExposureMoments(
    warehouse,
    {
      brandId: state.brand.brandId,
      zone,
      fromDay: period.fromDay,
      toDay: period.toDay,
      sourceOrder: policy.sourceOrder,
      stored: unitsKept(context, period.fromDay, period.toDay),
      accountKeys: accounts.map(({ accountKey }) => accountKey),
    },
    { platforms: new Map(accounts.map(({ accountKey, platform }) => [accountKey, platform])), rateCards: state.rateCards, edges },
  );
  const starts = edges.map((day) => dayStart(day, zone));
  const byGroup = groupedBy(rows, (row) => context.groupOf(row.accountKey, starts[row.bucket - 1]));
  return new Map([...byGroup].map(([group, own]) => [group, byOrigin(own)]));
}

const byOrigin = (rows: readonly ExposureMoments[]): Items[] => [...groupedBy(rows, (row) => row.origin).values()].map(together);

const together = (parts: readonly Items[]): Items =>
  parts.reduce((all, { count, sums, products }) => ({
    count: all.count + count,
    sums: all.sums.map((sum, at) => sum + sums[at]),
    products: all.products.map((sum, at) => sum + products[at]),
  }));

function drawnSubjects(
  { context, slice, showroom }: RankingFacts,
  subjects: readonly ScoreSubject[],
  { dwell, exposure }: { dwell: Map<string, DwellMoments>; exposure: Map<string, Items[]> },
): DrawnSubject[] {
  const figures = new Map(showroom.map((row) => [row.group, row]));
  const values = rankedValues(context, slice);
  return subjects.map(({ id, ladder, parts }) => {
    const row = figures.get(id);
    const visitors = row?.showroomVisitors ?? 0;
    const [share, ratio] = parts.loyalty.values;
    const moments = dwell.get(id);
    const units = values.get(id)?.units ?? [];
    const items = leftOf(exposure.get(id) ?? [], units);
    const sum = (measure: number) => sumOf(items, measure);
    const [reactions, reach] = engagementTotals(units);
    const actual = Number(values.get(id)?.valueCny ?? 0);
    const knownNumber = (part: ScoreSubject['parts'][keyof ScoreSubject['parts']]) => part.values[0] && approximation(part.values[0]);
    return {
      id,
      ladder,
      showroomVisitors: visitors,
      knowsShowroom: parts.showroom.values[0] !== null,
      otherViewers: share && row?.exact.loyalShare ? Math.max(0, row.exact.loyalShare.bottom - row.exact.loyalShare.top) : null,
      dwell: ratio ? (moments?.showroom.count === visitors ? moments : approximation(ratio)) : null,
      exposure: items,
      // what no session or video brought (leads of their own)
      fixed: [actual - sum(0), reactions - sum(1), reach - sum(2)],
      knowsValue: parts.value.values[0] !== null,
      knowsEngagement: parts.engagement.values[0] !== null,
      liveDays: knownNumber(parts.cadence),
      growth: knownNumber(parts.growth),
    };
  });
}

type Units = RankingFacts['slice']['value'];

const sumOf = (items: readonly Items[], measure: number): number => items.reduce((all, { sums }) => all + sums[measure], 0);

/** What cases leave of value, reactions and reach of sessions and videos: the same share of each. */
function leftOf(items: readonly Items[], units: Units): readonly Items[] {
  const removed = [0, 0, 0];
  for (const unit of units) {
    const excluded = Number(unit.excluded ?? 0n);
    if (excluded === 0 || unit.origin === 'lead') continue;
    const term = engagementTerm(unit);
    removed[0] += excluded * Number(unit.price ?? 0) * Number(unit.discount ?? 1);
    if (term === 'reaction') removed[1] += excluded;
    if (term === 'reach') removed[2] += excluded;
  }
  if (removed.every((amount) => amount === 0)) return items;
  const shares = removed.map((amount, measure) => {
    const all = sumOf(items, measure);
    return all > 0 ? Math.max(0, 1 - amount / all) : 1;
  });
  return items.map((own) => lessened(own, shares));
}

function engagementTotals(units: Units): [reactions: number, reach: number] {
  let [reactions, reach] = [0, 0];
  for (const unit of units) {
    const term = engagementTerm(unit);
    const counted = Number(unit.gross - (unit.excluded ?? 0n));
    if (term === 'reaction') reactions += counted;
    if (term === 'reach') reach += counted;
  }
  return [reactions, reach];
}

/** Who has a rank, and whose scores theirs is the mean of. */
function contestants(
  facts: RankingFacts,
  subjects: readonly ScoreSubject[],
  ranked: readonly RankedRow[],
  above?: ReportContext,
): Contestant[] {
  const places = new Map<string, number[]>();
  if (above) {
    const groupOfDealer = dealerGroups(above.state, above.level, above.regions, above.period.to - 1);
    const found = scores(subjects, facts.context.policy);
    for (const [place, { id }] of subjects.entries()) {
      if (found.get(id)!.score === null) continue;
      const group = groupOfDealer.get(id) ?? UNASSIGNED;
      places.set(group, [...(places.get(group) ?? []), place]);
    }
  } else for (const [place, { id }] of subjects.entries()) places.set(id, [place]);
  return ranked.flatMap(({ group, league, row: { rank } }) =>
    rank === null ? [] : [{ id: group, league, rank, members: places.get(group)! }],
  );
}
