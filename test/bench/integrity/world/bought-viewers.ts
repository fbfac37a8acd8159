import { Random } from './random';
import type { Attack, Stealth } from './shapes';
import { CITIES, cityMix, DAY, honestStay, honestText, MINUTE, type RoomSession, type WorldComment, type WorldEntry } from './viewers';

/** What an attack may use in one session of a dealer. */
export interface Assault {
  random: Random;
  dealer: number;
  city: string;
  session: RoomSession;
  /** Honest entries and showroom visitors of the session's room, which the added share refers to. */
  entries: number;
  visitors: number;
  added: number;
  stealth: Stealth;
  /** Dealers of the same ring or of the same day's round. */
  partners: readonly number[];
  raffleAt: number | null;
}

export interface Bought {
  entries: WorldEntry[];
  comments: WorldComment[];
}

type Attacker = (assault: Assault) => Bought;

const within = (session: RoomSession, at: number): number => Math.min(session.to - 2000, Math.max(session.from, Math.round(at)));

function entryOf({ random, session, city }: Assault, viewer: string, at: number, dwell: number): WorldEntry {
  const entered = within(session, at);
  return {
    viewer,
    at: entered,
    dwell: Math.max(1, Math.min(Math.round(dwell), Math.floor((session.to - entered) / 1000))),
    sessionId: session.sessionId,
    source: 'recommend',
    adcode: random.chance(0.3) ? city : random.pick(CITIES),
    isNewAccount: random.chance(0.15),
    bought: true,
  };
}

/** Names of a bot farm's accounts: shared over dealers and days, as farms are. */
const farm = (random: Random, name: string, size: number): string => `b-${name}-${random.whole(1, size)}`;

const constant: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const count = Math.round(assault.entries * assault.added);
  const rounds = Math.max(1, Math.round((session.to - session.from) / (18 * MINUTE)));
  const entries = Array.from({ length: count }, (_, at) => {
    const begin = session.from + (at % rounds) * 18 * MINUTE;
    const late = stealth === 'naive' ? random.between(0, 40_000) : random.exponential(4 * MINUTE);
    const dwell = stealth === 'naive' ? 1080 + random.between(-3, 3) : random.logNormal(1000, stealth === 'tuned' ? 0.15 : 0.4);
    return entryOf(assault, farm(random, 'viewbot', 40_000), begin + late, dwell);
  });
  return { entries, comments: [] };
};

const ramped: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const length = session.to - session.from;
  const entries = Array.from({ length: Math.round(assault.entries * assault.added) }, () =>
    entryOf(
      assault,
      farm(random, 'viewbot', 60_000),
      session.from + length * Math.pow(random.uniform(), 0.5),
      random.logNormal(520, stealth === 'naive' ? 0.08 : 0.45),
    ),
  );
  return { entries, comments: [] };
};

const churn: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const length = session.to - session.from;
  const entries = Array.from({ length: Math.round(assault.entries * assault.added) }, () =>
    entryOf(
      assault,
      farm(random, 'churn', 3000),
      session.from + length * random.uniform(),
      stealth === 'naive' ? random.between(5, 8) : random.between(4, 40),
    ),
  );
  return { entries, comments: [] };
};

/** 20 to 500 people for hire who make a round of several dealers within the day. */
const army: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const people = Math.min(500, Math.max(20, Math.round(assault.entries * assault.added)));
  const begin = session.from + random.between(0.1, 0.6) * (session.to - session.from);
  const troop = `${session.day}-${Math.min(...assault.partners, assault.dealer)}`;
  const bought: Bought = { entries: [], comments: [] };
  for (let person = 0; person < people; person++) {
    const at = begin + random.between(0, (stealth === 'naive' ? 2 : 12) * MINUTE);
    const entry = entryOf(assault, `army-${troop}-${person}`, at, random.logNormal(400, 0.4));
    bought.entries.push(entry);
    if (random.chance(stealth === 'adaptive' ? 0.1 : 0.35))
      bought.comments.push({
        viewer: entry.viewer,
        at: entry.at + random.whole(10, 120) * 1000,
        sessionId: session.sessionId,
        text: template(random, stealth),
        bought: true,
      });
  }
  return bought;
};

const grabbing: Attacker = (assault) => {
  const { random, session } = assault;
  const raffle = assault.raffleAt ?? session.from + random.between(0.2, 0.8) * (session.to - session.from);
  const entries = Array.from({ length: Math.round(assault.entries * assault.added) }, () => ({
    ...entryOf(assault, farm(random, 'grabber', 8000), raffle + random.between(-55_000, 70_000), random.between(12, 70)),
    isNewAccount: random.chance(0.6),
  }));
  return { entries, comments: [] };
};

const PRAISE = ['这车真不错', '支持主播', '价格很给力', '已经下单了', '外观好看', '质量可以', '推荐大家买', '主播专业'];
const ENDINGS = ['！', '！！', '~', '，赞', '，真的', ''];
const template = (random: Random, stealth: Stealth): string =>
  stealth === 'naive'
    ? random.pick(PRAISE.slice(0, 3))
    : stealth === 'tuned'
      ? random.pick(PRAISE) + random.pick(ENDINGS)
      : random.pick(PRAISE) + honestText(random) + random.pick(ENDINGS);

