import fc from 'fast-check';
import { DEFAULT_POLICY, addDays } from '@app/contracts';
import { daysBetween } from '../covered-days/coverage';
import { compare, fractionOf } from '../score/fraction';
import { openingFor, openingShare, openingYear } from './opening';
import { earnedTier, yearValue, yearValueText } from './tier';

const declared = (yearTo: string, valueCny: string) => ({ accountKey: '1', yearTo, valueCny, sourceNote: 'test' });

describe('opening year values', () => {
  it('a year is the twelve months that end with its day', () => {
    expect(openingYear('2025-12-31')).toEqual({ from: '2025-01-01', to: '2026-01-01', days: 365 });
    expect(openingYear('2024-12-31')).toEqual({ from: '2024-01-01', to: '2025-01-01', days: 366 });
    expect(openingYear('2028-02-28')).toEqual({ from: '2027-03-01', to: '2028-02-29', days: 365 });
    expect(openingYear('2028-02-29')).toEqual({ from: '2027-03-01', to: '2028-03-01', days: 366 });
  });

  it('stands for the days before observation only, by its share of days, and fades out as the window moves', () => {
    const years = [declared('2025-12-31', '3650')];
    const share = (fromDay: string) => openingFor(years, fromDay, '2026-01-01', addDays(fromDay, 365));
    expect(yearValueText(share('2025-01-01')!.value)).toBe('3650');
    expect(yearValueText(share('2025-12-01')!.value)).toBe('310');
    expect(share('2026-01-01')).toBeNull();
    expect(openingFor(years, '2025-06-01', '2025-05-01', '2026-06-01')).toBeNull();
  });

  it('never counts a day twice: with the observed days it is at most the window', () => {
    const day = fc.integer({ min: 0, max: 1000 }).map((days) => addDays('2024-06-01', days));
    fc.assert(
      fc.property(day, day, day, fc.nat(9_000_000), (fromDay, firstDay, yearTo, value) => {
        const until = addDays(fromDay, 365);
        const share = openingFor([declared(yearTo, String(value))], fromDay, firstDay, until);
        if (!share) return;
        const before = daysBetween(fromDay, firstDay < until ? firstDay : until);
        expect(share.days).toBeLessThanOrEqual(before);
        expect(share.reachesObservation).toBe(share.days === before);
        expect(compare(share.value, fractionOf(value))).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('a window that it completes is compared as it is; one with a hole is projected over the known days', () => {
    const whole = openingShare([declared('2025-12-31', '1200000')], '2025-02-01', '2026-01-01');
    const year = yearValue({ valueCny: '100000.5', daysObserved: 31, startsInside: true, opening: whole })!;
    expect({ ...year, value: yearValueText(year.value) }).toEqual({ value: '1198082.6917808219', projected: false, declared: true });
    const hole = openingShare([declared('2025-12-31', '1200000')], '2025-11-01', '2026-10-01');
    expect(hole).toMatchObject({ days: 61, reachesObservation: false });
    expect(earnedTier({ valueCny: '0', daysObserved: 31, startsInside: true, opening: hole }, 'dealer', DEFAULT_POLICY)).toEqual({
      tier: 'incubating',
      projected: true,
      declared: true,
    });
  });

  it('a declared year alone earns exactly at the bound', () => {
    const tierAt = (value: string) =>
      earnedTier(
        {
          valueCny: null,
          daysObserved: 0,
          startsInside: true,
          opening: openingShare([declared('2025-12-31', value)], '2025-01-01', '2026-01-01'),
        },
        'staff',
        DEFAULT_POLICY,
      ).tier;
    expect(['999999.9999', '1000000', '4999999.9999', '5000000'].map(tierAt)).toEqual(['outer', 'base', 'base', 'head']);
  });
});
