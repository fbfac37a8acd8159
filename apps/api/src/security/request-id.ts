import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADER = 'x-request-id';
/** What may stand in logs and in the audit log: no blanks, no signs that mean anything anywhere. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** A request with its id. */
export interface IdentifiedRequest extends IncomingMessage {
  id: string;
}

/** The id that the sender gave, if it is one; else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}

/** Gives every request its id, and tells it in the answer. */
export function identifyRequest(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const id = requestIdOf(request.headers[HEADER]);
  (request as IdentifiedRequest).id = id;
  response.setHeader('X-Request-Id', id);
  next();
}
