import type { Bilingual, Platform } from '@app/contracts';
import type { CellForm } from './cells';

/** One column of an export. `field` null: known, and not taken. */
export interface PresetColumn {
  headers: readonly string[];
  field: string | null;
  form: CellForm;
  /** Without it a file is not this export. */
  needed?: true;
}

/**
 * A file that people download (docs/exports.md): which headers make it known and what its columns are. One file per preset; a new one is named in
 * `presets.ts` and has an example in its test.
 */
export interface ExportPreset {
  /** The kind to import it by name: `vitrine import <name> FILE`. */
  name: string;
  label: Bilingual;
  /** Where people download it. */
  from: Bilingual;
  /** Null: the file or `--account` tells. */
  platform: Platform | null;
  kind: 'videos' | 'sessions' | 'followers';
  columns: readonly PresetColumn[];
  /** Whose rows they are: `--account`, or names in the column `accountName` (with `--account` still for a file of one account). */
  account: 'option' | 'column';
  /** How a row finds its identity: a column, or the title and instant, or the instant of the start (docs/adr/0020). */
  identity: 'column' | 'title' | 'start';
  /** Set for a file that is known and cannot be taken, with what to do instead. */
  refused?: { reason: Bilingual; remedy: Bilingual };
}

/** Columns written `field:form header|header`; `!` after the form: needed; field `-`: known, not taken. */
export function columnsFrom(...texts: string[]): PresetColumn[] {
  return texts.map((text) => {
    const [, field, form, needed, headers] = /^(\S+?):(\w+)(!?) (.+)$/.exec(text) ?? [];
    return {
      field: field === '-' ? null : field,
      form: form as CellForm,
      headers: headers.split('|'),
      ...(needed ? { needed: true as const } : {}),
    };
  });
}

/** Columns that are known and hold nothing that Vitrine keeps. */
export const notTaken = (...headers: string[]): PresetColumn[] =>
  headers.map((header) => ({ headers: [header], field: null, form: 'text' }));
