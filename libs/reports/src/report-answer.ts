import { PartMemory, ShowroomFigures, showroom, showroomByMonth } from '@app/analytics';
import {
  Account,
  Bilingual,
  Brand,
  BrandState,
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
import { readSlices } from './fact-slices';
import { visitsKept } from './kept-months';
import { rankingRows } from './ranking-report';
import { NOTES } from './reasons';
import { ReportContext, contextOf, ownershipAt } from './report-context';
import type { ReportPeriod } from './report-period';
import type { BrandScope } from './report-stores';
import { inScope } from './scope';
import { withRemedies } from './source-hints';
import { subjectsOf } from './subjects';
import { AccountTier, readTiers, tierRows, trailingFrom } from './tier-report';
import { moneyCards, round, valueRows } from './value-report';

export type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow;
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
  /** Said beside the rows. */
  notes: readonly Bilingual[];
}

/**
 * Computes one report. At account level everything is computed over the whole brand and then filtered, so that ranks and peers do not depend on the
 * filter or on who asks. At the other levels platform, tier, account and scope choose the accounts that the figures are made of.
 */
export async function answerReport(ask: ReportAsk): Promise<ReportAnswer> {
  const { query, scope, period, state } = ask;
  const whole = contextFor(ask);
  const tiers = needsTiers(query) ? await readTiers(whole) : new Map<string, AccountTier>();
  const chosen = (account: Account) => isChosen(state, period, query, scope, tiers, account);
  const restricted = query.level !== 'account' && state.accounts.some((account) => !chosen(account));
  const context = query.level === 'account' ? whole : restricted ? contextFor(ask, chosen) : whole;
  const subjects = subjectsOf(context);
  const shown = isShown(context, query, chosen);
  const rows = (await rowsOf(ask, context, subjects, tiers)).filter(shown);
  return { rows, meta: metaOf(ask, context, rows, { restricted, tiers }) };
}

const needsTiers = ({ name, tier }: ReportQuery): boolean => name === 'tiers' || tier !== undefined;

function contextFor(
  { warehouse, memory, state, query, period, dataInstant }: ReportAsk,
  only?: (account: Account) => boolean,
): ReportContext {
  return contextOf({ warehouse, memory, state, level: query.level, regions: query.regions ?? 'adcode', period, dataInstant, only });
}

function isChosen(
  state: BrandState,
  period: ReportPeriod,
  { platform, tier, dealerId, accountId, level }: ReportQuery,
  scope: BrandScope,
  tiers: Map<string, AccountTier>,
  account: Account,
): boolean {
  if (!inScope(scope, account.accountKey)) return false;
  if (platform !== undefined && account.platform !== platform) return false;
  if (accountId !== undefined && account.accountId !== accountId) return false;
  if (tier !== undefined && tiers.get(account.accountKey)?.earnedTier !== tier) return false;
  if (dealerId === undefined || level === 'dealer') return true;
  return ownershipAt(state, account.accountKey, period.to - 1)?.dealerId === dealerId;
}

function isShown(context: ReportContext, query: ReportQuery, chosen: (account: Account) => boolean): (row: AnyRow) => boolean {
  if (context.level === 'dealer') return (row) => query.dealerId === undefined || row.dealerId === query.dealerId;
  if (context.level !== 'account') return () => true;
  const idOf = (account: { platform?: string; accountId?: string }) => `${account.platform} ${account.accountId}`;
  const shown = new Set(context.accounts.filter(chosen).map(idOf));
  return (row) => shown.has(idOf(row));
}

/** Figures of one context; `ranking` leaves out what no ranking shows. */
export function readShowroom(context: ReportContext, figures: 'all' | 'ranking' = 'all'): Promise<ShowroomFigures[]> {
  const { period, memberships } = context;
  return showroom(context.warehouse, {
    ...showroomQuestion(context),
    // an end that has passed is the same for every later question
    dataInstant: Math.min(context.dataInstant, period.to),
    period: period.month === null ? { from: period.from, to: period.to } : { month: period.month },
    memberships,
    figures,
  });
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
  dataInstant: context.dataInstant,
  stored: visitsKept(context),
  memory: context.memory,
});

async function rowsOf(
  ask: ReportAsk,
  context: ReportContext,
  subjects: Map<string, Subject>,
  tiers: Map<string, AccountTier>,
): Promise<AnyRow[]> {
  switch (ask.query.name) {
    case 'showroom':
      return showroomRows(context, await readShowroom(context), subjects);
    case 'value':
      return sorted(valueRows(context, (await readSlices([context], { valueOnly: true }))[0], subjects));
    case 'tiers':
      return sorted(await tierRows(context, tiers, subjects));
    default:
      return ranking(ask, context, subjects, tiers);
  }
}

async function ranking(
  ask: ReportAsk,
  context: ReportContext,
  subjects: Map<string, Subject>,
  tiers: Map<string, AccountTier>,
): Promise<RankingRow[]> {
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
  return rankingRows({ context, slice, showroom: figures, tiers: earned }, subjects, dealers);
}

function showroomRows(context: ReportContext, figures: ShowroomFigures[], subjects: Map<string, Subject>): ShowroomRow[] {
  const rows = figures.map(({ group, ...figure }) => ({
    ...subjects.get(group)!,
    month: context.period.month ?? `${context.period.fromDay}/${context.period.toDay}`,
    ...figure,
    reasons: withRemedies(figure.reasons, subjects.get(group)!.platform),
  }));
  return sorted(rows);
}

const idOf = (row: Subject): string =>
  [row.platform ?? '', row.accountId ?? '', row.dealerId ?? '\uffff', row.adcode ?? '', row.salesRegion ?? ''].join(' ');
const sorted = <Row extends Subject>(rows: Row[]): Row[] => [...rows].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

function metaOf(
  { query, brand, dataInstant, notes: said }: ReportAsk,
  context: ReportContext,
  rows: AnyRow[],
  { restricted, tiers }: { restricted: boolean; tiers: Map<string, AccountTier> },
): ReportAnswer['meta'] {
  const { period, policy } = context;
  const counted = rows.filter((row) => 'accountsTotal' in row);
  const total = context.level === 'account' ? rows.length : context.accounts.length;
  const known = counted.reduce((sum, row) => sum + row.accountsKnown, 0);
  const shares = counted.map((row) => row.coverage).filter((share) => share !== null);
  const cards = moneyCards(context, query.name, trailingFrom(context));
  const sampleRates = cards.some((card) => card.sample);
  const notes: Bilingual[] = [...said];
  if (query.basis === 'adjusted') notes.push(NOTES.adjusted);
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
    accountsKnown:
      query.name === 'tiers'
        ? context.accounts.filter(({ accountKey }) => (tiers.get(accountKey)?.trailingValueCny ?? null) !== null).length
        : Math.min(known, total),
    accountsTotal: total,
    sampleRates,
    rateCards: cards.map(rateCardName),
    notes,
  };
}
