import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { usePreferences } from '@/stores/preferences';

/**
 * Which columns of a table a person wants to see, remembered in the browser; the first one names the row and always stays. A table is told from others by the ids of its
 * columns. What is hidden is told, so that a column that is new is seen.
 */
export function useTableChoice<Column extends { id: string }>(columns: MaybeRefOrGetter<readonly Column[]>) {
  const preferences = usePreferences();
  const name = computed(() =>
    toValue(columns)
      .map(({ id }) => id)
      .join(' '),
  );
  const hidden = computed(() => preferences.tableColumns[name.value] ?? []);
  const isShown = (id: string, place: number) => place === 0 || !hidden.value.includes(id);
  return {
    shown: computed(() => toValue(columns).filter(({ id }, place) => isShown(id, place))),
    choices: computed(() =>
      toValue(columns).map((column, place) => ({ column, isShown: isShown(column.id, place), isFixed: place === 0 })),
    ),
    choose(id: string, show: boolean) {
      const rest = hidden.value.filter((one) => one !== id);
      preferences.tableColumns = { ...preferences.tableColumns, [name.value]: show ? rest : [...rest, id] };
    },
  };
}
