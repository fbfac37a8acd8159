import type { BrandState } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { NO_MEMORY, PartMemory } from '../part-memory';
import { rowsByAccount } from './rows-by-account';
import { AccountTold, GroupSums, REASONS, ShowroomFigures, emptySums, figuresOf } from './showroom-figures';
import { FormedReader } from './rollup/formed.reader';
import { StoredReader } from './rollup/stored.reader';
import { VisitsReader } from './rollup/visits.reader';
import { ShowroomInput, ShowroomMonthsInput, ShowroomScope, scopeOf, scopeOfMonths } from './showroom-scope';
import { EntryCount, SessionFigures, ShowroomReadings, VisitorSums } from './showroom-readings';
import { DemandReader } from './demand.reader';

/**
 * Virtual showroom traffic of one period (domain.md 3): one ShowroomFigures per group of the memberships. Exact on the facts as they are now;
 * with `stored`, on the roll-ups, which the caller has refreshed. Ratios have four places, means are seconds with three. Throws VitrineError of the fact store.
 */
export async function showroom(warehouse: Warehouse, input: ShowroomInput): Promise<ShowroomFigures[]> {
  return (await answersOf(warehouse, scopeOf(input), input))[0];
}

/** The figures of several months out of one reading, month by month in their order; each equals what `showroom` says of it (`figures: 'ranking'`). */
export async function showroomByMonth(warehouse: Warehouse, input: ShowroomMonthsInput): Promise<ShowroomFigures[][]> {
  return input.months.length === 0 ? [] : answersOf(warehouse, scopeOfMonths(input), input);
}

/** What one set of accounts gives: sums by subject, what is known of each account by answer. */
interface Gathered {
  sums: GroupSums[];
  told: Map<string, AccountTold>[];
}

async function answersOf(
  warehouse: Warehouse,
  scope: ShowroomScope,
  input: { state: BrandState; stored?: ShowroomInput['stored']; memory?: PartMemory },
): Promise<ShowroomFigures[][]> {
  if (scope.accounts.length === 0) return scope.answers.map(() => []);
  const demanded = (own: ShowroomScope) => gathered(own, new DemandReader(warehouse, own, input.state));
  const { memory = NO_MEMORY } = input;
  const recalled = (own: ShowroomScope) => fromEntries(memory, own, () => demanded(own));
  const stored = input.stored === true || scope.rankingOnly ? input.stored : false;
  if (!stored || !scope.wholeMonths) return figuresBySubject(scope, await recalled(scope), new Set());
  const moved = movedPart(scope);
  const Reader = stored === 'visits' ? VisitsReader : stored === 'sessions' ? FormedReader : StoredReader;
  const [kept, now] = await Promise.all([
    gathered(scope, new Reader(warehouse, scope, input.state, memory)),
    moved && recalled(moved.scope),
  ]);
  return figuresBySubject(scope, kept, moved?.subjects ?? new Set(), now);
}

/** What the entries say of a scope, kept as long as nobody tells of its accounts. */
async function fromEntries(memory: PartMemory, scope: ShowroomScope, read: () => Promise<Gathered>): Promise<Gathered> {
  const { brandId, policy, period, rolling, groups, owners, rankingOnly, exclusions } = scope;
  const parts = await memory.recall({
    name: 'showroom.entries',
    decidedBy: [brandId, policy, period, rolling, groups, owners, rankingOnly, [...exclusions]],
    from: ['entries', 'sessions'],
    parts: new Map([['all', scope.accounts]]),
    read: async () => new Map([['all', await read()]]),
  });
  return parts.get('all')!;
}

/** Rows of a month know one owner: groups that an account left or entered inside a month are computed from the entries, with all their accounts. */
function movedPart(scope: ShowroomScope): { scope: ShowroomScope; subjects: Set<number> } | null {
  if (scope.moved.length === 0) return null;
  const moved = new Set(scope.moved);
  const subjects = new Set(scope.owners.filter((owner) => moved.has(owner.account)).map((owner) => owner.subject));
  const accounts = new Set(scope.owners.filter((owner) => subjects.has(owner.subject)).map((owner) => owner.account));
  const own = (owner: { account: string }) => accounts.has(owner.account);
  return {
    scope: { ...scope, accounts: scope.accounts.filter((account) => accounts.has(account)), owners: scope.owners.filter(own) },
    subjects,
  };
}

function figuresBySubject(scope: ShowroomScope, all: Gathered, apart: ReadonlySet<number>, other?: Gathered | null): ShowroomFigures[][] {
  const figures: ShowroomFigures[][] = scope.answers.map(() => []);
  for (const place of all.sums.keys()) {
    const source = other && apart.has(place + 1) ? other : all;
    const group = source.sums[place];
    figures[group.answer].push(figuresOf(group, source.told[group.answer], scope));
  }
  return figures;
}

async function gathered(scope: ShowroomScope, reader: ShowroomReadings): Promise<Gathered> {
  const { entries, sessions } = await reader.countsAndSessions();
  const told = await toldOf(reader, scope, entries, sessions);
  const isKnown = new Set(told.flatMap((accounts) => [...accounts].filter(([, { known }]) => known).map(([account]) => account)));
  const sums = groupSums(scope);
  addEntries(sums, entries);
  addSessions(sums, sessions);
  const known = scope.accounts.filter((account) => isKnown.has(account));
  if (known.length > 0) {
    const { visitors, grabbers, consecutive } = await reader.visitorsOf(known);
    addVisitors(sums, visitors);
    for (const row of grabbers) sums[row.subject - 1].grabbers = Number(row.grabbers);
    for (const [subject, count] of consecutive) sums[subject - 1].consecutive = count;
  }
  return { sums, told };
}

/** What is known of each account, answer by answer. */
async function toldOf(
  reader: ShowroomReadings,
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
    group.entries += BigInt(row.entries) - BigInt(row.excluded);
    group.usable += BigInt(row.usable) - BigInt(row.excludedUsable);
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
