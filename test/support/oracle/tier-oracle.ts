import type { OwnerKind, Tier } from '@app/contracts';
import { Ratio, compare, ratio, sum, times } from './score-oracle';
import { money } from './value-oracle';

/**
 * Tiers written straight from the definition (domain.md 5, docs/adr/0023), day by day, as the independent check of the product. Big rationals; shares no
 * code with the product.
 */
export interface TierCard {
  validFrom: string;
  validTo: string | null;
  /** 10^-6 yuan. */
  price: bigint;
  /** 10^-4. */
  discount: bigint;
}
export interface TierBoundsGiven {
  fromMonth: string;
  /** Whole yuan. */
  head: bigint;
  base: bigint;
  downMonths: number;
  /** 10^-4. */
  downMargin: bigint;
}
export interface TierAccount {
  accountId: string;
  sessions: { day: string; views: bigint; paid: bigint }[];
  owners: { from: string; kind: OwnerKind }[];
  /** Declared years: value in whole yuan of the twelve months that end with a day. */
  openings: { yearTo: string; value: bigint }[];
}
export interface TierExpected {
  trailing: string | null;
  atLeast: boolean;
  yearValue: string | null;
  earned: Tier | null;
  effective: Tier | null;
  projected: boolean;
  declared: boolean;
}

/** What follows from its text alone is computed once: a history asks for the same days hundreds of thousands of times. */
function once<Answer>(compute: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const answer = compute(text);
    known.set(text, answer);
    return answer;
  };
}

const dayAfter = once((day) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10));
const monthOf = (month: string, by: number): string => {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
};
/** Every day from one to another, the latter not included. */
const daysOf = (from: string, to: string): readonly string[] => daysBetween(`${from} ${to}`);
const daysBetween = once((ends): readonly string[] => {
  const [from, to] = ends.split(' ');
  const days: string[] = [];
  for (let day = from; day < to; day = dayAfter(day)) days.push(day);
  return days;
});

interface Year {
  value: Ratio;
  projected: boolean;
  declared: boolean;
}
interface MonthSeen {
  trailing: bigint | null;
  atLeast: boolean;
  year: Year | null;
  kind: OwnerKind | null;
  bounds: TierBoundsGiven;
}

/** 5.1, 5.3: what a month sees of the twelve that end with it. */
function monthSeen(account: TierAccount, cards: readonly TierCard[], policies: readonly TierBoundsGiven[], month: string): MonthSeen {
  const [from, to] = [`${monthOf(month, -11)}-01`, `${monthOf(month, 1)}-01`];
  const inside = account.sessions.filter(({ day }) => from <= day && day < to);
  const cardOn = (day: string) => cards.find(({ validFrom, validTo }) => validFrom <= day && (validTo === null || day <= validTo));
  const priced = inside.filter(({ day }) => cardOn(day) !== undefined);
  const worth = priced.map(({ day, views, paid }) => (views > paid ? views - paid : 0n) * cardOn(day)!.price * cardOn(day)!.discount);
  const trailing = priced.length === 0 ? null : worth.reduce((all, own) => all + own, 0n);
  const first = account.sessions.map(({ day }) => day).sort()[0];
  const covered = new Set(inside.map(({ day }) => day)).size;
  return {
    trailing,
    atLeast: trailing !== null && inside.length > priced.length,
    year: yearOf({ trailing, covered, from, first: first < to ? first : to }, account.openings),
    kind: account.owners.findLast((owner) => owner.from < to)?.kind ?? null,
    bounds: policies.findLast(({ fromMonth }) => fromMonth <= month)!,
  };
}

