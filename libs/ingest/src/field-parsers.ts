import type { ImportField } from '@app/contracts';
import { CLOCK_SKEW_MS, InstantReading, parseDay, parseInstant } from './instants';
import { PROBLEMS, Rejected } from './problems';

/** A value as readers give it: JSON value, cell text, cell number, cell date. */
export type RawValue = unknown;
export type ParsedValue = string | number | string[] | null;
export type FieldParser = (raw: RawValue) => ParsedValue | Rejected;

/** What the values of one import are read against. */
export interface ParseContext extends InstantReading {
  /** CSV, XLSX and platform exports: cells are text, local times are allowed, percent and thousands signs too. */
  spreadsheet: boolean;
  /** Server time, epoch ms. */
  now: () => number;
}

const MAX_TEXT = 10_000;
const MAX_ID = 200;
/** Excel keeps fifteen digits; JSON numbers are exact up to 2^53. */
const EXCEL_DIGITS = 1e15;

const text: FieldParser = (raw) => {
  if (typeof raw === 'string') return raw.length > MAX_TEXT ? new Rejected(PROBLEMS.text) : raw.trim();
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  if (raw instanceof Date) return raw.toISOString();
  return new Rejected(PROBLEMS.text);
};

function idParser(spreadsheet: boolean): FieldParser {
  return (raw) => {
    if (typeof raw === 'string') {
      const id = raw.trim();
      if (id.length > MAX_ID) return new Rejected(PROBLEMS.id);
      // what Excel makes of a long number when it saves CSV
      if (spreadsheet && /^\d(\.\d+)?E\+\d+$/i.test(id)) return new Rejected(PROBLEMS.idNumber);
      return id;
    }
    if (typeof raw === 'number') {
      const exact = Number.isSafeInteger(raw) && (!spreadsheet || Math.abs(raw) < EXCEL_DIGITS);
      return exact ? String(raw) : new Rejected(PROBLEMS.idNumber);
    }
    return new Rejected(PROBLEMS.id);
  };
}

const numberText = (raw: RawValue, spreadsheet: boolean): string | null => {
  if (typeof raw === 'number') return Number.isFinite(raw) ? plainNumber(raw) : null;
  if (typeof raw !== 'string') return null;
  const trimmed = raw.trim();
  return spreadsheet && /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed;
};
/** A number without exponent; a spreadsheet's 0.1 + 0.2 is rounded to Excel's fifteen digits. */
const plainNumber = (value: number): string => {
  const shown = String(Number(value.toPrecision(15)));
  return /e/i.test(shown) ? value.toFixed(12).replace(/\.?0+$/, '') : shown;
};

function countParser(field: ImportField, spreadsheet: boolean): FieldParser {
  const max = field.max ?? Number.MAX_SAFE_INTEGER;
  const problem = field.name === 'dwellSeconds' ? PROBLEMS.dwell : PROBLEMS.count;
  return (raw) => {
    let value = raw as number;
    if (typeof raw !== 'number') {
      const shown = numberText(raw, spreadsheet);
      if (shown === null || !/^-?\d+(\.0+)?$/.test(shown)) return new Rejected(problem);
      value = Number(shown);
    }
    return Number.isInteger(value) && value >= 0 && value <= max ? value : new Rejected(problem);
  };
}

function decimalParser(field: ImportField, spreadsheet: boolean): FieldParser {
  const scale = field.scale ?? 4;
  return (raw) => {
    const shown = numberText(raw, spreadsheet);
    const match = shown === null ? null : /^(-?)(\d+)(?:\.(\d+))?$/.exec(shown);
    if (!match) return new Rejected(PROBLEMS.decimal);
    const places = (match[3] ?? '').replace(/0+$/, '');
    if (places.length > scale) return new Rejected(PROBLEMS.places);
    const whole = match[2].replace(/^0+(?=\d)/, '');
    if (whole.length > 14 || (match[1] && !field.signed)) return new Rejected(PROBLEMS.range);
    if (field.positive && /^0*$/.test(whole + places)) return new Rejected(PROBLEMS.range);
    return `${match[1]}${whole}${places ? `.${places}` : ''}`;
  };
}

