import type { IncomingMessage } from 'node:http';

/** Where signed deliveries come in. */
export const INGEST_PATH = '/api/v1/ingest';

/** A delivery whose body nobody has read; `mediaType` is what its header said. */
export interface UnreadRequest extends IncomingMessage {
  mediaType?: string;
}

/**
 * Leaves the body of a signed delivery as it comes: a parser would take it into memory before anybody knows whether it is signed, and a signature is
 * made over bytes. The parsers go by the media type, so they do not get to see it.
 */
export function ingestBody(request: UnreadRequest, _response: unknown, next: () => void): void {
  request.mediaType = request.headers['content-type'];
  delete request.headers['content-type'];
  next();
}
