import type { Bilingual, FootfallRow, RankingRow, Report, ShowroomRow, Subject, TierRow, ValueRow } from '@app/contracts';
import { rateCardName } from '@app/contracts';
import { accountCounts } from './account-counts';
import { countedCases } from './counted-cases';
import { readSlices } from './fact-slices';
import { footfallQuestion, footfallRows } from './footfall-report';
import { readNewestDays } from './newest-days.reader';
import { type OpenedAsk, type ReportAsk, openAsk } from './opened-ask';
import { rankingRows } from './ranking-answer';
import { NOTES } from './reasons';
import type { ReportContext } from './report-context';
import { shownRows } from './report-filter';
import { periodText } from './report-period';
import { readShowroom, showroomRows } from './showroom-answer';
import { subjectsOf } from './subjects';
import { tierRows, trailingFrom } from './tier-report';
import { moneyCards, round, valueRows } from './value-report';

export type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;
export type ReportAnswer = Report<AnyRow>;

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

async function rowsOf(ask: ReportAsk, opened: OpenedAsk, subjects: Map<string, Subject>): Promise<AnyRow[]> {
  const { context, tiers } = opened;
  switch (ask.query.name) {
    case 'showroom':
      return sorted(showroomRows(context, await readShowroom(context), subjects));
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
      return rankingRows(ask, opened, subjects);
  }
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