function ratioParser(field: ImportField, spreadsheet: boolean): FieldParser {
  const scale = field.scale ?? 4;
  const decimal = decimalParser({ ...field, scale }, spreadsheet);
  const percent = decimalParser({ ...field, scale: scale - 2 }, spreadsheet);
  return (raw) => {
    const isPercent = typeof raw === 'string' && /[%％]$/.test(raw.trim());
    const parsed = isPercent ? percent(raw.trim().slice(0, -1)) : decimal(raw);
    if (typeof parsed !== 'string') return parsed;
    const ratio = isPercent ? shiftLeft(parsed) : parsed;
    return Number(ratio) <= 1 ? ratio : new Rejected(PROBLEMS.range);
  };
}
/** A hundredth of a decimal text, exactly. */
const shiftLeft = (value: string): string => {
  const [whole, places = ''] = value.split('.');
  const digits = whole.padStart(3, '0') + places;
  const point = digits.length - places.length - 2;
  return `${digits.slice(0, point).replace(/^0+(?=\d)/, '')}.${digits.slice(point)}`.replace(/\.?0+$/, '') || '0';
};

const BOOLEANS = new Map<string, number>([
  ['true', 1],
  ['1', 1],
  ['yes', 1],
  ['是', 1],
  ['false', 0],
  ['0', 0],
  ['no', 0],
  ['否', 0],
]);
const boolean: FieldParser = (raw) => BOOLEANS.get(String(raw).trim().toLowerCase()) ?? new Rejected(PROBLEMS.boolean);

function choiceParser(field: ImportField): FieldParser {
  const values = new Set(field.values);
  const problem = field.name === 'platform' ? PROBLEMS.platform : PROBLEMS.choice;
  return (raw) => {
    if (typeof raw !== 'string') return new Rejected(problem);
    if (values.has(raw)) return raw;
    const choice = raw.trim();
    return values.has(choice) ? choice : new Rejected(problem);
  };
}

const list: FieldParser = (raw) => {
  const parts = Array.isArray(raw) ? raw.map(String) : typeof raw === 'string' ? raw.split(/[,，;；]/) : null;
  return parts ? parts.map((part) => part.trim()).filter((part) => part !== '') : new Rejected(PROBLEMS.text);
};
const path: FieldParser = (raw) => {
  if (typeof raw !== 'string') return new Rejected(PROBLEMS.text);
  const parts = raw.split(/[/／]/).map((part) => part.trim());
  return parts.every((part) => part !== '') ? parts.join('/') : new Rejected(PROBLEMS.text);
};
const month: FieldParser = (raw) =>
  typeof raw === 'string' && /^20\d\d-(0[1-9]|1[0-2])$/.test(raw.trim()) ? raw.trim() : new Rejected(PROBLEMS.month);

/** The parser of one field. Booleans become 0 or 1, instants epoch ms, decimals their shortest exact text. Null and blank are the caller's. */
export function fieldParser(field: ImportField, context: ParseContext): FieldParser {
  switch (field.type) {
    case 'text':
      return text;
    case 'id':
    case 'viewer':
    case 'secret':
      return idParser(context.spreadsheet && field.type !== 'secret');
    case 'instant':
      if (!field.past) return (raw) => parseInstant(raw, context);
      return (raw) => {
        const ms = parseInstant(raw, context);
        return typeof ms === 'number' && ms > context.now() + CLOCK_SKEW_MS ? new Rejected(PROBLEMS.future) : ms;
      };
    case 'day':
      return (raw) => parseDay(raw, context.spreadsheet);
    case 'month':
      return month;
    case 'count':
    case 'seconds':
      return countParser(field, context.spreadsheet);
    case 'decimal':
      return decimalParser(field, context.spreadsheet);
    case 'ratio':
      return ratioParser(field, context.spreadsheet);
    case 'enum':
      return choiceParser(field);
    case 'boolean':
      return boolean;
    case 'path':
      return path;
    case 'list':
      return list;
  }
}
