import fc from 'fast-check';
import { classOf, PROVINCE_TILES, quantileBounds } from './provinceTiles';

describe('tiles of the provinces', () => {
  it('are the 34 province-level regions, each once, no two in one place', () => {
    expect(new Set(PROVINCE_TILES.map(({ code }) => code)).size).toBe(34);
    expect(new Set(PROVINCE_TILES.map(({ column, row }) => `${column} ${row}`)).size).toBe(34);
    for (const { code, zh, en } of PROVINCE_TILES) {
      expect(code).toMatch(/^[1-8]\d$/);
      expect(zh).toMatch(/^[\u4e00-\u9fff]{2,3}$/);
      expect(en).toMatch(/^[A-Z][a-zA-Z ]+$/);
    }
  });
});

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
