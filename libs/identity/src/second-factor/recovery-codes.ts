import { createHash, randomBytes } from 'node:crypto';

export const RECOVERY_CODES = 10;
/** Crockford's Base32: nothing in it is mistaken for something else when it is read from paper. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 24;

/** 120 random bits each, in groups of six. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    [...randomBytes(LENGTH)]
      .map((byte) => LETTERS[byte & 31])
      .join('')
      .replace(/(.{6})(?=.)/g, '$1-'),
  );

/** What is kept of a code; bound to its user. Null: this cannot be one. Case, blanks and hyphens do not matter. */
export function hashRecoveryCode(userId: string, code: string): string | null {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  if (plain.length !== LENGTH || [...plain].some((letter) => !LETTERS.includes(letter))) return null;
  return createHash('sha256').update(`recovery\0${userId}\0${plain}`).digest('hex');
}
