import type { ImportKind } from '@app/contracts';
import { FieldParser, ParseContext, ParsedValue, fieldParser } from './field-parsers';
import { BadCell, PROBLEMS, Rejected } from './problems';

/** Parsed fields by name; a field that is not given is absent. */
export type ParsedRow = Record<string, ParsedValue>;

/** Validates rows of one kind. Unknown names are collected, not refused. */
export class RowParser {
  readonly unknown = new Set<string>();
  private readonly parsers: Record<string, FieldParser | undefined>;
  private readonly requiredNames: string[];
  private readonly anyOf: readonly string[];

  constructor(kind: ImportKind, context: ParseContext) {
    this.parsers = Object.assign(
      Object.create(null) as Record<string, FieldParser>,
      Object.fromEntries(kind.fields.map((field) => [field.name, fieldParser(field, context)])),
    );
    // a blank viewer is an entry whose viewer nobody can identify
    this.requiredNames = kind.fields.filter((field) => field.required && field.type !== 'viewer').map((field) => field.name);
    this.anyOf = kind.anyOf ?? [];
  }

  /** The parsed row, or the first reason against it. */
  parse(raw: Record<string, unknown>): ParsedRow | Rejected {
    const row: ParsedRow = {};
    for (const name in raw) {
      const value = raw[name];
      if (value === null || value === undefined || value === '') continue;
      const parser = this.parsers[name];
      if (parser === undefined) {
        if (this.unknown.size < 50) this.unknown.add(name);
        continue;
      }
      if (value instanceof BadCell) return new Rejected(value.problem, name);
      const parsed = parser(value);
      if (parsed instanceof Rejected) return new Rejected(parsed.problem, name);
      if (parsed !== '') row[name] = parsed;
    }
    for (const name of this.requiredNames) if (row[name] === undefined) return new Rejected(PROBLEMS.missing, name);
    const [first] = this.anyOf;
    // what is taken back needs no figure
    if (first !== undefined && !row.retracted && this.anyOf.every((name) => row[name] === undefined))
      return new Rejected(PROBLEMS.missing, first);
    return row;
  }
}
