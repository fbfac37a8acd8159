import { computed, shallowRef, watch, type Ref } from 'vue';

/** Rows that a person has picked, by key; those that are no longer there are picked no more. */
export function useSelection<Row>(rows: Ref<readonly Row[]>, keyOf: (row: Row) => string) {
  const keys = shallowRef<ReadonlySet<string>>(new Set());
  let last = -1;
  watch(rows, (now) => {
    last = -1;
    if (!keys.value.size) return;
    const there = new Set(now.map(keyOf));
    const kept = [...keys.value].filter((key) => there.has(key));
    if (kept.length !== keys.value.size) keys.value = new Set(kept);
  });
  return {
    picked: computed(() => (keys.value.size ? rows.value.filter((row) => keys.value.has(keyOf(row))) : [])),
    isPicked: (row: Row) => keys.value.has(keyOf(row)),
    /** With `through` all rows from the one that was picked last to this one. */
    pick(place: number, through = false) {
      const next = new Set(keys.value);
      const key = keyOf(rows.value[place]);
      const take = !next.has(key);
      const from = through && last >= 0 ? Math.min(last, place) : place;
      const to = through && last >= 0 ? Math.max(last, place) : place;
      for (const row of rows.value.slice(from, to + 1)) {
        if (take) next.add(keyOf(row));
        else next.delete(keyOf(row));
      }
      last = place;
      keys.value = next;
    },
    pickAll(take: boolean) {
      keys.value = take ? new Set(rows.value.map(keyOf)) : new Set();
    },
    clear() {
      keys.value = new Set();
    },
  };
}
