import type { MinuteShape } from '../../facts/minute-shapes.reader';
import { couplingValues } from './engagement-decoupling';

const shape = (change: Partial<MinuteShape>) =>
  ({
    sessionId: 's',
    reactionHigh: 0.02,
    reactionLow: 0.02,
    likesWithViews: 0.5,
    commentsWithConcurrency: 0.5,
    likesSum: 400,
    commentsSum: 100,
    concurrencySum: 14_400,
    likesBurst: 0.03,
    commentsBurst: 0.04,
    viewsBurst: 0.02,
    commentsDispersion: 1.2,
    likesDispersion: 2,
    ...change,
  }) as MinuteShape;

describe('how reactions go with the room', () => {
  it('a fuller room that reacts half as much is a shift of ln 2', () => {
    expect(couplingValues({ shape: shape({ reactionHigh: 0.01 }) })[0]).toBeCloseTo(-Math.LN2);
  });

  it('a perfect correlation stays finite', () => {
    expect(Number.isFinite(couplingValues({ shape: shape({ likesWithViews: 1, commentsWithConcurrency: -1 }) })[1])).toBe(true);
  });

  it('what minutes do not tell is unknown, never 0', () => {
    expect(couplingValues({ shape: null }).every((value) => value === null)).toBe(true);
    const silent = couplingValues({ shape: shape({ likesSum: null, commentsBurst: null, likesDispersion: 0 }) });
    expect([silent[3], silent[6], silent[8]]).toEqual([null, null, null]);
  });
});
