import type { Period } from '@app/contracts';
import type { LoadedAccounts, RollupReader } from './rollup-reader';
import { FORGET_SESSIONS, NAMING_ENTRIES, SESSION_PLAN, SHORT_OF_SESSIONS, sessionAudience } from './session-audience.sql';

const DAY_MS = 86_400_000;
/** Accounts whose sessions before the month lie further back than this, than four times this … are computed apart: the others need not load so much. */
const NEAR_MS = 10 * DAY_MS;

/** Accounts with a session in the month, and the entries that lie in the sessions that matter; `reaches`: each account's own part of them. */
export interface AudienceWindow extends LoadedAccounts {
  reaches: ReadonlyMap<string, Period>;
}

interface PlanRow {
  account: string;
  lastEnd: string;
  runsFrom: string | null;
  oldest: string | null;
  earlier: string;
}

/** Fills session_audience: the sessions of the month, and as many before it as runs need, counting only those with a usable entry. */
export class SessionAudiences {
  constructor(private readonly reader: RollupReader) {}

  /** Answers what to load for each account's sessions; accounts without a session in the month are in none. */
  async fill(): Promise<AudienceWindow[]> {
    const needed = this.reader.policy.consecutiveSessions - 1;
    const windows: AudienceWindow[] = [];
    let accounts = this.reader.accounts;
    for (let place = Math.max(1, needed); accounts.length > 0; place *= 4) {
      const plan = await this.reader.ask<PlanRow>('rollup.session_plan', SESSION_PLAN, accounts, { place });
      if (plan.length === 0) break;
      const asked = await this.windowsOf(plan);
      for (const window of asked) await this.reader.runPieces('rollup.session_audience', sessionAudience, window, { place });
      const short = await this.shortOf(plan, place, needed);
      windows.push(...asked.map((window) => without(window, short)));
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
    const groups = new Map<number, Map<string, Period>>();
    for (const [account, reach] of await this.reachesOf(plan)) {
      const tier = this.tierOf(reach);
      groups.set(tier, (groups.get(tier) ?? new Map<string, Period>()).set(account, reach));
    }
    return [...groups.values()].map((reaches) => {
      const spans = [...reaches.values()];
      const load = { from: Math.min(...spans.map((span) => span.from)), to: Math.max(...spans.map((span) => span.to)) };
      return { accounts: [...reaches.keys()], load, reaches };
    });
  }

  /** Where the entries of each account's sessions can lie: in the sessions, or, naming one, anywhere. */
  private async reachesOf(plan: PlanRow[]): Promise<Map<string, Period>> {
    const { period } = this.reader;
    const reaches = new Map(
      plan.map((row) => [
        row.account,
        {
          from: Math.min(period.from, Number(row.runsFrom ?? row.oldest ?? period.from)),
          to: Math.max(period.to, Number(row.lastEnd)),
        },
      ]),
    );
    const since = [...reaches.values()].map(({ from }) => from);
    const rows = await this.reader.ask<{ account: string; first: string; last: string }>(
      'rollup.naming_entries',
      NAMING_ENTRIES,
      [...reaches.keys()],
      { since },
    );
    for (const row of rows) {
      const { from, to } = reaches.get(row.account)!;
      reaches.set(row.account, { from: Math.min(from, Number(row.first)), to: Math.max(to, Number(row.last) + 1) });
    }
    return reaches;
  }

  private tierOf({ from, to }: Period): number {
    const { period } = this.reader;
    return Math.ceil(Math.log(Math.max(1, (period.from - from) / NEAR_MS, (to - period.to) / NEAR_MS)) / Math.log(4));
  }
}

function without(window: AudienceWindow, left: ReadonlySet<string>): AudienceWindow {
  const reaches = new Map([...window.reaches].filter(([account]) => !left.has(account)));
  return { ...window, accounts: [...reaches.keys()], reaches };
}
