import { Random } from './random';
import type { Attack, HonestCase, Injection, WorldDeclaration } from './shapes';

/** One entry of the world of viewers. `viewer` is a raw id of the world, hashed by whoever imports it. */
export interface WorldEntry {
  viewer: string;
  /** Milliseconds since the world's first midnight. */
  at: number;
  /** Seconds; null where the source does not tell it. */
  dwell: number | null;
  sessionId: string;
  source: 'recommend' | 'follow' | 'search' | 'share' | 'paid';
  adcode: string;
  isNewAccount: boolean;
  /** Bought: the truth of a single view. */
  bought: boolean;
}

export interface WorldComment {
  viewer: string;
  at: number;
  sessionId: string;
  text: string;
  bought: boolean;
}

export interface RoomSession {
  sessionId: string;
  day: number;
  /** Milliseconds since the world's first midnight. */
  from: number;
  to: number;
}

/** A dealer whose viewers are known one by one. */
export interface RoomDealer {
  dealer: number;
  adcode: string;
  sessions: RoomSession[];
  entries: WorldEntry[];
  comments: WorldComment[];
  declarations: WorldDeclaration[];
  honest: HonestCase[];
  injection: Injection | null;
}

/** Those who come back: how often, when, and how long they stay. */
export interface Regular {
  viewer: string;
  /** Chance to be there in a session. */
  comes: number;
  /** Share of the session after which they tend to enter. */
  enters: number;
  stay: number;
  adcode: string;
  talks: number;
}

export const DAY = 86_400_000;
export const MINUTE = 60_000;

const SOURCES = ['recommend', 'recommend', 'recommend', 'follow', 'search', 'share'] as const;
/** Cities by whose people rooms are watched; a dealer's own stands first in its mix. */
export const CITIES = ['110100', '310100', '440100', '440300', '510100', '330100', '420100', '320100', '610100', '370200'] as const;

export const cityMix = (random: Random, own: string): string => (random.chance(0.55) ? own : random.pick(CITIES));

/** Stays of honest people: most look in, some watch, few remain. */
export function honestStay(random: Random, longer: number): number {
  const drawn = random.uniform();
  if (drawn < 0.5) return Math.round(random.exponential(11) + 1);
  return Math.round(drawn < 0.9 ? random.logNormal(55 * longer, 0.9) : random.logNormal(520 * longer, 0.8));
}

/** Those who come by chance: now and then one of them comes again within days. */
export function passersBy(
  random: Random,
  asked: { dealer: number; city: string; session: RoomSession; count: number; returning: string[]; longer: number; paid: number },
): WorldEntry[] {
  const { session } = asked;
  const length = session.to - session.from;
  const entries: WorldEntry[] = [];
  for (let at = 0; at < asked.count; at++) {
    const again = asked.returning.length > 0 && random.chance(0.12);
    const viewer = again ? random.pick(asked.returning) : `p${asked.dealer}-${session.sessionId}-${at}`;
    if (!again && random.chance(0.2)) asked.returning.push(viewer);
    const entered = session.from + Math.min(length - 1000, Math.floor(length * Math.pow(random.uniform(), 1.12)));
    entries.push({
      viewer,
      at: entered,
      dwell: Math.min(honestStay(random, asked.longer), Math.floor((session.to - entered) / 1000)),
      sessionId: session.sessionId,
      source: random.chance(asked.paid) ? 'paid' : random.pick(SOURCES),
      adcode: cityMix(random, asked.city),
      isNewAccount: random.chance(0.02),
      bought: false,
    });
    // a connection that breaks, or somebody who looks elsewhere for a minute
    if (random.chance(0.06)) {
      const back = entered + random.whole(20, 900) * 1000;
      if (back < session.to)
        entries.push({
          ...entries[entries.length - 1],
          at: back,
          dwell: Math.min(honestStay(random, asked.longer), Math.floor((session.to - back) / 1000)),
        });
    }
  }
  // nobody keeps an endless memory
  asked.returning.splice(0, Math.max(0, asked.returning.length - 4000));
  return entries;
}

