import type { Period } from './platform';

const DAY_MS = 86_400_000;
/** Zone offsets change on quarter hours (UTC), so one offset serves a whole slot. */
const SLOT_MS = 900_000;

interface Zone {
  format: Intl.DateTimeFormat;
  offsets: Map<number, number>;
}
const zones = new Map<string, Zone>();

function zoneOf(zone: string): Zone {
  let known = zones.get(zone);
  if (!known) {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
    zones.set(zone, (known = { format, offsets: new Map() }));
  }
  return known;
}

/** Milliseconds by which the zone's wall clock is ahead of UTC at an instant (epoch ms). Throws RangeError for an unknown IANA zone. */
export function zoneOffsetMs(ms: number, zone: string): number {
  const known = zoneOf(zone);
  const slot = Math.floor(ms / SLOT_MS);
  const cached = known.offsets.get(slot);
  if (cached !== undefined) return cached;
  const at = slot * SLOT_MS;
  const parts = Object.fromEntries(known.format.formatToParts(at).map((part) => [part.type, part.value]));
  const wall = Date.UTC(+parts.year, +parts.month - 1, +parts.day, +parts.hour, +parts.minute, +parts.second);
  const offset = wall - at;
  if (known.offsets.size > 200_000) known.offsets.clear();
  known.offsets.set(slot, offset);
  return offset;
}

/** Is this an IANA zone that the runtime knows? */
export function isZone(zone: string): boolean {
  try {
    zoneOf(zone);
    return true;
  } catch {
    return false;
  }
}

const pad = (value: number, width = 2) => String(value).padStart(width, '0');
const dayText = (localMs: number): string => {
  const date = new Date(Math.floor(localMs / DAY_MS) * DAY_MS);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
};

/** Business day `YYYY-MM-DD` of an instant in a zone. */
export function businessDay(ms: number, zone: string): string {
  return dayText(ms + zoneOffsetMs(ms, zone));
}

/** Business month `YYYY-MM` of an instant in a zone. */
export function businessMonth(ms: number, zone: string): string {
  return businessDay(ms, zone).slice(0, 7);
}

/** The instant (epoch ms) whose wall clock in the zone reads `wallMs` (epoch ms as if UTC). In a gap of the clock: the instant after it. */
export function wallToInstant(wallMs: number, zone: string): number {
  const first = wallMs - zoneOffsetMs(wallMs, zone);
  const second = wallMs - zoneOffsetMs(first, zone);
  if (second + zoneOffsetMs(second, zone) === wallMs) {
    // an hour that happens twice: the earlier one
    const earlier = wallMs - zoneOffsetMs(second - 4 * 3_600_000, zone);
    return earlier < second && earlier + zoneOffsetMs(earlier, zone) === wallMs ? earlier : second;
  }
  return Math.max(first, second);
}

/** First instant of a business day. */
export function dayStart(day: string, zone: string): number {
  return wallToInstant(Date.parse(`${day}T00:00:00.000Z`), zone);
}

/** 0 is Monday, 6 is Sunday. */
export const weekday = (day: string): number => (new Date(`${day}T00:00:00.000Z`).getUTCDay() + 6) % 7;

/** The day `days` after a business day (plain calendar arithmetic). */
export function addDays(day: string, days: number): string {
  return dayText(Date.parse(`${day}T00:00:00.000Z`) + days * DAY_MS);
}

/** The month `months` after a business month. */
export function addMonths(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number);
  const total = year * 12 + (number - 1) + months;
  return `${pad(Math.floor(total / 12), 4)}-${pad((((total % 12) + 12) % 12) + 1)}`;
}

/** A month `2026-10` as the number 202610 of the warehouse's tables. */
export function monthNumber(month: string): number {
  return Number(month.replace('-', ''));
}

/** The month `2026-10` of the number 202610. */
export function monthText(month: number): string {
  return `${pad(Math.floor(month / 100), 4)}-${pad(month % 100)}`;
}

/** Half-open instants of a business month `YYYY-MM`. */
export function monthPeriod(month: string, zone: string): Period {
  return { from: dayStart(`${month}-01`, zone), to: dayStart(`${addMonths(month, 1)}-01`, zone) };
}

/** The business days of a period, first to last. A day that has begun belongs to it. */
export function businessDays(period: Period, zone: string): string[] {
  const days: string[] = [];
  const last = businessDay(period.to - 1, zone);
  for (let day = businessDay(period.from, zone); day <= last && period.to > period.from; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Is this text a calendar day `YYYY-MM-DD` that exists? */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(ms) && dayText(ms) === text;
}

/** Is this text a month `YYYY-MM`? */
export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}
