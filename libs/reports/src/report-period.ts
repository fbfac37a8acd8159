import { daysBetween } from '@app/analytics';
import {
  Bilingual,
  Period,
  VitrineError,
  addDays,
  addMonths,
  businessDay,
  businessMonth,
  dayStart,
  isDay,
  isMonth,
  weekday,
} from '@app/contracts';

/** A span of business days [fromDay, toDay) with its instants; `month` when it is exactly one. */
export interface ReportPeriod extends Period {
  fromDay: string;
  toDay: string;
  month: string | null;
  /** Business month of the last day: its policy rules, and trailing figures end with it. */
  lastMonth: string;
  /** Told at the data instant: its end moves with it. */
  live?: boolean;
}

/** What a period is asked with: one text, a month, or a span of days. `dataInstant`: where `live` ends. */
export interface PeriodQuery {
  period?: string;
  month?: string;
  from?: string;
  to?: string;
  dataInstant?: number;
}

/** Business days of the live score (domain.md 6.5), the day of the data instant among them. */
const LIVE_DAYS = 30;
export const LIVE = 'live';

const bad = (text: Bilingual, field: string): VitrineError =>
  new VitrineError('bad_input', text, {
    remedy: {
      en: 'Give --period 2026-10 (or 2026-10-05, 2026-W41, 2026-Q4, 2026, live), or --from 2026-10-01 --to 2026-11-01 (the day after the last).',
      zh: '请使用 --period 2026-10（或 2026-10-05、2026-W41、2026-Q4、2026、live），或 --from 2026-10-01 --to 2026-11-01（截止日不含）。',
    },
    details: [{ field, message: text.en }],
  });

export function monthSpan(month: string, zone: string): ReportPeriod {
  return daySpan(`${month}-01`, `${addMonths(month, 1)}-01`, zone);
}

export function daySpan(fromDay: string, toDay: string, zone: string): ReportPeriod {
  const lastMonth = addDays(toDay, -1).slice(0, 7);
  const whole = fromDay === `${lastMonth}-01` && toDay === `${addMonths(lastMonth, 1)}-01`;
  return { fromDay, toDay, from: dayStart(fromDay, zone), to: dayStart(toDay, zone), month: whole ? lastMonth : null, lastMonth };
}

/** Reads the period of a query. Throws bad_input for what is no month, no day, half a span, an empty one, or years away. */
export function periodOf(query: PeriodQuery, defaultMonth: string, zone: string): ReportPeriod {
  const { period, month, from, to } = query;
  checkYears({ period, month, from, to });
  if ([period, month, from ?? to].filter((given) => given !== undefined).length > 1)
    throw bad(
      { en: 'Give one of period, month, or a span of days.', zh: '周期、月份与起止日期只能给一种。' },
      period === undefined ? 'month' : 'period',
    );
  if (period !== undefined) return textSpan(period, zone, query.dataInstant);
  if (month !== undefined) {
    if (!isMonth(month)) throw bad({ en: 'month must read YYYY-MM.', zh: '月份格式应为 YYYY-MM。' }, 'month');
    return monthSpan(month, zone);
  }
  if (from === undefined && to === undefined) return monthSpan(defaultMonth, zone);
  if (from === undefined || to === undefined) throw bad({ en: 'from and to belong together.', zh: '起始日与截止日必须同时给出。' }, 'from');
  if (!isDay(from)) throw bad({ en: 'from must be a day, YYYY-MM-DD.', zh: '起始日应为 YYYY-MM-DD。' }, 'from');
  if (!isDay(to)) throw bad({ en: 'to must be a day, YYYY-MM-DD.', zh: '截止日应为 YYYY-MM-DD。' }, 'to');
  if (from >= to) throw bad({ en: 'to must be after from.', zh: '截止日必须晚于起始日。' }, 'to');
  return daySpan(from, to, zone);
}

/** Days that the stores can tell, with the year before them that trailing figures look at. */
const YEARS = { first: 1971, last: 2148 };

function checkYears(given: Omit<PeriodQuery, 'dataInstant'>): void {
  for (const [field, text] of Object.entries(given)) {
    const year = Number(/^\d{4}/.exec(text ?? '')?.[0] ?? YEARS.first);
    if (year >= YEARS.first && year <= YEARS.last) continue;
    const { first, last } = YEARS;
    throw bad({ en: `The year of a period lies between ${first} and ${last}.`, zh: `周期的年份应在 ${first} 至 ${last} 之间。` }, field);
  }
}

/** Does a query name its period at all? */
export const asksPeriod = ({ period, month, from, to }: PeriodQuery): boolean =>
  [period, month, from, to].some((given) => given !== undefined);

