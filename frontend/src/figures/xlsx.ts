import { zipped } from './zip';

/** How a column is written: ids and names as text, figures as numbers; a share as a number shown as per cent. */
export type SheetKind = 'text' | 'number' | 'money' | 'share';
export interface SheetColumn {
  label: string;
  kind: SheetKind;
}
export interface Workbook {
  /** Names of the two sheets. */
  sheets: { notes: string; rows: string };
  /** What stands in the first sheet: filters, instant of the data, versions, number of rows. */
  notes: [name: string, value: string][];
  columns: SheetColumn[];
  /** Null is unknown: an empty cell. */
  rows: (string | number | null)[][];
}

/** What one sheet can hold, beside its header; and what one text of a browser holds of its cells. More rows go on in further sheets. */
const MOST_ROWS = 1_048_575;
const MOST_CELLS = 5_000_000;
const STYLE: Record<SheetKind, number> = { text: 1, number: 2, money: 3, share: 4 };
const HEAD = 5;
/** A double keeps 15 digits; what has more stays text, whole. */
const EXACT_DIGITS = 15;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** A workbook with a sheet of notes and the rows: frozen header, filter, nothing left out. More rows than a sheet holds (`most`) go on in further ones. */
export function toXlsx(
  book: Workbook,
  most = Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.max(1, book.columns.length))),
): Uint8Array<ArrayBuffer> {
  const notes = book.notes.map((line) => line.map((text) => cell(text, 'text')));
  const parts: Workbook['rows'][] = [];
  for (let from = 0; from < book.rows.length || from === 0; from += most) parts.push(book.rows.slice(from, from + most));
  const texts = [sheet(notes, [24, 80], null), ...parts.map((rows) => dataSheet(book.columns, rows))];
  const numbers = texts.map((_, at) => at + 1);
  return zipped([
    { name: '[Content_Types].xml', text: contentTypes(numbers) },
    { name: '_rels/.rels', text: relations([[`${OFFICE}/officeDocument`, 'xl/workbook.xml']]) },
    { name: 'xl/workbook.xml', text: workbook([book.sheets.notes, ...parts.map((_, at) => partName(book.sheets.rows, at + 1))]) },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: relations([
        ...numbers.map((number): [string, string] => [`${OFFICE}/worksheet`, `worksheets/sheet${number}.xml`]),
        [`${OFFICE}/styles`, 'styles.xml'],
      ]),
    },
    { name: 'xl/styles.xml', text: STYLES },
    ...texts.map((text, at) => ({ name: `xl/worksheets/sheet${at + 1}.xml`, text })),
  ]);
}

const MOST_NAME = 31;
/** What the name of a sheet must not hold; names of people and shops may. */
const NOT_IN_NAME = /[\\/?*[\]:]|^'|'$/g;
/** The first sheet has the name, the others tell that they go on with it. */
function partName(name: string, part: number): string {
  const ending = part === 1 ? '' : ` (${part})`;
  return `${name.slice(0, MOST_NAME - ending.length).replace(NOT_IN_NAME, ' ')}${ending}`;
}

function dataSheet(columns: SheetColumn[], rows: Workbook['rows']): string {
  const head = columns.map(({ label }) => textCell(label, HEAD));
  const lines = rows.map((row) => row.map((value, at) => cell(value, columns[at].kind)));
  const widths = columns.map(({ label, kind }) => Math.max(kind === 'text' ? 20 : 14, label.length * 2 + 4));
  return sheet([head, ...lines], widths, `A1:${columnName(columns.length)}${rows.length + 1}`);
}

/** What stands in a cell, without its place. */
function cell(value: string | number | null, kind: SheetKind): string {
  if (value === null || value === '') return ` s="${STYLE[kind]}"/>`;
  const text = String(value);
  if (kind !== 'text' && /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').replace(/^0+/, '').length <= EXACT_DIGITS)
    return ` s="${STYLE[kind]}"><v>${text}</v></c>`;
  return textCell(text, STYLE.text);
}

/** An inline text is never run as a formula, whatever it begins with. */
const textCell = (text: string, style: number) => ` t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;

function sheet(lines: string[][], widths: number[], filter: string | null): string {
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join('');
  const names = widths.map((_, at) => columnName(at + 1));
  const frozen = filter ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' : '';
  return [
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${frozen}</sheetView></sheetViews><cols>${columns}</cols><sheetData>`,
    ...lines.map((line, row) => `<row r="${row + 1}">${line.map((text, at) => `<c r="${names[at]}${row + 1}"${text}`).join('')}</row>`),
    `</sheetData>${filter ? `<autoFilter ref="${filter}"/>` : ''}</worksheet>`,
  ].join('');
}

/** A, B, … Z, AA. */
function columnName(number: number): string {
  const rest = (number - 1) % 26;
  const letter = String.fromCharCode(65 + rest);
  return number <= 26 ? letter : columnName((number - 1 - rest) / 26) + letter;
}

/** Signs that XML does not allow are left out: a control sign in a name must not spoil the file. */
const escaped = (text: string) =>
  text
    // eslint-disable-next-line no-control-regex -- these are what is taken out
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const workbook = (names: string[]) =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names
    .map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
    .join('')}</sheets></workbook>`;

const relations = (targets: [type: string, target: string][]) =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${targets
    .map(([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

function contentTypes(numbers: number[]): string {
  const office = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts = [
    ['/xl/workbook.xml', 'sheet.main'],
    ...numbers.map((number) => [`/xl/worksheets/sheet${number}.xml`, 'worksheet']),
    ['/xl/styles.xml', 'styles'],
  ];
  return `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${parts
    .map(([name, type]) => `<Override PartName="${name}" ContentType="${office}.${type}+xml"/>`)
    .join('')}</Types>`;
}

/** Cell formats in the order of STYLE: general, text, number, money, per cent, header. */
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="#,##0.######"/><numFmt numFmtId="165" formatCode="#,##0.00"/><numFmt numFmtId="166" formatCode="0.0%"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">${[
  [0, 0],
  [49, 0],
  [164, 0],
  [165, 0],
  [166, 0],
  [49, 1],
]
  .map(
    ([format, font]) =>
      `<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"${font ? ' applyFont="1"' : ''}/>`,
  )
  .join('')}</cellXfs></styleSheet>`;
