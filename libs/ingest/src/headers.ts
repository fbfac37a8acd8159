import { ImportField, ImportKind, VitrineError } from '@app/contracts';
import { unreadable } from './file-errors';

const plain = (text: string) =>
  text
    .replace(/^\uFEFF/, '')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');

/** Finds the field of a header cell: its name, its Chinese or English label, or a template's cell that holds several of them on lines. */
export function headerReader(fields: readonly ImportField[]): (cell: string) => string | null {
  const names = new Map<string, string>();
  for (const field of fields) for (const text of [field.label.en, field.label.zh, field.name]) names.set(plain(text), field.name);
  return (cell) => {
    const whole = names.get(plain(cell));
    if (whole) return whole;
    for (const part of cell.split(/[\r\n]+/)) {
      const name = names.get(plain(part));
      if (name) return name;
    }
    return null;
  };
}

/**
 * Field name per column; unknown headers keep their own text, blank ones are null. Throws bad_input when no cell is a header of the kind (the
 * file has none), when two columns say the same, or when a required column is missing that `given` does not supply.
 */
export function columnsOf(file: string, kind: ImportKind, cells: string[], given: readonly string[] = []): (string | null)[] {
  const read = headerReader(kind.fields);
  const columns = cells.map((cell) => read(cell) ?? (cell.trim() === '' ? null : cell.trim()));
  const known = columns.filter((column) => kind.fields.some(({ name }) => name === column));
  if (known.length === 0) throw noHeader(file, kind);
  const twice = known.find((column, at) => known.indexOf(column) !== at);
  if (twice)
    throw unreadable(file, `两列都是 ${twice}。`, `Two columns are ${twice}.`, { zh: '删除其中一列。', en: 'Delete one of them.' });
  const missing = kind.fields.filter((field) => field.required && !known.includes(field.name) && !given.includes(field.name));
  if (missing.length > 0) throw missingColumns(file, kind, missing);
  return columns;
}

function noHeader(file: string, kind: ImportKind): VitrineError {
  return unreadable(file, '第一行不是表头。', 'The first line is not a header.', {
    zh: `第一行写字段名（例如 ${kind.fields
      .slice(0, 3)
      .map((field) => field.label.zh)
      .join('、')}），可用 \`vitrine template ${kind.name}\` 生成模板。`,
    en: `Write the field names in the first line (such as ${kind.fields
      .slice(0, 3)
      .map((field) => field.name)
      .join(', ')}); \`vitrine template ${kind.name}\` writes a file to fill in.`,
  });
}

function missingColumns(file: string, kind: ImportKind, missing: ImportField[]): VitrineError {
  const zh = missing.map((field) => `${field.label.zh}（${field.name}）`).join('、');
  const en = missing.map((field) => field.name).join(', ');
  const account = missing.some((field) => field.name === 'accountId' || field.name === 'platform');
  return unreadable(file, `缺少必填列：${zh}。`, `Required columns are missing: ${en}.`, {
    zh: `补上这些列${account ? '，单账号文件也可用 --account 平台/账号ID' : ''}；模板见 \`vitrine template ${kind.name}\`。`,
    en: `Add the columns${account ? ', or give --account platform/id for a file of one account' : ''}; see \`vitrine template ${kind.name}\`.`,
  });
}
