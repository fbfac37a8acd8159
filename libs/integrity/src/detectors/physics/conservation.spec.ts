import { madeTotals } from '../../../../../test/support/made-session-totals';
import { LAWS, conservationValues } from './conservation';

const broken = (change: object) => LAWS.filter((law) => (law.breach(madeTotals(change)) ?? 0) > 0.02).map(({ name }) => name);
const values = (change: object) => conservationValues({ totals: madeTotals(change), shape: null, minutes: 120, organicViews: 2000 });

describe('conservation', () => {
  it('an ordinary session breaks no law, and unknown figures break none', () => {
    expect(broken({})).toEqual([]);
    expect(broken({ views: null, unique_viewers: null, peak_concurrent: null, average_concurrent: null, to: null })).toEqual([]);
  });

  it('numbers that no crowd can produce are told by name', () => {
    expect(broken({ peak_concurrent: 1700 })).toEqual(['peakAboveViewers']);
    expect(broken({ unique_viewers: 2100 })).toEqual(['viewersAboveViews']);
    expect(broken({ average_concurrent: 300 })).toEqual(['averageAbovePeak']);
    expect(broken({ watch_seconds: 2_000_000 })).toEqual(['watchAbovePeak']);
    expect(broken({ paid_views: 2500 })).toEqual(['paidAboveViews']);
  });

  it('a few people more are rounding, and rooms of a handful are not judged', () => {
    expect(broken({ unique_viewers: 2030 })).toEqual([]);
    expect(
      broken({ unique_viewers: 19, views: 12, peak_concurrent: 15, average_concurrent: 16, watch_seconds: null, views_over_1_min: 4 }),
    ).toEqual([]);
  });

  it('official numbers that agree have ratio one; a session without a length knows what does not need it', () => {
    const [, , , watchIdentity, dwellIdentity] = values({});
    expect([watchIdentity, dwellIdentity].map((value) => Math.abs(value!) < 0.02)).toEqual([true, true]);
    const open = conservationValues({ totals: madeTotals({ to: null }), shape: null, minutes: null, organicViews: 2000 });
    expect([open[3], open[2]]).toEqual([null, values({})[2]]);
  });

  it('an average of one person is a whole number and proves nothing; one of a hundred does', () => {
    const identity = (average_concurrent: number, off: number) =>
      values({ average_concurrent, watch_seconds: average_concurrent * 7200 * Math.exp(off) })[3]!;
    expect(identity(1, -0.4)).toBe(-0);
    expect(identity(1, -1)).toBeLessThan(-0.5);
    expect(identity(100, -0.4)).toBeCloseTo(-0.4, 1);
  });

  it('zero, negative and unknown figures are no ratio', () => {
    for (const views of [0, -5, null])
      expect(conservationValues({ totals: madeTotals({ views }), shape: null, minutes: 120, organicViews: views })[0]).toBeNull();
  });
});
