import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** Tables are drawn whole up to this number of rows, from it on only what is in view. */
export const VIRTUAL_FROM = 200;
const OVERSCAN = 12;

/** Which of `count` rows of equal height to draw at a scroll position, with the space to leave above and below. */
export function rowWindow(count: number, rowHeight: number, scrollTop: number, viewHeight: number) {
  if (count < VIRTUAL_FROM) return { start: 0, end: count, above: 0, below: 0 };
  const start = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + OVERSCAN);
  return { start, end, above: start * rowHeight, below: (count - end) * rowHeight };
}

/** The window of rows of a scrolling container, and a way to bring a row into view. */
export function useVirtualRows(
  container: Ref<HTMLElement | null>,
  count: Ref<number>,
  rowHeight: Ref<number>,
  headHeight: number,
  footHeight: number,
) {
  const scrollTop = ref(0);
  const viewHeight = ref(800);
  const read = () => {
    scrollTop.value = container.value?.scrollTop ?? 0;
    viewHeight.value = container.value?.clientHeight ?? 800;
  };
  let observer: ResizeObserver | undefined;
  onMounted(() => {
    container.value?.addEventListener('scroll', read, { passive: true });
    observer = new ResizeObserver(read);
    if (container.value) observer.observe(container.value);
    read();
  });
  onBeforeUnmount(() => observer?.disconnect());

  function reveal(index: number) {
    const element = container.value;
    if (!element) return;
    const top = index * rowHeight.value;
    const bottom = top + rowHeight.value - (element.clientHeight - headHeight - footHeight);
    if (element.scrollTop > top) element.scrollTop = top;
    else if (element.scrollTop < bottom) element.scrollTop = bottom;
  }
  return { window: computed(() => rowWindow(count.value, rowHeight.value, scrollTop.value, viewHeight.value)), reveal };
}
