import type { LoadedAccounts, RollupReader } from './rollup-reader';
import { FAR_ENTRIES, FORGET_SESSIONS, SESSION_PLAN, SHORT_OF_SESSIONS, sessionAudience } from './session-audience.sql';

const DAY_MS = 86_400_000;
/** Accounts whose sessions before the month lie further back than this, than four times this … are computed apart: the others need not load so much. */
const NEAR_MS = 10 * DAY_MS;

/** Accounts with a session in the month, and the entries that lie in the sessions that matter. */
export type AudienceWindow = LoadedAccounts;

interface PlanRow {
  account: string;
  lastEnd: string;
  runsFrom: string | null;
  oldest: string | null;
  earlier: string;
}

/** Fills session_audience: the sessions of the month, and as many before it as runs need, counting only those with a usable entry. */
export class SessionAudiences {
  private oneSource = new Map<string, boolean>();

  constructor(private readonly reader: RollupReader) {}

  /** Answers what to load for each account's sessions; accounts without a session in the month are in none. */
  async fill(): Promise<AudienceWindow[]> {
    const needed = this.reader.policy.consecutiveSessions - 1;
    const windows: AudienceWindow[] = [];
    let accounts = this.reader.accounts;
    for (let place = needed; accounts.length > 0; place *= 4) {
      const plan = await this.reader.ask<PlanRow>('rollup.session_plan', SESSION_PLAN, accounts, { place });
      if (plan.length === 0) break;
      const asked = await this.windowsOf(plan);
      for (const window of asked) await this.reader.runPieces('rollup.session_audience', sessionAudience, window, { place });
      const short = await this.shortOf(plan, place, needed);
      windows.push(...asked.map((window) => ({ ...window, accounts: window.accounts.filter((account) => !short.has(account)) })));
      accounts = [...short];
    }
    const live = new Set(windows.flatMap((window) => window.accounts));
    const silent = this.reader.accounts.filter((account) => !live.has(account));
    if (this.reader.previous && silent.length > 0) await this.reader.run('rollup.forget_sessions', FORGET_SESSIONS, silent);
    return windows.filter((window) => window.accounts.length > 0);
  }

  /** Accounts whose sessions before the month are too few with a usable entry, while earlier ones exist. */
  private async shortOf(plan: PlanRow[], place: number, needed: number): Promise<Set<string>> {
    const earlier = plan.filter((row) => Number(row.earlier) > place).map((row) => row.account);
    if (earlier.length === 0) return new Set();
    const rows = await this.reader.ask<{ account: string }>('rollup.short_of_sessions', SHORT_OF_SESSIONS, earlier, { runsNeeded: needed });
    return new Set(rows.map((row) => row.account));
  }

  private async windowsOf(plan: PlanRow[]): Promise<AudienceWindow[]> {
    const { period } = this.reader;
    const accounts = plan.map((row) => row.account);
    for (const size of await this.reader.sizes(accounts)) this.oneSource.set(size.account, size.oneSource);
    const spans = plan.map((row) => ({
      account: row.account,
      from: Math.min(period.from, Number(row.runsFrom ?? row.oldest ?? period.from)),
      to: Math.max(period.to, Number(row.lastEnd)),
    }));
    const tierOf = ({ from, to }: (typeof spans)[number]) =>
      Math.ceil(Math.log(Math.max(1, (period.from - from) / NEAR_MS, (to - period.to) / NEAR_MS)) / Math.log(4));
    const groups = new Map<string, typeof spans>();
    for (const span of spans) {
      const key = `${tierOf(span)} ${this.oneSource.get(span.account) ?? true}`;
      groups.set(key, [...(groups.get(key) ?? []), span]);
    }
    const windows: AudienceWindow[] = [];
    for (const own of groups.values()) windows.push(...(await this.withFarEntries(own, this.oneSource.get(own[0].account) ?? true)));
    return windows;
  }

  /** Entries may name a session at any instant: accounts for which that happens load that far, apart from the others. */
  private async withFarEntries(spans: { account: string; from: number; to: number }[], oneSource: boolean): Promise<AudienceWindow[]> {
    const load = { from: Math.min(...spans.map((span) => span.from)), to: Math.max(...spans.map((span) => span.to)) };
    const accounts = spans.map((span) => span.account);
    const asked = { sessionsFrom: load.from, loadFrom: load.from, loadTo: load.to };
    const far = await this.reader.ask<{ account: string; first: string; last: string }>('rollup.far_entries', FAR_ENTRIES, accounts, asked);
    const isFar = new Set(far.map((row) => row.account));
    const near = accounts.filter((account) => !isFar.has(account));
    const windows = far.map((row) => ({
      accounts: [row.account],
      load: { from: Math.min(load.from, Number(row.first)), to: Math.max(load.to, Number(row.last) + 1) },
      oneSource,
    }));
    return near.length > 0 ? [{ accounts: near, load, oneSource }, ...windows] : windows;
  }
}
