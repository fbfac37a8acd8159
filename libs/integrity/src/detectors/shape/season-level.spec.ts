import { madeTotals } from '../../../../../test/support/made-session-totals';
import { levelValues } from './season-level';

const values = (change: object, minutes: number | null = 120) =>
  levelValues({ totals: madeTotals(change), shape: null, minutes, organicViews: 2000 });

describe('levels of a session', () => {
  it('a broadcast twice as long is expected to have more, but not twice as much', () => {
    const [hour] = values({}, 60);
    const [two] = values({}, 120);
    expect(hour! - two!).toBeCloseTo(0.7 * Math.LN2);
  });

  it('unknown and negative figures are unknown levels', () => {
    expect(values({ likes: null })[3]).toBeNull();
    expect(values({ likes: -4 })[3]).toBeNull();
    expect(values({}, null)[0]).toBeCloseTo(Math.log(2001));
  });
});
