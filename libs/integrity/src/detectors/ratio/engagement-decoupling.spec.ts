import type { MinuteShape } from '../../facts/minute-shapes.reader';
import { atOnce, couplingValues } from './engagement-decoupling';

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
    stepDown: 0.5,
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

describe('who comes at once', () => {
  const score = (came: number | null, left: number | null) => {
    const values = couplingValues({ shape: shape({}) }).map(() => 0 as number | null);
    [values[9], values[11]] = [came, left];
    const observation = { item: 's', from: 0, to: 1, day: 4, values, kinds: [], declarationIds: [] };
    return atOnce.score({ observation, shift: values, spread: values.map(() => 1), expected: values, peers: values });
  };

  it('is strange where they leave at once, too; a public of one minute that leaves one by one is not', () => {
    expect(score(6, 6)).toBeCloseTo(6);
    expect(score(6, -1)).toBe(0);
    expect(score(6, 0.5)).toBeLessThan(2);
    expect(score(null, 6)).toBeNull();
  });
});