const chatter: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const count = Math.max(10, Math.round(assault.entries * 0.04 * assault.added * 3));
  const comments = Array.from({ length: count }, (_, at) => ({
    viewer: farm(random, 'talker', 400),
    at: within(session, session.from + (stealth === 'naive' ? (at + 0.5) / count : random.uniform()) * (session.to - session.from)),
    sessionId: session.sessionId,
    text: template(random, stealth),
    bought: true,
  }));
  return { entries: [], comments };
};

/** In the proportion of honest entries: only who it is is bought. */
const kit: Attacker = (assault) => {
  const { random, session } = assault;
  const length = session.to - session.from;
  const entries = Array.from({ length: Math.round(assault.entries * assault.added) }, (_, at) => ({
    ...entryOf(assault, `kit-${session.sessionId}-${at}`, session.from + length * random.uniform(), honestStay(random, 1)),
    adcode: cityMix(random, assault.city),
    isNewAccount: random.chance(0.04),
  }));
  return { entries, comments: [] };
};

/** People who are asked to look in just often enough; each day's session sees a part of them. */
const lifting: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const people = Math.max(8, Math.round(assault.visitors * assault.added));
  const dayOfMonth = session.day % 30;
  const entries: WorldEntry[] = [];
  for (let person = 0; person < people; person++) {
    // four days of the month, late ones for most, equal gaps for the naive
    const first = stealth === 'naive' ? 24 : (person * 7) % 20;
    const gap = stealth === 'naive' ? 1 : 2 + (person % 2);
    if (dayOfMonth < first || (dayOfMonth - first) % gap !== 0 || (dayOfMonth - first) / gap > 3) continue;
    entries.push(
      entryOf(
        assault,
        `lift-${assault.dealer}-${Math.floor(session.day / 30)}-${person}`,
        session.from + random.uniform() * (session.to - session.from) * 0.8,
        random.between(20, 90),
      ),
    );
  }
  return { entries, comments: [] };
};

const farmed: Attacker = (assault) => {
  const { random, session, stealth } = assault;
  const phones = Math.max(10, Math.round(assault.visitors * assault.added));
  const entries = Array.from({ length: phones }, (_, phone) => phone)
    .filter(() => random.chance(stealth === 'naive' ? 1 : 0.75))
    .map((phone) =>
      entryOf(
        assault,
        `staff-${assault.dealer}-${phone}`,
        session.from + random.between(0, (stealth === 'naive' ? 1 : 20) * MINUTE),
        (session.to - session.from) / 1000,
      ),
    );
  return { entries, comments: [] };
};

/** The staff of the other dealers of the ring look in, every time. */
const ring: Attacker = (assault) => {
  const { random, session } = assault;
  const each = Math.max(3, Math.round((assault.visitors * assault.added) / Math.max(1, assault.partners.length)));
  const entries = assault.partners.flatMap((partner) =>
    Array.from({ length: each }, (_, person) => person)
      .filter(() => random.chance(0.6))
      .map((person) =>
        entryOf(
          assault,
          `ring-${partner}-${person}`,
          session.from + random.uniform() * (session.to - session.from) * 0.7,
          random.logNormal(120, 0.5),
        ),
      ),
  );
  return { entries, comments: [] };
};

const traffic: Attacker = (assault) => {
  const { random, session } = assault;
  const entries = Array.from({ length: Math.round(assault.entries * assault.added) }, (_, at) => ({
    ...entryOf(
      assault,
      `paid-${session.sessionId}-${at}`,
      session.from + random.uniform() * (session.to - session.from),
      random.exponential(25),
    ),
    source: 'paid' as const,
    adcode: cityMix(random, assault.city),
    isNewAccount: random.chance(0.02),
  }));
  return { entries, comments: [] };
};

const ATTACKERS: Partial<Record<Attack, Attacker>> = {
  A1: constant,
  A2: ramped,
  A3: churn,
  A4: army,
  A5: grabbing,
  A7: chatter,
  A9: kit,
  A10: lifting,
  A11: farmed,
  A12: ring,
  A14: traffic,
};

/** What one attack sends into one session. */
export const assaultOf = (attack: Attack, assault: Assault): Bought => ATTACKERS[attack]?.(assault) ?? { entries: [], comments: [] };

/** Sessions of one dealer over days: most days one, of one to two hours. */
export function drawRoomSessions(random: Random, dealer: number, days: number, plays: number): RoomSession[] {
  const start = random.pick([600, 840, 1140, 1180]);
  return Array.from({ length: days }, (_, day) => day)
    .filter(() => random.chance(plays))
    .map((day) => {
      const from = day * DAY + (start + random.whole(-15, 15)) * MINUTE;
      return { sessionId: `v${dealer}-${day}`, day, from, to: from + random.whole(50, 130) * MINUTE };
    });
}
