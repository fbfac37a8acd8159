import type { BrandState, DealerPlacement, Grant, Ownership, Period, Principal, Reach } from '@app/contracts';

/**
 * Rows that somebody was granted, as grants: which accounts and dealers that are is told by the state and the days of each question. Never changed.
 */
export class RowGrants {
  constructor(readonly grants: readonly Grant[]) {}
}

/** Which rows the asker may see: all, these account keys, or what was granted. */
export type BrandScope = 'all' | ReadonlySet<string> | RowGrants;
/** Ids of accounts or dealers. */
export type SeenIds = 'all' | ReadonlySet<string>;

/** What a scope shows of a brand over a span. */
export interface SeenRows {
  accounts: SeenIds;
  dealers: SeenIds;
  /** Nodes of the sales-region tree whose rows are shown, with all below. */
  salesRegions: 'all' | readonly string[];
}

/** The rows of somebody whose action reaches so far. A grant of the whole brand counts only where the role reaches it. */
export function scopeOf({ role, grants }: Pick<Principal, 'role' | 'grants'>, reach: Reach): BrandScope {
  if (role === 'operator') return 'all';
  if (reach === 'brand' && grants.some(({ kind }) => kind === 'brand')) return 'all';
  return new RowGrants(reach === 'none' ? [] : grants.filter(({ kind }) => kind !== 'brand'));
}

/**
 * What a scope shows over the days from–to (epoch ms, half open). A row adds up all days of its period, so it is shown only to whoever was granted all of
 * them: an account that changed hands in the period, or a dealer that moved between regions, is in no row of either side there; the days of each
 * stand in the rows of dealers and regions, and in answers over these days alone. Time in which nobody owned an account, or a dealer stood nowhere, is no
 * other's.
 */
export function seenBy(scope: BrandScope, state: BrandState, { from, to }: Period): SeenRows {
  if (scope === 'all') return { accounts: 'all', dealers: 'all', salesRegions: 'all' };
  const { owned, placed } = listsOf(state);
  if (!(scope instanceof RowGrants)) return { accounts: scope, dealers: dealersOf(state, scope), salesRegions: [] };
  const granted = new Map<string, boolean>();
  const ofDealer = (dealerId: string, span: Period): boolean => dealerGranted(scope.grants, dealerId, placed.get(dealerId) ?? [], span);
  const isDealer = (dealerId: string): boolean => {
    if (!granted.has(dealerId)) granted.set(dealerId, ofDealer(dealerId, { from, to }));
    return granted.get(dealerId)!;
  };
  const byKey = new Set(scope.grants.flatMap((grant) => (grant.kind === 'account' ? [grant.accountKey] : [])));
  const isAccount = (accountKey: string): boolean => {
    if (byKey.has(accountKey)) return true;
    const spans = clipped(owned.get(accountKey) ?? [], { from, to });
    return (
      spans.length > 0 &&
      spans.every(({ row, ...span }) => {
        if (row.dealerId === null) return false;
        return span.from === from && span.to === to ? isDealer(row.dealerId) : ofDealer(row.dealerId, span);
      })
    );
  };
  return {
    accounts: new Set(state.accounts.map(({ accountKey }) => accountKey).filter(isAccount)),
    dealers: new Set([...placed.keys(), ...listsOf(state).dealers].filter(isDealer)),
    salesRegions: regionsOver(scope.grants, { from, to }),
  };
}

/** What both show. */
export function commonRows(a: SeenRows, b: SeenRows): SeenRows {
  const regions =
    a.salesRegions === 'all' ? b.salesRegions : a.salesRegions.filter((path) => b.salesRegions === 'all' || b.salesRegions.includes(path));
  return { accounts: commonIds(a.accounts, b.accounts), dealers: commonIds(a.dealers, b.dealers), salesRegions: regions };
}

const commonIds = (a: SeenIds, b: SeenIds): SeenIds => (a === 'all' ? b : b === 'all' ? a : new Set([...a].filter((id) => b.has(id))));

/** Is an id among those that are shown? */
export const isSeen = (seen: SeenIds, id: string): boolean => seen === 'all' || seen.has(id);

/** Does a node of the sales-region tree lie at or below another? */
export const isWithin = (path: string | null, region: string): boolean => path === region || (path ?? '').startsWith(`${region}/`);

/** A dealer by name, or all the time it stood in groups and regions that were granted for that time. */
function dealerGranted(grants: readonly Grant[], dealerId: string, placements: readonly DealerPlacement[], span: Period): boolean {
  if (grants.some((grant) => grant.kind === 'dealer' && grant.dealerId === dealerId)) return true;
  const pieces = clipped(placements, span);
  return pieces.length > 0 && pieces.every(({ row, ...piece }) => covers(piece, grantedSpans(grants, row)));
}

/** When the grants reach a dealer that stands so. */
function grantedSpans(grants: readonly Grant[], { group, salesRegion }: DealerPlacement): Period[] {
  return grants.flatMap((grant): Period[] => {
    if (grant.kind === 'dealer-group' && group === grant.name) return [{ from: -Infinity, to: Infinity }];
    if (grant.kind === 'region' && isWithin(salesRegion, grant.path)) return [{ from: grant.from, to: grant.to ?? Infinity }];
    return [];
  });
}

function regionsOver(grants: readonly Grant[], span: Period): string[] {
  const regions = grants.filter((grant) => grant.kind === 'region');
  const over = (path: string) =>
    regions.filter((grant) => isWithin(path, grant.path)).map(({ from, to }) => ({ from, to: to ?? Infinity }));
  return [...new Set(regions.map(({ path }) => path))].filter((path) => covers(span, over(path)));
}

/** Do spans cover another without a gap? */
function covers({ from, to }: Period, spans: readonly Period[]): boolean {
  let reached = from;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) if (span.from <= reached) reached = Math.max(reached, span.to);
  return reached >= to;
}

/** Dated rows cut to a span, those outside of it left out. */
function clipped<Row extends { from: number; to: number | null }>(
  rows: readonly Row[],
  { from, to }: Period,
): { row: Row; from: number; to: number }[] {
  return rows
    .map((row) => ({ row, from: Math.max(row.from, from), to: Math.min(row.to ?? Infinity, to) }))
    .filter((piece) => piece.from < piece.to);
}

/** Dealers all of whose accounts, of whatever time, are among these. */
function dealersOf(state: BrandState, accounts: ReadonlySet<string>): Set<string> {
  const { dealers } = listsOf(state);
  const foreign = new Set(state.ownerships.filter(({ accountKey }) => !accounts.has(accountKey)).map(({ dealerId }) => dealerId));
  return new Set([...dealers].filter((dealerId) => !foreign.has(dealerId)));
}

interface Lists {
  owned: Map<string, Ownership[]>;
  placed: Map<string, DealerPlacement[]>;
  /** Those that ever owned an account. */
  dealers: Set<string>;
}
/** Listed once per state. */
const lists = new WeakMap<BrandState, Lists>();

function listsOf(state: BrandState): Lists {
  const known = lists.get(state);
  if (known) return known;
  const made: Lists = { owned: new Map(), placed: new Map(), dealers: new Set() };
  for (const own of state.ownerships) {
    made.owned.set(own.accountKey, [...(made.owned.get(own.accountKey) ?? []), own]);
    if (own.dealerId !== null) made.dealers.add(own.dealerId);
  }
  for (const placement of state.placements)
    made.placed.set(placement.dealerId, [...(made.placed.get(placement.dealerId) ?? []), placement]);
  lists.set(state, made);
  return made;
}
