/** A cell that begins so would run as a formula when the file is opened in a spreadsheet. */
const RISKY = /^'*[=+\-@\t\r]/;

/** Makes a text harmless in CSV and XLSX: an apostrophe before = + - @ tab and return. `unguarded` takes it away again. */
export function guarded(text: string): string {
  return RISKY.test(text) ? `'${text}` : text;
}

/** The text as it was before `guarded`. */
export function unguarded(text: string): string {
  return text.charCodeAt(0) === 39 && RISKY.test(text) ? text.slice(1) : text;
}
