import fc from 'fast-check';
import { ref } from 'vue';
import { useRecycled } from './useRecycled';

it('no two rows of a window share a key, and one that stays keeps its own', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 30 }), (windows) => {
      const window = ref({ start: 0, end: 0 });
      const keys = useRecycled(window);
      let before = new Map<number, number>();
      for (const [start, length] of windows) {
        window.value = { start, end: start + length };
        const now = new Map(keys.value.map((key, at) => [start + at, key]));
        expect(new Set(now.values()).size).toBe(length);
        for (const [place, key] of now) if (before.has(place)) expect(key).toBe(before.get(place));
        before = now;
      }
    }),
  ));
it('a jump takes the rows that are there, in their order', () => {
  const window = ref({ start: 0, end: 16 });
  const keys = useRecycled(window);
  const first = keys.value;
  window.value = { start: 400, end: 416 };
  expect(keys.value).toEqual(first);
});
