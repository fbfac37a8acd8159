import { addMonths, businessMonth, monthPeriod } from '@app/contracts';
import type { Basis, BrandState, Membership, Period, Policy } from '@app/contracts';
import { EntryExclusions, leftOutEntries } from '../exclusions/exclusions';
import type { PartMemory } from '../part-memory';
import { rowsByAccount } from './rows-by-account';

/** What showroom figures are asked for. Plain values only; instants are epoch ms. */
export interface ShowroomInput {
  brandId: number;
  /** IANA zone of the business days. */
  zone: string;
  state: BrandState;
  policy: Policy;
  /** A business month, or a half-open span: whole months (quarter, year) count distinct over months, any other span is rolling at its end. */
  period: { month: string } | Period;
  /** Showroom visitors are those of the rolling window, also where the span happens to be whole months (the live score). */
  rolling?: boolean;
  /** Half-open, tiling the period per account. Their groups are the groups of the answer. */
  memberships: readonly Membership[];
  /** Up to where facts are complete (domain.md 2.4). */
  dataInstant: number;
  /** `adjusted`: without what confirmed cases remove (domain.md 7.3). Default `raw`. */
  basis?: Basis;
  /** Only these accounts of the memberships. */
  accountKeys?: readonly string[];
  /** `ranking`: without `consecutive` and the rolling number, which are null then. Default `all`. */
  figures?: 'all' | 'ranking';
  /**
   * Whole months are read from the roll-ups, which are fresh (rollup: refreshRollups); else everything comes from the entries. Of a ranking only: `visits`,
   * the kept visits are those of the policy, but not its `minVisits` or its runs, so that who is a showroom visitor is counted anew; `sessions`, only
   * entries and sessions are, so that visits are formed anew.
   */
  stored?: boolean | 'visits' | 'sessions';
  /** What of the kept rows is known already. */
  memory?: PartMemory;
}

/** Several whole months in one reading: adjacent, ascending, under one policy; each is answered as if it were asked alone with `figures: 'ranking'`. */
export type ShowroomMonthsInput = Omit<ShowroomInput, 'period' | 'memberships' | 'figures'> & {
  months: readonly { month: string; memberships: readonly Membership[] }[];
};

/** 720 h. */
export const ROLLING_MS = 2_592_000_000;
const FOREVER_AGO = -9_000_000_000_000_000;

export interface ShowroomScope {
  brandId: number;
  zone: string;
  policy: Policy;
  period: Period;
  /** Months of the period; of a span that is not whole months, the span. */
  buckets: Period[];
  wholeMonths: boolean;
  rolling: Period;
  accounts: string[];
  /** The periods that are answered for themselves: one, or the months of a series. */
  answers: Period[];
  /** Groups of each answer; the store knows a group of an answer (a subject) as its place here + 1. */
  groups: { answer: number; group: string }[];
  owners: { account: string; subject: number; from: number }[];
  /** Accounts that changed their group inside an answer's period. */
  moved: string[];
  gapMs: number;
  /** What is left out of the entries of the accounts; empty in the raw basis, and where no case touches any of them. */
  exclusions: EntryExclusions;
  /** Without `consecutive` and, in whole months, without the rolling number. */
  rankingOnly: boolean;
}

function monthsOf(period: Period, zone: string): Period[] | null {
  const months: Period[] = [];
  for (let month = businessMonth(period.from, zone); ; month = addMonths(month, 1)) {
    const span = monthPeriod(month, zone);
    if (span.from >= period.to) break;
    months.push(span);
  }
  return months[0]?.from === period.from && months.at(-1)?.to === period.to ? months : null;
}

/** Spells out what was asked: months, rolling window, accounts and their owners in time. */
export function scopeOf(input: ShowroomInput): ShowroomScope {
  const period = 'month' in input.period ? monthPeriod(input.period.month, input.zone) : input.period;
  const months = input.rolling ? null : monthsOf(period, input.zone);
  return scopeFor(input, [{ period, memberships: input.memberships }], months, input.figures === 'ranking');
}

/** The same for several months. */
export function scopeOfMonths(input: ShowroomMonthsInput): ShowroomScope {
  const answers = input.months.map(({ month, memberships }) => ({ period: monthPeriod(month, input.zone), memberships }));
  return scopeFor(
    input,
    answers,
    answers.map((answer) => answer.period),
    true,
  );
}

function scopeFor(
  input: Pick<ShowroomInput, 'brandId' | 'zone' | 'state' | 'policy' | 'dataInstant' | 'basis' | 'accountKeys'>,
  answers: { period: Period; memberships: readonly Membership[] }[],
  months: Period[] | null,
  rankingOnly: boolean,
): ShowroomScope {
  const period = { from: answers[0].period.from, to: answers[answers.length - 1].period.to };
  const end = Math.min(period.to, input.dataInstant);
  const seen = new Set<string>();
  const moved = new Set<string>();
  const groups: ShowroomScope['groups'] = [];
  const owners: ShowroomScope['owners'] = [];
  for (const [answer, { period: own, memberships }] of answers.entries()) {
    const subjects = new Map<string, number>();
    const here = new Set<string>();
    for (const member of askedMembers(memberships, input.accountKeys)) {
      const subject = subjects.get(member.group) ?? groups.push({ answer, group: member.group });
      subjects.set(member.group, subject);
      if (here.has(member.accountKey)) moved.add(member.accountKey);
      const from = here.has(member.accountKey) ? member.from : own.from;
      owners.push({ account: member.accountKey, subject, from: seen.has(member.accountKey) ? from : FOREVER_AGO });
      here.add(member.accountKey);
      seen.add(member.accountKey);
    }
  }
  return {
    brandId: input.brandId,
    zone: input.zone,
    policy: input.policy,
    period,
    buckets: months ?? [period],
    wholeMonths: months !== null,
    rolling: { from: end - ROLLING_MS, to: end },
    accounts: [...seen],
    answers: answers.map((answer) => answer.period),
    groups,
    owners,
    moved: [...moved],
    gapMs: input.policy.visitGapMinutes * 60_000,
    exclusions: leftOutEntries(input.state, input.basis ?? 'raw', seen),
    rankingOnly,
  };
}

function askedMembers(memberships: readonly Membership[], accountKeys: readonly string[] | undefined): Membership[] {
  const asked = accountKeys && new Set(accountKeys);
  return memberships.filter((member) => !asked || asked.has(member.accountKey)).sort((a, b) => a.from - b.from);
}

/** Group of an account at an instant: the last of its memberships that had begun, the first for instants before the period. */
export function subjectAt(scope: ShowroomScope): (account: string, instant: number) => number {
  const byAccount = rowsByAccount(scope.owners);
  return (account, instant) => byAccount.get(account)?.findLast((owner) => owner.from <= instant)?.subject ?? 0;
}
