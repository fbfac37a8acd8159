import { defineStore } from 'pinia';
import { ref, watch, type Ref } from 'vue';
import type { Locale } from '@/figures/format';

export type Theme = 'light' | 'dark';
/** Which colour a rise has. */
export type UpColour = 'red' | 'green';
/** A saved view: a link with a name. */
export interface SavedView {
  name: string;
  path: string;
}
/** A brand that somebody signed in to in this browser. */
export interface KnownBrand {
  code: string;
  name: string;
  login: string;
}
export type Density = 'regular' | 'compact';

function stored<T>(key: string, initial: T, valid: (value: unknown) => boolean): Ref<T> {
  const name = `vitrine.${key}`;
  const value = ref(read(name, initial, valid)) as Ref<T>;
  watch(value, (next) => localStorage.setItem(name, JSON.stringify(next)), { deep: true });
  return value;
}

function read<T>(name: string, initial: T, valid: (value: unknown) => boolean): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    return valid(value) ? (value as T) : initial;
  } catch {
    return initial;
  }
}

const oneOf =
  (...values: string[]) =>
  (value: unknown) =>
    values.includes(String(value));

/** Paths of ours only: what the browser kept may have been changed. */
const isViews = (value: unknown) =>
  Array.isArray(value) && value.every((view) => typeof view?.name === 'string' && /^\/(?!\/)/.test(String(view?.path)));

const isBrands = (value: unknown) =>
  Array.isArray(value) && value.every((brand) => [brand?.code, brand?.name, brand?.login].every((text) => typeof text === 'string'));

const isChoices = (value: unknown) => typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray);

/** How this person likes to see the page; kept in the browser. What is looked at is in the address instead. */
export const usePreferences = defineStore('preferences', () => {
  const prefersDark = window.matchMedia?.('(prefers-color-scheme: dark)').matches ?? false;
  return {
    theme: stored<Theme>('theme', prefersDark ? 'dark' : 'light', oneOf('light', 'dark')),
    locale: stored<Locale>('locale', 'zh-CN', oneOf('zh-CN', 'en')),
    density: stored<Density>('density', 'regular', oneOf('regular', 'compact')),
    railFolded: stored<boolean>('railFolded', false, (value) => typeof value === 'boolean'),
    upColour: stored<UpColour>('upColour', 'red', oneOf('red', 'green')),
    views: stored<SavedView[]>('views', [], isViews),
    brands: stored<KnownBrand[]>('brands', [], isBrands),
    /** Hidden columns of each table. */
    tableColumns: stored<Record<string, string[]>>('tableColumns', {}, isChoices),
    hiddenColumns: stored<string[]>('hiddenColumns', ['trailing', 'viewers', 'on2Days', 'peerGroup'], Array.isArray),
  };
});
