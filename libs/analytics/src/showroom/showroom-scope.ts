import { addMonths, businessMonth, monthPeriod } from '@app/contracts';
import type { BrandState, Membership, Period, Policy } from '@app/contracts';
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
  /** Half-open, tiling the period per account. Their groups are the groups of the answer. */
  memberships: readonly Membership[];
  /** Up to where facts are complete (domain.md 2.4). */
  dataInstant: number;
  /** Only these accounts of the memberships. */
  accountKeys?: readonly string[];
}

/** 720 h. */
const ROLLING_MS = 2_592_000_000;
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
  /** Group names; the store knows a group as its place here + 1. */
  groups: string[];
  owners: { account: string; subject: number; from: number }[];
  /** Accounts that changed their group inside the period. */
  moved: string[];
  gapMs: number;
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
  const months = monthsOf(period, input.zone);
  const end = Math.min(period.to, input.dataInstant);
  const asked = input.accountKeys && new Set(input.accountKeys);
  const memberships = input.memberships.filter((member) => !asked || asked.has(member.accountKey)).sort((a, b) => a.from - b.from);
  const groups = [...new Set(memberships.map((member) => member.group))];
  const subjects = new Map(groups.map((group, place) => [group, place + 1]));
  const seen = new Set<string>();
  const moved = new Set<string>();
  const owners = memberships.map((member) => {
    const first = !seen.has(member.accountKey);
    if (!first) moved.add(member.accountKey);
    seen.add(member.accountKey);
    return { account: member.accountKey, subject: subjects.get(member.group)!, from: first ? FOREVER_AGO : member.from };
  });
  return {
    brandId: input.brandId,
    zone: input.zone,
    policy: input.policy,
    period,
    buckets: months ?? [period],
    wholeMonths: months !== null,
    rolling: { from: end - ROLLING_MS, to: end },
    accounts: [...seen],
    groups,
    owners,
    moved: [...moved],
    gapMs: input.policy.visitGapMinutes * 60_000,
  };
}

/** Group of an account at an instant: the last of its memberships that had begun, the first for instants before the period. */
export function subjectAt(scope: ShowroomScope): (account: string, instant: number) => number {
  const byAccount = rowsByAccount(scope.owners);
  return (account, instant) => byAccount.get(account)?.findLast((owner) => owner.from <= instant)?.subject ?? 0;
}
