import type { Platform } from '@app/contracts';
import { accounts } from './accounts';
import type { SimAccount } from './accounts';
import { DAY, dayOf, dayStart, monthFirstDay, monthOf, monthText, parseMonth } from './calendar';
import { dealers } from './dealers';
import type { SimDealer } from './dealers';
import { unit } from './random';
import { monthSessions } from './sessions';
import type { SimSession } from './sessions';
import { monthVideos } from './videos';
import type { SimVideo } from './videos';

export interface WorldOptions {
  seed: number;
  /** Last complete month, `YYYY-MM`; the world starts eleven months before it and goes on after it. */
  endMonth: string;
}

/** Twelve months of a fictional brand. Everything is a pure function of (seed, account, day); months are kept once drawn. */
export class World {
  readonly seed: number;
  readonly firstMonth: number;
  readonly lastMonth: number;
  readonly dealers: readonly SimDealer[];
  readonly accounts: readonly SimAccount[];
  private readonly sessionMonths = new Map<number, SimSession[]>();
  private readonly videoMonths = new Map<number, SimVideo[]>();

  constructor({ seed, endMonth }: WorldOptions) {
    this.seed = seed;
    this.lastMonth = parseMonth(endMonth);
    this.firstMonth = this.lastMonth - 11;
    this.dealers = dealers();
    this.accounts = accounts(seed, this.dealers);
  }

  /** First instant of the first month. */
  get startsAt(): number {
    return dayStart(monthFirstDay(this.firstMonth));
  }
  /** First instant after the last complete month. */
  get endsAt(): number {
    return dayStart(monthFirstDay(this.lastMonth + 1));
  }
  get months(): number[] {
    return Array.from({ length: 12 }, (_, k) => this.firstMonth + k);
  }
  /** An account changes its dealer on the first day of this month. */
  get ownershipChange(): { account: SimAccount; to: SimDealer; month: number } {
    const account = this.accounts.find((a) => a.platform === 'douyin' && a.role === 'dealer' && a.dealer?.index === 17);
    const to = this.dealers[18];
    if (!account || !to) throw new Error('the world has no account that changes hands');
    return { account, to, month: this.firstMonth + 6 };
  }

  of(platform: Platform): SimAccount[] {
    return this.accounts.filter((account) => account.platform === platform);
  }

  /** Accounts with an authorised feed of their viewers: ten, with `full` forty. */
  feedAccounts(full: boolean): SimAccount[] {
    return this.accounts
      .filter((a) => a.feedRank !== null && a.feedRank < (full ? 40 : 10))
      .sort((a, b) => (a.feedRank ?? 0) - (b.feedRank ?? 0));
  }

  /** Sessions that start in a month, in order. None before the world. */
  sessions(account: SimAccount, month: number): SimSession[] {
    const key = account.index * 100_000 + month;
    let found = this.sessionMonths.get(key);
    if (!found) {
      found = month < this.firstMonth ? [] : monthSessions(this.seed, this.firstMonth, account, month);
      this.sessionMonths.set(key, found);
    }
    return found;
  }

  /** Sessions that start in [from, to), in order. */
  sessionsBetween(account: SimAccount, from: number, to: number): SimSession[] {
    const list: SimSession[] = [];
    const last = monthOf(dayOf(to));
    for (let month = Math.max(this.firstMonth, monthOf(dayOf(from))); month <= last; month++) {
      for (const session of this.sessions(account, month)) if (session.startedAt >= from && session.startedAt < to) list.push(session);
    }
    return list;
  }

  /** Videos published by `now` since one month before the world, newest first; deleted ones included. */
  videos(account: SimAccount, now: number): SimVideo[] {
    const key = account.index * 100_000;
    const list: SimVideo[] = [];
    for (let month = monthOf(dayOf(now)); month >= this.firstMonth - 1; month--) {
      let found = this.videoMonths.get(key + month);
      if (!found) {
        found = monthVideos(this.seed, this.firstMonth, account, month).sort(
          (a, b) => b.publishedAt - a.publishedAt || (a.itemId < b.itemId ? 1 : -1),
        );
        this.videoMonths.set(key + month, found);
      }
      for (const video of found) if (video.publishedAt <= now) list.push(video);
    }
    return list;
  }

  /** Followers at the end of a business day. */
  followers(account: SimAccount, day: number): number {
    const years = (day - monthFirstDay(this.firstMonth)) / 365;
    const noise = (unit(this.seed, 41, account.index, day) - 0.5) * 0.0006;
    return Math.round(account.followers * Math.exp(years * (0.22 + account.growth)) * (1 + noise));
  }

  /** Days on which the platform refuses to answer about an account. */
  outagePeriod(account: SimAccount): { from: number; to: number } | null {
    if (!account.outage) return null;
    const from = dayStart(monthFirstDay(this.firstMonth + 7)) + (3 + (account.index % 9)) * DAY;
    return { from, to: from + 5 * DAY };
  }

  get label(): string {
    return `${this.seed} ${monthText(this.firstMonth)}–${monthText(this.lastMonth)}`;
  }
}

/** Builds the world of a seed and an end month; throws RangeError for a month that is not `YYYY-MM`. */
export function createWorld(options: WorldOptions): World {
  return new World(options);
}
