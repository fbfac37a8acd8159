import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addDays,
  addMonths,
  businessDay,
  businessDays,
  businessMonth,
  dayStart,
  isDay,
  monthNumber,
  monthPeriod,
  monthText,
} from './calendar';

const ZONES = ['Asia/Shanghai', 'UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo'];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });

describe('business calendar', () => {
  it('property tests follow one seed: a run does not find what the last one did not', () => {
    expect(fc.readConfigureGlobal().seed).toBe(Number(process.env.VITRINE_TEST_SEED ?? 20_261_122));
  });
  it('agrees with an independent calendar on the day of any instant', () => {
    fc.assert(fc.property(instant, zone, (ms, z) => businessDay(ms, z) === DateTime.fromMillis(ms, { zone: z }).toISODate()));
  });
  it('a day starts where its first millisecond is', () => {
    fc.assert(
      fc.property(instant, zone, (ms, z) => {
        const day = businessDay(ms, z);
        const start = dayStart(day, z);
        return start <= ms && ms < dayStart(addDays(day, 1), z) && businessDay(start, z) === day && businessDay(start - 1, z) < day;
      }),
    );
  });
  it('months tile time', () => {
    fc.assert(
      fc.property(instant, zone, (ms, z) => {
        const month = businessMonth(ms, z);
        const { from, to } = monthPeriod(month, z);
        return from <= ms && ms < to && monthPeriod(addMonths(month, 1), z).from === to && businessDays({ from, to }, z).length >= 28;
      }),
    );
  });
  it('Shanghai: 23:59:59.999 is still the day, 00:00 the next, 07:59 the same', () => {
    const at = (text: string) => businessDay(Date.parse(text), 'Asia/Shanghai');
    expect([at('2026-10-31T15:59:59.999Z'), at('2026-10-31T16:00:00.000Z'), at('2026-10-31T23:59:00.000Z')]).toEqual([
      '2026-10-31',
      '2026-11-01',
      '2026-11-01',
    ]);
  });
  it('a month and its number say the same', () => {
    expect([monthNumber('2026-10'), monthNumber('0099-01'), monthText(202612)]).toEqual([202610, 9901, '2026-12']);
    fc.assert(fc.property(instant, zone, (ms, z) => monthText(monthNumber(businessMonth(ms, z))) === businessMonth(ms, z)));
  });
  it('refuses days that do not exist', () => {
    expect(['2026-02-28', '2026-02-29', '2026-13-01', '2026-1-1', ''].map(isDay)).toEqual([true, false, false, false, false]);
  });
});
