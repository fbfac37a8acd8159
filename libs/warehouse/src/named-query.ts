import type { NamedQuery } from './warehouse';

/** Longer arrays travel in the body of the request: parameters travel in its URL, which has limits of its own on the way. */
const LONG_ARRAY = 200;
const FACTS = /\bfacts\((\w+)\)/g;
const WHOLE_NUMBERS = /^Array\(U?Int\d+\)$/;

/** The text and the parameters that are sent: `facts(table)` spelled out, long arrays of whole numbers written into the text. */
export function statementOf({ sql, params = {} }: Pick<NamedQuery, 'sql' | 'params'>): {
  query: string;
  query_params: Record<string, unknown>;
} {
  const sent = { ...params };
  const query = sql.replace(FACTS, '$1 FINAL').replace(/\{(\w+): ([\w()]+)\}/g, (placeholder, name: string, type: string) => {
    const value = params[name];
    if (!Array.isArray(value) || value.length <= LONG_ARRAY || !WHOLE_NUMBERS.test(type)) return placeholder;
    delete sent[name];
    return `CAST([${value.map(wholeNumber).join(',')}], '${type}')`;
  });
  return { query, query_params: sent };
}

/** Digits only: nothing else is ever written into a statement. */
function wholeNumber(value: unknown): string {
  const text = typeof value === 'bigint' ? value.toString() : String(value);
  if (!/^-?\d+$/.test(text)) throw new RangeError('not a whole number');
  return text;
}
