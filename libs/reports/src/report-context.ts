import type { PartMemory } from '@app/analytics';
import { Account, Basis, BrandState, Level, Membership, Ownership, Platform, Policy, UNASSIGNED, businessDay } from '@app/contracts';
import { memberships, policyOf } from '@app/database';
import type { Warehouse } from '@app/warehouse';
import type { ReadFrozenTiers } from './closed/frozen-tiers';
import type { ReportPeriod } from './report-period';

/** One question, spelled out: which accounts, grouped how, over which period, under which policy. */
export interface ReportContext {
  warehouse: Warehouse;
  /** What was read before of the brand under this state. */
  memory: PartMemory;
  state: BrandState;
  zone: string;
  level: Level;
  regions: 'adcode' | 'sales';
  /** Adjusted: without what confirmed cases remove (domain.md 7.3). */
  basis: Basis;
  period: ReportPeriod;
  policy: Policy;
  dataInstant: number;
  dataDay: string;
  /** Tiers of months that are closed; absent: every month is computed. */
  frozenTiers?: ReadFrozenTiers;
  accounts: Account[];
  byKey: ReadonlyMap<string, Account>;
  memberships: Membership[];
  /** Group of an account at an instant. */
  groupOf(accountKey: string, at: number): string;
  /** Groups with their accounts, in stable order. */
  groups: Map<string, Set<string>>;
}

export interface ContextInput {
  warehouse: Warehouse;
  memory: PartMemory;
  state: BrandState;
  level: Level;
  regions: 'adcode' | 'sales';
  /** Default adjusted: rankings use it. */
  basis?: Basis;
  period: ReportPeriod;
  dataInstant: number;
  frozenTiers?: ReadFrozenTiers;
  /** Only these accounts. */
  only?: (account: Account) => boolean;
}

export function contextOf(input: ContextInput): ReportContext {
  const { state, level, regions, period, only } = input;
  const accounts = only ? state.accounts.filter(only) : state.accounts;
  const spans = memberships({ ...state, accounts }, level, regions, { from: period.from, to: period.to });
  const byAccount = new Map<string, Membership[]>();
  const groups = new Map<string, Set<string>>();
  for (const span of spans) {
    byAccount.set(span.accountKey, [...(byAccount.get(span.accountKey) ?? []), span]);
    groups.set(span.group, (groups.get(span.group) ?? new Set()).add(span.accountKey));
  }
  return {
    ...input,
    basis: input.basis ?? 'adjusted',
    zone: state.brand.zone,
    policy: policyOf(state.policies, period.lastMonth),
    dataDay: businessDay(input.dataInstant, state.brand.zone),
    accounts,
    byKey: new Map(accounts.map((account) => [account.accountKey, account])),
    memberships: spans,
    groupOf: (accountKey, at) => byAccount.get(accountKey)?.find((span) => span.from <= at && at < span.to)?.group ?? UNASSIGNED,
    groups,
  };
}

/** Business days inside the period on which an account changes its group. */
export function cutDays(context: ReportContext): string[] {
  const cuts = context.memberships.filter((span) => span.from > context.period.from).map((span) => businessDay(span.from, context.zone));
  return [...new Set(cuts)].sort();
}

/** Ownerships by account, listed once per state. */
const ownershipLists = new WeakMap<BrandState, Map<string, Ownership[]>>();

/** Who owns an account at an instant; null when nobody was declared. */
export function ownershipAt(state: BrandState, accountKey: string, at: number): Ownership | null {
  return ownershipsOf(state, accountKey).find((own) => own.from <= at && (own.to === null || at < own.to)) ?? null;
}

/** Was the account declared for any time before an instant? What is declared from a later day on changes no month before it. */
export const declaredBefore = (state: BrandState, accountKey: string, instant: number): boolean =>
  ownershipsOf(state, accountKey).some((own) => own.from < instant);

function ownershipsOf(state: BrandState, accountKey: string): readonly Ownership[] {
  let lists = ownershipLists.get(state);
  if (!lists) {
    lists = groupedBy(state.ownerships, (own) => own.accountKey);
    ownershipLists.set(state, lists);
  }
  return lists.get(accountKey) ?? [];
}

/** Groups in which the dealers of a brand stand at an instant: dealer ids to groups of the level. */
export function dealerGroups(state: BrandState, level: Level, regions: 'adcode' | 'sales', at: number): Map<string, string> {
  const dealerIds = [...new Set(state.placements.map((placement) => placement.dealerId))];
  if (level === 'account') return new Map();
  const platform: Platform = 'douyin';
  const accounts = dealerIds.map((dealerId) => ({
    accountKey: dealerId,
    platform,
    accountId: dealerId,
    name: '',
    handle: null,
    undeclared: false,
  }));
  const ownerships: Ownership[] = dealerIds.map((dealerId) => ({
    accountKey: dealerId,
    dealerId,
    ownerKind: 'dealer',
    declaredTier: null,
    from: Number.MIN_SAFE_INTEGER,
    to: null,
  }));
  const spans = memberships({ ...state, accounts, ownerships }, level, regions, { from: at, to: at + 1 });
  return new Map(spans.map((span) => [span.accountKey, span.group]));
}

/** Rows by a key, in their order. */
export function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
