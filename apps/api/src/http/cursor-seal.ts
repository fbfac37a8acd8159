import { createHmac, timingSafeEqual } from 'node:crypto';
import { VitrineError } from '@app/contracts';

/** Bytes of the seal: enough that none is found by trying. */
const SEAL_BYTES = 12;
const SEAL_LETTERS = (SEAL_BYTES * 4) / 3;
/** Lists are at the top of an answer or one level below. */
const DEPTH = 3;

/**
 * Binds the cursors of lists to who got them: a cursor holds the place of a row, and one that somebody else was given, or made up, opens nothing. `bearer`
 * is any text that names the asker and what they may see.
 */
export class CursorSeal {
  constructor(private readonly key: Buffer) {}

  /** The answer with every `nextCursor` sealed; arrays are rows and left as they are. */
  sealed(answer: unknown, bearer: string, depth = DEPTH): unknown {
    if (answer === null || typeof answer !== 'object' || Array.isArray(answer) || Object.getPrototypeOf(answer) !== Object.prototype)
      return answer;
    const { nextCursor } = answer as { nextCursor?: unknown };
    const own = typeof nextCursor === 'string' ? { nextCursor: this.seal(nextCursor, bearer) } : {};
    if (depth === 1) return { ...answer, ...own };
    const parts = Object.entries(answer).map(([name, part]) => [name, this.sealed(part, bearer, depth - 1)]);
    return { ...Object.fromEntries(parts), ...own };
  }

  seal(cursor: string, bearer: string): string {
    return this.mark(cursor, bearer) + cursor;
  }

  /** The cursor inside of a sealed one. Throws bad_input for one of somebody else. */
  open(sealed: string, bearer: string): string {
    const [mark, cursor] = [sealed.slice(0, SEAL_LETTERS), sealed.slice(SEAL_LETTERS)];
    // as bytes: letters of a forged one may take more than one
    const [given, expected] = [Buffer.from(mark), Buffer.from(this.mark(cursor, bearer))];
    if (given.length === expected.length && timingSafeEqual(given, expected)) return cursor;
    throw new VitrineError(
      'bad_input',
      { en: 'cursor is not one that a page gave you.', zh: 'cursor 不是由您的上一页返回的值。' },
      {
        remedy: { en: 'Leave cursor out to start at the first page.', zh: '请去掉 cursor，从第一页开始。' },
        details: [{ field: 'cursor', message: 'unknown' }],
      },
    );
  }

  private mark(cursor: string, bearer: string): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([bearer, cursor]))
      .digest()
      .subarray(0, SEAL_BYTES)
      .toString('base64url');
  }
}
