import { type SeenRows, seenBy } from '@app/access';
import { PartMemory, ShowroomFigures, ShowroomInput, showroom, showroomByMonth } from '@app/analytics';
import {
  Account,
  Bilingual,
  Brand,
  BrandState,
  FootfallRow,
  RankingRow,
  Report,
  ReportQuery,
  ShowroomRow,
  Subject,
  TierRow,
  ValueRow,
  rateCardName,
} from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { accountCounts } from './account-counts';
import type { ReadFrozenTiers } from './closed/frozen-tiers';
import { countedCases, countedExclusions } from './counted-cases';
import { readSlices } from './fact-slices';
import { footfallQuestion, footfallRows } from './footfall-report';
import { visitsKept } from './kept-months';
import { rankConfidence } from './rank-confidence';
import { RankedRow, addCohortRanks, rankedRows, rankedRowsInTurns } from './ranking-report';
import { readNewestDays } from './newest-days.reader';
import { NOTES, WHY } from './reasons';
import { ReportContext, contextOf } from './report-context';
import { ReportPeriod, periodText } from './report-period';
import type { BrandScope } from './report-stores';
import { checkedScope } from './scope';
import { ReportFilter, chosenBy, filterOf, isMadeWhole, shownRows } from './report-filter';
import type { RankingFacts } from './score-subjects';
import { withRemedies } from './source-hints';
import { subjectsOf } from './subjects';
import { AccountTier, readTiers, tierRows, trailingFrom } from './tier-report';
import { moneyCards, round, valueRows } from './value-report';

export type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;
export type ReportAnswer = Report<AnyRow>;

export interface ReportAsk {
  warehouse: Warehouse;
  memory: PartMemory;
  brand: Brand;
  state: BrandState;
  dataInstant: number;
  query: ReportQuery;
  scope: BrandScope;
  period: ReportPeriod;
  /** Tiers of months that are closed, for those after them. */
  frozenTiers?: ReadFrozenTiers;
  /** Said beside the rows. */
  notes: readonly Bilingual[];
}

/**
 * Computes one report. At account level everything is computed over the whole brand and then filtered, so that ranks and peers do not depend on the
 * filter or on who asks. At the other levels platform, tier and account choose the accounts that the figures are made of. Who asks chooses rows of dealers and
 * granted regions; rows above hold their own accounts and are unranked (docs/adr/0032).
 */
export async function answerReport(asked: ReportAsk): Promise<ReportAnswer> {
  const ask = asked.query.name === 'footfall' ? footfallQuestion(asked) : asked;
  const opened = await openAsk(ask);
  const { context, chosen, restricted } = opened;
  const subjects = subjectsOf(context);
  const shown = shownRows(context, opened);
  const [all, newestDays] = await Promise.all([rowsOf(ask, opened, subjects), ask.period.live ? readNewestDays(context) : undefined]);
  const rows = all.filter(shown);
  const cases = countedCases(context, ask.query.name, chosen);
  const isPart = rows.length < all.length;
  return { rows, meta: { ...metaOf(ask, context, rows, { restricted, isPart, cases }), ...(newestDays ? { newestDays } : {}) } };
}

/** What a question is computed over. */
export interface OpenedAsk {
  context: ReportContext;
  /** Empty where the report shows none. */
  tiers: Map<string, AccountTier>;
  filter: ReportFilter;
  /** Is the account among those that the filters and the scope choose? */
  chosen(account: Account): boolean;
  /** What the asker may see over the period. */
  seen: SeenRows;
  /** Figures hold the chosen accounts only. */
  restricted: boolean;
  /** Rows hold what the asker may see and nothing else: no rank of theirs would be one. */
  isOwnPart: boolean;
}

export async function openAsk(ask: ReportAsk): Promise<OpenedAsk> {
  const { query, scope, period, state } = ask;
  const whole = contextFor(ask);
  const tiers = needsTiers(query) ? await readTiers(whole) : new Map<string, AccountTier>();
  const filter = filterOf({ state, period, query, tiers });
  const seen = seenBy(checkedScope(scope), state, period);
  const chosen = chosenBy(filter, seen.accounts);
  const isOwnPart = !isMadeWhole(query, seen);
  const made = isOwnPart ? chosen : (account: Account) => filter.chooses(account);
  const restricted = query.level !== 'account' && state.accounts.some((account) => !made(account));
  return { context: restricted ? contextFor(ask, made) : whole, tiers, filter, chosen, seen, restricted, isOwnPart };
}

const needsTiers = ({ name, tier }: ReportQuery): boolean => name === 'tiers' || tier !== undefined;

function contextFor(
  { warehouse, memory, state, query, period, dataInstant, frozenTiers }: ReportAsk,
  only?: (account: Account) => boolean,
): ReportContext {
  return contextOf({
    warehouse,
    memory,
    state,
    level: query.level,
    regions: query.regions ?? 'adcode',
    basis: query.basis,
    period,
    dataInstant,
    frozenTiers,
    only,
  });
}

/** Figures of one context; `ranking` leaves out what no ranking shows. */
export function readShowroom(context: ReportContext, figures: 'all' | 'ranking' = 'all'): Promise<ShowroomFigures[]> {
  return showroom(context.warehouse, showroomInput(context, figures));
}

