import type { Policy, ProposalChange, ProposalConflict, ProposalKind, ProposalReach, ProposedRow, RateCard } from '@app/contracts';
import { addDays } from '@app/contracts';
import { canonicalJson } from '../audit/act-chain';
import { closedUnder, closedWithin, spanOfBoth, type DaySpan } from '../state/closed-months';
import { changedDays } from '../state/rate-card-rules';
import { baseOf, subjectOf, type NamedVersion } from './versioned-kinds';

/** Each field in which two rows differ; of a row that was not there, all that it says. */
export function changedFields(before: ProposedRow | null, after: ProposedRow): ProposalChange['fields'] {
  const [old, fresh] = [(before ?? {}) as Record<string, unknown>, after as unknown as Record<string, unknown>];
  return Object.keys(fresh)
    .filter((field) => canonicalJson(old[field] ?? null) !== canonicalJson(fresh[field] ?? null))
    .map((field) => ({ field, before: old[field] ?? null, after: fresh[field] }));
}

/** What each row changes of its base: the version of the same subject, else (of a policy) the one that rules until then. */
export function changesOf(kind: ProposalKind, rows: readonly ProposedRow[], base: readonly NamedVersion[]): ProposalChange[] {
  return rows.map((row) => {
    const subject = subjectOf(kind, row);
    const own = base.find((version) => version.subject === subject) ?? (kind === 'policies' ? baseOf(kind, row, base)[0] : undefined);
    return { subject, base: own?.name ?? null, fields: changedFields(own?.item ?? null, row) };
  });
}

/** What became of the base since the proposal was made; empty when it is still what is in force. */
export function conflictsOf(base: readonly NamedVersion[], now: readonly NamedVersion[]): ProposalConflict[] {
  const [kept, current] = [new Map(base.map((one) => [one.subject, one])), new Map(now.map((one) => [one.subject, one]))];
  return [...new Set([...kept.keys(), ...current.keys()])].sort().flatMap((subject) => {
    const [was, is] = [kept.get(subject), current.get(subject)];
    if (was?.name === is?.name) return [];
    return { subject, base: was?.name ?? null, now: is?.name ?? null, fields: is ? changedFields(was?.item ?? null, is.item) : [] };
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
