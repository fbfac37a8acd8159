import type { MinuteShape } from '../../facts/minute-shapes.reader';
import { shapeValues } from './concurrency-shape';
import { replayValues } from './replay-room';
import { madeTotals } from '../../../../../test/support/made-session-totals';

const shape = (change: Partial<MinuteShape>) =>
  ({
    sessionId: 's',
    minutes: 120,
    peak: 240,
    stepUp: 0.6,
    stepDown: 0.5,
    roughness: 0.2,
    flatRun: 3,
    variation: 0.3,
    viewsWithSteps: 0.4,
    ...change,
  }) as MinuteShape;

describe('shapes of curves', () => {
  it('a step is told in units of honest noise, on a scale that keeps what is shown', () => {
    const [up] = shapeValues({ shape: shape({ stepUp: 4 }) });
    expect(Math.exp(up!) - 0.2).toBeCloseTo(4);
  });

  it('a session without minutes, of a few minutes, or without concurrency has no shape', () => {
    for (const one of [null, shape({ minutes: 3 }), shape({ peak: null })])
      expect(shapeValues({ shape: one })).toEqual(Array(7).fill(null));
  });

  it('a fall below zero, of a room that only rises, is no step', () => {
    expect(shapeValues({ shape: shape({ stepDown: -0.4 }) })[1]).toBeCloseTo(Math.log(0.2));
  });

  it('a short broadcast is no replay that was left running', () => {
    const values = (minutes: number) => replayValues({ shape: shape({ minutes }), totals: madeTotals({}), minutes, organicViews: 2000 });
    expect(values(30).every((value) => value === null)).toBe(true);
    expect(values(300).some((value) => value !== null)).toBe(true);
  });
});
