import type { DataTier, Fusion, FusionContext, Signal } from '@app/contracts';
import { fuse } from '@app/integrity';
import type { Week } from '../weeks';
import type { WorldDealer } from '../world/shapes';
import { dayInstant, dayText } from './calendar';
import { accountIdOf, dealerIdOf } from './feed';

const ORDER: readonly DataTier[] = ['T1', 'T2', 'T3', 'T4'];
const WEEK_DAYS = 7;

/** Entries of a session (null: of none) that the same findings name, with how many of them were bought. */
export interface NamedTogether {
  signalIds: string[];
  item: string | null;
  entries: number;
  bought: number;
}

/** A dealer's week as the product judges it. */
export interface JudgedWeek {
  week: Week;
  signals: Signal[];
  /** Of the week before, and of the week after. */
  beside: Signal[][];
  fusion: Fusion;
  /** Of the entries that the signals name, by the set of those that do; absent: nobody has counted. */
  named?: readonly NamedTogether[];
}

/** Signals by dealer: of its sessions, its account, itself. Those of the brand as a whole accuse nobody. */
function byDealer(signals: readonly Signal[], dealers: readonly WorldDealer[]): Map<number, Signal[]> {
  const accounts = new Map(dealers.map(({ dealer }) => [accountIdOf(dealer), dealer]));
  const owners = new Map(dealers.map(({ dealer }) => [dealerIdOf(dealer), dealer]));
  const found = new Map<number, Signal[]>();
  for (const signal of signals) {
    const { subject } = signal;
    const dealer =
      subject.kind === 'brand' ? undefined : subject.kind === 'dealer' ? owners.get(subject.dealerId) : accounts.get(subject.accountId);
    if (dealer === undefined) continue;
    const own = found.get(dealer);
    if (own) own.push(signal);
    else found.set(dealer, [signal]);
  }
  return found;
}

/** Whether a signal is about a week: its sessions, or a window that overlaps it. */
function concerns({ subject, window }: Signal, week: Week, testFrom: number): boolean {
  if (subject.kind === 'session') return week.sessions.some(({ sessionId }) => sessionId === subject.sessionId);
  const from = dayInstant(testFrom + WEEK_DAYS * week.week);
  return Date.parse(window.from) < from + WEEK_DAYS * 86_400_000 && Date.parse(window.to) > from;
}

/** What the week's sessions reported; what the world does not simulate is unknown. */
function reportedOf({ sessions }: Week, tier: DataTier): FusionContext['reported'] {
  const sum = (read: (session: Week['sessions'][number]) => number): number | null => {
    const total = sessions.reduce((all, one) => all + read(one), 0);
    return Number.isNaN(total) ? null : total;
  };
  return {
    live_view: sum(({ views }) => views),
    like: sum(({ likes }) => likes),
    comment: sum(({ comments }) => comments),
    share: sum(({ shares }) => shares),
    follow: sum(({ follows }) => follows),
    ...(tier === 'T3' ? { entries: sum(({ views }) => views) } : {}),
  };
}

/** Each week of a world, fused from the signals that data of this tier allow. */
export function judgeWeeks(weeks: readonly Week[], signals: readonly Signal[], of: { tier: DataTier; testFrom: number }): JudgedWeek[] {
  const allowed = signals.filter(({ dataTier }) => ORDER.indexOf(dataTier) <= ORDER.indexOf(of.tier));
  const dealers = [...new Set(weeks.map(({ dealer }) => dealer))];
  const found = byDealer(allowed, dealers);
  return weeks.map((week) => {
    const own = (found.get(week.dealer.dealer) ?? []).filter((signal) => concerns(signal, week, of.testFrom));
    const beside = besideOf(found.get(week.dealer.dealer) ?? [], week, of.testFrom);
    return { week, signals: own, beside, fusion: fuse(own, { ...contextOf(week, of), beside }) };
  });
}

/** Signals of a dealer that lie in the week before or after, and not in this one. */
function besideOf(signals: readonly Signal[], { week }: Week, testFrom: number): Signal[][] {
  const from = dayInstant(testFrom + WEEK_DAYS * week);
  const to = from + WEEK_DAYS * 86_400_000;
  const within = (since: number, until: number) =>
    signals.filter(({ window }) => Date.parse(window.from) >= since && Date.parse(window.to) <= until);
  return [within(from - (to - from), from), within(to, to + (to - from))];
}

function contextOf(week: Week, { tier, testFrom }: { tier: DataTier; testFrom: number }): FusionContext {
  const from = dayInstant(testFrom + WEEK_DAYS * week.week);
  return {
    sessions: week.sessions.length,
    reported: reportedOf(week, tier),
    window: { from: new Date(from).toISOString(), to: new Date(from + WEEK_DAYS * 86_400_000).toISOString() },
    items: week.sessions.map(({ sessionId, views, day }) => ({
      ...{ origin: 'session', item: sessionId, line: 'live_view', day: dayText(day), reported: views },
    })),
  };
}

/** The same with the entries that signals name counted, as the product does when it weighs a case. */
export const judgedAgain = (one: JudgedWeek, named: readonly NamedTogether[], of: { tier: DataTier; testFrom: number }): JudgedWeek => ({
  ...one,
  named,
  fusion: fuse(one.signals, { ...contextOf(one.week, of), beside: one.beside, namedEntries: named }),
});
