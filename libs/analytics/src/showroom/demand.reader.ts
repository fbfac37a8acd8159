import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { rowsByAccount } from './rows-by-account';
import type { EntryCount, SessionFigures, ShowroomReadings } from './showroom-readings';
import { ShowroomScope, subjectAt } from './showroom-scope';
import { ConsecutiveVisitor, SessionWindow, ShowroomReader } from './showroom.reader';

const DAY_MS = 86_400_000;
/** First guess of how far back the sessions lie that runs of the period begin in; accounts that pause longer are followed further. */
const FIRST_LOOK_BACK_DAYS = 31;
const FURTHER_LOOKS = 4;

/** The figures of a scope from the entries, nothing kept. */
export class DemandReader implements ShowroomReadings {
  private readonly reader: ShowroomReader;
  private windows: SessionWindow[] = [];

  constructor(
    warehouse: Warehouse,
    private readonly scope: ShowroomScope,
    state: BrandState,
  ) {
    this.reader = new ShowroomReader(warehouse, scope, state);
  }

  async countsAndSessions(): Promise<{ entries: EntryCount[]; sessions: SessionFigures[] }> {
    const [entries, sessions] = await Promise.all([this.reader.countEntries(this.scope.accounts), this.sessions()]);
    return { entries, sessions };
  }

  firstEntries(accounts: string[]): Promise<Map<string, number>> {
    return this.reader.firstEntries(accounts);
  }

  async visitorsOf(accounts: string[]) {
    const [visitors, grabbers, runs] = await Promise.all([
      this.reader.visitorSums(accounts),
      this.reader.grabbers(accounts),
      this.consecutiveRuns(accounts),
    ]);
    return { visitors, grabbers, consecutive: bySubject(this.scope, runs) };
  }

  /** Viewers with a run of adjacent sessions, account by account; after `countsAndSessions`, which says how far back to look. */
  async consecutiveRuns(accounts: string[]): Promise<ConsecutiveVisitor[]> {
    const known = new Set(accounts);
    const windows = this.windows
      .map((window) => ({ ...window, accounts: window.accounts.filter((account) => known.has(account)) }))
      .filter((window) => window.accounts.length > 0);
    return (await Promise.all(windows.map((window) => this.reader.consecutiveVisitors(window)))).flat();
  }

  /** Session figures of every account; accounts whose runs may begin before the look-back are asked again with a longer one, alone. */
  private async sessions(): Promise<SessionFigures[]> {
    const { scope, reader } = this;
    if (scope.rankingOnly) return reader.sessionFigures({ accounts: scope.accounts, sessionsFrom: scope.period.from });
    const figures: SessionFigures[] = [];
    let accounts = scope.accounts;
    for (let look = 0; accounts.length > 0; look++) {
      const lookBack = FIRST_LOOK_BACK_DAYS * DAY_MS * 4 ** look;
      const window = { accounts, sessionsFrom: look < FURTHER_LOOKS ? Math.max(0, scope.period.from - lookBack) : 0 };
      const rows = await reader.sessionFigures(window);
      const short = shortOfSessions(rows, scope.policy.consecutiveSessions - 1);
      figures.push(...rows.filter((row) => !short.has(row.account)));
      const settled = accounts.filter((account) => !short.has(account));
      if (settled.length > 0) this.windows.push({ ...window, accounts: settled });
      accounts = [...short];
    }
    return figures;
  }
}

function shortOfSessions(rows: SessionFigures[], needed: number): Set<string> {
  const short = new Set<string>();
  for (const [account, own] of rowsByAccount(rows)) {
    const sum = (field: 'eligibleBefore' | 'earlier') => own.reduce((total, row) => total + Number(row[field]), 0);
    const live = own.some((row) => row.subject > 0 && Number(row.sessions) > Number(row.skipped));
    if (live && sum('eligibleBefore') < needed && sum('earlier') > 0) short.add(account);
  }
  return short;
}

/** Distinct viewers per subject: to the owner at the start of the session that completed the viewer's first run of the period. */
function bySubject(scope: ShowroomScope, rows: ConsecutiveVisitor[]): Map<number, number> {
  const owner = subjectAt(scope);
  const viewers = new Map<number, Set<string>>();
  for (const row of rows) {
    const subject = owner(row.account, Number(row.at));
    viewers.set(subject, (viewers.get(subject) ?? new Set()).add(row.viewer));
  }
  return new Map([...viewers].map(([subject, distinct]) => [subject, distinct.size]));
}
