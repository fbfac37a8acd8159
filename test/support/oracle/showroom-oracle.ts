import type { Policy, Source } from '@app/contracts';

/**
 * Virtual showroom traffic written straight from the definition, one viewer at a time, as the independent check of the SQL. Slow and plain on
 * purpose; shares no code with the product. Times are epoch ms; one account per world.
 */
export interface EntryDelivery {
  viewer: string;
  enteredAt: number;
  dwellSeconds: number | null;
  sessionId: string;
  source: Source;
  observedAt: number;
  retracted: boolean;
}
export interface SessionDelivery {
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  uniqueViewers: number | null;
  source: Source;
  observedAt: number;
  retracted: boolean;
}
export interface World {
  entries: EntryDelivery[];
  sessions: SessionDelivery[];
  raffles: { from: number; to: number }[];
  /** Declared staff viewers, with the span of the declaration (both ends included). */
  staff: { viewer: string; from: number; to: number }[];
  sentinels: string[];
  /** Entries that confirmed cases remove, by their identity; several may name one. */
  excluded?: { viewer: string; enteredAt: number }[];
}
export interface OracleFigures {
  entries: number;
  known: boolean;
  viewers: number;
  visits: number;
  showroomVisitors: number;
  consecutiveVisitors: number;
  rollingShowroomVisitors: number;
  showroomVisitorsOn2Days: number;
  grabbers: number;
  loyalShare: number | null;
  dwellRatio: number | null;
  identifiability: number | null;
  high: number | null;
  /** Viewers with the start of the visit that made them showroom visitors. */
  qualified: Map<string, number>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAYS_30 = 30 * 24 * HOUR;

interface Entry {
  viewer: string;
  at: number;
  dwell: number | null;
  sessionId: string;
  /** 7.3 */
  excluded: boolean;
  leftOut: boolean;
}
interface Visit {
  viewer: string;
  start: number;
  entries: Entry[];
  grabsOnly: boolean;
}
interface Session {
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  uniqueViewers: number | null;
}

/** 2.2: the last of each (identity, source). */
function lastOf<T extends { observedAt: number; retracted: boolean; source: Source }>(
  rows: T[],
  identity: (row: T) => string,
  tie: (row: T) => number,
): T[] {
  const groups = new Map<string, T>();
  const order = (a: T, b: T) => a.observedAt - b.observedAt || Number(a.retracted) - Number(b.retracted) || tie(a) - tie(b);
  for (const row of rows) {
    const key = `${identity(row)}|${row.source}`;
    const kept = groups.get(key);
    if (!kept || order(row, kept) > 0) groups.set(key, row);
  }
  return [...groups.values()].filter((row) => !row.retracted);
}

/** 2.3: the sources of one identity, most trusted first. */
function bySource<T extends { source: Source }>(rows: T[], identity: (row: T) => string, policy: Policy): T[][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(identity(row), [...(groups.get(identity(row)) ?? []), row]);
  return [...groups.values()].map((group) =>
    group.sort((a, b) => policy.sourceOrder.indexOf(a.source) - policy.sourceOrder.indexOf(b.source)),
  );
}

function entriesOf(world: World, policy: Policy): Entry[] {
  const identity = (row: EntryDelivery) => `${row.viewer}|${row.enteredAt}`;
  const states = lastOf(world.entries, identity, (row) => row.dwellSeconds ?? -1);
  const excluded = new Set((world.excluded ?? []).map(({ viewer, enteredAt }) => `${viewer}|${enteredAt}`));
  return bySource(states, identity, policy).map((rows) => {
    const { viewer, enteredAt } = rows[0];
    const entry: Entry = {
      viewer,
      at: enteredAt,
      dwell: rows.map((row) => row.dwellSeconds).find((dwell) => dwell !== null) ?? null,
      sessionId: rows.map((row) => row.sessionId).find((id) => id !== '') ?? '',
      excluded: excluded.has(identity(rows[0])),
      leftOut: false,
    };
    entry.leftOut = isGrab(entry, world) || isStaff(entry, world) || entry.excluded;
    return entry;
  });
}

const isStaff = (entry: Entry, world: World) =>
  world.staff.some(({ viewer, from, to }) => viewer === entry.viewer && from <= entry.at && entry.at <= to);

/** 3.6 */
function isGrab({ at, dwell }: Entry, world: World): boolean {
  return (
    dwell !== null &&
    world.raffles.some(({ from, to }) => from - MINUTE <= at && at <= to + 2 * MINUTE && at + dwell * 1000 <= Math.max(to, at) + MINUTE)
  );
}

function sessionsOf(world: World, policy: Policy): Session[] {
  const states = lastOf(
    world.sessions,
    (row) => row.sessionId,
    () => 0,
  );
  return bySource(states, (row) => row.sessionId, policy)
    .map((rows) => ({
      sessionId: rows[0].sessionId,
      startedAt: rows[0].startedAt,
      endedAt: rows.map((row) => row.endedAt).find((value) => value !== null) ?? null,
      uniqueViewers: rows.map((row) => row.uniqueViewers).find((value) => value !== null) ?? null,
    }))
    .sort((a, b) => a.startedAt - b.startedAt || (a.sessionId < b.sessionId ? -1 : 1));
}

/** 2.7 */
function sessionOf(entry: Entry, sessions: Session[]): Session | undefined {
  if (entry.sessionId !== '') return sessions.find(({ sessionId }) => sessionId === entry.sessionId);
  return sessions.filter(({ startedAt, endedAt }) => startedAt <= entry.at && entry.at < (endedAt ?? startedAt + 24 * HOUR)).at(-1);
}

/** 3.2 */
function visitsOf(entries: Entry[], world: World, policy: Policy): Visit[] {
  const visits: Visit[] = [];
  for (const viewer of new Set(entries.map((entry) => entry.viewer))) {
    let latestExit = -Infinity;
    for (const entry of entries.filter((each) => each.viewer === viewer).sort((a, b) => a.at - b.at)) {
      if (entry.at - latestExit >= policy.visitGapMinutes * MINUTE) visits.push({ viewer, start: entry.at, entries: [], grabsOnly: true });
      const visit = visits[visits.length - 1];
      visit.entries.push(entry);
      visit.grabsOnly &&= isGrab(entry, world);
      latestExit = Math.max(latestExit, entry.at + (entry.dwell ?? 0) * 1000);
    }
  }
  return visits;
}

const staying = (visit: Visit) => visit.entries.filter((entry) => !entry.leftOut);
const knownDwell = (visit: Visit) => staying(visit).reduce((sum, { dwell }) => sum + (dwell ?? 0), 0);
const dwellIsKnown = (visit: Visit) => staying(visit).every(({ dwell }) => dwell !== null);

/** 3.7 */
const counts = (visit: Visit, policy: Policy) => staying(visit).length > 0 && knownDwell(visit) >= policy.minVisitDwellSeconds;
const mayCount = (visit: Visit, policy: Policy) => counts(visit, policy) || (staying(visit).length > 0 && !dwellIsKnown(visit));

function groupByViewer<T extends { viewer: string }>(rows: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(row.viewer, [...(groups.get(row.viewer) ?? []), row]);
  return groups;
}

/** 3.10 */
function consecutive(entries: Entry[], visits: Visit[], sessions: Session[], policy: Policy, month: { from: number; to: number }): number {
  const counted = visits.filter((visit) => counts(visit, policy)).flatMap(staying);
  const long = ({ startedAt, endedAt }: Session) =>
    policy.minSessionMinutes === 0 || (endedAt !== null && endedAt - startedAt >= policy.minSessionMinutes * MINUTE);
  const eligible = sessions.filter((session) => long(session) && entries.some((entry) => sessionOf(entry, sessions) === session));
  let viewers = 0;
  for (const own of groupByViewer(counted).values()) {
    const present = eligible.map((session) => own.some((entry) => sessionOf(entry, sessions) === session));
    const runEnds = (at: number) =>
      at >= policy.consecutiveSessions - 1 && present.slice(at - policy.consecutiveSessions + 1, at + 1).every(Boolean);
    if (eligible.some(({ startedAt }, at) => month.from <= startedAt && startedAt < month.to && runEnds(at))) viewers++;
  }
  return viewers;
}

/** 3.6: a viewer whose visits around the month's grab visits are all grabs. */
function isGrabber(visits: Visit[], month: { from: number; to: number }): boolean {
  const grabs = visits.filter(({ grabsOnly, start }) => grabsOnly && month.from <= start && start < month.to);
  if (grabs.length === 0) return false;
  const from = Math.min(...grabs.map(({ start }) => start)) - DAYS_30;
  const to = Math.max(...grabs.map(({ start }) => start)) + DAYS_30;
  return visits.filter(({ start }) => from <= start && start <= to).every(({ grabsOnly }) => grabsOnly);
}

/** Half away from zero, four places; positive numbers only. */
const four = (above: number, below: number) => (below === 0 ? null : Math.floor((above / below) * 10_000 + 0.5 + 1e-9) / 10_000);

/** All figures of one account and month. `businessDay` gives the business day of an instant. */
export function showroomOracle(
  world: World,
  policy: Policy,
  month: { from: number; to: number },
  dataInstant: number,
  businessDay: (ms: number) => string,
): OracleFigures {
  const all = entriesOf(world, policy);
  const sessions = sessionsOf(world, policy);
  const within = ({ at }: Entry) => month.from <= at && at < month.to;
  const usable = all.filter(({ viewer }) => !world.sentinels.includes(viewer.trim()));
  const people = usable.filter((entry) => !isStaff(entry, world));
  const visits = visitsOf(usable, world, policy);
  const started = visits.filter(({ start }) => month.from <= start && start < month.to);
  const counted = started.filter((visit) => counts(visit, policy));
  const byViewer = groupByViewer(counted);
  const qualified = new Map(
    [...byViewer]
      .filter(([, own]) => own.length >= policy.minVisits)
      .map(([viewer, own]) => [viewer, own.sort((a, b) => a.start - b.start)[policy.minVisits - 1].start]),
  );
  const upper = [...groupByViewer(started.filter((visit) => mayCount(visit, policy))).values()].filter(
    (own) => own.length >= policy.minVisits,
  ).length;
  const rollingTo = Math.min(month.to, dataInstant);
  const rolling = visits.filter((visit) => counts(visit, policy) && rollingTo - 720 * HOUR <= visit.start && visit.start < rollingTo);
  const reported = (entry: Entry) => within(entry) && !entry.excluded;
  const viewers = new Set(people.filter(reported).map(({ viewer }) => viewer));
  const grabbers = [...groupByViewer(visits)].filter(([viewer, own]) => viewers.has(viewer) && isGrabber(own, month)).length;
  const pooled = (own: Visit[]) => ({
    dwell: own.filter(dwellIsKnown).reduce((sum, visit) => sum + knownDwell(visit), 0),
    visits: own.filter(dwellIsKnown).length,
  });
  const mine = pooled(counted.filter(({ viewer }) => qualified.has(viewer)));
  const others = pooled(counted.filter(({ viewer }) => !qualified.has(viewer)));
  return {
    entries: all.filter(reported).length,
    known: usable.some(within),
    viewers: viewers.size,
    visits: counted.length,
    showroomVisitors: qualified.size,
    consecutiveVisitors: consecutive(people, visits, sessions, policy, month),
    rollingShowroomVisitors: [...groupByViewer(rolling).values()].filter((own) => own.length >= policy.minVisits).length,
    showroomVisitorsOn2Days: [...qualified.keys()].filter(
      (viewer) => new Set(byViewer.get(viewer)!.map(({ start }) => businessDay(start))).size >= 2,
    ).length,
    grabbers,
    loyalShare: four(qualified.size, viewers.size - grabbers),
    dwellRatio:
      mine.visits === 0 || others.visits === 0 || others.dwell === 0 ? null : four(mine.dwell * others.visits, mine.visits * others.dwell),
    identifiability: four(usable.filter(reported).length, all.filter(reported).length),
    high: highOf(people, sessions, qualified.size, upper, month),
    qualified,
  };
}

/** 3.12 */
function highOf(people: Entry[], sessions: Session[], low: number, upper: number, month: { from: number; to: number }): number | null {
  let platform = 0;
  let identified = 0;
  for (const session of sessions.filter(({ startedAt }) => month.from <= startedAt && startedAt < month.to)) {
    const seen = new Set(people.filter((entry) => sessionOf(entry, sessions) === session).map(({ viewer }) => viewer)).size;
    if (session.uniqueViewers === null || seen === 0) continue;
    platform += session.uniqueViewers;
    identified += seen;
  }
  if (identified === 0 || (low === 0 && platform > identified)) return null;
  return Math.max(0, Math.ceil(upper * Math.max(1, platform / identified) - 1e-9));
}
