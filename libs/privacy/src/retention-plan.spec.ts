import { cutoffs, floorOf } from './retention-plan';

const ZONE = 'Asia/Shanghai';
const closed = ['2026-01', '2026-02', '2026-04'];

describe('what retention may remove', () => {
  it('goes month by month through closed ones, and waits at the first that is open', () => {
    expect(floorOf({ oldest: '2026-01', current: '2026-10', keptMonths: 6 }, closed)).toEqual({ floor: '2026-03', waitsFor: '2026-03' });
    expect(floorOf({ oldest: '2026-01', current: '2026-10', keptMonths: 8 }, closed)).toEqual({ floor: '2026-02', waitsFor: null });
    expect(floorOf({ oldest: '2026-09', current: '2026-10', keptMonths: 6 }, closed)).toEqual({ floor: '2026-09', waitsFor: null });
    expect(floorOf({ oldest: '2025-12', current: '2026-10', keptMonths: 6 }, closed)).toEqual({ floor: '2025-12', waitsFor: '2025-12' });
  });

  it('keeps before a kept month what any month may need, and all that one of its accounts says that it needs', () => {
    const start = Date.parse('2026-03-01T00:00:00+08:00');
    const usual = start - 33 * 86_400_000;
    const reaches = [
      { account: '1', from: start - 86_400_000, to: start },
      { account: '2', from: start - 90 * 86_400_000, to: start },
      { account: '2', from: start - 60 * 86_400_000, to: start },
      { account: '3', from: 0, to: start },
      { account: '4', from: 0, to: 0 },
    ];
    const found = cutoffs('2026-03', ZONE, reaches);
    expect(found.usual).toBe(usual);
    expect([...found.byAccount]).toEqual([
      ['2', start - 90 * 86_400_000],
      ['3', 0],
    ]);
  });
});
