import { AsyncLocalStorage } from 'node:async_hooks';

/** Numbers of answers that came as something else. They are unknown; what they hold is kept nowhere. */
export interface Unreadable {
  /** Path of the call whose answer held the first. */
  endpoint: string;
  found: 'list' | 'object' | 'text' | 'boolean';
  count: number;
}

const scope = new AsyncLocalStorage<{ endpoint: string; noted: Unreadable | null }>();

/** What `work` returns, and whether answers to its calls held numbers that nobody could read. */
export function notingUnreadable<T>(work: () => Promise<T>): Promise<{ result: T; unreadable: Unreadable | null }> {
  const store: { endpoint: string; noted: Unreadable | null } = { endpoint: '', noted: null };
  return scope.run(store, async () => ({ result: await work(), unreadable: store.noted }));
}

/** What is read from now on, in this scope, is of an answer to that call. */
export function readingAnswerOf(endpoint: string): void {
  const store = scope.getStore();
  if (store) store.endpoint = endpoint;
}

/** Texts with which platforms say that they have no number. */
const NOTHING = new Set(['', '-', '--', 'null']);

/** A number was expected and something else was there. */
export function noteUnreadable(value: unknown): void {
  const store = scope.getStore();
  if (!store || value === undefined || value === null || (typeof value === 'string' && NOTHING.has(value.trim()))) return;
  if (store.noted) store.noted.count++;
  else store.noted = { endpoint: store.endpoint, found: kindOf(value), count: 1 };
}

function kindOf(value: unknown): Unreadable['found'] {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'boolean' : 'text';
}
