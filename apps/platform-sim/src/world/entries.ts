import type { SimAccount } from './accounts';
import { generator, mix, unit } from './random';
import type { SimSession } from './sessions';
import type { World } from './world';

const { ceil, floor, log, max, min, round } = Math;

/** One entry of a viewer into a room, as an authorised feed tells it. */
export interface SimEntry {
  viewer: string;
  enteredAt: number;
  /** Seconds; null when the feed does not tell. */
  dwellSeconds: number | null;
  sessionId: string | null;
  trafficSource: string;
  isNewAccount: boolean;
}

/** The id that platforms give to everybody whose identity they hide. */
export const SENTINEL = '111111';
const SOURCES = ['推荐', '关注', '短视频引流', '搜索', '分享', '其他'];
const LOYAL_SESSIONS = 5.2;
const ORDINARY_SESSIONS = 1.18;

type Kind = 'loyal' | 'ordinary' | 'shared' | 'staff' | 'grabber' | 'bot';
const KIND_SALT: Record<Kind, number> = { loyal: 101, ordinary: 102, shared: 103, staff: 104, grabber: 105, bot: 106 };

function viewerId(seed: number, kind: Kind, owner: number, number: number): string {
  const salt = KIND_SALT[kind];
  return mix(seed, salt, owner, number).toString(36) + mix(seed, salt + 10, owner, number).toString(36);
}

/** Viewer ids of an account's staff: the first two are declared, the third is not. */
export function staffViewers(seed: number, account: SimAccount): string[] {
  return [0, 1, 2].map((k) => viewerId(seed, 'staff', account.index, k));
}

interface Attendee {
  viewer: string;
  kind: Kind;
}

/**
 * The entries of an account's month, session by session: nearly all of the session's viewers (96–99 %), re-entries in proportion to its views,
 * loyal viewers in four sessions or more, and what cheats add. Pure in (seed, account, month).
 */
export function monthEntries(world: World, account: SimAccount, month: number, emit: (entry: SimEntry) => void): void {
  const sessions = world.sessions(account, month);
  const random = generator(world.seed, 91, account.index, month);
  const loyal = loyalAttendance(world, account, month, sessions, random);
  const regulars = { once: [] as number[], next: month * 20_000 };
  for (const [index, session] of sessions.entries()) {
    const share = 0.96 + 0.03 * unit(world.seed, 92, account.index, session.startedAt / 1000);
    const people = attendees(world, account, session, share, loyal[index] ?? [], regulars, random);
    emitSession(session, people, round((session.views - session.botViews) * share), random, emit);
  }
}

/** Who of the loyal viewers comes to which session: each to four to seven; a sixth of them changes from month to month. */
function loyalAttendance(world: World, account: SimAccount, month: number, sessions: SimSession[], random: () => number): Attendee[][] {
  const slots = sessions.reduce((sum, session) => sum + session.uniqueViewers - session.botViews, 0);
  const persons = slots / (account.loyalShare * LOYAL_SESSIONS + (1 - account.loyalShare) * ORDINARY_SESSIONS);
  const count = round(persons * account.loyalShare);
  const first = floor((month - world.firstMonth) * count * 0.17);
  const bySession: Attendee[][] = sessions.map(() => []);
  for (let k = 0; k < count; k++) {
    const viewer = viewerId(world.seed, 'loyal', account.index, first + k);
    let wanted = min(sessions.length, 4 + floor(random() * 3.4));
    for (let s = 0; s < sessions.length && wanted > 0; s++) {
      // selection sampling: exactly `wanted` of the sessions that are left
      if (random() * (sessions.length - s) < wanted) {
        bySession[s]?.push({ viewer, kind: 'loyal' });
        wanted--;
      }
    }
  }
  return bySession;
}

function attendees(
  world: World,
  account: SimAccount,
  session: SimSession,
  share: number,
  loyal: Attendee[],
  regulars: { once: number[]; next: number },
  random: () => number,
): Attendee[] {
  const { seed } = world;
  const people = [...loyal];
  for (const viewer of staffViewers(seed, account)) if (random() < 0.9) people.push({ viewer, kind: 'staff' });
  if (account.cheat === 'grabbers' && session.raffleAt !== null) {
    for (let k = 0; k < 60; k++) if (random() < 0.75) people.push({ viewer: viewerId(seed, 'grabber', account.index, k), kind: 'grabber' });
  }
  const target = round((session.uniqueViewers - session.botViews) * share);
  while (people.length < target) people.push(ordinary(seed, account, regulars, random));
  for (let k = 0; k < session.botViews; k++) people.push({ viewer: viewerId(seed, 'bot', account.index, k), kind: 'bot' });
  return people;
}

