import { Random } from './random';
import { Attack, Injection, SessionTotals, Stealth, WorldSession } from './shapes';

/** What bought visitors do in one session: entries per minute, who is there, how long they stayed, what they did. */
interface Crowd {
  entries: Float64Array;
  concurrent: Float64Array;
  watchSeconds: number;
  likes: Float64Array;
  comments: Float64Array;
}

interface Touched {
  random: Random;
  session: WorldSession;
  stealth: Stealth;
  /** Share of the ranked metric to add. */
  added: number;
}

const emptyCrowd = (minutes: number): Crowd => ({
  entries: new Float64Array(minutes),
  concurrent: new Float64Array(minutes),
  watchSeconds: 0,
  likes: new Float64Array(minutes),
  comments: new Float64Array(minutes),
});

/** Lets `count` visitors in at `minute` for about `stay` seconds each. */
function admit(crowd: Crowd, minute: number, count: number, stay: number): void {
  if (count <= 0 || minute >= crowd.entries.length) return;
  crowd.entries[minute] += count;
  const seconds = Math.min(stay, (crowd.entries.length - minute) * 60);
  crowd.watchSeconds += count * seconds;
  for (let at = minute; at < Math.min(crowd.entries.length, minute + Math.floor(seconds / 60)); at++) crowd.concurrent[at] += count;
  if (seconds < 60) crowd.concurrent[minute] += Math.round((count * seconds) / 60);
}

