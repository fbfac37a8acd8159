import { Random } from './random';
import { ORDINARY } from './room';
import type { Occasion } from './room';
import { HonestCase, WorldDeclaration } from './shapes';

/** Movement that all dealers share on a day: factors on entries, and what the brand declared. */
export interface CommonDays {
  /** ln of the factor on entries, per day. */
  level: Float64Array;
  declarations: WorldDeclaration[];
}

/** Holidays, shows and price cuts (H6) and a campaign that the brand ordered (H12), besides the market's own drifting. */
export function commonDays(random: Random, days: number): CommonDays {
  const level = new Float64Array(days);
  const declarations: WorldDeclaration[] = [];
  let drift = 0;
  for (let day = 0; day < days; day++) {
    drift = 0.8 * drift + random.normal(0, 0.05);
    level[day] = drift;
  }
  const lift = (from: number, length: number, factor: number): void => {
    for (let day = from; day < Math.min(days, from + length); day++) level[day] += Math.log(factor);
  };
  for (const share of [0.2, 0.72, 0.9]) lift(Math.round(days * share) + random.whole(-3, 3), random.whole(2, 4), random.between(1.4, 2));
  const campaign = Math.round(days * 0.8) + random.whole(-4, 4);
  lift(campaign, 2, random.between(1.5, 2.2));
  declarations.push({ dealer: null, kind: 'event', fromDay: campaign, toDay: campaign + 1, detail: null });
  return { level, declarations };
}

/** What an honest case makes of a dealer's days. */
export interface Special {
  occasions: Map<number, Occasion>;
  declarations: WorldDeclaration[];
  firstDay: number;
  /** Day and share of followers that a platform took away. */
  purge: { day: number; share: number } | null;
  /** Rooms of some dozens of viewers. */
  small: boolean;
}

interface Drawn {
  random: Random;
  dealer: number;
  /** The days in which something may happen: [from, to). */
  window: readonly [from: number, to: number];
  special: Special;
}

type Draw = (drawn: Drawn) => void;

const set = ({ special }: Drawn, day: number, change: Partial<Occasion>): void => {
  special.occasions.set(day, { ...(special.occasions.get(day) ?? ORDINARY), ...change });
};
const someDay = ({ random, window }: Drawn): number => random.whole(window[0], window[1] - 1);
const declare = ({ dealer, special }: Drawn, kind: WorldDeclaration['kind'], fromDay: number, toDay: number): void => {
  special.declarations.push({ dealer, kind, fromDay, toDay, detail: null });
};

const viral: Draw = (drawn) => {
  const { random } = drawn;
  const day = someDay(drawn);
  let views = random.between(4, 15);
  for (let after = 0; after < 6 && views > 1.15; after++, views = 1 + (views - 1) * random.between(0.2, 0.6))
    set(drawn, day + after, {
      views,
      like: random.between(0.8, 1.25),
      comment: random.between(0.7, 1.1),
      follow: random.between(0.5, 0.9),
    });
};
const guest: Draw = (drawn) => {
  const { random } = drawn;
  const day = someDay(drawn);
  set(drawn, day, {
    views: random.between(2, 4.5),
    comment: random.between(1.2, 2),
    like: random.between(1.1, 1.9),
    stay: random.between(1.1, 1.6),
  });
  declare(drawn, 'guest', day, day);
};
const raffle: Draw = (drawn) => {
  const { random } = drawn;
  for (let time = random.whole(1, 3); time > 0; time--) {
    const day = someDay(drawn);
    set(drawn, day, {
      views: random.between(1.1, 1.6),
      comment: random.between(4, 12),
      like: random.between(1, 1.4),
      stay: random.between(1.1, 1.5),
    });
    declare(drawn, 'raffle', day, day);
  }
};
const boost: Draw = (drawn) => {
  const { random } = drawn;
  const from = someDay(drawn);
  const length = random.whole(2, 9);
  const boosted = random.between(0.4, 2);
  for (let day = from; day < from + length; day++) set(drawn, day, { boosted });
  declare(drawn, 'paid', from, from + length - 1);
};
const outage: Draw = (drawn) => {
  const { random } = drawn;
  for (let time = random.whole(1, 4); time > 0; time--) {
    const day = someDay(drawn);
    const from = random.whole(5, 60);
    set(drawn, day, { outage: [from, from + random.whole(5, 60)] });
    if (random.chance(0.5)) declare(drawn, 'outage', day, day);
  }
};
const repost: Draw = (drawn) => {
  const { random } = drawn;
  set(drawn, someDay(drawn), {
    burstAt: random.whole(8, 60),
    burst: random.between(0.6, 2.5),
    follow: random.between(0.6, 1),
    stay: random.between(0.7, 1),
  });
};
const dayLong: Draw = (drawn) => {
  const { random } = drawn;
  for (let time = random.whole(1, 3); time > 0; time--)
    set(drawn, someDay(drawn), { minutes: 1380 + random.whole(0, 60), views: random.between(1.5, 2.5) });
};

/** Cases that show in totals or minutes; those of single viewers (H9–H11) belong to the world of entries, H16 to the attacks. */
const DRAWS: Partial<Record<HonestCase, Draw>> = {
  H1: viral,
  H2: guest,
  H3: raffle,
  H4: boost,
  H5: outage,
  H7: ({ random, window, special }) => void (special.firstDay = window[0] + random.whole(0, Math.round((window[1] - window[0]) / 2))),
  H8: ({ special }) => void (special.small = true),
  H13: dayLong,
  H14: (drawn) => void (drawn.special.purge = { day: someDay(drawn), share: drawn.random.between(0.02, 0.08) }),
  H15: repost,
};

/** The cases that a dealer of totals and minutes can be given. */
export const CASES_OF_TOTALS = Object.keys(DRAWS) as HonestCase[];

export function drawSpecial(random: Random, dealer: number, cases: readonly HonestCase[], window: readonly [number, number]): Special {
  const special: Special = { occasions: new Map(), declarations: [], firstDay: 0, purge: null, small: false };
  for (const name of cases) DRAWS[name]?.({ random, dealer, window, special });
  return special;
}
