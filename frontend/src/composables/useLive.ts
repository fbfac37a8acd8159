import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import { followLive, type LineState } from '@/api/live';
import { changed, opened, totalsAt, type LiveState } from '@/figures/live';

const TICK_MS = 1_000;

/** Follows rooms as long as the page is open. `now` is the server's clock, which goes on when the line does not. */
export function useLive() {
  const state = shallowRef<LiveState | null>(null);
  const line = ref<LineState>('opening');
  const now = ref(Date.now());
  const stop = new AbortController();
  let ahead = 0;
  const heardAt = (at: number) => {
    ahead = at - Date.now();
    now.value = at;
  };
  const timer = setInterval(() => (now.value = Date.now() + ahead), TICK_MS);
  onMounted(
    () =>
      void followLive(
        {
          onOpening: (opening) => {
            heardAt(opening.board.at);
            state.value = opened(state.value, opening);
          },
          onChange: (change) => {
            heardAt(change.at);
            if (state.value) state.value = changed(state.value, change);
          },
          onState: (next) => (line.value = next),
        },
        stop.signal,
      ),
  );
  onBeforeUnmount(() => {
    stop.abort();
    clearInterval(timer);
  });
  const board = computed(() => state.value?.board ?? null);
  return {
    state,
    board,
    line,
    now,
    totals: computed(() => (board.value ? totalsAt(board.value.rooms, board.value.nextDayTotal, now.value) : null)),
  };
}
