import fc from 'fast-check';
import { rowWindow, VIRTUAL_FROM } from './useVirtualRows';

describe('window of rows', () => {
  it('a table under the limit is drawn whole', () =>
    expect(rowWindow(VIRTUAL_FROM - 1, 48, 5000, 600)).toEqual({ start: 0, end: 199, above: 0, below: 0 }));
  it('what is in view is always drawn, and the space of the others is kept', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: VIRTUAL_FROM, max: 20_000 }),
        fc.integer({ min: 20, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, height, share) => {
          const scrollTop = share * Math.max(0, count * height - 600);
          const { start, end, above, below } = rowWindow(count, height, scrollTop, 600);
          expect(above + (end - start) * height + below).toBe(count * height);
          expect(start * height).toBeLessThanOrEqual(scrollTop);
          expect(end).toBeGreaterThanOrEqual(Math.min(count, Math.floor((scrollTop + 600) / height)));
          expect(end - start).toBeLessThan(80);
        },
      ),
    ));
});
