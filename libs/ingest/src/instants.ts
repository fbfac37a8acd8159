import { wallToInstant } from '@app/contracts';
import { PROBLEMS, Rejected } from './problems';

export const DAY_MS = 86_400_000;
/** How far a source's clock may be ahead (domain.md 2.2). */
export const CLOCK_SKEW_MS = 600_000;
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

/** How an instant without zone is read: `null` refuses it, a zone reads it as that zone's wall clock. */
export interface InstantReading {
  localZone: string | null;
  /** Called once a local time was read in the zone. */
  onLocal: () => void;
}

const two = (text: string, at: number): number => {
  const value = (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
  return value >= 0 && value < 100 ? value : NaN;
};
const offsetMs = (zone: string): number => {
  if (zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (zone[0] === '-' ? -minutes : minutes) * 60_000;
};

const days = new Map<string, number>();
const REMEMBERED_DAYS = 2_000;
/** UTC midnight of `YYYY-MM-DD`, NaN when there is no such day. Rows come from few days, so they are remembered. */
function dayMs(day: string): number {
  const known = days.get(day);
  if (known !== undefined) return known;
  const ms = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
  const valid = !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === day ? ms : NaN;
  if (days.size >= REMEMBERED_DAYS) days.clear();
  days.set(day, valid);
  return valid;
}

/** `2026-10-18T19:05:12+08:00`, with or without milliseconds, Z or ±hh:mm: read without a regular expression. NaN for everything else. */
function fastIso(text: string): number {
  const { length } = text;
  if (length < 20 || length > 29 || text.charCodeAt(10) !== 84 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return NaN;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return NaN;
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
  let at = 19;
  let ms = 0;
  if (text.charCodeAt(19) === 46) {
    ms = two(text, 20) * 10 + text.charCodeAt(22) - 48;
    at = 23;
  }
  const rest = length - at;
  let offset: number;
  if (rest === 1 && text.charCodeAt(at) === 90) offset = 0;
  else if (rest === 6 && text.charCodeAt(at + 3) === 58) {
    const sign = text.charCodeAt(at);
    if (sign !== 43 && sign !== 45) return NaN;
    offset = (two(text, at + 1) * 60 + two(text, at + 4)) * (sign === 43 ? 60_000 : -60_000);
  } else return NaN;
  return dayMs(text.slice(0, 10)) + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms - offset;
}

function inRange(ms: number): number | Rejected {
  return ms >= EARLIEST && ms < LATEST ? ms : new Rejected(PROBLEMS.instantRange);
}

function slowIso(text: string, reading: InstantReading): number | Rejected {
  const match = ISO.exec(text);
  if (!match) return new Rejected(PROBLEMS.instant);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const midnight = dayMs(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  if (Number.isNaN(midnight) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return new Rejected(PROBLEMS.instant);
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const wall = midnight + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + ms;
  if (zone) return inRange(wall - offsetMs(zone));
  return localInstant(wall, reading);
}

/** The instant of a wall clock (epoch ms as if UTC) in the zone of the reading, or the refusal of a local time. */
export function localInstant(wall: number, reading: InstantReading): number | Rejected {
  if (reading.localZone === null) return new Rejected(PROBLEMS.zoneMissing);
  reading.onLocal();
  return inRange(wallToInstant(wall, reading.localZone));
}

/** Excel's serial day number (1900 system) as a wall clock. */
export function serialWall(serial: number): number {
  return Math.round((serial - 25_569) * DAY_MS);
}
const isSerial = (value: number) => value > 20_000 && value < 80_000;

/** Reads an instant: ISO 8601, epoch ms, a Date that a spreadsheet gave (its UTC fields are the wall clock), or an Excel serial. */
export function parseInstant(raw: unknown, reading: InstantReading): number | Rejected {
  if (typeof raw === 'string') {
    const text = raw.trim();
    const fast = fastIso(text);
    if (!Number.isNaN(fast)) return inRange(fast);
    if (/^\d{5}(\.\d+)?$/.test(text) && reading.localZone !== null) return localInstant(serialWall(Number(text)), reading);
    if (/^\d{1,15}$/.test(text)) return inRange(Number(text));
    return slowIso(text, reading);
  }
  if (typeof raw === 'number') {
    if (reading.localZone !== null && isSerial(raw)) return localInstant(serialWall(raw), reading);
    return Number.isInteger(raw) ? inRange(raw) : new Rejected(PROBLEMS.instant);
  }
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? new Rejected(PROBLEMS.instant) : localInstant(raw.getTime(), reading);
  return new Rejected(PROBLEMS.instant);
}

/** Reads a business day as `YYYY-MM-DD`. Spreadsheets may also give a date cell, a serial, or `2026/8/7`. */
export function parseDay(raw: unknown, spreadsheet: boolean): string | Rejected {
  let text = raw instanceof Date && !Number.isNaN(raw.getTime()) ? raw.toISOString().slice(0, 10) : String(raw).trim();
  if (spreadsheet) {
    if (/^\d{5}$/.test(text) && isSerial(Number(text))) text = new Date(serialWall(Number(text))).toISOString().slice(0, 10);
    const loose = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+0?0:00(?::00)?)?$/.exec(text);
    if (loose) text = `${loose[1]}-${loose[2].padStart(2, '0')}-${loose[3].padStart(2, '0')}`;
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(dayMs(text))) return new Rejected(PROBLEMS.day);
  return text >= '1970-01-01' && text < '2100-01-01' ? text : new Rejected(PROBLEMS.day);
}
