import type { Bilingual } from './platform';

/**
 * How a field's value is read. `id` text kept as it is (leading zeros, 20 digits) · `viewer` an id that is hashed at once · `secret` never shown
 * again · `instant` ISO 8601 with zone or epoch ms · `day` business day `YYYY-MM-DD` · `month` `YYYY-MM` · `count` whole number ≥ 0 · `seconds`
 * whole number within `max` · `decimal` exact, at most `scale` places · `ratio` decimal from 0 to 1, percent text accepted · `enum` one of
 * `values` · `path` names divided by `/` · `list` texts divided by `,` (or a JSON array).
 */
export type FieldType =
  | 'text'
  | 'id'
  | 'viewer'
  | 'secret'
  | 'instant'
  | 'day'
  | 'month'
  | 'count'
  | 'seconds'
  | 'decimal'
  | 'ratio'
  | 'enum'
  | 'boolean'
  | 'path'
  | 'list';

/** One field of an import kind: the same name in NDJSON, CSV, XLSX, Parquet and HTTP; spreadsheets also take `label.zh`. */
export interface ImportField {
  name: string;
  label: Bilingual;
  type: FieldType;
  required: boolean;
  /** Closed set of an `enum`. */
  values?: readonly string[];
  /** Decimal places of a `decimal` or `ratio`. */
  scale?: number;
  /** Largest value of `seconds` or `count`. */
  max?: number;
  /** An instant that may not lie more than ten minutes ahead of the server. */
  past?: boolean;
  /** A decimal or ratio that must be above 0. */
  positive?: boolean;
  /** A decimal that may be below 0. */
  signed?: boolean;
  example: string;
  note?: Bilingual;
}

type Options = Partial<Pick<ImportField, 'values' | 'scale' | 'max' | 'past' | 'positive' | 'signed' | 'note'>>;

/** An optional field. */
export function optional(name: string, zh: string, en: string, type: FieldType, example: string, options: Options = {}): ImportField {
  return { name, label: { zh, en }, type, required: false, example, ...options };
}

/** A required field. */
export function required(name: string, zh: string, en: string, type: FieldType, example: string, options: Options = {}): ImportField {
  return { ...optional(name, zh, en, type, example, options), required: true };
}

/** Optional counts, written `name zh|en`. */
export function counts(...texts: string[]): ImportField[] {
  return texts.map((text) => {
    const [, name, zh, en] = /^(\S+) ([^|]+)\|(.+)$/.exec(text) ?? [];
    return optional(name, zh, en, 'count', '120');
  });
}

/** A kind of rows that can be imported and exported (contracts.md, "Import kinds"). Pure: serves cli, page, template, validation. */
export interface ImportKind {
  name: string;
  label: Bilingual;
  /** `facts`: rows of the warehouse table `table`; `state`: rows of the state store. */
  store: 'facts' | 'state';
  /** Fact table, e.g. `entries`; null for state. */
  table: string | null;
  fields: readonly ImportField[];
  /** Field names that tell rows apart. */
  identity: readonly string[];
  /** A row says something only with at least one of these fields. */
  anyOf?: readonly string[];
}
