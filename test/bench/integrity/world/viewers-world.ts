import { assaultOf, drawRoomSessions } from './bought-viewers';
import { commonDays, CommonDays } from './occasions';
import { Random } from './random';
import { addedOn, Attack, DRIPPING, HonestCase, Injection, STEALTHS, Stealth, Strength, STRENGTHS, WorldDeclaration } from './shapes';
import {
  ATTACKS_OF_VIEWERS,
  CITIES,
  drawRegulars,
  fans,
  household,
  MINUTE,
  passersBy,
  Regular,
  regularsIn,
  RoomDealer,
  RoomSession,
  talk,
  WorldComment,
  WorldEntry,
} from './viewers';

export interface ViewersAsked {
  seed: number;
  dealers: number;
  days: number;
  testFrom: number;
  cheaters: number;
  confounded: number;
  attacks: readonly (readonly Attack[])[];
  strengths: readonly Strength[];
  outside: readonly [low: number, high: number];
  /** Entries of an ordinary session, least and most. */
  rooms: readonly [least: number, most: number];
}

export const VIEWERS_WORLD: ViewersAsked = {
  seed: 1,
  dealers: 200,
  days: 90,
  testFrom: 60,
  cheaters: 0.05,
  confounded: 0.08,
  attacks: ATTACKS_OF_VIEWERS,
  strengths: ['weak', 'medium', 'strong'],
  outside: [1, 1],
  rooms: [50, 3000],
};

const CASES_OF_VIEWERS: readonly HonestCase[] = ['H1', 'H2', 'H3', 'H4', 'H7', 'H9', 'H10', 'H11', 'H13', 'H15'];

interface Room {
  dealer: number;
  city: string;
  entries: number;
  longer: number;
  talks: number;
  /** Share of the passers-by that is bought openly. */
  paid: number;
  regulars: Regular[];
  returning: string[];
  sessions: RoomSession[];
  honest: HonestCase[];
  injection: Injection | null;
  /** Day of the honest peculiarity. */
  special: number;
  partners: number[];
}

/** A world of viewers, dealer by dealer; attacks over several dealers find their partners by the seed. */
export class ViewersWorld {
  private readonly common: CommonDays;

  constructor(readonly asked: ViewersAsked) {
    this.common = commonDays(Random.of(asked.seed, 'common'), asked.days);
  }

  get declarations(): WorldDeclaration[] {
    return this.common.declarations;
  }

  *dealers(): Generator<RoomDealer> {
    for (let dealer = 0; dealer < this.asked.dealers; dealer++) yield this.dealer(dealer);
  }

  dealer(dealer: number): RoomDealer {
    const random = Random.of(this.asked.seed, 'room', dealer);
    const room = this.room(random, dealer);
    const answer: RoomDealer = {
      dealer,
      adcode: room.city,
      sessions: room.sessions,
      entries: [],
      comments: [],
      declarations: declared(room, this.asked.days),
      honest: room.honest,
      injection: room.injection,
    };
    for (const session of room.sessions) {
      const { entries, comments } = this.session(random, room, session);
      for (const entry of entries) answer.entries.push(entry); // of a bought evening more than a call takes arguments
      for (const comment of comments) answer.comments.push(comment);
    }
    return answer;
  }

