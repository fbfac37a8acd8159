import type { Basis, BrandState, Exclusion } from '@app/contracts';

/** Ids of the lists of entries that are left out, by account. Empty: nothing is. */
export type EntryExclusions = ReadonlyMap<string, readonly string[]>;

const NOTHING: EntryExclusions = new Map();
const known = new WeakMap<readonly Exclusion[], EntryExclusions>();

/** The lists of entries that confirmed cases remove (domain.md 7.3), by account, ids ascending; listed once per state. */
export function entryExclusions({ exclusions = [] }: Pick<BrandState, 'exclusions'>): EntryExclusions {
  if (exclusions.length === 0) return NOTHING;
  let lists = known.get(exclusions);
  if (!lists) {
    const found = new Map<string, string[]>();
    for (const { kind, accountKey, exclusionId } of exclusions)
      if (kind === 'entries') found.set(accountKey, [...(found.get(accountKey) ?? []), exclusionId]);
    for (const ids of found.values()) ids.sort(byNumber);
    known.set(exclusions, (lists = found));
  }
  return lists;
}

/** The same for some accounts in a basis; raw leaves nothing out. */
export function leftOutEntries(state: Pick<BrandState, 'exclusions'>, basis: Basis, accounts: Iterable<string>): EntryExclusions {
  const all = basis === 'adjusted' ? entryExclusions(state) : NOTHING;
  if (all.size === 0) return NOTHING;
  const asked = accounts instanceof Set ? (accounts as ReadonlySet<string>) : new Set(accounts);
  return new Map([...all].filter(([account]) => asked.has(account)));
}

/** Ids of the lists of units that confirmed cases remove in a basis, ascending; absent: nothing is removed, and no query need look. */
export function unitExclusions({ exclusions = [] }: Pick<BrandState, 'exclusions'>, basis: Basis): readonly string[] | undefined {
  if (basis === 'raw') return undefined;
  const ids = exclusions.filter(({ kind }) => kind === 'units').map(({ exclusionId }) => exclusionId);
  return ids.length === 0 ? undefined : ids.sort(byNumber);
}

/** Lists of units that touch a business month, by account, ids ascending. */
export function excludedUnits({ exclusions = [] }: Pick<BrandState, 'exclusions'>, month: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { kind, accountKey, exclusionId, fromDay, toDay } of exclusions)
    if (kind === 'units' && fromDay.slice(0, 7) <= month && month <= toDay.slice(0, 7))
      found.set(accountKey, [...(found.get(accountKey) ?? []), exclusionId]);
  for (const ids of found.values()) ids.sort(byNumber);
  return found;
}

const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
