import type { ScenarioEngine } from '../scenario/engine';
import { dayOf } from '../world/calendar';
import { kindOfPath } from '../truth/openings';
import { unit } from '../world/random';

/** How the platforms misbehave. Rates are shares of requests, 0–1, drawn from the seed and the number of the request. */
export interface Trouble {
  /** "System busy" at random. */
  busy: number;
  /** Start of a burst of "too frequent". */
  burst: number;
  /** Requests about the same account that a burst refuses. */
  burstLength: number;
  /** An access token that ends between two pages of a list. */
  expiry: number;
  /** Accounts with an outage answer "quota used up" for its days. */
  outages: boolean;
  /** Clocks and counts of refresh tokens, and the apps' credentials, are enforced. */
  strict: boolean;
  /** Share of Douyin sessions whose views are corrected three days later. */
  lateCorrections: number;
  /** Requests about one account and day after which the quota is used up; null: no limit. */
  dailyQuota: number | null;
}

export const TROUBLE_LEVELS: Record<'none' | 'demo' | 'test', Trouble> = {
  none: { busy: 0, burst: 0, burstLength: 0, expiry: 0, outages: false, strict: false, lateCorrections: 0, dailyQuota: null },
  demo: { busy: 0.0002, burst: 0.00002, burstLength: 2, expiry: 0.001, outages: true, strict: false, lateCorrections: 0, dailyQuota: null },
  test: { busy: 0.03, burst: 0.01, burstLength: 2, expiry: 0.05, outages: true, strict: true, lateCorrections: 0.1, dailyQuota: null },
};

/** Calls that a permission for live figures opens. */
const LIVE_CALL = /^\/room\/|live_(data|leads)|livedashboard/;

const SALT: Record<string, number> = { douyin: 51, kuaishou: 52, channels: 53, oceanengine: 54, magnetic: 55, tencentads: 56 };

/** What a request suffers instead of its answer. */
export type Refusal = 'busy' | 'too-frequent' | 'quota' | 'expired' | 'revoked' | 'no-permission' | 'app-banned' | 'ip-not-allowed';

/** Decides, for one server, which requests go wrong. */
export class TroubleMaker {
  private requests = 0;
  private readonly bursts = new Map<number, number>();
  private readonly burst = new Map<number, number>();
  private readonly used = new Map<number, number>();
  private usedDay = 0;
  private justEnded = false;

  /** The world's index of the account that the running request is about; −1 before it is known. */
  account = -1;
  /** What the running request suffered. */
  refusal: Refusal | null = null;
  private path = '';

  constructor(
    private readonly seed: number,
    readonly server: string,
    readonly trouble: Trouble,
    readonly scenarios: ScenarioEngine,
  ) {}

  /** A request begins. */
  begin(path: string): void {
    this.account = -1;
    this.refusal = null;
    this.path = path;
  }

  /** The refusal of the running request about an account, or null. To be asked once its token was found good. */
  refuse(account: number, outage: { from: number; to: number } | null, now: number): Refusal | null {
    this.account = account;
    this.refusal = this.byScenario(now) ?? this.byLevel(account, outage, now);
    return this.refusal;
  }

  /** Where the running request stands. */
  get where(): { server: string; account: number; path: string } {
    return { server: this.server, account: this.account, path: this.path };
  }

  private byScenario(now: number): Refusal | null {
    const { scenarios, server, account } = this;
    if (scenarios.quiet) return null;
    const on = (name: Parameters<ScenarioEngine['find']>[0]) => scenarios.find(name, server, account, now) !== null;
    if (on('app-banned')) return 'app-banned';
    if (on('revoked')) return 'revoked';
    if (on('no-permission') && LIVE_CALL.test(this.path)) return 'no-permission';
    if (server === 'channels' && on('ip-not-allowed')) return 'ip-not-allowed';
    if (on('quota-gone')) return 'quota';
    const quota = scenarios.amount('daily-quota', server, account, now);
    if (quota !== null && this.usedToday(account, now) > quota) {
      scenarios.noteUsedUp(account, kindOfPath(this.path), now);
      return 'quota';
    }
    if (scenarios.endsToken('token-dies-anywhere', this.where)) return 'expired';
    const left = this.burst.get(account) ?? 0;
    const begins = left <= 0 && scenarios.strikes('rate-bursts', this.where) !== null;
    if ((left > 0 && scenarios.mayHurt) || begins) {
      this.burst.set(account, (begins ? (scenarios.amount('rate-bursts', server, account, now) ?? 1) : left) - 1);
      return 'too-frequent';
    }
    return scenarios.strikes('busy', this.where) ? 'busy' : null;
  }

  private byLevel(account: number, outage: { from: number; to: number } | null, now: number): Refusal | null {
    this.requests++;
    if (this.trouble.outages && outage && now >= outage.from && now < outage.to) return 'quota';
    if (this.trouble.dailyQuota !== null && this.usedToday(account, now) > this.trouble.dailyQuota) return 'quota';
    const left = this.bursts.get(account) ?? 0;
    if (left > 0) {
      this.bursts.set(account, left - 1);
      return 'too-frequent';
    }
    const drawn = unit(this.seed, SALT[this.server] ?? 0, this.requests);
    if (drawn < this.trouble.busy) return 'busy';
    if (drawn < this.trouble.busy + this.trouble.burst) {
      this.bursts.set(account, this.trouble.burstLength - 1);
      return 'too-frequent';
    }
    return null;
  }

  /** Whether the token ends right here, in the middle of a list. Never twice in a row: a fresh token does not end at once. */
  endsToken(): boolean {
    const ends = !this.justEnded && unit(this.seed, SALT[this.server] ?? 0, this.requests, 1) < this.trouble.expiry;
    this.justEnded = ends;
    return ends || this.scenarios.endsToken('token-dies', this.where);
  }

  /** The clock by which tokens end: a day off under `token-clock-off`. */
  tokenClock(now: number): number {
    return now + (this.scenarios.amount('token-clock-off', this.server, this.account, now) ?? 0) * 3_600_000;
  }

  /** The life of a fresh access token in ms, where it is shorter than documented. */
  shortLife(account: number, now: number): number | null {
    const minutes = this.scenarios.amount('short-tokens', this.server, account, now);
    return minutes === null ? null : minutes * 60_000;
  }

  /** Requests of an account on the running day, this one included. */
  private usedToday(account: number, now: number): number {
    if (this.usedDay !== dayOf(now)) {
      this.usedDay = dayOf(now);
      this.used.clear();
    }
    const used = (this.used.get(account) ?? 0) + 1;
    this.used.set(account, used);
    return used;
  }
}
