import { businessDay } from '@app/contracts';
import { scanWindow } from './keep-scans';

const ZONE = 'Asia/Shanghai';
const days = (now: string) => {
  const { from, to } = scanWindow(Date.parse(now), ZONE);
  return [businessDay(from, ZONE), businessDay(to, ZONE)];
};

describe('the window of scheduled scans', () => {
  it('begins on the Monday four weeks before this week’s, at the brand’s midnight, and ends with the day', () => {
    expect(days('2026-11-22T12:00:00+08:00')).toEqual(['2026-10-19', '2026-11-23']); // a Sunday
    expect(days('2026-11-23T00:00:00+08:00')).toEqual(['2026-10-26', '2026-11-24']); // a Monday
    expect(days('2026-11-22T23:59:59+08:00')).toEqual(['2026-10-19', '2026-11-23']);
    expect(days('2027-01-01T08:00:00+08:00')).toEqual(['2026-11-30', '2027-01-02']); // a Friday
  });

  it('has one beginning for the seven days of a week, so that a scan goes on where the last one was', () => {
    const beginnings = Array.from({ length: 7 }, (_, day) => days(`2026-11-${16 + day}T09:00:00+08:00`)[0]);
    expect(new Set(beginnings)).toEqual(new Set(['2026-10-19']));
  });
});