/** The span that a period's text names. Throws bad_input for any other text. */
function textSpan(text: string, zone: string, dataInstant: number | undefined): ReportPeriod {
  if (isDay(text)) return daySpan(text, addDays(text, 1), zone);
  if (isMonth(text)) return monthSpan(text, zone);
  const quarter = /^(\d{4})-Q([1-4])$/.exec(text);
  if (quarter) return monthsSpan(`${quarter[1]}-${pad(Number(quarter[2]) * 3 - 2)}`, 3, zone);
  if (/^\d{4}$/.test(text)) return monthsSpan(`${text}-01`, 12, zone);
  const monday = mondayOf(text);
  if (monday !== null) return daySpan(monday, addDays(monday, 7), zone);
  if (text === LIVE && dataInstant !== undefined) {
    const today = businessDay(dataInstant, zone);
    return { ...daySpan(addDays(today, 1 - LIVE_DAYS), addDays(today, 1), zone), month: null, live: true };
  }
  throw bad(
    {
      en: 'period must be a day 2026-10-05, week 2026-W41, month 2026-10, quarter 2026-Q4, year 2026, or live.',
      zh: '周期应为日 2026-10-05、周 2026-W41、月 2026-10、季 2026-Q4、年 2026 或 live。',
    },
    'period',
  );
}

const pad = (number: number): string => String(number).padStart(2, '0');

const monthsSpan = (first: string, months: number, zone: string): ReportPeriod =>
  daySpan(`${first}-01`, `${addMonths(first, months)}-01`, zone);

/** Monday of an ISO week `2026-W41`; null for what is none. Week 1 is the one with 4 January; a year has 52 or 53. */
function mondayOf(text: string): string | null {
  const match = /^(\d{4})-W(\d{2})$/.exec(text);
  if (!match) return null;
  const monday = addDays(firstMonday(match[1]), (Number(match[2]) - 1) * 7);
  return isoWeek(monday) === text ? monday : null;
}

const firstMonday = (year: string): string => addDays(`${year}-01-04`, -weekday(`${year}-01-04`));

/** The ISO week of a day: that of its Thursday, in the Thursday's year. */
function isoWeek(day: string): string {
  const year = addDays(day, 3 - weekday(day)).slice(0, 4);
  return `${year}-W${pad(Math.floor(daysBetween(firstMonday(year), day) / 7) + 1)}`;
}

/** The one text that names a period; null: a span that is no day, week, month, quarter or year. */
export function periodText({ fromDay, toDay, month, live }: Pick<ReportPeriod, 'fromDay' | 'toDay' | 'month' | 'live'>): string | null {
  if (live) return LIVE;
  if (month !== null) return month;
  const length = daysBetween(fromDay, toDay);
  if (length === 1) return fromDay;
  if (length === 7 && weekday(fromDay) === 0) return isoWeek(fromDay);
  if (!fromDay.endsWith('-01')) return null;
  const first = fromDay.slice(0, 7);
  const [year, number] = first.split('-');
  if (number === '01' && toDay === `${addMonths(first, 12)}-01`) return year;
  return Number(number) % 3 === 1 && toDay === `${addMonths(first, 3)}-01` ? `${year}-Q${(Number(number) + 2) / 3}` : null;
}

/**
 * The comparable period before: the day, week, month, quarter or year before; of other spans (and the live score) the span of the same length that
 * ends where it begins.
 */
export function periodBefore({ zone, ...period }: ReportPeriod & { zone: string }): ReportPeriod {
  const { fromDay, toDay } = period;
  const [first, last] = [fromDay.slice(0, 7), toDay.slice(0, 7)];
  if (!period.live && fromDay.endsWith('-01') && toDay.endsWith('-01'))
    return monthsSpan(addMonths(first, -monthsApart(first, last)), monthsApart(first, last), zone);
  return daySpan(addDays(fromDay, -daysBetween(fromDay, toDay)), fromDay, zone);
}

const monthsApart = (first: string, last: string): number =>
  (Number(last.slice(0, 4)) - Number(first.slice(0, 4))) * 12 + Number(last.slice(5)) - Number(first.slice(5));

/** The newest month that is over at an instant. */
export const newestCompleteMonth = (instant: number, zone: string): string => addMonths(businessMonth(instant, zone), -1);

/** Business months that a report of the period looks at: its own, and the twelve that trailing figures end with. */
export const monthsInto = ({ fromDay, lastMonth }: ReportPeriod): string[] =>
  monthList([fromDay.slice(0, 7), addMonths(lastMonth, -11)].sort()[0], lastMonth);

/** Months from one to another, both included. */
export function monthList(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = from; month <= to; month = addMonths(month, 1)) months.push(month);
  return months;
}