export function drawRegulars(random: Random, dealer: number, city: string, count: number): Regular[] {
  return Array.from({ length: count }, (_, at) => ({
    viewer: `r${dealer}-${at}`,
    comes: Math.min(0.95, random.gamma(0.55) / 5),
    enters: random.uniform() * 0.7,
    stay: random.logNormal(260, 0.8),
    adcode: cityMix(random, city),
    talks: random.chance(0.15) ? random.between(0.2, 0.8) : 0.02,
  }));
}

/** A fan club: nearly always there, from the start, and talkative. */
export const fans = (random: Random, dealer: number, city: string): Regular[] =>
  Array.from({ length: random.whole(30, 90) }, (_, at) => ({
    viewer: `c${dealer}-${at}`,
    comes: random.between(0.5, 0.9),
    enters: random.between(0, 0.05),
    stay: random.logNormal(1500, 0.5),
    adcode: random.chance(0.6) ? city : random.pick(CITIES),
    talks: 0.6,
  }));

/** The shop's own people and their families. */
export const household = (random: Random, dealer: number, city: string): Regular[] =>
  Array.from({ length: random.whole(3, 10) }, (_, at) => ({
    viewer: `h${dealer}-${at}`,
    comes: 0.93,
    enters: 0.01,
    stay: 3600,
    adcode: city,
    talks: 0.3,
  }));

export function regularsIn(random: Random, regulars: readonly Regular[], session: RoomSession): WorldEntry[] {
  const length = session.to - session.from;
  return regulars.flatMap(({ viewer, comes, enters, stay, adcode }) => {
    if (!random.chance(comes)) return [];
    const share = Math.min(0.97, Math.max(0, enters + random.normal(0, 0.18)));
    const at = session.from + Math.floor(length * share);
    const dwell = Math.min(Math.floor((session.to - at) / 1000), Math.round(stay * random.logNormal(1, 0.6)));
    return [{ viewer, at, dwell, sessionId: session.sessionId, source: 'follow' as const, adcode, isNewAccount: false, bought: false }];
  });
}

const ASKED = [
  '这款',
  '落地',
  '优惠',
  '多少钱',
  '有现车吗',
  '试驾',
  '贷款',
  '置换',
  '颜色',
  '续航',
  '保养',
  '地址在哪',
  '周末',
  '能便宜吗',
  '内饰',
  '空间',
  '油耗',
  '配置',
  '什么时候提车',
  '主播好',
];

/** What honest people write: few words of many, seldom the same. */
export const honestText = (random: Random): string =>
  Array.from({ length: random.whole(1, 4) }, () => random.pick(ASKED)).join(random.chance(0.5) ? '' : '，') +
  (random.chance(0.4) ? String(random.whole(1, 99)) : '');

/** Talk of a session: those who stay long talk more. */
export function talk(random: Random, entries: readonly WorldEntry[], each: number): WorldComment[] {
  return entries.flatMap(({ viewer, at, dwell, sessionId, bought }) => {
    if (bought || dwell === null || dwell < 15) return [];
    const count = random.poisson(each * Math.min(4, dwell / 90));
    return Array.from({ length: count }, () => ({
      viewer,
      at: at + random.whole(5, Math.max(6, dwell)) * 1000,
      sessionId,
      text: honestText(random),
      bought: false,
    }));
  });
}

/** Attacks that only single viewers show. */
export const ATTACKS_OF_VIEWERS: readonly (readonly Attack[])[] = [
  ['A1'],
  ['A2'],
  ['A3'],
  ['A4'],
  ['A5'],
  ['A7'],
  ['A9'],
  ['A10'],
  ['A11'],
  ['A12'],
  ['A14'],
  ['A1', 'A7'],
  ['A5', 'A10'],
  ['A4', 'A12'],
];
