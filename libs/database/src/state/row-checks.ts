import { isDay } from '@app/contracts';
import Decimal from 'decimal.js';
import { refuse, type Refusal } from './upsert';

type Checked = { refusal: Refusal } | null;

/** Canonical decimal text (`0.50` → `0.5`), or null when it is no plain decimal of at most so many places and 14 digits before the point. */
export function decimalText(text: string, places: number): string | null {
  if (!/^-?\d{1,14}(\.\d+)?$/.test(text)) return null;
  const value = new Decimal(text);
  return value.decimalPlaces() > places ? null : value.toFixed();
}

/** Blank and missing are the same: not given. */
export function given(text: string | null | undefined): string | null {
  const trimmed = text?.trim();
  return trimmed ? trimmed : null;
}

export function checkText(field: string, text: string, longest = 256): Checked {
  if (text.trim() !== '' && text === text.trim() && text.length <= longest) return null;
  return refuse(
    field,
    `${field} 不能为空、首尾不能有空格、最长 ${longest} 个字符`,
    `${field} must not be blank, begin or end with a space, or exceed ${longest} characters`,
  );
}

export function checkDays(from: string | null, to: string | null): Checked {
  for (const [field, day] of [
    ['validFrom', from],
    ['validTo', to],
  ] as const)
    if (day !== null && !isDay(day))
      return refuse(field, `${field} 不是有效日期，请写成 2026-10-01`, `${field} is no calendar day: write it like 2026-10-01`);
  if (from !== null && to !== null && to < from)
    return refuse('validTo', 'validTo 早于 validFrom，请更正日期', 'validTo is before validFrom: correct the days');
  return null;
}

export function unknownDealer(dealerId: string): { refusal: Refusal } {
  return refuse(
    'dealerId',
    `经销商 ${dealerId} 不存在，请先导入 dealers 或更正编号`,
    `Dealer ${dealerId} is unknown: import dealers first, or correct the id`,
  );
}
