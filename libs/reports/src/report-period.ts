import { Bilingual, Period, VitrineError, addDays, addMonths, businessMonth, dayStart, isDay, isMonth } from '@app/contracts';

/** A span of business days [fromDay, toDay) with its instants; `month` when it is exactly one. */
export interface ReportPeriod extends Period {
  fromDay: string;
  toDay: string;
  month: string | null;
  /** Business month of the last day: its policy rules, and trailing figures end with it. */
  lastMonth: string;
}

const bad = (text: Bilingual, field: string): VitrineError =>
  new VitrineError('bad_input', text, {
    remedy: {
      en: 'Give --month 2026-10, or --from 2026-10-01 --to 2026-11-01 (the day after the last).',
      zh: '请使用 --month 2026-10，或 --from 2026-10-01 --to 2026-11-01（截止日不含）。',
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

/** Reads the period of a query. Throws bad_input for what is no month, no day, half a span, or an empty one. */
export function periodOf(query: { month?: string; from?: string; to?: string }, defaultMonth: string, zone: string): ReportPeriod {
  const { month, from, to } = query;
  if (month !== undefined && (from !== undefined || to !== undefined))
    throw bad({ en: 'Give a month or a span of days, not both.', zh: '月份与起止日期只能给一个。' }, 'month');
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

/** The newest month that is over at an instant. */
export const newestCompleteMonth = (instant: number, zone: string): string => addMonths(businessMonth(instant, zone), -1);

/** Business months that a report of the period looks at: its own, and the twelve that trailing figures end with. */
export function monthsInto({ fromDay, lastMonth }: ReportPeriod): string[] {
  const first = [fromDay.slice(0, 7), addMonths(lastMonth, -11)].sort()[0];
  const months: string[] = [];
  for (let month = first; month <= lastMonth; month = addMonths(month, 1)) months.push(month);
  return months;
}
