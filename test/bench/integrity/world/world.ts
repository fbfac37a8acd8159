import { drawHabits, Habits, SizeRange } from './habits';
import { CASES_OF_TOTALS, commonDays, CommonDays, drawSpecial, Special } from './occasions';
import { Random } from './random';
import { ORDINARY, playSession } from './room';
import {
  addedOn,
  Attack,
  DRIPPING,
  HonestCase,
  Injection,
  STEALTHS,
  Stealth,
  Strength,
  STRENGTHS,
  WorldDeclaration,
  WorldDealer,
  WorldSession,
} from './shapes';
import { tamper } from './tampering';

export interface WorldAsked {
  seed: number;
  dealers: number;
  days: number;
  /** First day of the test part; the days before are reference. */
  testFrom: number;
  /** Share of the dealers that cheat, and of those that have an honest peculiarity. */
  cheaters: number;
  confounded: number;
  /** Attacks to choose from, each alone or as one of the combinations; attacks left out make a split. */
  attacks: readonly (readonly Attack[])[];
  strengths: readonly Strength[];
  /** Multiplies the added share: parameters outside the usual ranges. */
  outside: readonly [low: number, high: number];
  size: SizeRange;
}

export const TOTALS_WORLD: WorldAsked = {
  seed: 1,
  dealers: 4000,
  days: 90,
  testFrom: 60,
  cheaters: 0.05,
  confounded: 0.08,
  attacks: [['A1'], ['A2'], ['A3'], ['A4'], ['A5'], ['A6'], ['A7'], ['A8'], ['A9'], ['A13'], ['A14'], ['A16'], ['A1', 'A7']],
  strengths: ['weak', 'medium', 'strong'],
  outside: [1, 1],
  size: { median: 650, deviation: 1.05, least: 60, most: 60_000 },
};

interface Role {
  honest: HonestCase[];
  injection: Injection | null;
}

/** A world of totals and minutes. Dealers are drawn one by one and alone, so that a world of any size needs the memory of one dealer. */
export class TotalsWorld {
  private readonly common: CommonDays;

  constructor(readonly asked: WorldAsked) {
    this.common = commonDays(Random.of(asked.seed, 'common'), asked.days);
  }

  /** Declarations that hold for all dealers. */
  get declarations(): WorldDeclaration[] {
    return this.common.declarations;
  }

  *dealers(): Generator<WorldDealer> {
    for (let dealer = 0; dealer < this.asked.dealers; dealer++) yield this.dealer(dealer);
  }

  dealer(dealer: number): WorldDealer {
    const { asked } = this;
    const random = Random.of(asked.seed, 'dealer', dealer);
    const role = this.role(Random.of(asked.seed, 'role', dealer));
    const special = drawSpecial(random, dealer, role.honest, [asked.testFrom, asked.days]);
    const habits = drawHabits(random, special.small ? { median: 110, deviation: 0.4, least: 30, most: 260 } : asked.size);
    if (special.small) habits.stay = Math.min(habits.stay, 70);
    const sessions = this.play(random, { dealer, habits, special });
    const { injection } = role;
    if (injection !== null) this.inject(Random.of(asked.seed, 'attack', dealer), sessions, injection);
    return {
      dealer,
      platform: habits.platform,
      firstDay: special.firstDay,
      sessions,
      followers: this.followers(random, { habits, special, sessions, injection }),
      honest: role.honest,
      declarations: special.declarations,
      injection,
    };
  }

  /** Cheaters, framed dealers (a tenth as many as there are cheaters), dealers with a peculiarity, half of the cheaters among the latter. */
  private role(random: Random): Role {
    const { asked } = this;
    const drawn = random.uniform();
    const cheats = drawn < asked.cheaters;
    const framed = !cheats && drawn < asked.cheaters * 1.1;
    const peculiar = random.chance(cheats ? 0.5 : asked.confounded);
    const honest: HonestCase[] = peculiar ? [random.pick(CASES_OF_TOTALS)] : [];
    if (framed) honest.push('H16');
    if (!cheats && !framed) return { honest, injection: null };
    const strength = random.pick(asked.strengths);
    const fromDay = random.whole(asked.testFrom, asked.days - 8);
    return {
      honest,
      injection: {
        attacks: framed ? ['A15', random.pick(['A1', 'A2', 'A6'] as const)] : [...random.pick(asked.attacks)],
        strength,
        added: STRENGTHS[strength] * random.between(...asked.outside),
        stealth: random.pick<Stealth>(STEALTHS),
        drips: random.chance(DRIPPING),
        fromDay,
        toDay: Math.min(asked.days - 1, fromDay + random.whole(5, 25)),
        attributable: !framed,
        sessions: new Map(),
      },
    };
  }

