import { hash, verify } from '@node-rs/argon2';

/** Cost of argon2id: memory in KiB, passes, lanes. */
export interface PasswordCost {
  memoryKib: number;
  passes: number;
  lanes: number;
}

/** Above what OWASP asks for (19 MiB, 2 passes, 1 lane; or 46 MiB, 1 pass). About 0.1 s. */
export const PASSWORD_COST: PasswordCost = { memoryKib: 65_536, passes: 2, lanes: 1 };
const ARGON2ID = 2;

/** NFKC, so that the same characters typed on two keyboards are one password. */
const folded = (password: string): string => password.normalize('NFKC');

/** The text that is kept in place of a password (PHC form, with its own salt). */
export const hashPassword = (password: string, { memoryKib, passes, lanes }: PasswordCost): Promise<string> =>
  hash(folded(password), { algorithm: ARGON2ID, memoryCost: memoryKib, timeCost: passes, parallelism: lanes });

/** Is this the password of that hash? False for a hash that is none. */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  try {
    return await verify(stored, folded(password));
  } catch {
    return false;
  }
}

/** Was it hashed at another cost? Then it is hashed anew as soon as the password is at hand. */
export function needsRehash(stored: string, { memoryKib, passes, lanes }: PasswordCost): boolean {
  const [, memory, time, parallel] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored) ?? [];
  return Number(memory) !== memoryKib || Number(time) !== passes || Number(parallel) !== lanes;
}
