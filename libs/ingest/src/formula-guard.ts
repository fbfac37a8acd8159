/** A cell that begins so would run as a formula when the file is opened in a spreadsheet; Chinese and Japanese ones take the wide signs, too. */
const RISKY = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Makes a text harmless in CSV and XLSX: an apostrophe before = + - @ (narrow or wide), tab, return and line feed. `unguarded` takes it away again. */
export function guarded(text: string): string {
  return RISKY.test(text) ? `'${text}` : text;
}

/** The text as it was before `guarded`. */
export function unguarded(text: string): string {
  return text.charCodeAt(0) === 39 && RISKY.test(text) ? text.slice(1) : text;
}
