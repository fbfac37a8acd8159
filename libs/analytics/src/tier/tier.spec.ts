import fc from 'fast-check';
import { DEFAULT_POLICY } from '@app/contracts';
import { earnedTier, tierStructure } from './tier';

const year = (valueCny: string | null) => ({ valueCny, daysObserved: 365, startsInside: false });
const part = (valueCny: string, daysObserved: number) => ({ valueCny, daysObserved, startsInside: true });

describe('earned tier', () => {
  it('both bounds belong to the higher tier, to the last decimal', () => {
    expect(earnedTier(year('5000000'), 'dealer', DEFAULT_POLICY).tier).toBe('head');
    expect(earnedTier(year('4999999.9999999999'), 'dealer', DEFAULT_POLICY).tier).toBe('base');
    expect(earnedTier(year('1000000'), 'dealer', DEFAULT_POLICY).tier).toBe('base');
    expect(earnedTier(year('999999.9999999999'), 'dealer', DEFAULT_POLICY).tier).toBe('incubating');
  });

  it('below the bounds, staff accounts are outer and the others incubating; unknown stays unknown', () => {
    expect(earnedTier(year('1'), 'staff', DEFAULT_POLICY).tier).toBe('outer');
    expect(earnedTier(year('1'), 'brand', DEFAULT_POLICY).tier).toBe('incubating');
    expect(earnedTier(year(null), 'staff', DEFAULT_POLICY)).toEqual({ tier: null, projected: false });
  });

  it('projects exactly when observation began inside the window, and not under 28 days', () => {
    expect(earnedTier(part('410958.90410958', 30), 'dealer', DEFAULT_POLICY)).toEqual({ tier: 'base', projected: true });
    expect(earnedTier(part('410958.90410959', 30), 'dealer', DEFAULT_POLICY)).toEqual({ tier: 'head', projected: true });
    expect(earnedTier(part('9999999', 27), 'dealer', DEFAULT_POLICY)).toEqual({ tier: null, projected: false });
  });

  it('never falls when value rises', () => {
    const order = ['incubating', 'base', 'head'];
    fc.assert(
      fc.property(
        fc.nat(9_000_000),
        fc.nat(1_000_000),
        fc.integer({ min: 28, max: 365 }),
        fc.boolean(),
        (value, more, days, startsInside) => {
          const tierOf = (amount: number) =>
            order.indexOf(earnedTier({ valueCny: String(amount), daysObserved: days, startsInside }, 'dealer', DEFAULT_POLICY).tier!);
          expect(tierOf(value + more)).toBeGreaterThanOrEqual(tierOf(value));
        },
      ),
    );
  });
});

describe('tier structure', () => {
  it('warns when outer accounts carry more than half and no account is head', () => {
    const outer = { tier: 'outer' as const, valueCny: '501' };
    const base = { tier: 'base' as const, valueCny: '500' };
    expect(tierStructure([outer, base])).toEqual({ tierCounts: { head: 0, base: 1, outer: 1, incubating: 0 }, structureWarning: true });
    expect(tierStructure([{ ...outer, valueCny: '500' }, base]).structureWarning).toBe(false);
    expect(tierStructure([outer, { tier: 'head', valueCny: '0' }]).structureWarning).toBe(false);
  });
});
