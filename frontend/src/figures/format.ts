import { compareDecimals, divide, grouped, parseDecimal, round, shift, subtract, type Decimal } from './decimal';

export type Locale = 'zh-CN' | 'en';
type Figure = string | number | null | undefined;

/** What stands for a figure that cannot be known; its reason is in the hint beside it. */
export const UNKNOWN = '—';

interface Step {
  /** The unit holds from 10^from on, and is 10^places. */
  from: number;
  places: number;
  unit: string;
}
const STEPS: Record<Locale, Step[]> = {
  'zh-CN': [
    { from: 4, places: 4, unit: '万' },
    { from: 8, places: 8, unit: '亿' },
  ],
  en: [
    { from: 4, places: 3, unit: 'K' },
    { from: 6, places: 6, unit: 'M' },
    { from: 9, places: 9, unit: 'B' },
  ],
};

/** Whole number with thousands separators: `8,123`. */
export function formatCount(value: Figure): string {
  const decimal = parseDecimal(value);
  return decimal ? grouped(round(decimal, 0)) : UNKNOWN;
}

/** 万 / 亿 (K / M / B in English) with one decimal, half away from zero; under 10,000 the figure with `places` decimals. */
export function formatCompact(value: Figure, locale: Locale, places = 0): string {
  const decimal = parseDecimal(value);
  if (!decimal) return UNKNOWN;
  const steps = [{ from: 0, places: 0, unit: '' }, ...STEPS[locale]];
  for (const [index, step] of steps.entries()) {
    const rounded = round(shift(decimal, step.places), index ? 1 : places);
    const next = steps[index + 1];
    // compared after rounding, so that 99,999,999 is 1.0亿 and never 10,000.0万
    if (!next || !reaches(rounded, next.from - step.places)) return `${grouped(rounded)}${step.unit}`;
  }
  return UNKNOWN;
}

function reaches(value: Decimal, power: number): boolean {
  const size = { digits: value.digits < 0n ? -value.digits : value.digits, scale: value.scale };
  return compareDecimals(size, { digits: 10n ** BigInt(power), scale: 0 }) >= 0;
}

/** Money for screens: `¥123.5万`, `¥8,123.45`. */
export function formatMoney(value: Figure, locale: Locale): string {
  const text = formatCompact(value, locale, 2);
  return text === UNKNOWN ? text : signed(text);
}

/** Money beside a chart, where there is little room: `¥123.5万`, whole units below, rounded half away from zero. */
export function formatMoneyShort(value: Figure, locale: Locale): string {
  const text = formatCompact(value, locale);
  return text === UNKNOWN ? text : signed(text.replace(/\.0(?=\D)/, ''));
}

/** Money for ledgers and hints: two decimals, all digits. */
export function formatMoneyFull(value: Figure): string {
  const decimal = parseDecimal(value);
  return decimal ? signed(grouped(round(decimal, 2))) : UNKNOWN;
}

function signed(text: string): string {
  return text.startsWith('-') ? `-¥${text.slice(1)}` : `¥${text}`;
}

/** A share (0–1) as per cent with one decimal: `12.5 %`. */
export function formatShare(value: Figure): string {
  const decimal = parseDecimal(value);
  return decimal ? `${grouped(round(shift(decimal, -2), 1))} %` : UNKNOWN;
}

/** A figure with a fixed number of decimals: scores, ratios, unit prices. */
export function formatFixed(value: Figure, places: number): string {
  const decimal = parseDecimal(value);
  return decimal ? grouped(round(decimal, places)) : UNKNOWN;
}

/** Seconds as `m:ss`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** An estimate with its bounds: `14 (12–19)`; equal bounds are left out, an unknown upper bound is `14 (12–?)`. */
export function formatInterval(value: number | null, low: number | null, high: number | null): string {
  if (value === null) return UNKNOWN;
  const bounds = formatBounds(value, low, high);
  return bounds ? `${formatCount(value)} ${bounds}` : formatCount(value);
}

/** Only the bounds of an estimate: `(12–19)`, or '' when they say nothing new. */
export function formatBounds(value: number | null, low: number | null, high: number | null): string {
  if (value === null || (low === null && high === null) || (low === value && high === value)) return '';
  return `(${low === null ? '?' : formatCount(low)}–${high === null ? '?' : formatCount(high)})`;
}

type Direction = 'up' | 'down' | 'flat';
export interface Delta {
  text: string;
  direction: Direction;
}

/** Relative change as `+3.2 %`; null when either side is unknown or the earlier one is 0. */
export function relativeDelta(now: Figure, before: Figure): Delta | null {
  const [a, b] = [parseDecimal(now), parseDecimal(before)];
  if (!a || !b || b.digits === 0n) return null;
  const bottom = { digits: b.digits < 0n ? -b.digits : b.digits, scale: b.scale };
  const share = divide(shift(subtract(a, b), -2), bottom, 1);
  return share && toDelta(share, ' %');
}

/** Change of a share (0–1) in percentage points: `+1.4 pp`. */
export function pointDelta(now: Figure, before: Figure): Delta | null {
  const [a, b] = [parseDecimal(now), parseDecimal(before)];
  return a && b ? toDelta(round(shift(subtract(a, b), -2), 1), ' pp') : null;
}

/** Absolute change with a sign: `+3`, `-1.2`. */
export function absoluteDelta(now: Figure, before: Figure, places: number): Delta | null {
  const [a, b] = [parseDecimal(now), parseDecimal(before)];
  return a && b ? toDelta(round(subtract(a, b), places), '') : null;
}

function toDelta(value: Decimal, unit: string): Delta {
  const direction = value.digits > 0n ? 'up' : value.digits < 0n ? 'down' : 'flat';
  return { text: `${direction === 'up' ? '+' : ''}${grouped(value)}${unit}`, direction };
}

/** `2026-10` as 2026年10月 or Oct 2026. */
export function formatMonth(month: string, locale: Locale): string {
  const [year, number] = month.split('-').map(Number);
  if (locale === 'zh-CN') return `${year}年${number}月`;
  return new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(Date.UTC(year, number - 1, 1));
}

/** Making one costs more than using it a thousand times. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    const options = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    clocks.set(zone, (clock = new Intl.DateTimeFormat('en-CA', { ...options, hourCycle: 'h23' })));
  }
  return clock;
}

/** An instant in the brand's zone: `2026-11-01 09:30`. */
export function formatInstant(instant: string, zone: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return UNKNOWN;
  const parts = clockOf(zone).formatToParts(date);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}

/** Zone of the instants of a page as people say it: `北京时间`, else the offset now, `UTC+8`. */
export function formatZone(zone: string, locale: Locale): string {
  if (zone === 'Asia/Shanghai' && locale === 'zh-CN') return '北京时间';
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(new Date());
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone).replace('GMT', 'UTC');
}
