import type { Platform } from '@app/contracts';
import { dayOf } from '../world/calendar';
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

const SALT: Record<Platform, number> = { douyin: 51, kuaishou: 52, channels: 53 };

/** What a request suffers instead of its answer. */
export type Refusal = 'busy' | 'too-frequent' | 'quota';

/** Decides, for one platform, which requests go wrong. */
export class TroubleMaker {
  private requests = 0;
  private readonly bursts = new Map<number, number>();
  private readonly used = new Map<number, number>();
  private usedDay = 0;
  private justEnded = false;

  constructor(
    private readonly seed: number,
    private readonly platform: Platform,
    readonly trouble: Trouble,
  ) {}

  /** The refusal of this request about an account, or null. */
  refuse(account: number, outage: { from: number; to: number } | null, now: number): Refusal | null {
    this.requests++;
    if (this.trouble.outages && outage && now >= outage.from && now < outage.to) return 'quota';
    if (this.overQuota(account, now)) return 'quota';
    const left = this.bursts.get(account) ?? 0;
    if (left > 0) {
      this.bursts.set(account, left - 1);
      return 'too-frequent';
    }
    const drawn = unit(this.seed, SALT[this.platform], this.requests);
    if (drawn < this.trouble.busy) return 'busy';
    if (drawn < this.trouble.busy + this.trouble.burst) {
      this.bursts.set(account, this.trouble.burstLength - 1);
      return 'too-frequent';
    }
    return null;
  }

  /** Whether the token ends right here, in the middle of a list. Never twice in a row: a fresh token does not end at once. */
  endsToken(): boolean {
    const ends = !this.justEnded && unit(this.seed, SALT[this.platform], this.requests, 1) < this.trouble.expiry;
    this.justEnded = ends;
    return ends;
  }

  private overQuota(account: number, now: number): boolean {
    if (this.trouble.dailyQuota === null) return false;
    if (this.usedDay !== dayOf(now)) {
      this.usedDay = dayOf(now);
      this.used.clear();
    }
    const used = (this.used.get(account) ?? 0) + 1;
    this.used.set(account, used);
    return used > this.trouble.dailyQuota;
  }
}
