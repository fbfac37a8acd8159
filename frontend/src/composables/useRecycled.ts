import { computed, type ComputedRef, type Ref } from 'vue';

/**
 * Keys for the places of a window of rows: a row that stays keeps its own, one that comes takes that of one that has gone. So drawn rows are filled anew and not made anew, which costs a
 * fraction.
 */
export function useRecycled(window: Ref<{ start: number; end: number }>): ComputedRef<number[]> {
  let keys = new Map<number, number>();
  let made = 0;
  return computed(() => {
    const { start, end } = window.value;
    const free = [...keys].filter(([place]) => place < start || place >= end).map(([, key]) => key);
    const next = new Map<number, number>();
    for (let place = start; place < end; place++) next.set(place, keys.get(place) ?? free.shift() ?? made++);
    keys = next;
    return [...next.values()];
  });
}
