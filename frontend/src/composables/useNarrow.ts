import { onBeforeUnmount, ref } from 'vue';

/** Whether the screen is a phone's: tables become cards. */
export function useNarrow() {
  const query = window.matchMedia('(max-width: 767px)');
  const narrow = ref(query.matches);
  const change = () => (narrow.value = query.matches);
  query.addEventListener('change', change);
  onBeforeUnmount(() => query.removeEventListener('change', change));
  return narrow;
}
