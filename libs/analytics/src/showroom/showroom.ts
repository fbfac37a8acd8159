import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { rowsByAccount } from './rows-by-account';
import { AccountTold, GroupSums, REASONS, ShowroomFigures, emptySums, figuresOf } from './showroom-figures';
import { ShowroomInput, ShowroomMonthsInput, ShowroomScope, scopeOf, scopeOfMonths, subjectAt } from './showroom-scope';
import { ConsecutiveVisitor, EntryCount, SessionFigures, SessionWindow, ShowroomReader, VisitorSums } from './showroom.reader';

const DAY_MS = 86_400_000;
/** First guess of how far back the sessions lie that runs of the period begin in; accounts that pause longer are followed further. */
const FIRST_LOOK_BACK_DAYS = 31;
const FURTHER_LOOKS = 4;

/**
 * Virtual showroom traffic of one period (domain.md 3): one ShowroomFigures per group of the memberships. Exact on the facts as they are now:
 * nothing is kept between calls. Ratios have four places, means are seconds with three. Throws VitrineError of the fact store.
 */
export async function showroom(warehouse: Warehouse, input: ShowroomInput): Promise<ShowroomFigures[]> {
  return (await answersOf(warehouse, scopeOf(input), input.state))[0];
}

/** The figures of several months out of one reading, month by month in their order; each equals what `showroom` says of it (`figures: 'ranking'`). */
export async function showroomByMonth(warehouse: Warehouse, input: ShowroomMonthsInput): Promise<ShowroomFigures[][]> {
  return input.months.length === 0 ? [] : answersOf(warehouse, scopeOfMonths(input), input.state);
}

async function answersOf(warehouse: Warehouse, scope: ShowroomScope, state: BrandState): Promise<ShowroomFigures[][]> {
  if (scope.accounts.length === 0) return scope.answers.map(() => []);
  const reader = new ShowroomReader(warehouse, scope, state);
  const [entries, sessions] = await Promise.all([reader.countEntries(scope.accounts), sessionsOf(reader, scope)]);
  const told = await toldOf(reader, scope, entries, sessions.figures);
  const isKnown = new Set(told.flatMap((accounts) => [...accounts].filter(([, { known }]) => known).map(([account]) => account)));
  const known = scope.accounts.filter((account) => isKnown.has(account));
  const sums = groupSums(scope);
  addEntries(sums, entries);
  addSessions(sums, sessions.figures);
  if (known.length > 0) {
    const windows = scope.rankingOnly
      ? []
      : sessions.windows
          .map((window) => ({ ...window, accounts: window.accounts.filter((account) => isKnown.has(account)) }))
          .filter((window) => window.accounts.length > 0);
    const [visitors, grabbers, ...runs] = await Promise.all([
      reader.visitorSums(known),
      reader.grabbers(known),
      ...windows.map((window) => reader.consecutiveVisitors(window)),
    ]);
    addVisitors(sums, visitors);
    for (const row of grabbers) sums[row.subject - 1].grabbers = Number(row.grabbers);
    addConsecutive(sums, scope, runs.flat());
  }
  return scope.answers.map((_, answer) =>
    sums.filter((group) => group.answer === answer).map((group) => figuresOf(group, told[answer], scope)),
  );
}