  private room(random: Random, dealer: number): Room {
    const { asked } = this;
    const city = random.pick(CITIES);
    const [least, most] = asked.rooms;
    const entries = Math.round(Math.exp(random.between(Math.log(least), Math.log(most))));
    const role = Random.of(asked.seed, 'viewers-role', dealer);
    const { honest, injection } = this.role(role);
    const newcomer = honest.includes('H7') ? role.whole(asked.testFrom, asked.days - 12) : 0;
    const sessions = drawRoomSessions(random, dealer, asked.days, random.between(0.5, 0.97)).filter(({ day }) => day >= newcomer);
    return {
      dealer,
      city,
      entries,
      longer: random.logNormal(1, 0.25),
      talks: random.logNormal(0.06, 0.5),
      paid: random.chance(0.3) ? random.between(0.02, 0.15) : random.between(0, 0.004),
      regulars: drawRegulars(random, dealer, city, Math.round(entries * random.between(0.15, 0.6))).concat(
        honest.includes('H10') ? fans(random, dealer, city) : [],
        honest.includes('H9') ? household(random, dealer, city) : [],
      ),
      returning: [],
      sessions,
      honest,
      injection,
      special: role.whole(asked.testFrom, asked.days - 5),
      partners: role.sample(
        Array.from({ length: asked.dealers }, (_, other) => other).filter((other) => other !== dealer),
        role.whole(3, Math.min(30, Math.max(3, asked.dealers - 1))),
      ),
    };
  }

  private role(random: Random): { honest: HonestCase[]; injection: Injection | null } {
    const { asked } = this;
    const drawn = random.uniform();
    const cheats = drawn < asked.cheaters;
    const framed = !cheats && drawn < asked.cheaters * 1.1;
    const honest: HonestCase[] = random.chance(cheats ? 0.5 : asked.confounded) ? [random.pick(CASES_OF_VIEWERS)] : [];
    if (framed) honest.push('H16');
    if (!cheats && !framed) return { honest, injection: null };
    const strength = random.pick(asked.strengths);
    const fromDay = random.whole(asked.testFrom, asked.days - 10);
    const injection: Injection = {
      attacks: framed ? ['A15', random.pick(['A1', 'A2'] as const)] : [...random.pick(asked.attacks)],
      strength,
      added: STRENGTHS[strength] * random.between(...asked.outside),
      stealth: random.pick<Stealth>(STEALTHS),
      drips: random.chance(DRIPPING),
      fromDay,
      toDay: Math.min(asked.days - 1, fromDay + random.whole(8, 28)),
      attributable: !framed,
      sessions: new Map(),
    };
    return { honest, injection };
  }

  private session(random: Random, room: Room, session: RoomSession): { entries: WorldEntry[]; comments: WorldComment[] } {
    const lively = liveliness(random, room, session.day) * Math.exp(this.common.level[session.day] + random.heavy(5) * 0.25);
    const count = random.poisson(room.entries * lively);
    const { dealer, city, longer, returning } = room;
    const entries = [
      ...passersBy(random, { dealer, city, session, count, returning, longer, paid: paidShare(room, session.day) }),
      ...regularsIn(random, room.regulars, session),
      ...visitorsOf(random, room, session),
    ];
    const comments = [...talk(random, entries, room.talks), ...raffleWords(random, room, session, entries)];
    const bought = this.bought(random, room, { session, entries: entries.length });
    return { entries: [...entries, ...bought.entries], comments: [...comments, ...bought.comments] };
  }

  private bought(
    random: Random,
    room: Room,
    of: { session: RoomSession; entries: number },
  ): { entries: WorldEntry[]; comments: WorldComment[] } {
    const { injection } = room;
    const { session } = of;
    if (injection === null || session.day < injection.fromDay || session.day > injection.toDay) return { entries: [], comments: [] };
    const visitors = room.regulars.filter(({ comes }) => comes > 0.15).length;
    const all = injection.attacks.map((attack) =>
      assaultOf(attack, {
        random,
        dealer: room.dealer,
        city: room.city,
        session,
        entries: of.entries,
        visitors,
        added: addedOn(injection, session.day),
        stealth: injection.stealth,
        partners: room.partners,
        raffleAt: raffleAt(room, session),
      }),
    );
    const entries = all.flatMap((one) => one.entries);
    const comments = all.flatMap((one) => one.comments);
    if (entries.length + comments.length > 0)
      injection.sessions.set(session.sessionId, { views: entries.length, comments: comments.length });
    return { entries, comments };
  }
}