  private play(random: Random, { dealer, habits, special }: { dealer: number; habits: Habits; special: Special }): WorldSession[] {
    const sessions: WorldSession[] = [];
    let own = 0;
    for (let day = 0; day < this.asked.days; day++) {
      own = habits.memory * own + random.heavy(5) * 0.8 * habits.spread;
      const shared = random.normal(0, habits.drift * habits.driftShared);
      const occasion = special.occasions.get(day) ?? ORDINARY;
      const happens = special.occasions.has(day) || random.chance(habits.plays[day % 7]);
      if (!happens || day < special.firstDay) continue;
      const level = own + this.common.level[day] + habits.growth * day + Math.log(habits.week[day % 7]);
      for (let time = 0; time < (random.chance(habits.twice) && occasion.minutes === null ? 2 : 1); time++)
        sessions.push(
          playSession(random, {
            habits,
            dealer,
            sessionId: `${dealer}-${day}-${time}`,
            day,
            startMinute: occasion.minutes !== null ? 0 : Math.min(1200, habits.startMinute + time * 240 + random.whole(-10, 10)),
            level: level + random.normal(0, 0.1),
            shared,
            occasion,
          }),
        );
    }
    return sessions;
  }

  private inject(random: Random, sessions: WorldSession[], injection: Injection): void {
    const often = injection.stealth === 'naive' ? 1 : random.between(0.5, 0.9);
    for (const session of sessions) {
      if (session.day < injection.fromDay || session.day > injection.toDay || !random.chance(often)) continue;
      const varied = injection.stealth === 'naive' ? 1 : random.between(0.6, 1.4);
      for (const attack of injection.attacks) {
        if (attack === 'A13') replay(random, sessions, session);
        const added = tamper(random, attack, session, { added: addedOn(injection, session.day) * varied, stealth: injection.stealth });
        if (attack !== 'A15') injection.sessions.set(session.sessionId, { ...injection.sessions.get(session.sessionId), ...added });
      }
    }
  }

  /** Totals at the end of each day: what sessions bring, some who come and go anyway, a purge, and bought ones who leave again. */
  private followers(
    random: Random,
    of: { habits: Habits; special: Special; sessions: WorldSession[]; injection: Injection | null },
  ): Float64Array {
    const { habits, special, injection } = of;
    const totals = new Float64Array(this.asked.days).fill(NaN);
    const won = new Float64Array(this.asked.days);
    for (const session of of.sessions) won[session.day] += session.follows;
    const buys = injection?.attacks.includes('A8') ? injection : null;
    const bought = buys === null ? 0 : Math.max(50, habits.views * habits.follow * 30 * buys.added);
    const over = buys?.stealth === 'naive' ? 1 : 4;
    let total = habits.followers;
    let left = 0;
    for (let day = 0; day < this.asked.days; day++) {
      total += won[day] + random.poisson(habits.followers * 0.0006) - random.poisson(habits.followers * 0.0005);
      if (buys !== null && day >= buys.fromDay && day < buys.fromDay + over) {
        const come = random.poisson(bought / over);
        total += come;
        left += come * random.between(0.4, 0.8);
      }
      const gone = random.poisson(left / 15);
      left = Math.max(0, left - gone);
      total -= gone;
      if (special.purge?.day === day) total -= Math.round(total * special.purge.share);
      if (day >= special.firstDay) totals[day] = Math.max(0, Math.round(total));
    }
    return totals;
  }
}

/** The session becomes a tape that runs over and over: the curve of an earlier one, with nobody who answers. */
function replay(random: Random, sessions: readonly WorldSession[], session: WorldSession): void {
  const tape = random.pick(sessions.filter((one) => one.day < session.day && one.minutes < 400).concat(session));
  const minutes = Math.min(1200, tape.minutes * random.whole(3, 6));
  const looped = (curve: Int32Array, spread: number): Int32Array =>
    Int32Array.from({ length: minutes }, (_, minute) => Math.max(0, Math.round(curve[minute % curve.length] * random.normal(0.8, spread))));
  Object.assign(session, {
    minutes,
    concurrent: looped(tape.concurrent, 0.02),
    minuteViews: looped(tape.minuteViews, 0.15),
    minuteLikes: Int32Array.from({ length: minutes }, () => random.poisson(0.2)),
    minuteComments: Int32Array.from({ length: minutes }, () => random.poisson(0.05)),
  });
  const total = (counts: Int32Array): number => counts.reduce((all, one) => all + one, 0);
  session.views = total(session.minuteViews);
  session.uniqueViewers = Math.round(session.views * 0.85);
  session.likes = total(session.minuteLikes);
  session.comments = total(session.minuteComments);
  session.commenters = Math.round(session.comments * 0.6);
  session.watchSeconds = total(session.concurrent) * 60;
  session.peakConcurrent = Math.max(...session.concurrent);
  session.averageConcurrent = Math.round(total(session.concurrent) / minutes);
}