/** Bots that sit in the room; each is let in again after some minutes, so that entries grow as well. */
function constantBots({ random, session, stealth, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  const again = stealth === 'naive' ? 15 : random.whole(8, 25);
  const begin = stealth === 'naive' ? random.whole(0, 3) : random.whole(2, Math.max(3, Math.round(session.minutes / 3)));
  const rounds = Math.max(1, Math.ceil((session.minutes - begin) / again));
  const each = (added * session.views) / rounds;
  for (let round = 0; round < rounds; round++) {
    const at = begin + round * again;
    if (stealth === 'naive') admit(crowd, at, Math.round(each), again * 60);
    else
      for (let part = 0; part < 6; part++)
        admit(crowd, at + random.whole(0, again - 1), random.poisson(each / 6), again * 60 * random.logNormal(1, 0.25));
  }
  return crowd;
}

function rampedBots({ random, session, stealth, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  const ramp = session.minutes * (stealth === 'naive' ? 0.15 : random.between(0.3, 0.7));
  const weight = (minute: number): number => Math.min(1, (minute + 1) / ramp);
  let whole = 0;
  for (let minute = 0; minute < session.minutes; minute++) whole += weight(minute);
  for (let minute = 0; minute < session.minutes; minute++) {
    const mean = (added * session.views * weight(minute)) / whole;
    const count = stealth === 'naive' ? Math.round(mean) : random.clumped(mean, stealth === 'tuned' ? 8 : 4);
    admit(crowd, minute, count, stealth === 'naive' ? 600 : random.logNormal(500, 0.5));
  }
  return crowd;
}

function churningBots({ random, session, stealth, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  for (let minute = 0; minute < session.minutes; minute++) {
    const follow = stealth === 'naive' ? 1 : session.minuteViews[minute] / Math.max(1, session.views / session.minutes);
    const mean = (added * session.views * follow) / session.minutes;
    admit(
      crowd,
      minute,
      stealth === 'naive' ? Math.round(mean) : random.clumped(mean, 6),
      random.between(4, stealth === 'adaptive' ? 40 : 15),
    );
  }
  return crowd;
}

/** People for hire: they come together, look, write and like. */
function waterArmy({ random, session, stealth, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  const people = Math.min(500, Math.max(20, Math.round(added * session.views)));
  const come = random.whole(3, Math.max(4, Math.round(session.minutes * 0.6)));
  const over = stealth === 'naive' ? 2 : random.whole(6, 25);
  for (let minute = come; minute < Math.min(session.minutes, come + over); minute++) {
    const count = random.poisson(people / over);
    admit(crowd, minute, count, random.logNormal(420, 0.4));
    crowd.likes[minute] += random.poisson(count * 0.5);
    crowd.comments[minute] += random.poisson(count * (stealth === 'adaptive' ? 0.12 : 0.4));
  }
  return crowd;
}

function grabbers({ random, session, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  const raffle = random.whole(5, Math.max(6, session.minutes - 6));
  for (let minute = raffle - 1; minute <= raffle + 1; minute++)
    admit(crowd, minute, random.poisson((added * session.views) / 3), random.between(15, 80));
  return crowd;
}

/** Clicks without anybody behind them. */
function clicks(kind: 'likes' | 'comments', { random, session, stealth, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  const own = Math.max(20, session[kind]) * added;
  for (let minute = 0; minute < session.minutes; minute++) {
    const weight = stealth === 'naive' ? 1 : session.concurrent[minute] / Math.max(1, session.averageConcurrent);
    const mean = (own * weight) / session.minutes;
    crowd[kind][minute] += stealth === 'naive' ? Math.round(mean) : random.clumped(mean, 4);
    if (stealth === 'adaptive') crowd[kind === 'likes' ? 'comments' : 'likes'][minute] += random.poisson(mean * 0.25);
  }
  return crowd;
}

/** Everything in the proportion of the dealer's own honest day. */
function balanced({ random, session, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  for (let minute = 0; minute < session.minutes; minute++) {
    crowd.entries[minute] = random.clumped(session.minuteViews[minute] * added, 10);
    crowd.concurrent[minute] = Math.round(session.concurrent[minute] * added * random.logNormal(1, 0.05));
    crowd.likes[minute] = random.poisson(session.minuteLikes[minute] * added);
    crowd.comments[minute] = random.poisson(session.minuteComments[minute] * added);
  }
  crowd.watchSeconds = session.watchSeconds * added;
  return crowd;
}

/** Bought traffic of the platform itself, not declared: real people who care less. */
function boughtTraffic({ random, session, added }: Touched): Crowd {
  const crowd = emptyCrowd(session.minutes);
  for (let minute = 0; minute < session.minutes; minute++) {
    const count = random.clumped((added * session.views) / session.minutes, 8);
    admit(crowd, minute, count, random.exponential(35));
    crowd.likes[minute] += random.poisson(count * 0.012);
    crowd.comments[minute] += random.poisson(count * 0.008);
  }
  return crowd;
}

const CROWDS: Partial<Record<Attack, (touched: Touched) => Crowd>> = {
  A1: constantBots,
  A2: rampedBots,
  A3: churningBots,
  A4: waterArmy,
  A5: grabbers,
  A6: (touched) => clicks('likes', touched),
  A7: (touched) => clicks('comments', touched),
  A9: balanced,
  A14: boughtTraffic,
};

/** Puts a crowd into a session; the platform's own totals grow with it. */
function join(random: Random, session: WorldSession, crowd: Crowd, persons: number): Partial<SessionTotals> {
  const before = { ...session };
  for (let minute = 0; minute < session.minutes; minute++) {
    session.minuteViews[minute] += crowd.entries[minute];
    session.concurrent[minute] += crowd.concurrent[minute];
    session.minuteLikes[minute] += crowd.likes[minute];
    session.minuteComments[minute] += crowd.comments[minute];
  }
  const total = (counts: Float64Array): number => Math.round(counts.reduce((all, one) => all + one, 0));
  const entries = total(crowd.entries);
  const comments = total(crowd.comments);
  session.views += entries;
  session.uniqueViewers += random.binomial(entries, persons);
  session.likes += total(crowd.likes);
  session.comments += comments;
  session.commenters += Math.round(comments * 0.5);
  session.watchSeconds += Math.round(crowd.watchSeconds);
  session.peakConcurrent = Math.max(0, ...session.concurrent);
  session.averageConcurrent = Math.round(session.concurrent.reduce((all, one) => all + one, 0) / session.minutes);
  return difference(before, session);
}

const TOTALS = [
  'views',
  'uniqueViewers',
  'peakConcurrent',
  'averageConcurrent',
  'watchSeconds',
  'likes',
  'comments',
  'follows',
  'shares',
] as const;

const difference = (before: SessionTotals, after: SessionTotals): Partial<SessionTotals> =>
  Object.fromEntries(TOTALS.filter((field) => before[field] !== after[field]).map((field) => [field, after[field] - before[field]]));

/** An export that was edited before it was handed in: the totals move, the minutes do not. */
function edited({ random, session, stealth, added }: Touched): Partial<SessionTotals> {
  const before = { ...session };
  const grown = (field: 'views' | 'uniqueViewers' | 'watchSeconds' | 'likes' | 'comments'): void => {
    session[field] = Math.round(session[field] * (1 + added * random.between(0.9, 1.1)));
  };
  grown('views');
  if (stealth !== 'naive') for (const field of ['uniqueViewers', 'likes', 'comments'] as const) grown(field);
  if (stealth === 'adaptive') grown('watchSeconds');
  return difference(before, session);
}

/** The share of the bought entries that are different persons. */
const PERSONS: Partial<Record<Attack, number>> = { A1: 0.35, A2: 0.8, A3: 0.5, A9: 0.83, A14: 0.95 };

/** Applies one attack to one session; answers what it added to the totals. */
export function tamper(
  random: Random,
  attack: Attack,
  session: WorldSession,
  injection: Pick<Injection, 'added' | 'stealth'>,
): Partial<SessionTotals> {
  const touched = { random, session, ...injection };
  if (attack === 'A16') return edited(touched);
  const crowd = CROWDS[attack]?.(touched);
  return crowd === undefined ? {} : join(random, session, crowd, PERSONS[attack] ?? 0.9);
}
