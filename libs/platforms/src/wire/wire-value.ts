import { noteUnreadable } from './unreadable';

/** Readers of platform answers: platforms write numbers as numbers or as text. What is missing or unreadable is null, never 0. */
export type WireObject = Record<string, unknown>;

export const isWireObject = (value: unknown): value is WireObject => typeof value === 'object' && value !== null && !Array.isArray(value);
export const wireObject = (value: unknown): WireObject => (isWireObject(value) ? value : {});
export const wireList = (value: unknown): WireObject[] => (Array.isArray(value) ? value.filter(isWireObject) : []);

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

export function wireNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' && NUMBER.test(value.trim())) return Number(value);
  noteUnreadable(value);
  return null;
}

/** A count: a whole number ≥ 0 that is exact in a double; else null. */
export function wireCount(value: unknown): number | null {
  const number = wireNumber(value);
  return number !== null && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** An id as text. A number above 2^53 has already lost digits: null, rather than another's id. */
export function wireId(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

export const wireText = (value: unknown): string => (typeof value === 'string' ? value : '');

export function wireBoolean(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === '1';
}

/** Seconds or milliseconds since 1970, told apart by size, as epoch ms. */
export function wireInstant(value: unknown): number | null {
  const number = wireNumber(value);
  if (number === null || number <= 0) return null;
  return Math.round(number < 100_000_000_000 ? number * 1_000 : number);
}

/** A day as `yyyy-MM-dd`, also written `yyyymmdd`. */
export function wireDay(value: unknown): string | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(String(value ?? ''));
  return match ? `${match[1]}-${match[2]}-${match[3]}` : null;
}
