import type { ShowroomRow } from '@app/contracts';
import { funnelSteps } from './funnel';

const row = { entries: 1000, identifiability: 0.8, viewers: 400, showroomVisitors: 20, showroomVisitorsOn2Days: 15 } as ShowroomRow;

describe('from entries to people who come back', () => {
  it('shares stand between steps that count the same: entries of entries, persons of persons', () => {
    expect(funnelSteps(row).map(({ value, share }) => [value, share])).toEqual([
      [1000, null],
      [null, 0.8],
      [400, null],
      [20, 0.05],
      [15, 0.75],
    ]);
  });
  it('what is unknown stays unknown and makes no share, never 0', () => {
    const steps = funnelSteps({ ...row, identifiability: null, showroomVisitors: null });
    expect(steps.map(({ value }) => value)).toEqual([1000, null, 400, null, 15]);
    expect(steps.map(({ share }) => share)).toEqual([null, null, null, null, null]);
  });
  it('nobody of nobody is no share', () => expect(funnelSteps({ ...row, viewers: 0, showroomVisitors: 0 })[3].share).toBeNull());
});
