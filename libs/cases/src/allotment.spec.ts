import fc from 'fast-check';
import { allot, type Share } from './allotment';

const shares = fc
  .array(fc.nat(500), { maxLength: 12 })
  .map((units) => units.map((own, at): Share => ({ origin: at % 2 ? 'video' : 'session', target: `t${at}`, units: own })));

describe('sharing out units of a day', () => {
  it('takes exactly what is asked, as far as there is any, and of nobody more than it had; order changes nothing', () => {
    fc.assert(
      fc.property(shares, fc.nat(4000), (given, wanted) => {
        const total = given.reduce((sum, { units }) => sum + units, 0);
        const parts = allot(wanted, given);
        expect(parts.reduce((sum, { units }) => sum + units, 0)).toBe(Math.min(wanted, total));
        for (const part of parts) {
          const own = given.find(({ target }) => target === part.target)!;
          expect(part.units).toBeGreaterThan(0);
          expect(part.units).toBeLessThanOrEqual(own.units);
          expect(Math.abs(part.units - (Math.min(wanted, total) * own.units) / total)).toBeLessThan(1);
        }
        expect(allot(wanted, [...given].reverse())).toEqual(parts);
      }),
      { seed: 20261103, numRuns: 500 },
    );
  });

  it('nothing of nothing', () => {
    expect(allot(10, [])).toEqual([]);
    expect(allot(0, [{ origin: 'session', target: 's', units: 5 }])).toEqual([]);
    expect(allot(5, [{ origin: 'session', target: 's', units: -5 }])).toEqual([]);
  });
});
