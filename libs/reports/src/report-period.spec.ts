import fc from 'fast-check';
import { addDays } from '@app/contracts';
import { asksPeriod, monthsInto, periodBefore, periodOf, periodText } from './report-period';

const ZONE = 'Asia/Shanghai';
const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const noon = (day: string) => Date.parse(`${day}T12:00:00+08:00`);
const span = (period: string, dataDay = '2026-11-12') => {
  const { fromDay, toDay, month } = periodOf({ period, dataInstant: noon(dataDay) }, '2026-10', ZONE);
  return [fromDay, toDay, month];
};
const before = (period: string) => {
  const { fromDay, toDay } = periodBefore({ ...periodOf({ period, dataInstant: noon('2026-11-12') }, '2026-10', ZONE), zone: ZONE });
  return [fromDay, toDay];
};

describe('periods of reports', () => {
  it.each([
    ['2026-10-05', ['2026-10-05', '2026-10-06', null]],
    ['2026-W41', ['2026-10-05', '2026-10-12', null]],
    ['2026-W53', ['2026-12-28', '2027-01-04', null]],
    ['2027-W01', ['2027-01-04', '2027-01-11', null]],
    ['2025-W01', ['2024-12-30', '2025-01-06', null]],
    ['2026-10', ['2026-10-01', '2026-11-01', '2026-10']],
    ['2026-Q4', ['2026-10-01', '2027-01-01', null]],
    ['2026', ['2026-01-01', '2027-01-01', null]],
    ['live', ['2026-10-14', '2026-11-13', null]],
  ])('%s is a span of business days', (text, expected) => expect(span(text)).toEqual(expected));

  it('a live period is one also when its days are exactly a month', () => {
    expect(span('live', '2026-09-30')).toEqual(['2026-09-01', '2026-10-01', null]);
    expect(periodText(periodOf({ period: 'live', dataInstant: noon('2026-09-30') }, '2026-10', ZONE))).toBe('live');
  });

  it.each(['2026-13', '2026-02-30', '2025-W53', '2026-W00', '2026-Q5', '2026-Q', '26', 'year', '', ' 2026', '2026-10-05 '])(
    '"%s" is bad input',
    (text) => expect(() => span(text)).toThrow(expect.objectContaining({ code: 'bad_input' })),
  );

  it.each([
    { period: '9999' },
    { period: '9999-W52' },
    { month: '9999-12' },
    { month: '0000-01' },
    { from: '0001-01-01', to: '2026-01-01' },
    { from: '2026-01-01', to: '9999-12-31' },
  ])('%j lies beyond what can be told: bad input', (query) =>
    expect(() => periodOf(query, '2026-10', ZONE)).toThrow(expect.objectContaining({ code: 'bad_input' })),
  );

  it('a span that is no day, week, month, quarter or year has no name', () => {
    const text = (fromDay: string, toDay: string) => periodText({ fromDay, toDay, month: null });
    expect([
      text('2026-10-06', '2026-10-13'),
      text('2026-02-01', '2026-05-01'),
      text('2026-10-01', '2026-12-01'),
      text('2026-04-01', '2027-04-01'),
    ]).toEqual([null, null, null, null]);
    expect([text('2026-10-05', '2026-10-12'), text('2026-04-01', '2026-07-01')]).toEqual(['2026-W41', '2026-Q2']);
  });

  it('one way of naming a period is enough', () => {
    for (const more of [{ month: '2026-10' }, { from: '2026-10-01', to: '2026-10-02' }, { to: '2026-10-02' }])
      expect(() => periodOf({ period: '2026', ...more }, '2026-10', ZONE)).toThrow(expect.objectContaining({ code: 'bad_input' }));
    expect([asksPeriod({}), asksPeriod({ period: 'live' }), asksPeriod({ to: '2026-10-02' })]).toEqual([false, true, true]);
  });

  it.each([
    ['2026-10-01', ['2026-09-30', '2026-10-01']],
    ['2026-W01', ['2025-12-22', '2025-12-29']],
    ['2026-03', ['2026-02-01', '2026-03-01']],
    ['2026-Q1', ['2025-10-01', '2026-01-01']],
    ['2026', ['2025-01-01', '2026-01-01']],
    ['live', ['2026-09-14', '2026-10-14']],
  ])('%s is compared with the period before it', (text, expected) => expect(before(text)).toEqual(expected));

  it('every text names its own period, and the period before ends where it begins', () => {
    const day = fc.nat({ max: 4000 }).map((days) => addDays('2020-01-01', days));
    const text = fc.oneof(
      day,
      day.map((each) => each.slice(0, 7)),
      day.map((each) => each.slice(0, 4)),
      day.map((each) => `${each.slice(0, 4)}-Q${Math.ceil(Number(each.slice(5, 7)) / 3)}`),
      day.map((each) => periodText({ fromDay: each, toDay: addDays(each, 7), month: null }) ?? each),
    );
    fc.assert(
      fc.property(text, (each) => {
        const period = periodOf({ period: each }, '', ZONE);
        expect(periodText(period)).toBe(each);
        const earlier = periodBefore({ ...period, zone: ZONE });
        expect([earlier.toDay, earlier.to]).toEqual([period.fromDay, period.from]);
        expect(monthsInto(period)).toContain(period.lastMonth);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
