import { reactive, type ObjectDirective } from 'vue';

/** The one hint on screen: a table has hundreds of figures that explain themselves, so they share a single layer. */
export const shownHint = reactive({ text: '', x: 0, y: 0, below: true });

/** A hint, or what makes it: most are never looked at. */
type Hint = string | null | undefined | (() => string);
const hints = new WeakMap<HTMLElement, Hint>();
const textOf = (element: HTMLElement): string => {
  const hint = hints.get(element);
  return (typeof hint === 'function' ? hint() : hint) ?? '';
};

let shownFor: HTMLElement | null = null;
function show(element: HTMLElement) {
  const text = textOf(element);
  if (!text) return hideHint(); // not the one of before beside it
  shownFor = element;
  const box = element.getBoundingClientRect();
  const below = box.bottom + 120 < window.innerHeight;
  Object.assign(shownHint, { text, x: box.left + box.width / 2, y: below ? box.bottom + 6 : box.top - 6, below });
}

export function hideHint() {
  shownHint.text = '';
}

function describe(element: HTMLElement) {
  const text = textOf(element);
  if (text) element.setAttribute('aria-description', text);
  else element.removeAttribute('aria-description');
  element.classList.toggle('hinted', Boolean(text));
}

const waiting = new Set<HTMLElement>();
/** Hints that are made are said to screen readers when the page has nothing else to do, a few at a time: rows that fly by need none. */
function later(element: HTMLElement) {
  if (typeof requestIdleCallback === 'undefined') return describe(element);
  if (!waiting.size) requestIdleCallback(describeSome);
  waiting.add(element);
}
function describeSome(left: IdleDeadline) {
  for (const element of waiting) {
    waiting.delete(element);
    if (element.isConnected) describe(element);
    if (left.timeRemaining() < 4) break;
  }
  if (waiting.size) requestIdleCallback(describeSome);
}

function set(element: HTMLElement, hint: Hint) {
  const before = hints.get(element);
  if (hint === before && typeof hint !== 'function') {
    if (hint) element.classList.add('hinted'); // where the page has written its own classes anew
    return;
  }
  hints.set(element, hint);
  if (shownHint.text && element === shownFor) shownHint.text = textOf(element); // a row that is filled anew under the pointer
  if (typeof hint === 'function') later(element);
  else if (hint || before) describe(element);
}

/** The nearest element around what an event is about that has a hint. */
function hinted({ target }: Event): HTMLElement | null {
  for (let at = target instanceof Element ? target : null; at; at = at.parentElement)
    if (hints.get(at as HTMLElement)) return at as HTMLElement; // shapes of a map, too
  return null;
}
/** One ear for all: a table has hundreds of hints, and each listener of its own costs when a row is made. */
let hears = false;
function hear() {
  if (hears) return;
  hears = true;
  const look = (event: Event) => {
    const element = hinted(event);
    if (element) show(element);
    else hideHint();
  };
  document.addEventListener('pointerover', look, { passive: true });
  document.addEventListener('focusin', look);
  document.addEventListener('focusout', hideHint);
  document.documentElement.addEventListener('pointerleave', hideHint);
}

/** `v-hint="text"`: shows the text, or what a function makes of it, while the pointer or the focus is on the element. Line breaks are kept. */
export const vHint: ObjectDirective<HTMLElement, Hint> = {
  mounted(element, { value }) {
    hear();
    set(element, value);
  },
  updated: (element, { value }) => set(element, value),
  beforeUnmount: (element) => {
    if (shownHint.text && textOf(element) === shownHint.text) hideHint();
  },
};
