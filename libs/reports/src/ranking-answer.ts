import type { RankingRow, Subject } from '@app/contracts';
import { countedExclusions } from './counted-cases';
import { readSlices } from './fact-slices';
import type { OpenedAsk, ReportAsk } from './opened-ask';
import { rankConfidence } from './rank-confidence';
import { type RankedRow, addCohortRanks, rankedRows, rankedRowsInTurns } from './ranking-report';
import { WHY } from './reasons';
import { type ReportContext, contextOf } from './report-context';
import type { RankingFacts } from './score-subjects';
import { readShowroom, showroomInput } from './showroom-answer';
import { type AccountTier, readTiers, trailingFrom } from './tier-report';

/** Rows of the ranking report, in the order of their ranks. */
export async function rankingRows({ query }: ReportAsk, opened: OpenedAsk, subjects: Map<string, Subject>): Promise<RankingRow[]> {
  const { context, tiers, filter } = opened;
  const { facts, dealers } = await readRanking(context, tiers);
  const ranked = await rankedRowsInTurns(facts, subjects, dealers);
  if (opened.isOwnPart) return ranked.map(({ row }) => unranked(row));
  if (query.confidence) {
    const drawn = dealers ?? facts;
    const intervals = await rankConfidence({
      facts: drawn,
      showroom: showroomInput(drawn.context, 'ranking'),
      ranked,
      above: dealers && context,
    });
    for (const { group, row } of ranked) Object.assign(row, intervals.get(group) ?? { rankLow: null, rankHigh: null });
  }
  const told = toldOfRaw(ranked, opened);
  if (told.length > 0) await addRawStandings(told, facts, subjects);
  if (filter.isCohort)
    addCohortRanks(ranked, (own) => (query.level === 'account' ? filter.chooses(context.byKey.get(own.group)!) : filter.shows(own.row)));
  return ranked.map(({ row }) => row);
}

/** What somebody sees of a larger whole has figures and no standing. */
const unranked = (row: RankingRow): RankingRow => ({
  ...row,
  rank: null,
  score: null,
  ...(row.scoreExact === undefined ? {} : { scoreExact: null }),
  parts: [],
  reasons: { ...row.reasons, rank: WHY.ownPart, score: WHY.ownPart },
});

/** Rows that tell where they stood with nothing left out: to whoever sees a part only those that a case is about, for the difference tells that there is one. */
function toldOfRaw(ranked: readonly RankedRow[], { context, seen }: OpenedAsk): readonly RankedRow[] {
  if (context.basis === 'raw' || !context.state.exclusions?.length) return [];
  if (seen.accounts === 'all') return ranked;
  const excluded = new Set(countedExclusions(context, 'ranking').map(({ accountKey }) => accountKey));
  return ranked.filter(({ group }) => [...(context.groups.get(group) ?? [])].some((accountKey) => excluded.has(accountKey)));
}

/** Adds rank and score of the raw basis: the same ranking, with nothing left out. */
async function addRawStandings(
  ranked: readonly RankedRow[],
  { context, tiers }: RankingFacts,
  subjects: Map<string, Subject>,
): Promise<void> {
  const inside = new Set(context.accounts);
  const raw = await readRanking(contextOf({ ...context, basis: 'raw', only: (account) => inside.has(account) }), tiers);
  const found = new Map(rankedRows(raw.facts, subjects, raw.dealers).map(({ group, row }) => [group, row]));
  for (const { group, row } of ranked)
    Object.assign(row, { rawRank: found.get(group)?.rank ?? null, rawScore: found.get(group)?.score ?? null });
}

/** What scores and ranks of a context are made of; `dealers`: where they are means over dealers. */
export async function readRanking(
  context: ReportContext,
  tiers: Map<string, AccountTier> = new Map(),
): Promise<{ facts: RankingFacts; dealers?: RankingFacts }> {
  const byDealers = context.level === 'region' || context.level === 'brand';
  const inside = new Set(context.accounts);
  const dealerContext = byDealers ? contextOf({ ...context, level: 'dealer', only: (account) => inside.has(account) }) : null;
  const wholeMonth = context.period.month !== null;
  const [slices, figures, dealerFigures] = await Promise.all([
    readSlices(dealerContext ? [context, dealerContext] : [context], wholeMonth ? { trailingFrom: trailingFrom(context) } : {}),
    readShowroom(context, 'ranking'),
    dealerContext && readShowroom(dealerContext, 'ranking'),
  ]);
  const [slice, dealerSlice] = slices;
  const earned = tiers.size > 0 ? tiers : await readTiers(context, wholeMonth ? slice.trailing : undefined);
  const dealers = dealerContext && dealerFigures ? { context: dealerContext, slice: dealerSlice, showroom: dealerFigures } : undefined;
  return { facts: { context, slice, showroom: figures, tiers: earned }, dealers };
}
