import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusal } from '@app/contracts';

/** No store keeps NUL, nor half of a surrogate pair. */
const UNKEEPABLE = /\0|\p{Surrogate}/u;
/** What our forms hold is nested a few levels; what validates a body goes down by recursion. */
const DEEPEST = 24;

/** Whether a body of JSON holds only text that can be kept, and is not nested without sense. */
export function isKeepable(body: unknown): boolean {
  let level = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return false;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && UNKEEPABLE.test(value)) return false;
      if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue;
      for (const [key, field] of Object.entries(value)) {
        if (UNKEEPABLE.test(key)) return false;
        next.push(field);
      }
    }
    level = next;
  }
  return true;
}

/** Refuses text that no store could keep, wherever it stands in a request, before a route would fail at it. */
export function keepableOnly(
  request: IncomingMessage & { body?: unknown },
  _response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  const whole = !/%00/.test(request.url ?? '') && isKeepable(request.body);
  next(whole ? undefined : unkeepable());
}

const unkeepable = () =>
  refusal(
    'bad_input',
    { zh: '请求中含有无法保存的字符，或嵌套过深', en: 'The request holds a character that cannot be kept, or is nested too deep' },
    { zh: '请删去空字符和不完整的表情符号', en: 'Take out NUL characters and halves of emoji' },
  );
