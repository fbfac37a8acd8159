import { DAY_MS, InstantReading, localInstant, parseDay, parseInstant } from '../instants';
import { readCell } from './cells';

const TIME = /^\d{1,2}:\d{2}(?::\d{2})?$/;
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30);

/** The instant of a cell; a time alone is of `day`. Null when it is none. */
export function instantOf(raw: unknown, day: unknown, reading: InstantReading): number | null {
  const seconds = timeOf(raw);
  if (seconds === null) {
    const ms = parseInstant(raw, reading);
    return typeof ms === 'number' ? ms : null;
  }
  const date = day === undefined || day === null ? null : parseDay(readCell(day, 'day'), true);
  if (typeof date !== 'string') return null;
  const ms = localInstant(Date.parse(`${date}T00:00:00Z`) + seconds * 1000, reading);
  return typeof ms === 'number' ? ms : null;
}

/** Seconds of a time of day without date: text, a fraction of a day, or a time cell. */
function timeOf(raw: unknown): number | null {
  if (typeof raw === 'string') return TIME.test(raw.trim()) ? Number(readCell(raw, 'seconds')?.toString() ?? NaN) * clockUnit(raw) : null;
  if (typeof raw === 'number') return raw >= 0 && raw < 1 ? Math.round((raw * DAY_MS) / 1000) : null;
  if (!(raw instanceof Date)) return null;
  const since = raw.getTime() - EXCEL_EPOCH_MS;
  return since >= 0 && since < DAY_MS ? Math.round(since / 1000) : null;
}

/** As a length `19:00` is nineteen minutes, as a time of day nineteen hours. */
const clockUnit = (text: string): number => (text.trim().split(':').length === 2 ? 60 : 1);

/** A date without a time of day, or with midnight. */
export function isDateOnly(raw: unknown): boolean {
  if (typeof raw === 'string') return !/\d:\d/.test(raw) && !/^\d{5}\.\d+$/.test(raw.trim()) ? true : /\s0?0:00(:00)?$/.test(raw.trim());
  if (typeof raw === 'number') return Number.isInteger(raw) && raw < 100_000;
  return raw instanceof Date && raw.getTime() % DAY_MS === 0;
}
