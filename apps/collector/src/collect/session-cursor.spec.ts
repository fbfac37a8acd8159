import fc from 'fast-check';
import { addDays, dayStart } from '@app/contracts';
import type { SessionReading } from '@app/platforms';
import { advanceSessions, sessionWindow, type SessionCursor } from './session-cursor';

const zone = 'Asia/Shanghai';
const noon = (day: string): number => dayStart(day, zone) + 12 * 3_600_000;
const reading = (sessionId: string, day: string, final: boolean): SessionReading => ({ sessionId, startedAt: noon(day), final, rows: [] });

describe('session cursor', () => {
  it('the first round looks a month back, later ones from three days before the last whole day', () => {
    expect(sessionWindow(null, { now: noon('2026-10-20'), zone })).toMatchObject({
      fromDay: '2026-09-20',
      toDay: '2026-10-21',
      to: noon('2026-10-20'),
    });
    expect(sessionWindow({ finalThrough: '2026-10-19', final: {} }, { now: noon('2026-10-20'), zone }).fromDay).toBe('2026-10-17');
  });

  it('a day with an unfinished session stays open until the session is final', () => {
    const before: SessionCursor = { finalThrough: '2026-10-17', final: {} };
    const round = (cursor: SessionCursor, today: string, readings: SessionReading[]) => {
      const at = { now: noon(today), zone };
      return advanceSessions(cursor, sessionWindow(cursor, at), readings, at);
    };
    const first = round(before, '2026-10-20', [reading('a', '2026-10-18', false), reading('b', '2026-10-19', true)]);
    expect(first.marks).toEqual([
      { day: '2026-10-18', complete: false },
      { day: '2026-10-19', complete: true },
    ]);
    expect(first.cursor).toEqual({ finalThrough: '2026-10-17', final: { b: '2026-10-19' } });
    const second = round(first.cursor, '2026-10-21', [reading('a', '2026-10-18', true)]);
    expect(second.marks.every(({ complete }) => complete)).toBe(true);
    expect(second.cursor.finalThrough).toBe('2026-10-20');
  });

  it('a session that never gets final is given up after two weeks, its day incomplete', () => {
    const at = { now: noon('2026-10-20'), zone };
    const cursor: SessionCursor = { finalThrough: '2026-10-01', final: {} };
    const { cursor: next, marks } = advanceSessions(cursor, sessionWindow(cursor, at), [reading('a', '2026-10-02', false)], at);
    expect(marks[0]).toEqual({ day: '2026-10-02', complete: false });
    expect(next.finalThrough).toBe('2026-10-19');
  });

  it('asking for past days moves no cursor', () => {
    const at = { now: noon('2026-10-20'), zone };
    const cursor: SessionCursor = { finalThrough: '2026-10-19', final: { z: '2026-10-19' } };
    const window = sessionWindow(cursor, { ...at, from: '2026-09-01', to: '2026-09-03' });
    const { cursor: next, marks } = advanceSessions(cursor, window, [reading('a', '2026-09-01', true)], at);
    expect(next).toEqual(cursor);
    expect(marks.map(({ day }) => day)).toEqual(['2026-09-01', '2026-09-02']);
  });

  it('whenever rounds happen and sessions get final, every day ends up marked, the last mark tells the truth, and no day is skipped', () => {
    const session = fc.record({ day: fc.integer({ min: 0, max: 19 }), finalAfter: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(
        fc.array(session, { maxLength: 20 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { minLength: 1, maxLength: 20 }),
        (sessions, days) => {
          const first = '2026-10-01';
          let cursor: SessionCursor | null = { finalThrough: addDays(first, -1), final: {} };
          const marks = new Map<string, boolean>();
          const rounds = [...days.sort((a, b) => a - b), 30];
          for (const today of rounds) {
            const at = { now: noon(addDays(first, today)), zone };
            const window = sessionWindow(cursor, at);
            const known: SessionCursor = cursor;
            const readings = sessions
              .map(({ day, finalAfter }, id) => reading(String(id), addDays(first, day), today >= day + finalAfter))
              .filter(
                ({ sessionId, startedAt }) =>
                  startedAt !== null && startedAt >= window.from && startedAt < window.to && !Object.hasOwn(known.final, sessionId),
              );
            const next = advanceSessions(cursor, window, readings, at);
            for (const { day, complete } of next.marks) marks.set(day, complete);
            cursor = next.cursor;
          }
          expect([...marks.keys()].sort()).toEqual(Array.from({ length: 30 }, (_, day) => addDays(first, day)));
          expect([...marks.values()].every(Boolean)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