/** Session figures of every account; accounts whose runs may begin before the look-back are asked again with a longer one, alone. */
async function sessionsOf(reader: ShowroomReader, scope: ShowroomScope): Promise<{ figures: SessionFigures[]; windows: SessionWindow[] }> {
  const figures: SessionFigures[] = [];
  const windows: SessionWindow[] = [];
  let accounts = scope.accounts;
  if (scope.rankingOnly) return { figures: await reader.sessionFigures({ accounts, sessionsFrom: scope.period.from }), windows };
  for (let look = 0; accounts.length > 0; look++) {
    const lookBack = FIRST_LOOK_BACK_DAYS * DAY_MS * 4 ** look;
    const window = { accounts, sessionsFrom: look < FURTHER_LOOKS ? Math.max(0, scope.period.from - lookBack) : 0 };
    const rows = await reader.sessionFigures(window);
    const short = shortOfSessions(rows, scope.policy.consecutiveSessions - 1);
    figures.push(...rows.filter((row) => !short.has(row.account)));
    const settled = accounts.filter((account) => !short.has(account));
    if (settled.length > 0) windows.push({ ...window, accounts: settled });
    accounts = [...short];
  }
  return { figures, windows };
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

/** What is known of each account, answer by answer. */
async function toldOf(
  reader: ShowroomReader,
  scope: ShowroomScope,
  entries: EntryCount[],
  sessions: SessionFigures[],
): Promise<Map<string, AccountTold>[]> {
  const answerOf = (row: { subject: number }) => scope.groups[row.subject - 1].answer;
  const live = sessions.filter((row) => row.subject > 0);
  const own = scope.answers.map((period, answer) => ({
    period,
    entries: rowsByAccount(entries.filter((row) => answerOf(row) === answer)),
    sessions: rowsByAccount(live.filter((row) => answerOf(row) === answer)),
  }));
  const idle = scope.accounts.filter((account) => own.some((answer) => !answer.entries.has(account) && !answer.sessions.has(account)));
  const first = await reader.firstEntries(idle);
  return own.map(
    (answer) =>
      new Map(
        scope.accounts.map((account) => {
          const heard = answer.entries.get(account) ?? [];
          const rooms = answer.sessions.get(account) ?? [];
          const connected = heard.length === 0 && rooms.length === 0 && (first.get(account) ?? Infinity) < answer.period.from;
          return [account, accountTold(heard, rooms, connected)];
        }),
      ),
  );
}

function accountTold(entries: EntryCount[], sessions: SessionFigures[], connected: boolean): AccountTold {
  const known = entries.some((row) => row.usable !== '0') || connected;
  const reason = entries.length > 0 ? REASONS.noUsableId : sessions.length > 0 ? REASONS.noSource : REASONS.nothing;
  return {
    known,
    reason: known ? null : reason,
    platformViewers: sessions.reduce((sum, row) => sum + BigInt(row.platformViewers), 0n),
    identifiedViewers: sessions.reduce((sum, row) => sum + BigInt(row.identifiedViewers), 0n),
    fileOnly: entries.length > 0 && entries.every((row) => !row.liveSource),
  };
}

function groupSums(scope: ShowroomScope): GroupSums[] {
  const sums = scope.groups.map(emptySums);
  const accounts = sums.map(() => new Set<string>());
  for (const owner of scope.owners) accounts[owner.subject - 1].add(owner.account);
  for (const [place, group] of sums.entries()) group.accounts = [...accounts[place]];
  return sums;
}

function addEntries(sums: GroupSums[], rows: EntryCount[]): void {
  for (const row of rows) {
    const group = sums[row.subject - 1];
    group.entries += BigInt(row.entries);
    group.usable += BigInt(row.usable);
  }
}

function addSessions(sums: GroupSums[], rows: SessionFigures[]): void {
  for (const row of rows) {
    if (row.subject === 0) continue;
    const group = sums[row.subject - 1];
    group.sessions += Number(row.sessions);
    group.skipped += Number(row.skipped);
    group.platformViewers += BigInt(row.platformViewers);
    group.identifiedViewers += BigInt(row.identifiedViewers);
    if (row.seenEntries === '0') continue; // a room without viewer-level source says nothing about how much of the others was seen
    group.seenEntries += BigInt(row.seenEntries);
    group.views += BigInt(row.views);
  }
}

function addVisitors(sums: GroupSums[], rows: VisitorSums[]): void {
  const counts = ([accounts, numbers]: [string[], string[]]) =>
    new Map(accounts.map((account, place) => [account, Number(numbers[place])]));
  for (const row of rows)
    Object.assign(sums[row.subject - 1], {
      viewers: Number(row.viewers),
      visits: Number(row.visits),
      showroom: Number(row.showroom),
      showroomOn2Days: Number(row.showroomOn2Days),
      rolling: Number(row.rolling),
      showroomVisits: BigInt(row.showroomVisits),
      showroomDwell: BigInt(row.showroomDwell),
      otherVisits: BigInt(row.otherVisits),
      otherDwell: BigInt(row.otherDwell),
      showroomByAccount: counts(row.showroomByAccount),
      upperByAccount: counts(row.upperByAccount),
    });
}

/** Distinct viewers per group: to the owner at the start of the session that completed the viewer's first run of the period. */
function addConsecutive(sums: GroupSums[], scope: ShowroomScope, rows: ConsecutiveVisitor[]): void {
  const owner = subjectAt(scope);
  const viewers = sums.map(() => new Set<string>());
  for (const row of rows) viewers[owner(row.account, Number(row.at)) - 1].add(row.viewer);
  for (const [place, group] of sums.entries()) group.consecutive = viewers[place].size;
}
