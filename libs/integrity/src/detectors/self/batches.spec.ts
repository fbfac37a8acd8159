import fc from 'fast-check';
import { largestBatch } from './batches';

it('finds the fullest span, its end not included', () => {
  expect(largestBatch([0, 100, 107, 109, 200], 10)).toEqual({ count: 3, from: 100 });
  expect(largestBatch([0, 10], 10)).toEqual({ count: 1, from: 0 });
  expect(largestBatch([], 10)).toEqual({ count: 0, from: 0 });
});

it('no span of that length holds more', () => {
  const instants = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 40 }), (all, length) => {
      const counts = all.map((from) => all.filter((at) => at >= from && at < from + length).length);
      expect(largestBatch(all, length).count).toBe(Math.max(0, ...counts));
    }),
    { seed: 20261122 },
  );
});
