/** Sixteen digits in a row somewhere, and such a number that stands in no quotes: only then is the careful way taken, which is several times slower. */
const LONG_DIGITS = /\d{16}/;
const LONG_NUMBER = /(?:^|[:,[])\s*-?\d{16}/;
type SourceReviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** An integer that a double cannot hold becomes text: ids of rooms have 19 digits, and some calls write them as numbers. */
const exactIntegers: SourceReviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? source
    : value;

/** JSON.parse that loses no digit of an integer. Throws SyntaxError. */
export function parseWireJson(text: string): unknown {
  return LONG_DIGITS.test(text) && LONG_NUMBER.test(text)
    ? JSON.parse(text, exactIntegers as (key: string, value: unknown) => unknown)
    : JSON.parse(text);
}

/** An object that came as JSON text inside JSON, or as itself; else null. */
export function wireEmbedded(value: unknown): Record<string, unknown> | null {
  let parsed = value;
  if (typeof value === 'string') {
    try {
      parsed = parseWireJson(value);
    } catch {
      return null;
    }
  }
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
}
