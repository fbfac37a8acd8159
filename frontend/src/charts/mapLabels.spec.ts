import fc from 'fast-check';
import type { Shape } from './outlines';
import { placedLabels } from './mapLabels';

const shape = fc.record({
  code: fc.stringMatching(/^\d{4}$/),
  name: fc.constantFrom('杭州', '鄂尔多斯', 'Inner Mongolia'),
  at: fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2000 })),
  room: fc.integer({ min: 0, max: 300 }),
  path: fc.constant(''),
});

describe('names on a map', () => {
  it('no name lies over another, at any size of the map', () =>
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 40 }), fc.double({ min: 0.5, max: 8, noNaN: true }), (shapes, unit) => {
        const labels = placedLabels(shapes as Shape[], ({ name }) => name ?? '', unit);
        for (const [at, a] of labels.entries())
          for (const b of labels.slice(at + 1)) expect(Math.abs(a.y - b.y) >= 15 * unit || Math.abs(a.x - b.x) >= 24 * unit).toBe(true);
      }),
    ));
  it('a shape that is much smaller than its name has none', () => {
    const tiny: Shape = { code: '82', name: '澳门', path: '', at: [10, 10], room: 2 };
    expect(placedLabels([tiny], ({ name }) => name ?? '', 3)).toEqual([]);
    expect(placedLabels([{ ...tiny, room: 100 }], ({ name }) => name ?? '', 3)).toHaveLength(1);
  });
});