/** Factor on the passers-by of a day. */
function liveliness(random: Random, { honest, special }: Room, day: number): number {
  const since = day - special;
  if (honest.includes('H1') && since >= 0 && since < 4) return 1 + random.between(3, 9) * Math.pow(0.4, since);
  if (honest.includes('H2') && since === 0) return random.between(2, 4);
  if (honest.includes('H4') && since >= 0 && since < 5) return random.between(1.4, 2.2);
  if (honest.includes('H15') && since === 0) return random.between(1.6, 3);
  return 1;
}

/** Of a day that is boosted, what is above the ordinary was bought. */
const paidShare = ({ honest, paid, special }: Room, day: number): number =>
  honest.includes('H4') && day >= special && day < special + 5 ? Math.max(paid, 0.4) : paid;

const isRaffleDay = ({ honest, special }: Room, day: number): boolean =>
  honest.includes('H3') && day >= special && (day - special) % 7 === 0;

const raffleAt = (room: Room, session: RoomSession): number | null =>
  isRaffleDay(room, session.day) ? Math.round(session.from + (session.to - session.from) * 0.6) : null;

/** Honest people who come because of something: for a raffle, or together from one company. */
function visitorsOf(random: Random, room: Room, session: RoomSession): WorldEntry[] {
  const raffle = raffleAt(room, session);
  const group = room.honest.includes('H11') && session.day === room.special;
  const people = raffle !== null ? random.whole(20, Math.max(30, Math.round(room.entries * 0.3))) : group ? random.whole(40, 160) : 0;
  const around = raffle ?? session.from + 12 * MINUTE;
  return Array.from({ length: people }, (_, person) => {
    const at = Math.min(
      session.to - 2000,
      Math.max(session.from, Math.round(around + random.between(raffle === null ? 0 : -50_000, raffle === null ? 10 * MINUTE : 60_000))),
    );
    const stay = raffle === null ? random.logNormal(900, 0.4) : random.between(20, 240);
    return {
      viewer: raffle === null ? `g${room.dealer}-${person}` : `f${room.dealer}-${random.whole(1, people * 3)}`,
      at,
      dwell: Math.min(Math.round(stay), Math.floor((session.to - at) / 1000)),
      sessionId: session.sessionId,
      source: 'share' as const,
      adcode: room.city,
      isNewAccount: random.chance(0.03),
      bought: false,
    };
  });
}

/** Everybody writes the word of the day. */
function raffleWords(random: Random, room: Room, session: RoomSession, entries: readonly WorldEntry[]): WorldComment[] {
  const raffle = raffleAt(room, session);
  if (raffle === null) return [];
  return entries
    .filter(({ at, dwell }) => at < raffle && at + (dwell ?? 0) * 1000 > raffle - 5 * MINUTE)
    .flatMap(({ viewer, sessionId }) =>
      Array.from({ length: random.whole(1, 6) }, () => ({
        viewer,
        at: raffle - random.whole(0, 300) * 1000,
        sessionId,
        text: '666福气到',
        bought: false,
      })),
    );
}

/** What the dealer files: occasions, raffles by the minute, and openly bought traffic that runs all the time. */
function declared(room: Room, days: number): WorldDeclaration[] {
  const { dealer, honest, special, paid, sessions } = room;
  const one = (kind: WorldDeclaration['kind'], fromDay: number, length = 1): WorldDeclaration => ({
    dealer,
    kind,
    fromDay,
    toDay: fromDay + length - 1,
    detail: null,
  });
  const filed: WorldDeclaration[] = paid > 0.01 ? [one('paid', 0, days)] : [];
  if (honest.includes('H2')) filed.push(one('guest', special));
  if (honest.includes('H4')) filed.push(one('paid', special, 5));
  if (honest.includes('H11')) filed.push(one('event', special));
  for (const session of sessions) {
    const raffle = raffleAt(room, session);
    if (raffle !== null) filed.push({ ...one('raffle', session.day), instants: [raffle - 5 * MINUTE, raffle] });
  }
  return filed;
}
