import { addMonths, monthPeriod } from '@app/contracts';

export const BRAND = 'bench';
export const ZONE = 'Asia/Shanghai';
export const LAST_MONTH = '2026-10';
export const NOW = Date.parse('2026-11-02T12:00:00+08:00');
const DAY_MS = 86_400_000;

/** A business month of the generated year. */
export interface YearMonth {
  /** 0 to 11. */
  index: number;
  month: string;
  yyyymm: number;
  from: number;
  to: number;
  days: number;
}

export const YEAR: readonly YearMonth[] = Array.from({ length: 12 }, (_, index) => {
  const month = addMonths(LAST_MONTH, index - 11);
  const { from, to } = monthPeriod(month, ZONE);
  return { index, month, yyyymm: Number(month.replace('-', '')), from, to, days: Math.round((to - from) / DAY_MS) };
});

/** The month that every question is about. */
export const ASKED = YEAR[YEAR.length - 1];
