/** How a cell of a platform's export is written. */
export type CellForm = 'text' | 'id' | 'count' | 'net' | 'ratio' | 'seconds' | 'instant' | 'day' | 'decimal';

const BLANK = /^(?:|[-–—－/]+|n\/?a|null|none|暂无|无|无数据|未知)$/i;
const UNITS: Record<string, number> = { 千: 3, k: 3, 万: 4, w: 4, 亿: 8 };
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30);
const DAY_SECONDS = 86_400;
const RATIO_PLACES = 4;

/** A cell as a field's parser takes it; null when the export says that it does not know. What cannot be read stays as it is and is rejected there. */
export function readCell(raw: unknown, form: CellForm): unknown {
  if (typeof raw === 'string' && BLANK.test(raw.trim())) return null;
  if (raw === null || raw === undefined) return null;
  const value = typeof raw === 'string' ? raw.trim() : raw;
  switch (form) {
    case 'text':
    case 'id':
    case 'instant':
      return value;
    case 'day':
      return typeof value === 'string' || typeof value === 'number' ? dayOf(String(value)) : value;
    case 'count':
    case 'decimal':
      return typeof value === 'string' ? (shortened(value) ?? value) : value;
    case 'net':
      return netOf(value);
    case 'ratio':
      return ratioOf(value);
    case 'seconds':
      return secondsOf(value);
  }
}

/** `1.2万` as `12000`, `3,456 人` as `3456`, exactly; null when it is no such number (`10万+` is not: it is a bound). */
function shortened(text: string): string | null {
  const match = /^[¥￥]?\s*(-?)((?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.(\d+))?)\s*(千|万|亿|[kKwW])?\s*(?:次|人|个|条|元)?$/.exec(text);
  if (!match) return null;
  const [, sign, number, places = '', unit] = match;
  const whole = number.split('.')[0].replace(/[,，]/g, '');
  const shift = unit ? UNITS[unit.toLowerCase()] : 0;
  const digits = places.padEnd(shift, '0');
  const left = (whole + digits.slice(0, shift)).replace(/^0+(?=\d)/, '');
  const right = digits.slice(shift).replace(/0+$/, '');
  return `${sign}${left}${right ? `.${right}` : ''}`;
}

/** A net gain: below 0 the number of gains is not known. */
function netOf(value: unknown): unknown {
  const read = typeof value === 'string' ? (shortened(value) ?? value) : value;
  return Number(read) < 0 ? null : read;
}

/** `4.41%` and 0.0441 as a fraction of four places, half away from zero: workbooks carry fractions with fifteen digits. */
function ratioOf(value: unknown): unknown {
  const text = typeof value === 'number' ? plain(value) : typeof value === 'string' ? value : null;
  const match = text === null ? null : /^(\d+)(?:\.(\d+))?\s*([%％])?$/.exec(text);
  if (!match) return value;
  const [, whole, places = '', percent] = match;
  const shifted = percent ? `${whole.padStart(3, '0').slice(0, -2)}.${whole.padStart(3, '0').slice(-2)}${places}` : `${whole}.${places}`;
  return rounded(shifted, RATIO_PLACES);
}

function rounded(decimal: string, places: number): string {
  const [whole, rest = ''] = decimal.split('.');
  const digits = BigInt(whole + rest.slice(0, places).padEnd(places, '0')) + (Number(rest[places] ?? 0) >= 5 ? 1n : 0n);
  const text = digits.toString().padStart(places + 1, '0');
  const right = text.slice(-places).replace(/0+$/, '');
  return `${text.slice(0, -places)}${right ? `.${right}` : ''}`;
}

const plain = (value: number): string => {
  const shown = String(Number(value.toPrecision(15)));
  return /e/i.test(shown) ? value.toFixed(12) : shown;
};

/** `14.73秒`, `1分2秒`, `2小时3分`, `01:02:03`, `62s`, or a time cell, in seconds. A number without unit is seconds. */
function secondsOf(value: unknown): unknown {
  if (value instanceof Date) {
    const seconds = Math.round((value.getTime() - EXCEL_EPOCH_MS) / 1000);
    return seconds >= 0 && seconds < 31 * DAY_SECONDS ? String(seconds) : value;
  }
  if (typeof value === 'number') return rounded(plain(value), RATIO_PLACES);
  if (typeof value !== 'string') return value;
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2})(?:\.\d+)?$/.exec(value);
  if (clock) return String(Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]));
  const match = /^(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|min|m))?\s*(?:(\d+)(?:\.(\d+))?\s*(?:秒|s)?)?$/i.exec(value);
  if (!match || match.slice(1, 4).every((part) => part === undefined)) return value;
  const [, hours = '0', minutes = '0', seconds = '0', places] = match;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return places ? rounded(`${whole}.${places}`, RATIO_PLACES) : String(whole);
}

const dayOf = (text: string): string => {
  const compact = /^(20\d\d)(\d\d)(\d\d)$/.exec(text) ?? /^(\d{4})年(\d{1,2})月(\d{1,2})日$/.exec(text);
  return compact ? `${compact[1]}-${compact[2].padStart(2, '0')}-${compact[3].padStart(2, '0')}` : text;
};
