import { IMPORT_KINDS, VitrineError } from '@app/contracts';
import type { StateKind, StateRows } from '@app/database';
import type { ParseContext } from './field-parsers';
import { Rejected } from './problems';
import { RowParser } from './row-parser';
import { stateRow } from './state-mapping';

export { stateFields } from './state-mapping';

/** Names of the fields of a state kind. */
export const fieldNames = (kind: StateKind): string[] => kindOf(kind).fields.map(({ name }) => name);

/**
 * The fields of one row of a state kind, read as an import reads them. For rows that come one by one and are not imported. Throws bad_input that names the
 * field.
 */
export function readStateRow<K extends StateKind>(kind: K, fields: Record<string, unknown>): StateRows[K] {
  const parsed = new RowParser(kindOf(kind), READING).parse(fields);
  if (parsed instanceof Rejected) throw badField(parsed);
  const row = stateRow(kind, parsed);
  if (row instanceof Rejected) throw badField(row);
  return row;
}

const READING: ParseContext = { spreadsheet: false, now: Date.now, localZone: null, onLocal: () => undefined };

const kindOf = (kind: StateKind) => IMPORT_KINDS.find(({ name }) => name === kind)!;

function badField({ problem, field }: Rejected): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `${field ?? ''}：${problem.reason.zh}`, en: `${field ?? ''}: ${problem.reason.en}` },
    { remedy: problem.remedy, details: [{ field: field ?? undefined, message: problem.reason.en, remedy: problem.remedy.en }] },
  );
}
