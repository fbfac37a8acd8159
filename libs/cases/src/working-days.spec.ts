import fc from 'fast-check';
import { addDays, dayStart } from '@app/contracts';
import { addWorkingDays, endOfWorkingDay, isWorkingDay } from './working-days';

/** National Day of 2026: Thursday 1 to Wednesday 7 October off, Saturday 10 worked through. */
const NATIONAL_DAY = new Map<string, boolean>([
  ...['01', '02', '03', '04', '05', '06', '07'].map((day) => [`2026-10-${day}`, false] as const),
  ['2026-10-10', true],
]);
const days = fc.integer({ min: 0, max: 1000 }).map((step) => addDays('2026-01-01', step));
const calendars = fc.array(fc.tuple(days, fc.boolean()), { maxLength: 60 }).map((told) => new Map(told));

describe('working days', () => {
  it('are Monday to Friday where the calendar says nothing', () => {
    expect(['2026-10-09', '2026-10-10', '2026-10-11', '2026-10-12'].map((day) => isWorkingDay(day, new Map()))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('follow the calendar through a holiday and the Saturday that is worked for it', () => {
    expect(addWorkingDays('2026-09-30', 1, NATIONAL_DAY)).toBe('2026-10-08');
    expect(addWorkingDays('2026-09-30', 3, NATIONAL_DAY)).toBe('2026-10-10');
    expect(addWorkingDays('2026-09-30', 4, NATIONAL_DAY)).toBe('2026-10-12');
    expect(addWorkingDays('2026-09-30', 1, new Map())).toBe('2026-10-01');
  });

  it('a deadline is the end of its day in the zone of the brand, whatever the hour it starts', () => {
    const ends = (at: string) => endOfWorkingDay(Date.parse(at), 5, { zone: 'Asia/Shanghai', calendar: NATIONAL_DAY });
    expect(ends('2026-09-30T00:00:00+08:00')).toBe(dayStart('2026-10-14', 'Asia/Shanghai'));
    expect(ends('2026-09-30T23:59:59+08:00')).toBe(dayStart('2026-10-14', 'Asia/Shanghai'));
  });

  it('between a day and the n-th working day after it lie exactly n working days; one more day of work never comes earlier', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 40 }), calendars, (day, count, calendar) => {
        const found = addWorkingDays(day, count, calendar);
        let worked = 0;
        for (let at = addDays(day, 1); at <= found; at = addDays(at, 1)) if (isWorkingDay(at, calendar)) worked++;
        return worked === count && isWorkingDay(found, calendar) && addWorkingDays(day, count + 1, calendar) > found;
      }),
      { seed: 20260901, numRuns: 300 },
    );
  });

  it('a calendar without any working day ends the search', () => {
    const none = new Map(Array.from({ length: 1200 }, (_, step) => [addDays('2026-01-01', step), false] as const));
    expect(addWorkingDays('2026-01-01', 5, none)).toBe(addDays('2026-01-01', 1000));
  });
});
