import fc from 'fast-check';
import { classOf, quantileBounds } from './quantiles';

describe('classes', () => {
  it('a larger value is never in a lower class, and none is beyond the last', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 }), (values) => {
        const bounds = quantileBounds(values, 5);
        const classes = [...values].sort((a, b) => a - b).map((value) => classOf(value, bounds));
        expect(classes).toEqual([...classes].sort((a, b) => a - b));
        expect(classes[0]).toBe(0);
        expect(Math.max(...classes)).toBeLessThanOrEqual(4);
      }),
    ));
  it('equal values are one class', () => expect(quantileBounds([7, 7, 7], 5)).toEqual([]));
});
