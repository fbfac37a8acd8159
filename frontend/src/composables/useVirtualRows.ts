import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue';

/** Tables are drawn whole up to this number of rows, from it on only what is in view. */
export const VIRTUAL_FROM = 200;
const OVERSCAN = 12;
/** The window moves by so many rows at once: not with every pixel. */
const STEP = 4;
/** Further than so much of the view in one event is a jump: only what is seen is drawn at once, the rows around it when it is calm again, a few at a time. */
const JUMP = 0.4;
const CALM_MS = 80;
const NEXT_MS = 16;

interface RowWindow {
  start: number;
  end: number;
  /** Space of the rows that are not drawn, px. */
  above: number;
  below: number;
}

/** Which of `count` rows of equal height to draw at a scroll position, with the space to leave above and below. */
export function rowWindow(count: number, rowHeight: number, scrollTop: number, viewHeight: number, overscan = OVERSCAN): RowWindow {
  if (count < VIRTUAL_FROM) return { start: 0, end: count, above: 0, below: 0 };
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight / STEP) * STEP));
  // as many rows at every place, so that they are recycled (`useRecycled`) and none is made or thrown away
  const last = first + (Math.ceil(viewHeight / rowHeight / STEP) + 1) * STEP;
  const start = Math.max(0, first - overscan);
  const end = Math.min(count, last + overscan);
  return { start, end, above: start * rowHeight, below: (count - end) * rowHeight };
}

const isSame = (a: RowWindow, b: RowWindow) => a.start === b.start && a.end === b.end && a.above === b.above && a.below === b.below;

/** The window of rows of a scrolling container, and a way to bring a row into view. */
export function useVirtualRows(
  container: Ref<HTMLElement | null>,
  count: Ref<number>,
  rowHeight: Ref<number>,
  headHeight: number,
  footHeight: number,
) {
  const scrollTop = ref(0);
  // until it is measured: rather a few rows too few than made for nothing
  const viewHeight = ref(480);
  const viewWidth = ref(Infinity);
  const overscan = ref(0);
  let calm: ReturnType<typeof setTimeout> | undefined;
  function widen(after: number) {
    clearTimeout(calm);
    calm = setTimeout(() => {
      overscan.value = Math.min(OVERSCAN, overscan.value + STEP);
      if (overscan.value < OVERSCAN) widen(NEXT_MS);
    }, after);
  }
  const read = () => {
    const top = container.value?.scrollTop ?? 0;
    viewHeight.value = container.value?.clientHeight ?? 800;
    viewWidth.value = container.value?.clientWidth || Infinity;
    if (Math.abs(top - scrollTop.value) > viewHeight.value * JUMP) {
      overscan.value = 0;
      widen(CALM_MS);
    }
    scrollTop.value = top;
  };
  const observer = new ResizeObserver(read);
  // the container comes and goes with the rows: a filter that none passes takes it away
  watch(
    container,
    (element, before) => {
      before?.removeEventListener('scroll', read);
      observer.disconnect();
      if (!element) return;
      element.addEventListener('scroll', read, { passive: true });
      observer.observe(element);
      read();
      widen(CALM_MS);
    },
    { flush: 'post' },
  );
  onBeforeUnmount(() => {
    observer.disconnect();
    clearTimeout(calm);
  });

  function reveal(index: number) {
    const element = container.value;
    if (!element) return;
    const top = index * rowHeight.value;
    const bottom = top + rowHeight.value - (element.clientHeight - headHeight - footHeight);
    if (element.scrollTop > top) element.scrollTop = top;
    else if (element.scrollTop < bottom) element.scrollTop = bottom;
  }
  // the same window is the same object: nothing is drawn again while rows stay
  const window = computed<RowWindow>((before) => {
    const now = rowWindow(count.value, rowHeight.value, scrollTop.value, viewHeight.value, overscan.value);
    return before && isSame(before, now) ? before : now;
  });
  return { window, reveal, viewWidth };
}
