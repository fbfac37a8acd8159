import type { Standing, TraitGroup } from '@app/contracts';

/** Groups of fewer viewers are shown to nobody below an auditor. */
export const LEAST_VIEWERS = 5;

/** Who sees every group: whoever has to judge single viewers anyway. */
const SEES_ALL: ReadonlySet<Standing> = new Set(['auditor', 'senior-auditor', 'operator']);

/** May a role see groups of any size? */
export const seesSmallGroups = (role: Standing): boolean => SEES_ALL.has(role);

/** Groups as they may be shown, and the sum of those that are not. */
export interface ShownGroups {
  groups: TraitGroup[];
  others: { viewers: number; entries: number } | null;
  withheld: boolean;
}

/**
 * Hides small groups of one account so that nothing of one answer gives them away. The total is known and groups add up to it, so what is hidden is known as a sum: it is at
 * least two groups and at least five viewers. While it is not, the smallest group that is left goes to it (complementary suppression); when none is left,
 * no group is shown. Hidden groups are not named. Groups without viewers say nothing of anybody and are left out.
 */
export function shownGroups(all: readonly TraitGroup[]): ShownGroups {
  const left = all.filter(({ viewers }) => viewers > 0).sort(bySize);
  const hidden: TraitGroup[] = [];
  while (left.length > 0 && (left[0].viewers < LEAST_VIEWERS || (hidden.length > 0 && !isSafe(hidden)))) hidden.push(left.shift()!);
  const withheld = hidden.length > 0 && (left.length === 0 || !isSafe(hidden));
  return {
    groups: withheld ? [] : left.reverse(),
    others: hidden.length === 0 || withheld ? null : sumOf(hidden),
    withheld,
  };
}

/** An answer about several accounts: what it shows, and what it does not. */
export interface AddedGroups extends ShownGroups {
  total: { viewers: number; entries: number };
}

/**
 * The answer about accounts, out of the groups of each. Small ones are hidden account by account and only then added up: an answer tells nothing that the answers
 * about its accounts do not, and what two answers differ by is the answer about the accounts that only one of them holds. A viewer of two accounts counts in
 * both. `whole`: with nothing hidden.
 */
export function addedUp(accounts: readonly (readonly TraitGroup[])[], whole = false): AddedGroups {
  const total = sumOf(accounts.flat());
  const sums = new Map<string | null, TraitGroup>();
  for (const { value, viewers, entries } of accounts.flatMap((groups) => (whole ? groups : shownGroups(groups).groups))) {
    const sum = sums.get(value) ?? { value, viewers: 0, entries: 0 };
    sums.set(value, { value, viewers: sum.viewers + viewers, entries: sum.entries + entries });
  }
  const groups = [...sums.values()].sort(bySize).reverse();
  const shown = sumOf(groups);
  const hidden = { viewers: total.viewers - shown.viewers, entries: total.entries - shown.entries };
  const withheld = hidden.viewers > 0 && groups.length === 0;
  return { total, groups, others: hidden.viewers === 0 || withheld ? null : hidden, withheld };
}

const isSafe = (hidden: readonly TraitGroup[]): boolean => hidden.length >= 2 && sumOf(hidden).viewers >= LEAST_VIEWERS;

const sumOf = (groups: readonly TraitGroup[]): { viewers: number; entries: number } => ({
  viewers: groups.reduce((sum, { viewers }) => sum + viewers, 0),
  entries: groups.reduce((sum, { entries }) => sum + entries, 0),
});

const bySize = (a: TraitGroup, b: TraitGroup): number =>
  a.viewers - b.viewers || b.entries - a.entries || ((a.value ?? '') < (b.value ?? '') ? -1 : 1);
