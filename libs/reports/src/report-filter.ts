import { Account, BrandState, DealerPlacement, ReportQuery, Subject, VitrineError } from '@app/contracts';
import { type SeenIds, type SeenRows, isSeen, isWithin } from '@app/access';
import { ReportContext, groupedBy, ownershipAt } from './report-context';
import type { ReportPeriod } from './report-period';
import { inScope } from './scope';
import type { AccountTier } from './tier-report';

/** What a query's filters are judged by. */
export interface FilterInput {
  state: BrandState;
  period: ReportPeriod;
  query: ReportQuery;
  /** Earned tiers, where the query asks for one. */
  tiers: ReadonlyMap<string, Pick<AccountTier, 'earnedTier'>>;
}

/**
 * What the filters choose, as everything stands at the end of the period. Platform, tier and account choose accounts. Sales region, place and dealer group
 * choose dealers: the rows of accounts and dealers, and of regions their own kind of region; elsewhere the accounts that the figures are made of.
 */
export interface ReportFilter {
  /** Is the account among those chosen? Does not know who asks. */
  chooses(account: Account): boolean;
  /** Is the row of a dealer or region among those chosen? Of accounts, `chooses` tells. */
  shows(row: Subject): boolean;
  /** Does the filter choose rows out of a whole, which are a cohort then? */
  isCohort: boolean;
}

type DealerTest = (dealerId: string | null) => boolean;

export function filterOf(input: FilterInput): ReportFilter {
  const { state, period, query, tiers } = input;
  const place = placePrefix(query.adcode);
  const dealers = dealerTests(input, place);
  const own = ownKindOf(query, place);
  const ofAccounts = query.level === 'dealer' ? [] : dealers.filter(({ kind }) => kind !== own).map(({ passes }) => passes);
  const isOwned = (account: Account): boolean => {
    if (ofAccounts.length === 0) return true;
    const dealerId = ownershipAt(state, account.accountKey, period.to - 1)?.dealerId ?? null;
    return ofAccounts.every((passes) => passes(dealerId));
  };
  return {
    chooses: (account) =>
      (query.platform === undefined || account.platform === query.platform) &&
      (query.accountId === undefined || account.accountId === query.accountId) &&
      (query.tier === undefined || tiers.get(account.accountKey)?.earnedTier === query.tier) &&
      isOwned(account),
    shows: rowTest(query, place, dealers),
    isCohort: choosesCohort(query),
  };
}

/** Do the filters choose rows out of a whole? One account, or one dealer, is no cohort. */
export function choosesCohort(query: ReportQuery): boolean {
  const { level, platform, tier, accountId, dealerId, group, salesRegion, adcode } = query;
  const some = (...filters: unknown[]) => filters.some((filter) => filter !== undefined);
  if (level === 'account') return accountId === undefined && some(platform, tier, dealerId, group, salesRegion, adcode);
  if (level === 'dealer') return dealerId === undefined && some(group, salesRegion, adcode);
  return ownKindOf(query, placePrefix(adcode)) !== null;
}

/** The accounts that a question is computed over or shows: those of the filter that the asker may see. */
export const chosenBy =
  (filter: ReportFilter, accounts: SeenIds) =>
  (account: Account): boolean =>
    inScope(accounts, account.accountKey) && filter.chooses(account);

/**
 * Are rows made of whole accounts, dealers and regions, and only then chosen by who asks? So ranks and peers are those of the brand, and everybody's row is the
 * brand's own. Elsewhere (the brand, provinces, regions beyond the grants) figures are made of the accounts that the asker may see.
 */
export const isMadeWhole = ({ level, regions }: Pick<ReportQuery, 'level' | 'regions'>, { accounts, salesRegions }: SeenRows): boolean =>
  accounts === 'all' || level === 'account' || level === 'dealer' || (level === 'region' && regions === 'sales' && salesRegions.length > 0);

