import { Habits } from './habits';
import { Random } from './random';
import { WorldSession } from './shapes';

// read once: a test's sandbox looks up each global anew, millions of times here
const { exp, log10, max, min, round, sqrt } = Math;

/** What makes one session unlike the dealer's other ones; 1 and 0 where nothing happens. */
export interface Occasion {
  views: number;
  like: number;
  comment: number;
  share: number;
  follow: number;
  lead: number;
  stay: number;
  /** Views bought and declared, as a share of the ordinary ones. */
  boosted: number;
  /** Minute of a burst from outside and its size as a share of the session's entries. */
  burstAt: number | null;
  burst: number;
  minutes: number | null;
  outage: readonly [from: number, to: number] | null;
}

export const ORDINARY: Occasion = {
  views: 1,
  like: 1,
  comment: 1,
  share: 1,
  follow: 1,
  lead: 1,
  stay: 1,
  boosted: 0,
  burstAt: null,
  burst: 0,
  minutes: null,
  outage: null,
};

/** A room in progress: entries come per minute, stay in one of three ways, and leave. */
interface Flow {
  concurrent: Float64Array;
  entries: Float64Array;
  watchSeconds: number;
}

/** Those who look in, those who watch, those who stay: shares and mean stays in minutes. */
function stayKinds(habits: Habits, longer: number): { share: number; minutes: number }[] {
  const looked = { share: habits.bounce, minutes: 0.22 };
  const rest = ((habits.stay * longer) / 60 - looked.share * looked.minutes) / (1 - looked.share);
  const watched = { share: (1 - looked.share) * 0.86, minutes: max(0.3, rest * 0.25) };
  return [looked, watched, { share: (1 - looked.share) * 0.14, minutes: max(1, rest * 5.6) }];
}

/** Entries a minute: a swell at the start, waves of the platform's recommendation, fading at the end. */
function arrivals(random: Random, total: number, minutes: number, occasion: Occasion): Float64Array {
  const shape = new Float64Array(minutes);
  // a room's waves are calmer the larger it is (real 5 s series say so)
  const wave = 0.75 / sqrt(1 + log10(1 + total / minutes) * 2.5);
  let level = random.normal(0, wave);
  for (let minute = 0; minute < minutes; minute++) {
    level = 0.9 * level + random.normal(0, wave * sqrt(1 - 0.81));
    shape[minute] = exp(level) * (1 - 0.75 * exp(-minute / 7)) * (minute > minutes - 6 ? 0.6 : 1);
  }
  const sum = shape.reduce((all, one) => all + one, 0);
  const counts = shape.map((one) => random.clumped((total * one) / sum, 20));
  if (occasion.burstAt !== null)
    for (let minute = occasion.burstAt; minute < minutes; minute++)
      counts[minute] += random.clumped(((total * occasion.burst) / 6) * exp(-(minute - occasion.burstAt) / 6), 8);
  return counts;
}

function flowOf(random: Random, entries: Float64Array, kinds: readonly { share: number; minutes: number }[]): Flow {
  const present = kinds.map(() => 0);
  const concurrent = new Float64Array(entries.length);
  let watched = 0;
  for (let minute = 0; minute < entries.length; minute++) {
    let left = entries[minute];
    kinds.forEach((kind, at) => {
      const came = at === kinds.length - 1 ? left : random.binomial(left, kind.share);
      left -= came;
      const stays = exp(-1 / kind.minutes);
      // those who came within this minute are seen at its end if they still stay
      const during = kind.minutes * (1 - stays);
      watched += (present[at] * during + came * kind.minutes * (1 - during)) * 60;
      present[at] = random.binomial(present[at], stays) + random.binomial(came, during);
      concurrent[minute] += present[at];
    });
  }
  return { concurrent, entries, watchSeconds: watched };
}

/** How many react in each minute: with those who come and those who are there, in bursts when the host calls. */
function reactions(random: Random, flow: Flow, each: number, callsAnHour: number): Int32Array {
  const total = flow.entries.reduce((all, one) => all + one, 0);
  const inRoom = flow.concurrent.reduce((all, one) => all + one, 0);
  return Int32Array.from(flow.concurrent, (here, minute) => {
    const share = 0.35 * (flow.entries[minute] / max(1, total)) + 0.65 * (here / max(1, inRoom));
    const called = random.chance(callsAnHour / 60) ? random.between(2, 6) : 0.85;
    return random.clumped(each * total * share * called, 3);
  });
}

export interface RoomAsked {
  habits: Habits;
  dealer: number;
  sessionId: string;
  day: number;
  startMinute: number;
  /** ln of the day's factor on entries. */
  level: number;
  /** ln of the day's factors on the ratios: the one that all share, and their own. */
  shared: number;
  occasion: Occasion;
}

const sum = (counts: Int32Array): number => counts.reduce((all, one) => all + one, 0);

/** One honest session: the curve first, the totals out of it, so that official figures agree as far as a platform's own do. */
export function playSession(random: Random, asked: RoomAsked): WorldSession {
  const { habits, occasion } = asked;
  const minutes = occasion.minutes ?? max(12, round(habits.minutes * random.logNormal(1, 0.18)));
  const ordinary = habits.views * exp(asked.level) * occasion.views * min(3, minutes / habits.minutes);
  const paidViews = random.poisson(ordinary * (habits.paid + occasion.boosted));
  const entries = arrivals(random, ordinary * (1 - habits.paid) + paidViews, minutes, occasion);
  const flow = flowOf(random, entries, stayKinds(habits, occasion.stay));
  const views = entries.reduce((all, one) => all + one, 0);
  const ratio = (own: number, factor: number, spread = habits.drift): number =>
    own * factor * exp(asked.shared + random.normal(0, spread * (1 - habits.driftShared)));
  const organic = views === 0 ? 0 : 1 - 0.6 * (paidViews / views);
  const minuteLikes = reactions(random, flow, ratio(habits.like, occasion.like) * organic, habits.calls);
  const minuteComments = reactions(random, flow, ratio(habits.comment, occasion.comment) * organic, habits.calls);
  const comments = sum(minuteComments);
  const count = (own: number, factor: number): number => random.clumped(views * ratio(own, factor) * organic, 6);
  return {
    dealer: asked.dealer,
    sessionId: asked.sessionId,
    day: asked.day,
    startMinute: asked.startMinute,
    minutes,
    concurrent: Int32Array.from(flow.concurrent),
    minuteViews: Int32Array.from(entries),
    minuteLikes,
    minuteComments,
    missing: missed(occasion, minutes),
    views,
    uniqueViewers: random.binomial(views, min(0.99, habits.persons * random.logNormal(1, 0.02))),
    peakConcurrent: max(0, ...flow.concurrent),
    averageConcurrent: round(flow.concurrent.reduce((all, one) => all + one, 0) / minutes),
    watchSeconds: round(flow.watchSeconds * random.normal(1, 0.01)),
    likes: sum(minuteLikes),
    comments,
    commenters: comments === 0 ? 0 : max(1, round(comments * random.between(0.45, 0.75))),
    shares: count(habits.share, occasion.share),
    follows: count(habits.follow, occasion.follow),
    gifts: count(habits.gift, 1),
    leads: count(habits.lead, occasion.lead),
    paidViews,
  };
}

function missed(occasion: Occasion, minutes: number): Set<number> {
  const gone = new Set<number>();
  if (occasion.outage !== null) for (let minute = occasion.outage[0]; minute < min(minutes, occasion.outage[1]); minute++) gone.add(minute);
  return gone;
}
