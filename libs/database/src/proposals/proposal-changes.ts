import type { Policy, ProposalChange, ProposalConflict, ProposalKind, ProposalReach, ProposedRow, RateCard } from '@app/contracts';
import { addDays } from '@app/contracts';
import { canonicalJson } from '../audit/act-chain';
import { closedUnder, closedWithin, spanOfBoth, type DaySpan } from '../state/closed-months';
import { changedDays } from '../state/rate-card-rules';
import { baseOf, subjectOf, type NamedVersion } from './versioned-kinds';

/** What a row is of: its subject says it. */
const IDENTITY = ['platform', 'line', 'validFrom', 'fromMonth'];

/** Each field in which two rows differ; of a row that was not there, all that it says. */
export function changedFields(before: ProposedRow | null, after: ProposedRow): ProposalChange['fields'] {
  const [old, fresh] = [(before ?? {}) as Record<string, unknown>, after as unknown as Record<string, unknown>];
  return Object.keys(fresh)
    .filter((field) => !IDENTITY.includes(field))
    .filter((field) => canonicalJson(old[field] ?? null) !== canonicalJson(fresh[field] ?? null))
    .map((field) => ({ field, before: old[field] ?? null, after: fresh[field] }));
}

/** What each row changes of its base: the version of the same subject, else the one that rules or prices its first day so far. */
export function changesOf(kind: ProposalKind, rows: readonly ProposedRow[], base: readonly NamedVersion[]): ProposalChange[] {
  return rows.map((row) => {
    const subject = subjectOf(kind, row);
    const own =
      base.find((version) => version.subject === subject) ?? baseOf(kind, row, base).find((version) => precedes(kind, version, row));
    return { subject, base: own?.name ?? null, fields: changedFields(own?.item ?? null, row) };
  });
}

function precedes(kind: ProposalKind, { item }: NamedVersion, row: ProposedRow): boolean {
  if (kind === 'policies') return true;
  const [before, after] = [item as Omit<RateCard, 'version'>, row as Omit<RateCard, 'version'>];
  return before.line === after.line && before.validFrom < after.validFrom;
}

/** What became of the base of the rows since the proposal was made; empty when it is still what is in force. */
export function conflictsOf(
  { kind, rows, base }: { kind: ProposalKind; rows: readonly ProposedRow[]; base: readonly NamedVersion[] },
  active: readonly NamedVersion[],
): ProposalConflict[] {
  // a policy is told by the month that it would rule from, a price by itself: another one may have come into its way
  const standing = (versions: readonly NamedVersion[]) =>
    new Map(
      rows.flatMap((row) =>
        baseOf(kind, row, versions).map((version) => [kind === 'policies' ? subjectOf(kind, row) : version.subject, version] as const),
      ),
    );
  const [was, is] = [standing(base), standing(active)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((subject) => {
    const [before, now] = [was.get(subject), is.get(subject)];
    if (before?.name === now?.name) return [];
    const fields = now ? changedFields(before?.item ?? null, now.item) : [];
    return { subject, base: before?.name ?? null, now: now?.name ?? null, fields };
  });
}

export interface ReachInput {
  kind: ProposalKind;
  rows: readonly ProposedRow[];
  base: readonly NamedVersion[];
  /** First months of the policies in force. */
  policyMonths: readonly string[];
  closed: readonly string[];
  /** Accounts per platform. */
  accounts: ReadonlyMap<string, number>;
}

/** Which days, lines, platforms and accounts a proposal reaches. */
export function reachOf(input: ReachInput): ProposalReach {
  return input.kind === 'policies' ? reachOfPolicies(input) : reachOfCards(input);
}

function reachOfCards({ rows, base, closed, accounts }: ReachInput): ProposalReach {
  const cards = rows as readonly Omit<RateCard, 'version'>[];
  const spans = cards.map((card) => {
    const before = base.find((version) => version.subject === subjectOf('rate-cards', card))?.item as typeof card | undefined;
    return changedDays(before, card) ?? { from: card.validFrom, to: card.validFrom };
  });
  const platforms = [...new Set(cards.map((card) => card.platform))].sort();
  return {
    platforms,
    lines: [...new Set(cards.map((card) => card.line))].sort(),
    ...spans.reduce(spanOfBoth),
    closedMonths: [...new Set(spans.flatMap((span) => closedWithin(span, closed)))].sort(),
    accounts: platforms.reduce((sum, platform) => sum + (accounts.get(platform) ?? 0), 0),
  };
}

function reachOfPolicies({ rows, policyMonths, closed, accounts }: ReachInput): ProposalReach {
  const months = (rows as readonly Omit<Policy, 'version'>[]).map((policy) => policy.fromMonth);
  const all = [...new Set([...policyMonths, ...months])].sort();
  const spans = months.map((month): DaySpan => {
    const next = all.find((other) => other > month);
    return { from: `${month}-01`, to: next === undefined ? null : addDays(`${next}-01`, -1) };
  });
  return {
    platforms: [],
    lines: [],
    ...spans.reduce(spanOfBoth),
    closedMonths: [...new Set(months.flatMap((month) => closedUnder(month, all, closed)))].sort(),
    accounts: [...accounts.values()].reduce((sum, count) => sum + count, 0),
  };
}