function yearOf(
  { trailing, covered, from, first }: { trailing: bigint | null; covered: number; from: string; first: string },
  openings: TierAccount['openings'],
): Year | null {
  const known = trailing === null ? null : ratio(trailing, 10n ** 10n);
  if (first <= from) return known && { value: known, projected: false, declared: false };
  const hole = daysOf(from, first);
  const shares = hole.flatMap((day) => {
    const opening = openings.find(({ yearTo }) => day <= yearTo && day >= yearFrom(yearTo));
    return opening ? [ratio(opening.value, daysOf(yearFrom(opening.yearTo), dayAfter(opening.yearTo)).length)] : [];
  });
  if (known === null && shares.length === 0) return null;
  const value = [...grouped(shares), known ?? ratio(0)].reduce((a, b) => sum([a, b]));
  if (shares.length === hole.length) return { value, projected: false, declared: true };
  const days = covered + shares.length;
  if (days < 28) return null;
  return { value: ratio(value.n * 365n, value.d * BigInt(days)), projected: true, declared: shares.length > 0 };
}

/** Equal shares added up at once, else the divisors of a year's days grow without end. */
function grouped(shares: readonly Ratio[]): Ratio[] {
  const found = new Map<string, { share: Ratio; days: number }>();
  for (const share of shares) {
    const key = `${share.n}/${share.d}`;
    found.set(key, { share, days: (found.get(key)?.days ?? 0) + 1 });
  }
  return [...found.values()].map(({ share, days }) => times(share, days));
}

/** The first day of the twelve months that end with a day. */
const yearFrom = once((yearTo) => {
  const after = dayAfter(yearTo);
  const before = `${Number(after.slice(0, 4)) - 1}${after.slice(4)}`;
  return before.endsWith('-02-29') ? `${before.slice(0, 4)}-03-01` : before;
});

/** 5.2 */
const lowest = (kind: OwnerKind | null): Tier => (kind === 'staff' ? 'outer' : 'incubating');
function earnedOf({ year, kind, bounds }: MonthSeen): Tier | null {
  if (year === null) return null;
  if (compare(year.value, ratio(bounds.head)) >= 0) return 'head';
  return compare(year.value, ratio(bounds.base)) >= 0 ? 'base' : lowest(kind);
}

/**
 * 5.4: a bound holds a month when some known month up to it reached the bound and, of the known months since, none is projected and no `downMonths` in a row
 * lie below bound × (1 − margin).
 */
function holds(months: readonly MonthSeen[], boundOf: (bounds: TierBoundsGiven) => bigint): boolean {
  const known = months.filter(({ year }) => year !== null);
  const reached = known.findLastIndex(({ year, bounds }) => !year!.projected && compare(year!.value, ratio(boundOf(bounds))) >= 0);
  if (reached < 0) return false;
  let below = 0;
  for (const { year, bounds } of known.slice(reached + 1)) {
    if (year!.projected) return false;
    const lowered = ratio(boundOf(bounds) * (10_000n - bounds.downMargin), 10_000n);
    below = compare(year!.value, lowered) < 0 ? below + 1 : 0;
    if (below >= bounds.downMonths) return false;
  }
  return true;
}

/** Every month from the first session's, or the end of the first declared year, on. */
export function tierOracle(
  account: TierAccount,
  { cards, policies, last }: { cards: readonly TierCard[]; policies: readonly TierBoundsGiven[]; last: string },
): Map<string, TierExpected> {
  const first = [...account.sessions.map(({ day }) => day), ...account.openings.map(({ yearTo }) => yearTo)].sort()[0].slice(0, 7);
  const seen: MonthSeen[] = [];
  const found = new Map<string, TierExpected>();
  for (let month = first; month <= last; month = monthOf(month, 1)) {
    const now = monthSeen(account, cards, policies, month);
    seen.push(now);
    const earned = earnedOf(now);
    const held = holds(seen, ({ head }) => head) ? 'head' : holds(seen, ({ base }) => base) ? 'base' : lowest(now.kind);
    found.set(month, {
      trailing: now.trailing === null ? null : money(now.trailing),
      atLeast: now.atLeast,
      yearValue: now.year && money((now.year.value.n * 10n ** 10n) / now.year.value.d),
      earned,
      effective: now.year === null || now.year.projected ? earned : held,
      projected: now.year?.projected ?? false,
      declared: now.year?.declared ?? false,
    });
  }
  return found;
}
