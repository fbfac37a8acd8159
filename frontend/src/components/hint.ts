import { reactive, type ObjectDirective } from 'vue';

/** The one hint on screen: a table has hundreds of figures that explain themselves, so they share a single layer. */
export const shownHint = reactive({ text: '', x: 0, y: 0, below: true });

const texts = new WeakMap<HTMLElement, string>();

function show(event: Event) {
  const element = event.currentTarget as HTMLElement;
  const text = texts.get(element);
  if (!text) return;
  const box = element.getBoundingClientRect();
  const below = box.bottom + 120 < window.innerHeight;
  Object.assign(shownHint, { text, x: box.left + box.width / 2, y: below ? box.bottom + 6 : box.top - 6, below });
}

export function hideHint() {
  shownHint.text = '';
}

const set = (element: HTMLElement, text: string | null | undefined) => {
  texts.set(element, text ?? '');
  if (text) element.setAttribute('aria-description', text);
  else element.removeAttribute('aria-description');
  element.classList.toggle('hinted', Boolean(text));
};

/** `v-hint="text"`: shows the text while the pointer or the focus is on the element. Line breaks are kept. */
export const vHint: ObjectDirective<HTMLElement, string | null | undefined> = {
  mounted(element, { value }) {
    set(element, value);
    element.addEventListener('pointerenter', show);
    element.addEventListener('focus', show);
    element.addEventListener('pointerleave', hideHint);
    element.addEventListener('blur', hideHint);
  },
  updated: (element, { value }) => set(element, value),
  beforeUnmount: (element) => {
    if (texts.get(element) === shownHint.text) hideHint();
  },
};
