import type { Platform } from '@app/contracts';
import { COVERAGE_KINDS, CoverageKind, CoveredDays, ObservedDays } from './coverage.reader';

/** Share of the expected readings that arrived, 0–1 per kind; null: nothing is expected (file-only, no grant, platform without the kind). */
export type Coverage = Record<CoverageKind, number | null>;

export const NO_COVERAGE: Coverage = { sessions: null, videos: null, followers: null };

export interface CoverageInput {
  accounts: readonly { accountKey: string; platform: Platform }[];
  covered: readonly CoveredDays[];
  grantedFrom: Readonly<Record<string, string>>;
  fromDay: string;
  /** Day after the last that can be complete: the window's end, or the data instant's own day. */
  toDay: string;
}

/**
 * Coverage per account: covered ÷ expected business days since the grant, or since the first day that was collected from before it. An account is expected to have a kind when a collector brings that kind
 * on its platform at all and the account itself is collected; otherwise null, which blocks nothing.
 */
export function coverageOf(input: CoverageInput): Map<string, Coverage> {
  const platforms = new Map(input.accounts.map(({ accountKey, platform }) => [accountKey, platform]));
  const byAccount = new Map<string, CoveredDays[]>();
  const offered = new Set<string>();
  for (const row of input.covered) {
    byAccount.set(row.accountKey, [...(byAccount.get(row.accountKey) ?? []), row]);
    if (row.collected) offered.add(`${platforms.get(row.accountKey)} ${row.kind}`);
  }
  return new Map(
    input.accounts.map(({ accountKey, platform }) => {
      const rows = byAccount.get(accountKey) ?? [];
      if (!rows.some((row) => row.collected)) return [accountKey, NO_COVERAGE];
      const granted = input.grantedFrom[accountKey];
      const shareOf = (kind: CoverageKind): number | null => {
        if (!offered.has(`${platform} ${kind}`)) return null;
        const row = rows.find((known) => known.kind === kind);
        const since = [granted, row?.firstDay].filter((day) => day !== undefined && day !== null).sort()[0] ?? input.fromDay;
        const from = since > input.fromDay ? since : input.fromDay;
        const expected = daysBetween(from, input.toDay);
        return expected <= 0 ? null : (row?.days ?? []).filter((day) => day >= from && day < input.toDay).length / expected;
      };
      return [accountKey, Object.fromEntries(COVERAGE_KINDS.map((kind) => [kind, shareOf(kind)])) as Coverage];
    }),
  );
}

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