/** What the showroom figures of a context are asked with. */
export function showroomInput(context: ReportContext, figures: 'all' | 'ranking' = 'all'): ShowroomInput {
  const { period, memberships } = context;
  return {
    ...showroomQuestion(context),
    // an end that has passed is the same for every later question
    dataInstant: Math.min(context.dataInstant, period.to),
    period: period.month === null ? { from: period.from, to: period.to } : { month: period.month },
    rolling: period.live ?? false,
    memberships,
    figures,
  };
}

/** Figures of adjacent whole months under one policy, out of one reading. */
export function readShowroomMonths(contexts: readonly ReportContext[]): Promise<ShowroomFigures[][]> {
  return showroomByMonth(contexts[contexts.length - 1].warehouse, {
    ...showroomQuestion(contexts[contexts.length - 1]),
    months: contexts.map(({ period, memberships }) => ({ month: period.lastMonth, memberships })),
  });
}

const showroomQuestion = (context: ReportContext) => ({
  brandId: context.state.brand.brandId,
  zone: context.zone,
  state: context.state,
  policy: context.policy,
  basis: context.basis,
  dataInstant: context.dataInstant,
  stored: visitsKept(context),
  memory: context.memory,
});

async function rowsOf(ask: ReportAsk, opened: OpenedAsk, subjects: Map<string, Subject>): Promise<AnyRow[]> {
  const { context, tiers } = opened;
  switch (ask.query.name) {
    case 'showroom':
      return showroomRows(context, await readShowroom(context), subjects);
    case 'value':
      return sorted(valueRows(context, (await readSlices([context], { valueOnly: true }))[0], subjects));
    case 'tiers':
      return sorted(await tierRows(context, tiers, subjects));
    case 'footfall':
      return sorted(
        await footfallRows({
          context,
          dealers: opened.isOwnPart || context.level === 'dealer' ? opened.seen.dealers : 'all',
          subjects,
          readWeek: (week) => readShowroom(week, 'ranking'),
        }),
      );
    default:
      return ranking(ask, opened, subjects);
  }
}

async function ranking({ query }: ReportAsk, opened: OpenedAsk, subjects: Map<string, Subject>): Promise<RankingRow[]> {
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

function showroomRows(context: ReportContext, figures: ShowroomFigures[], subjects: Map<string, Subject>): ShowroomRow[] {
  const rows = figures.map(({ group, ...own }) => {
    const figure: Omit<typeof own, 'exact'> & { exact?: unknown } = own;
    delete figure.exact; // sums for scores, no figure of the report
    return {
      ...subjects.get(group)!,
      month: context.period.month ?? `${context.period.fromDay}/${context.period.toDay}`,
      ...figure,
      reasons: withRemedies(figure.reasons, subjects.get(group)!.platform),
    };
  });
  return sorted(rows);
}

const idOf = (row: Subject): string =>
  [row.platform ?? '', row.accountId ?? '', row.dealerId ?? '\uffff', row.adcode ?? '', row.salesRegion ?? ''].join(' ');
const sorted = <Row extends Subject>(rows: Row[]): Row[] => [...rows].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

function metaOf(
  { query, brand, dataInstant, notes: said }: ReportAsk,
  context: ReportContext,
  rows: AnyRow[],
  { restricted, isPart, cases }: { restricted: boolean; isPart: boolean; cases: string[] },
): ReportAnswer['meta'] {
  const { period, policy } = context;
  const counted = rows.filter((row) => 'accountsTotal' in row);
  const counts = accountCounts(rows);
  // an account that changed hands stands in several rows
  const inRows = isPart ? Math.min(counts.accountsTotal, context.accounts.length) : context.accounts.length;
  const total = context.level === 'account' ? rows.length : inRows;
  const shares = counted.map((row) => row.coverage).filter((share) => share !== null);
  const cards = moneyCards(context, query.name, trailingFrom(context));
  const sampleRates = cards.some((card) => card.sample);
  const notes: Bilingual[] = [...said];
  if (context.basis === 'adjusted') notes.push(cases.length === 0 ? NOTES.nothingExcluded : NOTES.excluded(cases.length));
  if (sampleRates) notes.push(NOTES.sample);
  if (restricted) notes.push(NOTES.restricted);
  if (query.name === 'ranking' && query.level === 'account' && rows.length < context.accounts.length) notes.push(NOTES.filtered);
  if (dataInstant < period.to) notes.push(NOTES.open);
  return {
    report: query.name,
    brand: brand.code,
    month: period.month,
    from: new Date(period.from).toISOString(),
    to: new Date(period.to).toISOString(),
    level: query.level,
    basis: query.basis,
    policyVersion: policy.version,
    dataInstant: new Date(dataInstant).toISOString(),
    coverage: shares.length === 0 ? null : round(shares.reduce((sum, share) => sum + share, 0) / shares.length),
    accountsKnown: Math.min(counts.accountsKnown, total),
    accountsTotal: total,
    sampleRates,
    rateCards: cards.map(rateCardName),
    exclusions: cases,
    notes,
    period: periodText(period),
  };
}