/** Which rows of a context an answer shows. */
export function shownRows(
  context: ReportContext,
  { filter, chosen, seen }: { filter: ReportFilter; chosen: (account: Account) => boolean; seen: SeenRows },
): (row: Subject) => boolean {
  if (context.level !== 'account') {
    const mayShow = seenRow(context, seen);
    return (row) => filter.shows(row) && mayShow(row);
  }
  const idOf = (account: { platform?: string; accountId?: string }) => `${account.platform} ${account.accountId}`;
  const shown = new Set(context.accounts.filter(chosen).map(idOf));
  return (row) => shown.has(idOf(row));
}

/** Which rows above accounts the asker may see; rows made of nothing else are all shown. */
function seenRow({ level, regions }: ReportContext, seen: SeenRows): (row: Subject) => boolean {
  const { dealers, salesRegions } = seen;
  if (seen.accounts === 'all') return () => true;
  if (level === 'dealer') return ({ dealerId }) => dealerId != null && isSeen(dealers, dealerId);
  if (salesRegions === 'all' || !isMadeWhole({ level, regions }, seen)) return () => true;
  return ({ salesRegion }) => salesRegions.some((region) => isWithin(salesRegion ?? null, region));
}

interface NamedTest {
  kind: 'dealer' | 'group' | 'sales' | 'adcode';
  passes: DealerTest;
}

function dealerTests({ state, period, query }: FilterInput, place: string | null): NamedTest[] {
  const { dealerId, group, salesRegion } = query;
  const at = period.to - 1;
  const placed = groupedBy(state.placements, (placement) => placement.dealerId);
  const placementOf = (own: string): DealerPlacement | undefined =>
    placed.get(own)?.find((placement) => placement.from <= at && (placement.to === null || at < placement.to));
  const byPlacement =
    (passes: (placement: DealerPlacement) => boolean): DealerTest =>
    (own) => {
      const placement = own === null ? undefined : placementOf(own);
      return placement !== undefined && passes(placement);
    };
  const tests: NamedTest[] = [];
  if (dealerId !== undefined) tests.push({ kind: 'dealer', passes: (own) => own === dealerId });
  if (group !== undefined) tests.push({ kind: 'group', passes: byPlacement((placement) => placement.group === group) });
  if (salesRegion !== undefined)
    tests.push({ kind: 'sales', passes: byPlacement((placement) => isWithin(placement.salesRegion, salesRegion)) });
  if (place !== null) tests.push({ kind: 'adcode', passes: byPlacement((placement) => placement.adcode.startsWith(place)) });
  return tests;
}

/** The filter that is of the same kind as the regions of the rows; a county is smaller than a region of a report. */
function ownKindOf({ level, regions, salesRegion }: ReportQuery, place: string | null): 'sales' | 'adcode' | null {
  if (level !== 'region') return null;
  if (regions === 'sales') return salesRegion === undefined ? null : 'sales';
  return place !== null && place.length < 6 ? 'adcode' : null;
}

/** Rows of dealers are chosen by all of it, rows of regions by their own kind. */
function rowTest(query: ReportQuery, place: string | null, dealers: readonly NamedTest[]): (row: Subject) => boolean {
  if (query.level === 'dealer') return (row) => dealers.every(({ passes }) => passes(row.dealerId ?? null));
  const own = ownKindOf(query, place);
  if (own === 'sales') return (row) => isWithin(row.salesRegion ?? null, query.salesRegion!);
  return own === 'adcode' ? (row) => (row.adcode ?? '').startsWith(place!) : () => true;
}

/** `31`, `3101`, `310101`; whole codes of provinces and cities (`310000`, `310100`) by their own digits. Throws bad_input for anything else. */
export function placePrefix(adcode: string | undefined): string | null {
  if (adcode === undefined) return null;
  if (/^[1-9]\d(\d\d){0,2}$/.test(adcode)) return adcode.length === 6 ? adcode.replace(/(00){1,2}$/, '') : adcode;
  throw new VitrineError(
    'bad_input',
    { en: 'adcode must be the first two, four or six digits of a GB/T 2260 code.', zh: 'adcode 应为 GB/T 2260 代码的前两位、四位或六位。' },
    {
      remedy: { en: 'Give 31 for a province, 3101 for a city, 310101 for a county.', zh: '省份请用 31，城市请用 3101，区县请用 310101。' },
      details: [{ field: 'adcode', message: 'two, four or six digits' }],
    },
  );
}
