import type { WireObject } from './wire/wire-value';

/**
 * The error code of an envelope `{code, message, …}`, or null when it is 0, as number or text. An answer without a code is not this envelope, and
 * no empty list: `no code`.
 */
export function envelopeCode(answer: WireObject): string | null {
  const code = answer.code;
  if (code === undefined || code === null || code === '') return 'no code';
  const text = String(code).trim();
  return text === '0' ? null : text;
}
