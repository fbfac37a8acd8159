import { followerValues } from './follower-spike';

const days = (totals: (number | null)[]) => totals.flatMap((total, day) => (total === null ? [] : [{ day, total }]));
const shown = new Map([1, 2, 3, 4].map((day) => [day, { views: 1000, follows: 20 }]));

describe('followers of a day', () => {
  it('what sessions tell of follows is explained, what is beyond it is not', () => {
    const [first, second] = followerValues(days([1000, 1020, 1540]), shown);
    expect(Math.expm1(first.values[2]!)).toBeCloseTo(0);
    expect(Math.expm1(second.values[2]!)).toBeCloseTo(500);
  });

  it('followers that leave again are told, as soon as later days are known', () => {
    const totals = [1000, 1500, 1500, 1300, 1100, 1050];
    const values = followerValues(days(totals), shown);
    expect(Math.expm1(values[0].values[3]!)).toBeCloseTo(450);
    expect(values.at(-1)!.values[3]).toBeNull();
  });

  it('who leaves again shows beside those who go on coming, on average of the days after', () => {
    const coming = new Map(Array.from({ length: 14 }, (_, day) => [day, { views: 1000, follows: 20 }]));
    const total = (day: number) => 1000 + 20 * day + (day >= 2 ? 100 : 0) - (day > 6 ? 20 * (day - 6) : 0);
    const values = followerValues(days(Array.from({ length: 14 }, (_, day) => total(day))), coming);
    const bought = values.find(({ day }) => day === 2)!;
    expect(Math.expm1(bought.values[2]!)).toBeCloseTo(100);
    expect(Math.expm1(bought.values[4]!)).toBeCloseTo(140 / 11); // twenty a day leave from the seventh day on
    expect(values.at(-1)!.values[4]).toBeNull();
  });

  it('after a day without reading there is no gain of a day', () => {
    expect(followerValues(days([1000, null, 1500, 1510]), shown).map(({ day }) => day)).toEqual([3]);
    expect(followerValues(days([1000]), shown)).toEqual([]);
    expect(followerValues([], new Map())).toEqual([]);
  });

  it('a total that falls is no gain', () => {
    expect(followerValues(days([1000, 700]), new Map())[0].values[0]).toBe(0);
  });
});
