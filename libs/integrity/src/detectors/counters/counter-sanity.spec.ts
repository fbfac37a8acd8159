import { madeTotals } from '../../../../../test/support/made-session-totals';
import type { MinuteShape } from '../../facts/minute-shapes.reader';
import { duplicatedSessions, totalsAgainstMinutes } from './counter-rules';

const shape = (sessionId: string, viewsSum: number, minutes = 120) =>
  ({ sessionId, minutes, viewsSum, likesSum: 400, commentsSum: 100 }) as MinuteShape;
const at = (day: number, change: object = {}) => {
  const from = day * 86_400_000;
  return madeTotals({ sessionId: `s${day}`, from, to: from + 7_200_000, day, ...change });
};
const against = (sessions: ReturnType<typeof at>[], sums: number[]) =>
  totalsAgainstMinutes(
    sessions,
    new Map(sessions.map(({ sessionId }, place) => [sessionId, shape(sessionId, sums[place])])),
    6 * 86_400_000,
  );

describe('totals against the sum of their minutes', () => {
  it('a total that was edited stands out by its excess', () => {
    const sessions = [1, 2, 3, 4, 5, 6].map((day) => at(day, day === 6 ? { views: 2800 } : {}));
    const [found, ...others] = against(sessions, [2000, 2000, 2000, 2000, 2000, 2000]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ figure: 'editedViews', told: 2800, expected: 2000 });
    expect(found.size).toBeCloseTo(Math.log(1.4));
  });

  it('a source that always counts the minutes otherwise is no finding', () => {
    const sessions = [1, 2, 3, 4, 5, 6].map((day) => at(day));
    expect(
      against(
        sessions,
        sessions.map(() => 1700),
      ),
    ).toEqual([]);
  });

  it('a total below its minutes was taken back, not edited upwards', () => {
    expect(against([at(6, { views: 1200 })], [2000])).toEqual([]);
  });

  it('minutes that a collector has missed explain their share of a difference', () => {
    const late = at(6, { views: 2000 });
    const found = (views: number) => totalsAgainstMinutes([late], new Map([['s6', shape('s6', views, 110)]]), 0).length;
    expect([found(1850), found(1500)]).toEqual([0, 1]);
  });

  it('minutes that cover a part of the session are no sum of it, and small totals are no evidence', () => {
    const half = at(6, { views: 2800 });
    expect(totalsAgainstMinutes([half], new Map([['s6', shape('s6', 1000, 60)]]), 0)).toEqual([]);
    expect(against([at(6, { views: 40, likes: 0, comments: 0 })], [20])).toEqual([]);
  });
});

describe('sessions that repeat another', () => {
  it('equal in every figure is a copy; one figure apart is not', () => {
    expect(duplicatedSessions([at(1), at(2)]).map(({ session }) => session.sessionId)).toEqual(['s2']);
    expect(duplicatedSessions([at(1), at(2, { likes: 401 })])).toEqual([]);
  });

  it('empty and small sessions are alike by chance', () => {
    expect(duplicatedSessions([at(1, { views: 12 }), at(2, { views: 12 })])).toEqual([]);
    expect(duplicatedSessions([at(1, { peak_concurrent: null, follows: null }), at(2, { peak_concurrent: null, follows: null })])).toEqual(
      [],
    );
  });
});
