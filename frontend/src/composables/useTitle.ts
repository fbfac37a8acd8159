import { watchEffect } from 'vue';

/** Keeps the title of the browser's tab. */
export function useTitle(title: () => string) {
  watchEffect(() => (document.title = `${title()} · Vitrine`));
}