function ordinary(seed: number, account: SimAccount, regulars: { once: number[]; next: number }, random: () => number): Attendee {
  const drawn = random();
  if (drawn < 0.015) return { viewer: SENTINEL, kind: 'ordinary' };
  // some people watch several dealers of the brand
  if (drawn < 0.04) return { viewer: viewerId(seed, 'shared', account.platform.length, floor(random() * 30_000)), kind: 'shared' };
  if (drawn < 0.18 && regulars.once.length > 50) {
    const at = floor(random() * regulars.once.length);
    const number = regulars.once[at] ?? 0;
    regulars.once[at] = regulars.once[regulars.once.length - 1] ?? number;
    regulars.once.pop();
    return { viewer: viewerId(seed, 'ordinary', account.index, number), kind: 'ordinary' };
  }
  const number = regulars.next++;
  regulars.once.push(number);
  return { viewer: viewerId(seed, 'ordinary', account.index, number), kind: 'ordinary' };
}

/** First entries of everybody, then the re-entries that the session's views ask for. */
function emitSession(session: SimSession, people: Attendee[], views: number, random: () => number, emit: (entry: SimEntry) => void): void {
  const length = session.endedAt - session.startedAt;
  const meanMs = (max(1, session.watchSeconds - session.botViews * 180) / max(1, session.views - session.botViews)) * 1000;
  const organic = people.length - session.botViews;
  const exits: number[] = [];
  for (const person of people) {
    const { at, dwell } = firstEntry(session, person.kind, length, meanMs, random);
    exits.push(at + dwell);
    put(session, person, at, dwell, random, emit);
  }
  for (let extra = views - organic; extra > 0; extra--) {
    const index = floor(random() * organic);
    const person = people[index];
    if (!person || person.kind === 'grabber') continue;
    // mostly back within minutes; now and then after more than half an hour, which makes a new visit
    const at = (exits[index] ?? session.startedAt) + ceil((random() < 0.9 ? 20 + random() * 600 : 1_800 + random() * 1_200) * 1000);
    if (at >= session.endedAt) continue;
    const dwell = stay(person.kind, meanMs, session.endedAt - at, random);
    exits[index] = at + dwell;
    put(session, person, at, dwell, random, emit);
  }
}

function firstEntry(session: SimSession, kind: Kind, length: number, meanMs: number, random: () => number): { at: number; dwell: number } {
  if (kind === 'bot') {
    // they come together in the third ten minutes and stay three minutes, nearly to the second
    return { at: session.startedAt + 1_200_000 + floor(random() * 600_000), dwell: 178_000 + floor(random() * 5_000) };
  }
  if (kind === 'grabber' && session.raffleAt !== null) {
    const at = session.raffleAt - 50_000 + floor(random() * 120_000);
    const leave = max(session.raffleAt, at) + floor(random() * 50_000);
    return { at, dwell: max(1_000, leave - at) };
  }
  const early = kind === 'staff' ? 0.03 : kind === 'loyal' ? 0.5 : 0.97;
  const at = session.startedAt + floor(random() * length * early);
  return { at, dwell: stay(kind, meanMs, session.endedAt - at, random) };
}

function stay(kind: Kind, meanMs: number, room: number, random: () => number): number {
  const factor = kind === 'loyal' ? 2.8 : kind === 'staff' ? 20 : 0.85;
  return max(1_000, min(room, floor(-log(1 - random()) * meanMs * factor)));
}

function put(
  session: SimSession,
  person: Attendee,
  at: number,
  dwell: number,
  random: () => number,
  emit: (entry: SimEntry) => void,
): void {
  const odd = person.kind === 'bot' || person.kind === 'grabber';
  const told = odd || random() < 0.5;
  emit({
    viewer: person.viewer,
    enteredAt: at,
    dwellSeconds: told ? floor(dwell / 1000) : null,
    sessionId: random() < 0.93 ? session.sessionId : null,
    trafficSource: odd ? '其他' : (SOURCES[floor(random() * random() * SOURCES.length)] ?? '推荐'),
    isNewAccount: odd && random() < 0.8,
  });
}
