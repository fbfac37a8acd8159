import { Random } from './random';
import { TotalsWorld, TOTALS_WORLD } from './world';
import { ViewersWorld, VIEWERS_WORLD } from './viewers-world';

const SMALL = { ...TOTALS_WORLD, dealers: 12, cheaters: 0.5, confounded: 0.5 };
const ROOMS = { ...VIEWERS_WORLD, dealers: 8, cheaters: 0.5, confounded: 0.5, rooms: [50, 120] as const };

const sum = (counts: Iterable<number>): number => [...counts].reduce((all, one) => all + one, 0);

describe('generated worlds', () => {
  it('are the same for the same seed, dealer by dealer, and other ones for another', () => {
    const [one, again, other] = [new TotalsWorld(SMALL), new TotalsWorld(SMALL), new TotalsWorld({ ...SMALL, seed: 2 })];
    expect(again.dealer(7)).toEqual([...one.dealers()][7]);
    expect(other.dealer(7)).not.toEqual(one.dealer(7));
    const told = (world: ViewersWorld): string => JSON.stringify(world.dealer(3));
    expect(told(new ViewersWorld(ROOMS))).toBe(told(new ViewersWorld(ROOMS)));
  });

  it('honest totals are those of the minutes, and never more persons than views', () => {
    for (const dealer of new TotalsWorld({ ...SMALL, cheaters: 0 }).dealers())
      for (const session of dealer.sessions) {
        expect(sum(session.minuteViews)).toBe(session.views);
        expect(sum(session.minuteLikes)).toBe(session.likes);
        expect(Math.max(...session.concurrent)).toBe(session.peakConcurrent);
        expect(session.uniqueViewers).toBeLessThanOrEqual(session.views);
        expect(session.paidViews).toBeLessThanOrEqual(session.views * 2);
      }
  });

  it('what an attack added is what the session has more than the honest one', () => {
    const honest = new TotalsWorld({ ...SMALL, cheaters: 0 });
    let compared = 0;
    for (const dealer of new TotalsWorld(SMALL).dealers()) {
      const { injection } = dealer;
      if (injection === null || injection.attacks.some((attack) => attack === 'A13' || attack === 'A16')) continue;
      const before = new Map(honest.dealer(dealer.dealer).sessions.map((session) => [session.sessionId, session]));
      for (const session of dealer.sessions) {
        const own = before.get(session.sessionId);
        // the honest peculiarity of a cheater is drawn anew in a world without cheaters
        if (own === undefined || dealer.honest.length > 0) continue;
        const added = injection.sessions.get(session.sessionId)?.views ?? 0;
        expect(session.views).toBe(own.views + added);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('viewers enter and leave within their session, and only bought ones are marked', () => {
    let bought = 0;
    for (const dealer of new ViewersWorld(ROOMS).dealers()) {
      const sessions = new Map(dealer.sessions.map((session) => [session.sessionId, session]));
      const outside = dealer.entries.filter(({ sessionId, at, dwell }) => {
        const session = sessions.get(sessionId);
        return session === undefined || at < session.from || at + (dwell ?? 0) * 1000 > session.to + 1000;
      });
      expect(outside).toEqual([]);
      bought += dealer.entries.filter((entry) => entry.bought).length;
      if (dealer.injection === null) expect(dealer.entries.some((entry) => entry.bought)).toBe(false);
    }
    expect(bought).toBeGreaterThan(50);
  });

  it('draws have the mean and spread that they promise', () => {
    const random = Random.of(5, 'draws');
    const mean = (draw: () => number): number => sum(Array.from({ length: 20_000 }, draw)) / 20_000;
    expect(mean(() => random.uniform())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.poisson(4))).toBeCloseTo(4, 0);
    expect(mean(() => random.poisson(400))).toBeCloseTo(400, -1);
    expect(mean(() => random.gamma(2.5))).toBeCloseTo(2.5, 0);
    expect(mean(() => random.binomial(20, 0.3))).toBeCloseTo(6, 0);
    expect(mean(() => random.binomial(2000, 0.3)) / 600).toBeCloseTo(1, 2);
    expect(mean(() => Math.pow(random.normal(), 2))).toBeCloseTo(1, 1);
  });
});
