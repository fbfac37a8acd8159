import type { Platform } from '@app/contracts';
import { COVERAGE_KINDS, CoverageKind, CoveredDays, ObservedDays } from './coverage.reader';

/** Share of the expected readings that arrived, 0–1 per kind; null: nothing is expected (file-only, no grant, platform without the kind). */
export type Coverage = Record<CoverageKind, number | null>;

export interface CoverageInput {
  accounts: readonly { accountKey: string; platform: Platform }[];
  covered: readonly CoveredDays[];
  grantedFrom: Readonly<Record<string, string>>;
  fromDay: string;
  /** Day after the last that can be complete: the window's end, or the data instant's own day. */
  toDay: string;
}

/** Kinds that a collector brings, and whose days are marked. Of leads no report asks for coverage. */
export const COLLECTED_KINDS = [...COVERAGE_KINDS, 'leads'] as const;
export type CollectedKind = (typeof COLLECTED_KINDS)[number];

/** What is expected of one kind of one account: business days of `from` ≤ day < `to`, and those of them that arrived, ascending. */
export interface ExpectedSpan {
  from: string;
  to: string;
  received: string[];
}

export interface ExpectationInput extends CoverageInput {
  /**
   * Kinds that the account's own connections bring, each with the first business day of the connection, where that is known; else it is told by what
   * came on its platform.
   */
  connected?: ReadonlyMap<string, ReadonlyMap<CollectedKind, string>>;
}

/**
 * Expected and received days per account and kind, from the grant's first day, or from the first day that was collected from before it. An account is
 * expected to have a kind when its connections bring it, or a collector brings that kind on its platform at all and the account itself is collected;
 * otherwise null, which blocks nothing.
 */
export function expectedSpans(input: ExpectationInput): Map<string, Record<CollectedKind, ExpectedSpan | null>> {
  const platforms = new Map(input.accounts.map(({ accountKey, platform }) => [accountKey, platform]));
  const byAccount = new Map<string, CoveredDays[]>();
  const offered = new Set<string>();
  for (const row of input.covered) {
    const own = byAccount.get(row.accountKey);
    if (own) own.push(row);
    else byAccount.set(row.accountKey, [row]);
    if (row.collected) offered.add(`${platforms.get(row.accountKey)} ${row.kind}`);
  }
  return new Map(
    input.accounts.map(({ accountKey, platform }) => {
      const rows = byAccount.get(accountKey) ?? [];
      const connected = input.connected?.get(accountKey);
      const spanOf = (kind: CollectedKind): ExpectedSpan | null => {
        const row = rows.find((known) => known.kind === kind);
        const byPlatform = rows.some((known) => known.collected) && offered.has(`${platform} ${kind}`);
        if (connected ? !connected.has(kind) && !row?.collected : !byPlatform) return null;
        const granted = connected ? connected.get(kind) : input.grantedFrom[accountKey];
        const since = [granted, row?.firstDay].filter((day) => day !== undefined && day !== null).sort()[0] ?? input.fromDay;
        const from = since > input.fromDay ? since : input.fromDay;
        if (from >= input.toDay) return null;
        return {
          from,
          to: input.toDay,
          received: row ? row.days.slice(daysBefore(row.days, from), daysBefore(row.days, input.toDay)) : [],
        };
      };
      return [
        accountKey,
        Object.fromEntries(COLLECTED_KINDS.map((kind) => [kind, spanOf(kind)])) as Record<CollectedKind, ExpectedSpan | null>,
      ];
    }),
  );
}

/** How many of the days, ascending, lie before a day. */
function daysBefore(days: readonly string[], day: string): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of the expected days that arrived; null where nothing is expected. */
export const shareOf = (span: ExpectedSpan | null): number | null =>
  span === null ? null : span.received.length / daysBetween(span.from, span.to);

/** Coverage per account: covered ÷ expected business days. */
export const coverageOf = (input: ExpectationInput): Map<string, Coverage> =>
  new Map(
    [...expectedSpans(input)].map(([accountKey, spans]) => [
      accountKey,
      Object.fromEntries(COVERAGE_KINDS.map((kind) => [kind, shareOf(spans[kind])])) as Coverage,
    ]),
  );

/** Days from one business day to another, the latter not included. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** The lowest known of several coverages; null when none is known. */
export const lowest = (...shares: (number | null)[]): number | null => {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/** Mean of the known coverages of a group's accounts; null when none is known. */
export const meanCoverage = (shares: Iterable<number | null>): number | null => {
  const known = [...shares].filter((share) => share !== null);
  return known.length === 0 ? null : known.reduce((sum, share) => sum + share, 0) / known.length;
};

/**
 * Observed days of a trailing window [fromDay, toDay). Where a collector works, gaps are gaps; of an account known from files only, every day since
 * the first one counts, because no reading was expected on the others.
 */
export function observedDays(
  row: ObservedDays | undefined,
  fromDay: string,
  toDay: string,
): { daysObserved: number; startsInside: boolean } {
  if (!row) return { daysObserved: 0, startsInside: true };
  const startsInside = row.firstDay > fromDay;
  if (row.collected) return { daysObserved: row.daysObserved, startsInside };
  const from = startsInside ? row.firstDay : fromDay;
  return { daysObserved: Math.max(0, daysBetween(from, toDay)), startsInside };
}

/** The day after the last one that can be complete at a data instant. */
export const completeUntil = (toDay: string, dataDay: string): string => (dataDay < toDay ? dataDay : toDay);
