import * as fs from 'node:fs';
import * as path from 'node:path';
import { deriveKey } from '@app/config';
import { damaged, secretMissing, secretWrong } from './failures';
import type { Manifest } from './manifest';

export const SECRET_FILE = 'secret';

/** Tells whether a secret is the same, and nothing about it. */
export const secretCheck = (secret: string): string => deriveKey(secret, 'backup:check:v1').toString('hex').slice(0, 32);

/**
 * The secret to go on with: that of the backup, or the given one. Null: the backup has none, none was given, and that was accepted. Throws
 * `bad_input` when it is missing or another one (unless accepted).
 */
export function secretFor(dir: string, { secret: { check, included } }: Manifest, given: string | null, without: boolean): string | null {
  const saved = included ? fs.readFileSync(path.join(dir, SECRET_FILE), 'utf8') : null;
  if (saved !== null && secretCheck(saved) !== check) throw damaged(SECRET_FILE);
  if (without) return given;
  if (given === null && saved === null) throw secretMissing();
  if (given !== null && secretCheck(given) !== check) throw secretWrong();
  return given ?? saved;
}
